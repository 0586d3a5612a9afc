import Findings
import JSONText
import Recordings
import VirtualTime

/// Claims about a replay.
///
/// Its answers bear the `Date` of the recording, which is earlier than the moment they are asked for
/// by up to a recorded poll. A client may take that for the time of what they show, or its own
/// clock's; both are right, and nobody says which it does. So its claims are held against the
/// registers in both ways, and those verdicts count whose times the claims name.
final class ReplayedClaimsCheck: Check {
    private struct View {
        let words: String
        let check: ClaimsCheck
        /// How far the times that claims name are from those of its samples, all together.
        var distance = VirtualDuration.zero
    }

    private var views: [View]
    /// A time that is farther off is no sample's in either way.
    private static let farthest = VirtualDuration.hours(1)

    init(_ facts: DeviceFacts, _ duties: ClientDuties) {
        views = [
            ("times are the Date of the answers", SampleTime.date),
            ("times are the client's own clock's", .asked),
        ].map { words, time in
            View(
                words: words, check: ClaimsCheck(facts, duties, truth: nil, replayed: time))
        }
    }

    func observe(_ exchange: ObservedExchange) {
        for view in views { view.check.observe(exchange) }
    }

    func observe(_ truth: TruthRecord) {
        for view in views { view.check.observe(truth) }
    }

    func observe(_ claim: ClaimRecord, line: Int) {
        let times = ["from", "to", "samples"].flatMap { Self.times(in: claim.claim[$0]) }
        for index in views.indices {
            let samples = views[index].check.account.readingTimes
            for time in times {
                views[index].distance =
                    views[index].distance
                    + min(Self.farthest, samples.distance(to: time) ?? Self.farthest)
            }
            views[index].check.observe(claim, line: line)
        }
    }

    private static func times(in value: JSONValue?) -> [VirtualInstant] {
        switch value {
        case .string(let text)?: VirtualInstant(iso8601: text).map { [$0] } ?? []
        case .array(let values)?: values.flatMap(times)
        case .object(let object)?: object.names.flatMap { times(in: object[$0]) }
        default: []
        }
    }

    func finish(at end: VirtualInstant) -> CheckGroup {
        // Of two alike the first, which is by Date.
        let nearest = views.indices.min { views[$0].distance < views[$1].distance } ?? 0
        var group = views[nearest].check.finish(at: end)
        group.measure += "; \(views[nearest].words)"
        return group
    }
}
