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
    private let client: ClientUnderTest?
    private let countsRequests: Bool
    private var eventCounts: [Int]
    private var requestCounts: [Int]
    /// When each expected event was taken last, and when the client wanted no more of any.
    private var lastTaken: [VirtualInstant?]
    private var unsubscribed: VirtualInstant?

    /// - Parameters:
    ///   - client: What is asked of a client other than the built-in one.
    ///   - countsRequests: False where the clock is too fast for a client to make all of them.
    package init(
        _ scenario: Scenario, client: ClientUnderTest? = nil, countsRequests: Bool = true
    ) {
        self.scenario = scenario
        self.client = client
        self.countsRequests = countsRequests
        eventCounts = Array(repeating: 0, count: scenario.expectation.events.count)
        requestCounts = Array(repeating: 0, count: scenario.expectation.requests.count)
        lastTaken = Array(repeating: nil, count: scenario.expectation.events.count)
    }

    package mutating func observe(_ entry: RecordEntry) {
        guard case .exchange(let exchange) = entry else { return }
        switch exchange.direction {
        case .request:
            if exchange.request.head.method == .delete,
                exchange.request.path.contains("/Subscriptions/")
            {
                unsubscribed = exchange.instant
            }
            for (index, request) in scenario.expectation.requests.enumerated()
            where request.pattern.matches(exchange.request) { requestCounts[index] += 1 }
        case .delivery:
            // A delivery that was not taken is repeated, and counts when it is.
            guard !eventCounts.isEmpty, (200..<300).contains(exchange.response?.status ?? 0),
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
        // When it happened, where the record says so: on a paced clock it comes some time later.
        let happened = record["EventTimestamp"]?.string.flatMap { VirtualInstant(iso8601: $0) }
        let offset = (happened ?? instant) - scenario.start
        for (index, expected) in scenario.expectation.events.enumerated()
        where expected.message == key && (expected.origin.map(origin.hasSuffix) ?? true)
            && offset >= (expected.from ?? .zero) && offset <= (expected.until ?? scenario.duration)
        {
            eventCounts[index] += 1
            lastTaken[index] = instant
        }
    }

    /// Whether an event was still coming, one after the other, when the client ended: on a clock too
    /// fast for a burst of them, that says nothing about the client.
    private func isStillComing(_ index: Int, _ expected: Expectation.Event) -> Bool {
        guard let client, !client.allowance.isExact, let last = lastTaken[index],
            eventCounts[index] < expected.count ?? 1
        else { return false }
        let end = min(scenario.end, unsubscribed ?? scenario.end)
        return end - last <= client.allowance.delay
    }

    // MARK: Verdicts

    package func finish(_ result: ScenarioDriver.Result) -> CheckGroup {
        let results =
            [
                stepResult(result), faultResult(result), eventResult(), requestResult(),
                outcomeResult(result),
            ] + (result.program.map { [Self.programResult($0)] } ?? [])
            + (client.map { [exercisedResult($0)] } ?? [])
        let measure = [
            "\(result.stepsReached) of \(scenario.timeline.count.counted("step"))",
            "\(result.faultCounts.count { $0.count > 0 }) of "
                + scenario.faults.count.counted("fault"),
            eventCounts.reduce(0, +).counted("expected event"),
            result.program.map { "client \($0.summary)" }
                ?? "client \(result.clientOutcome?.rawValue ?? "did not end")",
        ]
        return CheckGroup(
            name: "scenario", measure: measure.joined(separator: ", "), results: results)
    }

    private func stepResult(_ result: ScenarioDriver.Result) -> RuleResult {
        let missed = result.stepsMissed ?? Array(scenario.timeline.dropFirst(result.stepsReached))
        return Self.result(
            Self.stepReached, isExercised: !scenario.timeline.isEmpty,
            measure: "\(result.stepsReached) of \(scenario.timeline.count) reached",
            findings: missed.map { step in
                Self.finding(
                    Self.stepReached, "the step \(step.action) was never reached",
                    expected: "at \(step.offset.iso8601)", seen: "the run ended before")
            })
    }

    private func faultResult(_ result: ScenarioDriver.Result) -> RuleResult {
        let silent = result.faultCounts.filter { $0.count == 0 && !mayMiss($0.name) }
        let played = result.faultCounts.count { $0.count > 0 }
        return Self.result(
            Self.faultPlayed, isExercised: played > 0,
            measure: "\(played) of \(result.faultCounts.count) played",
            findings: silent.map {
                Self.finding(
                    Self.faultPlayed, "\($0.name) never played", expected: "at least once",
                    seen: "no request matched")
            })
    }

    /// Whether a client may do all its polls and miss the fault's window: on a clock that runs by
    /// itself they come late, and a window no longer than an interval may pass between two.
    private func mayMiss(_ name: String) -> Bool {
        guard let client, !client.allowance.isExact,
            let fault = scenario.faults.first(where: { $0.name == name }), let until = fault.until
        else { return false }
        return until - fault.from <= scenario.client.pollInterval + client.allowance.delay
    }

    private func eventResult() -> RuleResult {
        guard client?.does.contains(.subscribe) ?? true else {
            return RuleResult(rule: Self.expectedEvent, verdict: .notApplicable, measure: "")
        }
        var findings: [Finding] = []
        var cutOff = 0
        for (index, expected) in scenario.expectation.events.enumerated() {
            let count = eventCounts[index]
            let isRight = expected.count.map { $0 == count } ?? (count > 0)
            guard !isRight else { continue }
            if isStillComing(index, expected) {
                cutOff += 1
                continue
            }
            let window = [expected.from, expected.until].compactMap { $0?.iso8601 }
            findings.append(
                Self.finding(
                    Self.expectedEvent,
                    "\(expected.message) of \(expected.origin ?? "any origin") came "
                        + count.counted("time"),
                    expected: (expected.count.map(String.init) ?? "at least 1")
                        + (window.isEmpty ? "" : " between \(window.joined(separator: " and "))"),
                    seen: String(count)))
        }
        return Self.result(
            Self.expectedEvent, isExercised: cutOff < eventCounts.count,
            measure: "\(eventCounts.reduce(0, +).grouped) came"
                + (cutOff > 0 ? ", and more were coming: the clock is too fast for so many" : ""),
            findings: findings)
    }

    private func requestResult() -> RuleResult {
        var findings: [Finding] = []
        for (expected, count) in zip(scenario.expectation.requests, requestCounts)
        where countsRequests {
            let range = "\(expected.atLeast)…\(expected.atMost.map(String.init) ?? "")"
            guard count < expected.atLeast || count > expected.atMost ?? .max else { continue }
            // Whoever logs in by every request, or not at all, opens no sessions.
            if client != nil, count == 0 { continue }
            findings.append(
                Self.finding(
                    Self.expectedRequest,
                    "\(expected.pattern.method.rawValue) \(expected.pattern.path.text) came "
                        + count.counted("time"),
                    expected: range, seen: String(count)))
        }
        return Self.result(
            Self.expectedRequest,
            isExercised: client == nil
                ? !requestCounts.isEmpty : countsRequests && requestCounts.contains { $0 > 0 },
            measure: "\(requestCounts.reduce(0, +).grouped) came", findings: findings)
    }

    /// How the client program ended.
    package static func programResult(_ end: ProgramEnd) -> RuleResult {
        let findings = end.problem.map { problem in
            finding(
                programEnd, problem,
                expected: end.expected, seen: end.lastWords ?? "no output")
        }
        return result(
            programEnd, isExercised: true, measure: end.summary,
            findings: findings.map { [$0] } ?? [])
    }

    private func outcomeResult(_ result: ScenarioDriver.Result) -> RuleResult {
        guard result.program?.problem == nil else {
            return RuleResult(rule: Self.clientOutcome, verdict: .notExercised, measure: "")
        }
        let expected = scenario.expectation.outcome.rawValue
        let seen = result.clientOutcome?.rawValue ?? "it did not end"
        return Self.result(
            Self.clientOutcome, isExercised: true, measure: seen,
            findings: seen == expected
                ? []
                : [
                    Self.finding(
                        Self.clientOutcome, "the client did not end as the scenario expects",
                        expected: expected, seen: seen)
                ])
    }

    /// A client that polls and comes when the scenario is over, as one may that is started elsewhere on a clock
    /// that runs by itself, has seen nothing of it. That none came at all is told apart.
    private func exercisedResult(_ client: ClientUnderTest) -> RuleResult {
        guard client.does.contains(.poll), !client.allowance.isExact,
            let first = client.firstRequest
        else {
            return RuleResult(rule: Self.exercised, verdict: .notExercised, measure: "")
        }
        let seen = "first request at \((first - scenario.start).iso8601)"
        return Self.result(
            Self.exercised, isExercised: true, measure: seen,
            findings: first < scenario.end
                ? []
                : [
                    Self.finding(
                        Self.exercised,
                        "nothing was read while the scenario went on",
                        expected: "a first request before \(scenario.duration.iso8601); the clock "
                            + "does not wait for the client, and a slower one leaves more time",
                        seen: seen)
                ])
    }

    private static func finding(
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

    static let programEnd = Rule(
        "scenario/client-program", .policy, .fail,
        "The client program works until it is told to stop, and then ends.", source: source)

    static let exercised = Rule(
        "scenario/exercised", .policy, .fail,
        "A client that polls begins before the scenario is over.", source: source)

    package static let rules = [
        stepReached, faultPlayed, expectedEvent, expectedRequest, clientOutcome, programEnd,
        exercised,
    ]
}
