import HTTPMessages
import HTTPTypes
import VirtualTime

/// When something that failed may be tried again.
struct RetryPolicy {
    /// How often one request is sent at most before it is given up until the next poll.
    static let attemptLimit = 3
    /// How often credentials are tried at most. Far below any sensible lockout threshold, because
    /// attempts during a lockout prolong it.
    static let credentialAttemptLimit = 2

    private var jitter: RandomStream

    init(seed: UInt64) {
        jitter = RandomStream(seed: seed, label: "retry jitter")
    }

    /// Doubles with every failure up to the cap, plus up to a quarter so that many clients of one
    /// device do not return in step.
    mutating func delay(
        afterFailures failures: Int, base: VirtualDuration = .seconds(1),
        cap: VirtualDuration = .minutes(5)
    ) -> VirtualDuration {
        let doublings = min(max(failures - 1, 0), 20)
        let plain = min(base.milliseconds << doublings, cap.milliseconds)
        return .milliseconds(plain + jitter.integer(in: 0...max(plain / 4, 1)))
    }

    /// The instant before which the service asks not to be tried again.
    ///
    /// Source: RFC 9110, "HTTP Semantics", clause 10.2.3: seconds or an HTTP date.
    static func retryInstant(of response: ResponseMessage, now: VirtualInstant) -> VirtualInstant? {
        guard let text = response.head.headerFields[.retryAfter] else { return nil }
        if let seconds = Int64(text), (0...86_400).contains(seconds) {
            return now + .seconds(seconds)
        }
        return VirtualInstant(httpDate: text)
    }
}
