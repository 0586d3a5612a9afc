import Findings
import Recordings
import VirtualTime

/// Claims about a replay.
///
/// Its answers bear the `Date` of the recording, which is earlier than the moment they are asked for
/// by up to a recorded poll. A client may take that for the time of what they show, or its own
/// clock's; both are right, and nobody says which it does. So what it claims is held against the
/// registers in both ways, and counts in the one that bears more of it out.
final class ReplayedClaimsCheck: Check {
    private let checks: [(words: String, check: ClaimsCheck)]

    init(_ facts: DeviceFacts, _ duties: ClientDuties) {
        checks = [
            ("times are the Date of the answers", SampleTime.date),
            ("times are the client's own clock's", .asked),
        ].map { words, time in
            (words, ClaimsCheck(facts, duties, truth: nil, replayed: time))
        }
    }

    func observe(_ exchange: ObservedExchange) {
        for (_, check) in checks { check.observe(exchange) }
    }

    func observe(_ truth: TruthRecord) {
        for (_, check) in checks { check.observe(truth) }
    }

    func observe(_ claim: ClaimRecord, line: Int) {
        for (_, check) in checks { check.observe(claim, line: line) }
    }

    func finish(at end: VirtualInstant) -> CheckGroup {
        let groups = checks.map { words, check in
            var group = check.finish(at: end)
            group.measure += "; \(words)"
            return group
        }
        let best = groups.indices.min { groups[$0].grievances < groups[$1].grievances } ?? 0
        return groups[best]
    }
}

extension CheckGroup {
    /// Broken rules, and then all that was found.
    fileprivate var grievances: (Int, Int) {
        (
            results.count { $0.verdict == .fail },
            results.reduce(0) { $0 + $1.findings.count + $1.uncollected }
        )
    }
}
