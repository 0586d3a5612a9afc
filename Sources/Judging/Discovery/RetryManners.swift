import Findings
import HTTPTypes
import Recordings
import VirtualTime

extension DiscoveryCheck {
    static let retryAfter = Rule(
        "client/E02-retry-after", .policy, .fail,
        "What was answered by 503 or 429 with Retry-After is not asked for again before its time. "
            + "It is counted by the scenario's clock, as everything that the device says.",
        source: RuleSource.policy("RFC 9110 \"HTTP Semantics\" 10.2.3 asks for this wait"))

    static let hammering = Rule(
        "client/E05-no-hammering", .policy, .fail,
        "What fails, with no answer or with 5xx or 429, is not repeated again and again at once: "
            + "\(RetryManners.hasteLimit) times in a row less than a second later by the "
            + "scenario's clock are the most.",
        source: RuleSource.policy("a device that is down must be able to come back"))
}

/// How a client treats a service that fails, or that asks for patience.
struct RetryManners {
    /// More than any backoff begins with.
    static let hasteLimit = 10
    private static let haste = VirtualDuration.seconds(1)
    /// A Date, which clients may count from, is up to a second old.
    private static let dateResolution = VirtualDuration.seconds(1)

    private struct Key: Hashable {
        var method: HTTPRequest.Method
        var target: String
    }

    private struct Refusal {
        var instant: VirtualInstant
        /// Until when the service wants patience, where it says so.
        var notBefore: VirtualInstant?
        var hastyRepeats: Int
    }

    private let start: VirtualInstant
    private let asksByItself: Bool
    private var refusals: [Key: Refusal] = [:]
    private(set) var retryAfterTally = RuleTally(DiscoveryCheck.retryAfter)
    private(set) var hammeringTally = RuleTally(DiscoveryCheck.hammering)

    init(start: VirtualInstant, _ duties: ClientDuties) {
        self.start = start
        asksByItself = duties.asksByItself
    }

    mutating func observe(_ exchange: ObservedExchange) {
        let hasFailed =
            exchange.exchange.failure != nil
            || exchange.status.map { $0 >= 500 || $0 == 429 } ?? false
        guard hasFailed || !refusals.isEmpty else { return }
        // Streams have a rule of their own, as their answers have no end.
        guard exchange.request.accept?.contains("text/event-stream") != true else { return }
        let key = Key(method: exchange.method, target: exchange.target)
        let last = refusals.removeValue(forKey: key)
        if let last { judge(exchange, after: last) }
        guard hasFailed else { return }
        let isHasty = last.map { exchange.instant - $0.instant < Self.haste } ?? false
        refusals[key] = Refusal(
            instant: exchange.instant, notBefore: patience(askedBy: exchange),
            hastyRepeats: isHasty ? (last?.hastyRepeats ?? 0) + 1 : 0)
    }

    private func patience(askedBy exchange: ObservedExchange) -> VirtualInstant? {
        guard exchange.status == 503 || exchange.status == 429 else { return nil }
        return exchange.response.retryAfter
            .flatMap { retryDelay($0, at: exchange.instant) }
            .map { exchange.instant + $0 }
    }

    private mutating func judge(_ exchange: ObservedExchange, after last: Refusal) {
        let pause = exchange.instant - last.instant
        if let notBefore = last.notBefore {
            guard asksByItself else { return }
            retryAfterTally.check()
            guard exchange.instant + Self.dateResolution < notBefore else { return }
            retryAfterTally.find(
                "the service asked for patience, and was asked the same again before the time",
                at: exchange.reference,
                expected: "not before \((notBefore - start).iso8601)",
                seen: "\(pause.iso8601) after the refusal at \((last.instant - start).iso8601)")
        } else {
            hammeringTally.check()
            guard pause < Self.haste, last.hastyRepeats + 1 > Self.hasteLimit else { return }
            hammeringTally.find(
                "a request that fails is repeated again and again at once",
                at: exchange.reference,
                expected: "growing pauses; at most \(Self.hasteLimit) repeats in a row within a "
                    + "second of each other",
                seen: "repeat \((last.hastyRepeats + 1).grouped), after \(pause.iso8601)")
        }
    }
}

/// How long a Retry-After asks the client to wait: seconds, or until an HTTP date. What is longer
/// than a year counts as a year.
///
/// Source: RFC 9110 "HTTP Semantics", 10.2.3.
func retryDelay(_ text: String, at instant: VirtualInstant) -> VirtualDuration? {
    let longest: Int64 = 366 * 86_400
    if let seconds = Int64(text) { return seconds >= 0 ? .seconds(min(seconds, longest)) : nil }
    return VirtualInstant(httpDate: text).map { min(max(.zero, $0 - instant), .seconds(longest)) }
}
