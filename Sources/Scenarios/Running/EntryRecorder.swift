import Findings
package import Recordings
package import VirtualTime

/// Masks every entry, gives it its line, and hands it to the judge, the full recording and the
/// golden. The judge works a batch behind, beside the run.
final class EntryRecorder {
    private(set) var entries: [RecordEntry] = []
    private var ruleFreeEntries: [RecordEntry] = []
    private(set) var counts = EntryCounts()
    private(set) var powerHistory: PowerHistory
    private let judge: JudgeBeside
    private let keepsEntries: Bool
    private let write: ([UInt8]) throws -> Void
    private(set) var masker: EntryMasker
    private var writer: RecordingWriter
    /// The header is line 1.
    private var line = 1
    /// What the judge has not been given yet.
    private var batch: [JudgeBeside.Item] = []
    private var judging: Task<Void, Never>?
    /// The first failure to write; the run goes on, and the command reports it.
    private var failure: (any Error)?

    init(
        scenario: Scenario, header: RecordingHeader, rules: MaskRules, judge: JudgeBeside,
        keepsEntries: Bool, write: @escaping ([UInt8]) throws -> Void
    ) {
        self.judge = judge
        self.keepsEntries = keepsEntries
        self.write = write
        masker = EntryMasker(rules: rules)
        writer = RecordingWriter(header: masker.mask(header))
        powerHistory = PowerHistory(start: scenario.start)
    }

    func begin() {
        put(writer.encodeHeader())
    }

    func take(_ entry: RecordEntry) {
        let masked = masker.mask(entry)
        let entry = masked.recorded
        line += 1
        counts.note(entry)
        powerHistory.note(entry)
        batch.append(JudgeBeside.Item(entry: entry, line: line))
        put(writer.encode(entry))
        guard keepsEntries else { return }
        entries.append(entry)
        if masker.hasRules { ruleFreeEntries.append(masked.golden) }
    }

    /// The entries as a golden has them.
    var goldenEntries: [RecordEntry] { masker.hasRules ? ruleFreeEntries : entries }

    /// Gives the judge what has come together, and waits while it is more than a batch behind, so that
    /// memory stays bounded.
    func handOver() async {
        if batch.count >= Self.batchSize { await handOverBatch() }
    }

    private static let batchSize = 128

    private func handOverBatch() async {
        await judging?.value
        judging = Task { [judge, batch] in await judge.observe(batch) }
        batch.removeAll(keepingCapacity: true)
    }

    func end(_ conclusion: RunConclusion) throws {
        put(writer.encodeEnd(conclusion))
        if let failure { throw failure }
    }

    /// The verdicts, and what the client did.
    func finish(_ conduct: ScenarioDriver.Result) async -> ([CheckGroup], [Ledger]) {
        await handOverBatch()
        await judging?.value
        return await judge.finish(conduct)
    }

    private func put(_ bytes: [UInt8]) {
        guard failure == nil else { return }
        do {
            try write(bytes)
        } catch {
            failure = error
        }
    }
}

/// How many entries of each kind a recording holds.
package struct EntryCounts: Sendable, Hashable {
    package var requests = 0
    package var deliveries = 0
    package var claims = 0
    package var streamedEvents = 0

    package init() {}

    package var exchanges: Int { requests + deliveries }

    package mutating func note(_ entry: RecordEntry) {
        switch entry {
        case .exchange(let exchange):
            if exchange.direction == .request { requests += 1 } else { deliveries += 1 }
        case .claim: claims += 1
        case .streamed(let record): if record.payload?.isEvent ?? false { streamedEvents += 1 }
        case .truth, .step: break
        }
    }
}

/// When outlets lost and regained power, in a few words.
package struct PowerHistory: Sendable {
    private struct Change {
        var instant: VirtualInstant
        var isPowered: Bool
        var cause: String
        var count: Int
        var last: VirtualInstant
    }

    private let start: VirtualInstant
    private var changes: [Change] = []

    package init(start: VirtualInstant) {
        self.start = start
    }

    package mutating func note(_ entry: RecordEntry) {
        guard case .truth(let truth) = entry, truth.outlet != nil else { return }
        if let last = changes.last, last.cause == truth.cause, last.isPowered == truth.isPowered {
            changes[changes.count - 1].count += 1
            changes[changes.count - 1].last = truth.instant
        } else {
            changes.append(
                Change(
                    instant: truth.instant, isPowered: truth.isPowered, cause: truth.cause,
                    count: 1, last: truth.instant))
        }
    }

    /// For example `PT16M52S 16 outlets off (breaker A)`; empty where nothing was switched.
    package var lines: [String] {
        changes.map { change in
            let first = (change.instant - start).iso8601
            let last = (change.last - start).iso8601
            let outlets = change.count.counted("outlet")
            let span = first == last ? first : "\(first)…\(last)"
            return "\(span) \(outlets) \(change.isPowered ? "on" : "off") (\(change.cause))"
        }
    }
}
