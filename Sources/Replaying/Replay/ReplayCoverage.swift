package import Findings
import HTTPMessages
import HTTPTypes
import Recordings
import VirtualTime

/// What has been asked of a replay, and what not.
package struct ReplayCoverage: Sendable {
    struct Refusal: Sendable {
        var instant: VirtualInstant
        var method: String
        var target: String
        var nearest: [RequestNearMiss]
    }

    /// Refusals beyond this are counted and not kept.
    private static let refusalLimit = 100

    package internal(set) var requests = 0
    var logins = 0
    var asked: Set<ReplayIndex.Key> = []
    var usedChanges: Set<Int> = []
    var deletedCollections: Set<String> = []
    private(set) var refusals: [Refusal] = []
    private(set) var refusalCount = 0

    mutating func refuse(
        _ request: RequestMessage, _ nearest: [RequestNearMiss], at now: VirtualInstant
    ) {
        refusalCount += 1
        guard refusals.count < Self.refusalLimit else { return }
        refusals.append(
            Refusal(
                instant: now, method: request.head.method.rawValue, target: request.target,
                nearest: nearest))
    }
}

/// What a replay says of its client: what it asked that nobody had asked when the recording was
/// made, and what it did not ask though somebody had.
package enum ReplayRules {
    package static let unexpected = Rule(
        "replay/unexpected-request", .policy, .fail,
        "A client asks only what the recording holds.",
        source: "harness policy: what the device would have answered is not known")
    package static let notMade = Rule(
        "replay/request-not-made", .policy, .warn,
        "A client asks everything that the recording holds.",
        source: "harness policy: a client that stopped asking has changed")

    package static let all = [unexpected, notMade]
}

extension ReplayDevice {
    /// - Parameter isStrict: Whether requests that nobody made count as failures.
    package func findings(isStrict: Bool) -> CheckGroup {
        var notMade = ReplayRules.notMade
        if isStrict { notMade.level = .fail }
        let (expected, missing) = missing(rule: notMade)
        let refused = coverage.refusals.map { refusal in
            Finding(
                ruleID: ReplayRules.unexpected.id, level: .fail,
                message: "the recording does not hold the request",
                exchange: refusal.nearest.first.map { nearest in
                    // There is no line of the request itself.
                    ExchangeReference(
                        line: nearest.line, time: (refusal.instant - index.start).iso8601,
                        method: refusal.method, target: refusal.target)
                },
                expected: refusal.nearest.isEmpty
                    ? "nothing recorded comes near it"
                    : refusal.nearest.map(\.description).joined(separator: " | "),
                seen: "\(refusal.method) \(refusal.target)")
        }
        let unexpectedMeasure =
            "\(coverage.requests.counted("request")), \(coverage.refusalCount.grouped) unexpected"
        let missingMeasure =
            "\(expected.counted("recorded request")), \(missing.count.grouped) not made"
        return CheckGroup(
            name: "replay", measure: "\(unexpectedMeasure); \(missingMeasure)",
            results: [
                RuleResult(
                    rule: ReplayRules.unexpected,
                    verdict: coverage.refusalCount > 0
                        ? .fail : coverage.requests > 0 ? .pass : .notExercised,
                    measure: unexpectedMeasure, findings: refused),
                RuleResult(
                    rule: notMade,
                    verdict: missing.isEmpty ? .pass : isStrict ? .fail : .warn,
                    measure: missingMeasure, findings: missing),
            ])
    }

    /// Reads count once for a resource, changes each.
    private func missing(rule: Rule) -> (expected: Int, findings: [Finding]) {
        var entries: [(key: ReplayIndex.Key, sample: ReplayIndex.Sample, count: Int)] = []
        var expected = index.samples.count + index.changes.count
        for (key, samples) in index.samples where !coverage.asked.contains(key) {
            if let first = samples.first { entries.append((key, first, samples.count)) }
        }
        for (number, change) in index.changes.enumerated()
        where !coverage.usedChanges.contains(number) {
            let isOfOwn =
                change.key.method == "DELETE"
                && coverage.deletedCollections.contains { change.key.path.hasPrefix($0) }
            if !isOfOwn { entries.append((change.key, change.sample, 1)) }
        }
        for (key, stream) in index.streams.map({ ($0.key, $0) }) where !coverage.asked.contains(key)
        {
            entries.append((key, stream.opening, 1))
            expected += 1
        }
        if let login = index.logins.first, coverage.logins == 0 {
            entries.append((login.key, login.sample, index.logins.count))
            expected += 1
        }
        entries.sort { $0.sample.place.line < $1.sample.place.line }
        return (
            expected,
            entries.map { key, sample, count in
                Finding(
                    ruleID: rule.id, level: rule.level,
                    message: count == 1
                        ? "recorded once, and not made"
                        : "recorded \(count.grouped) times, and never made",
                    exchange: ExchangeReference(
                        line: sample.place.line, time: (sample.instant - index.start).iso8601,
                        method: key.method, target: key.target),
                    expected: "\(key.method) \(key.target)", seen: "no such request")
            }
        )
    }
}
