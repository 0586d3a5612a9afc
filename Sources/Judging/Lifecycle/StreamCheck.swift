import Findings
import HTTPTypes
import Recordings
import VirtualTime

/// Follows the client's streams of server-sent events.
final class StreamCheck: Check {
    private struct Stream {
        var opened: ExchangeReference
        var isOpen = true
        /// When the device ended it.
        var ended: VirtualInstant?
    }

    private let facts: DeviceFacts
    private let duties: ClientDuties
    private var streams: [Stream] = []
    private var lastEventID: String?
    private var refusal: (instant: VirtualInstant, notBefore: VirtualInstant)?

    private var opensTally = RuleTally(StreamCheck.opens)
    private var resumesTally = RuleTally(StreamCheck.resumes)
    private var refusedTally = RuleTally(StreamCheck.refused)

    init(_ facts: DeviceFacts, _ duties: ClientDuties) {
        self.facts = facts
        self.duties = duties
    }

    /// Whether the rules bind this client, by its word or by what it did.
    var isConcerned: Bool { !streams.isEmpty || refusal != nil || duties.streams != nil }

    func observe(_ exchange: ObservedExchange) {
        guard exchange.isFromClient, exchange.method == .get else { return }
        let isStream = exchange.response.contentType?.hasPrefix("text/event-stream") ?? false
        let accept = exchange.request.accept
        // Nearly every request asks for this, and a day has a hundred thousand of them.
        let asksForStream =
            accept != "application/json" && accept?.contains("text/event-stream") ?? false
        guard isStream || asksForStream else { return }
        judgeRetry(exchange)
        if isStream, exchange.isSuccess {
            judgeResumption(exchange)
            streams.append(Stream(opened: exchange.reference))
        } else if let status = exchange.status, status >= 400 {
            let wait = exchange.response.retryAfter.flatMap {
                retryDelay($0, at: exchange.instant)
            }
            refusal = (
                exchange.instant, exchange.instant + (wait ?? .seconds(Self.shortestWaitSeconds))
            )
        }
    }

    /// How soon a refused stream may be asked for again where the service does not say.
    private static let shortestWaitSeconds: Int64 = 1

    private func judgeRetry(_ exchange: ObservedExchange) {
        guard let refusal else { return }
        self.refusal = nil
        refusedTally.check()
        guard exchange.instant < refusal.notBefore else { return }
        refusedTally.find(
            "a refused stream was asked for again at once", at: exchange.reference,
            expected: "not before \((refusal.notBefore - facts.start).iso8601)",
            seen: "after \((exchange.instant - refusal.instant).iso8601)")
    }

    private func judgeResumption(_ exchange: ObservedExchange) {
        guard let lastEventID, streams.last?.isOpen == false else { return }
        resumesTally.check()
        guard exchange.request.lastEventID != lastEventID else { return }
        resumesTally.find(
            "the stream was opened again without saying what came last", at: exchange.reference,
            expected: "Last-Event-ID: \(lastEventID)",
            seen: exchange.request.lastEventID.map { "Last-Event-ID: \($0)" } ?? "no Last-Event-ID")
    }

    func observe(_ record: StreamRecord) {
        guard streams.indices.contains(record.stream - 1) else { return }
        if let payload = record.payload {
            if payload.isEvent { lastEventID = payload.id }
        } else {
            streams[record.stream - 1].isOpen = false
            streams[record.stream - 1].ended = record.instant
        }
    }

    func finish(at end: VirtualInstant) -> CheckGroup {
        if duties.streams == true {
            opensTally.check()
            if streams.isEmpty {
                opensTally.find(
                    "the client never opened a stream", at: nil,
                    expected: "GET of the ServerSentEventUri, answered 200", seen: "none")
            } else if let last = streams.last, let ended = last.ended,
                end - ended > duties.pollCycle
            {
                opensTally.find(
                    "the stream ended at \((ended - facts.start).iso8601) and was not opened again",
                    at: last.opened, expected: "another within \(duties.pollCycle.iso8601)",
                    seen: "none until the end")
            }
        }
        let binds = duties.streams == true || !streams.isEmpty
        return CheckGroup(
            name: "event streams",
            measure: binds ? "\(streams.count.counted("stream"))" : "",
            results: [
                opensTally.result("duty", "duties", isApplicable: duties.streams == true),
                resumesTally.result("reopening", isApplicable: binds),
                refusedTally.result("refusal", isApplicable: binds),
            ])
    }
}

extension StreamCheck {
    static let opens = Rule(
        "client/streams", .policy, .fail,
        "A client that takes events by stream opens one, and opens another where it ends.",
        source: RuleSource.policy("what the client says it does"))

    static let resumes = Rule(
        "client/V13-resumes-stream", .should, .fail,
        "A client that opens its stream again says by Last-Event-ID what came last.",
        source: RuleSource.specification("12.5 Server-sent events"))

    static let refused = Rule(
        "client/V14-refused-stream", .should, .warn,
        "A stream that was refused is asked for again no sooner than Retry-After says, or after a "
            + "second.",
        source: RuleSource.specification("12.5.1 Event service: the answer to a refused stream"))

    static let rules = [opens, resumes, refused]
}
