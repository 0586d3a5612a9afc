import Findings
import HTTPMessages
import JSONText
import Recordings
import Replaying
import VirtualTime

/// What two recordings made on clocks that run by themselves answered differently. Each request is
/// held against the one of the same method and URI with the same number; what passes with time, and
/// readings within their bounds, are no differences, as in `drift`.
struct AnswerComparison {
    private struct Answer {
        var exchange: Exchange
        var elapsed: VirtualDuration
    }

    private struct Place: Hashable {
        var subject: String
        var change: String
    }

    private var rows: [Place: [ComparisonReport.Row]] = [:]
    private var order: [Place] = []

    /// One cause for each place and change, in the order of the left recording.
    static func causes(left: Recording, right: Recording) -> [ComparisonReport.Cause] {
        var comparison = AnswerComparison()
        comparison.compare(left, right)
        return comparison.order.map { place in
            let rows = comparison.rows[place] ?? []
            return ComparisonReport.Cause(
                subject: place.subject, change: place.change, from: rows.first?.time ?? "",
                count: rows.count, rows: rows, consequences: [], consequenceCount: 0)
        }
    }

    private mutating func compare(_ left: Recording, _ right: Recording) {
        let others = Dictionary(grouping: Self.answers(of: right)) { Self.key($0) }
        var bounds = ReadingBounds()
        let answers = Self.answers(of: left)
        for answer in answers {
            guard let body = answer.exchange.response?.body else { continue }
            if let payload = try? JSONValue(parsing: body) { bounds.learn(payload) }
        }
        var comparer = DriftComparer(bounds: bounds, tolerances: DriftTolerances()) { _, _, _ in []
        }
        var met: [ReplayIndex.Key: Int] = [:]
        for answer in answers {
            let key = Self.key(answer)
            let number = met[key, default: 0]
            met[key] = number + 1
            guard let same = others[key], number < same.count,
                let seen = same[number].exchange.answer
            else { continue }
            for drift in comparer.compare(answer.exchange, with: seen) where drift.kind == .contract
            {
                note(drift, of: answer, key)
            }
        }
    }

    private mutating func note(_ drift: Drift, of answer: Answer, _ key: ReplayIndex.Key) {
        let place = Place(
            subject: "\(key.method) \(key.target) \(drift.pointer)",
            change: "\(drift.recorded) → \(drift.seen)")
        if rows[place] == nil { order.append(place) }
        rows[place, default: []].append(
            ComparisonReport.Row(
                time: answer.elapsed.iso8601, subject: "",
                exchange: "\(key.method) \(key.target)", place: drift.pointer,
                left: drift.recorded, right: drift.seen, change: ""))
    }

    private static func answers(of recording: Recording) -> [Answer] {
        recording.entries.compactMap { entry in
            guard case .exchange(let exchange) = entry, exchange.direction == .request else {
                return nil
            }
            return Answer(exchange: exchange, elapsed: entry.instant - recording.header.start)
        }
    }

    private static func key(_ answer: Answer) -> ReplayIndex.Key {
        ReplayIndex.Key(answer.exchange.request)
    }
}

extension Exchange {
    /// What came back; nil where nothing is known of it.
    fileprivate var answer: Result<ResponseMessage, TransportFailure>? {
        response.map { .success($0) } ?? failure.map { .failure($0) }
    }
}
