import Findings
import Recordings
import VirtualTime

/// The rules that answer one question, with the state they keep while the recording goes by. A
/// check stands outside the device: it sees the entries and the facts, nothing else.
protocol Check: AnyObject {
    func observe(_ exchange: ObservedExchange)
    func observe(_ truth: TruthRecord)
    func observe(_ stream: StreamRecord)
    func observe(_ claim: ClaimRecord, line: Int)
    /// Whether the check has something to say of this client at all.
    var isConcerned: Bool { get }
    /// Called once, after the last entry, with its instant.
    func finish(at end: VirtualInstant) -> CheckGroup
    /// What the check has kept account of; asked for once, after the end.
    var ledgers: [Ledger] { get }
}

extension Check {
    func observe(_ exchange: ObservedExchange) {}
    func observe(_ truth: TruthRecord) {}
    func observe(_ stream: StreamRecord) {}
    func observe(_ claim: ClaimRecord, line: Int) {}
    var isConcerned: Bool { true }
    var ledgers: [Ledger] { [] }
}
