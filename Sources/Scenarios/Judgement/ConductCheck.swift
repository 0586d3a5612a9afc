package import Findings
import HTTPMessages
import HTTPTypes
import JSONText
package import Recordings
import ReferenceClient
import VirtualTime

/// Holds a run against its scenario, strictly both ways: a step never reached, a fault never
/// played, an expected event or request that never came, and one that came too often, each fail it.
package struct ConductCheck {
    private let scenario: Scenario
    private var eventCounts: [Int]
    private var requestCounts: [Int]
    private let requestPatterns: [PathPattern]
    private var lastLine = 1

    package init(_ scenario: Scenario) {
        self.scenario = scenario
        eventCounts = Array(repeating: 0, count: scenario.expectation.events.count)
        requestCounts = Array(repeating: 0, count: scenario.expectation.requests.count)
        requestPatterns = scenario.expectation.requests.map { PathPattern($0.path) }
    }

    package mutating func observe(_ entry: RecordEntry) {
        guard case .exchange(let exchange) = entry else { return }
        switch exchange.direction {
        case .request:
            for (index, request) in scenario.expectation.requests.enumerated()
            where request.method == exchange.request.head.method.rawValue
                && requestPatterns[index].matches(exchange.request.path)
            {
                requestCounts[index] += 1
            }
        case .delivery:
            guard !eventCounts.isEmpty,
                let records = (try? JSONValue(parsing: exchange.request.body))?["Events"]?.array
            else { return }
            for record in records { count(record, at: exchange.instant) }
        }
    }

    private mutating func count(_ record: JSONValue, at instant: VirtualInstant) {
        guard let id = record["MessageId"]?.string else { return }
        let parts = id.split(separator: ".")
        let key = "\(parts.first ?? "").\(parts.last ?? "")"
        let origin = record["OriginOfCondition"]?["@odata.id"]?.string ?? ""
        let offset = instant - scenario.start
        for (index, expected) in scenario.expectation.events.enumerated()
        where expected.message == key && (expected.origin.map(origin.hasSuffix) ?? true)
            && offset >= (expected.from ?? .zero) && offset <= (expected.until ?? scenario.duration)
        {
            eventCounts[index] += 1
        }
    }

    // MARK: Verdicts

    package func finish(_ result: ScenarioDriver.Result) -> CheckGroup {
        let results = [
            stepResult(result), faultResult(result), eventResult(), requestResult(),
            outcomeResult(result),
        ]
        let measure = [
            "\(result.stepsReached) of \(scenario.timeline.count.counted("step"))",
            "\(result.faultCounts.count { $0.count > 0 }) of "
                + scenario.faults.count.counted("fault"),
            eventCounts.reduce(0, +).counted("expected event"),
            "client \(result.clientOutcome?.rawValue ?? "did not end")",
        ]
        return CheckGroup(
            name: "scenario", measure: measure.joined(separator: ", "), results: results)
    }

    private func stepResult(_ result: ScenarioDriver.Result) -> RuleResult {
        let missed = scenario.orderedTimeline.dropFirst(result.stepsReached)
        return Self.result(
            Self.stepReached, isExercised: !scenario.timeline.isEmpty,
            measure: "\(result.stepsReached) of \(scenario.timeline.count) reached",
            findings: missed.map { step in
                finding(
                    Self.stepReached, "the step \(step.action) was never reached",
                    expected: "at \(step.offset.iso8601)", seen: "the run ended before")
            })
    }

    private func faultResult(_ result: ScenarioDriver.Result) -> RuleResult {
        let silent = result.faultCounts.filter { $0.count == 0 }
        return Self.result(
            Self.faultPlayed, isExercised: !result.faultCounts.isEmpty,
            measure:
                "\(result.faultCounts.count - silent.count) of \(result.faultCounts.count) played",
            findings: silent.map {
                finding(
                    Self.faultPlayed, "\($0.name) never played", expected: "at least once",
                    seen: "no request matched")
            })
    }

    private func eventResult() -> RuleResult {
        var findings: [Finding] = []
        for (expected, count) in zip(scenario.expectation.events, eventCounts) {
            let isRight = expected.count.map { $0 == count } ?? (count > 0)
            guard !isRight else { continue }
            let window = [expected.from, expected.until].compactMap { $0?.iso8601 }
            findings.append(
                finding(
                    Self.expectedEvent,
                    "\(expected.message) of \(expected.origin ?? "any origin") came "
                        + count.counted("time"),
                    expected: (expected.count.map(String.init) ?? "at least 1")
                        + (window.isEmpty ? "" : " between \(window.joined(separator: " and "))"),
                    seen: String(count)))
        }
        return Self.result(
            Self.expectedEvent, isExercised: !eventCounts.isEmpty,
            measure: "\(eventCounts.reduce(0, +).grouped) came", findings: findings)
    }

    private func requestResult() -> RuleResult {
        var findings: [Finding] = []
        for (expected, count) in zip(scenario.expectation.requests, requestCounts) {
            let range = "\(expected.atLeast)…\(expected.atMost.map(String.init) ?? "")"
            guard count < expected.atLeast || count > expected.atMost ?? .max else { continue }
            findings.append(
                finding(
                    Self.expectedRequest,
                    "\(expected.method) \(expected.path) came \(count.counted("time"))",
                    expected: range, seen: String(count)))
        }
        return Self.result(
            Self.expectedRequest, isExercised: !requestCounts.isEmpty,
            measure: "\(requestCounts.reduce(0, +).grouped) came", findings: findings)
    }

    private func outcomeResult(_ result: ScenarioDriver.Result) -> RuleResult {
        let expected = scenario.expectation.outcome.rawValue
        let seen = result.clientOutcome?.rawValue ?? "it did not end"
        return Self.result(
            Self.clientOutcome, isExercised: true, measure: seen,
            findings: seen == expected
                ? []
                : [
                    finding(
                        Self.clientOutcome, "the client did not end as the scenario expects",
                        expected: expected, seen: seen)
                ])
    }

    private func finding(
        _ rule: Rule, _ message: String, expected: String, seen: String
    ) -> Finding {
        Finding(
            ruleID: rule.id, level: rule.level, message: message, expected: expected, seen: seen)
    }

    private static func result(
        _ rule: Rule, isExercised: Bool, measure: String, findings: [Finding]
    ) -> RuleResult {
        let verdict: Verdict = findings.isEmpty ? (isExercised ? .pass : .notExercised) : .fail
        return RuleResult(rule: rule, verdict: verdict, measure: measure, findings: findings)
    }
}

extension ConductCheck {
    private static let source = "pdu-harness: a scenario is strict both ways"

    static let stepReached = Rule(
        "scenario/step-reached", .policy, .fail,
        "Every step of the scenario's timeline is reached.", source: source)
    static let faultPlayed = Rule(
        "scenario/fault-played", .policy, .fail, "Every fault of the scenario plays at least once.",
        source: source)
    static let expectedEvent = Rule(
        "scenario/expected-event", .policy, .fail,
        "Every event that the scenario expects is delivered, as often as it says.", source: source)
    static let expectedRequest = Rule(
        "scenario/expected-request", .policy, .fail,
        "Every request that the scenario expects is made, within its bounds.", source: source)
    static let clientOutcome = Rule(
        "scenario/client-outcome", .policy, .fail, "The client ends as the scenario expects.",
        source: source)

    package static let rules = [
        stepReached, faultPlayed, expectedEvent, expectedRequest, clientOutcome,
    ]
}
