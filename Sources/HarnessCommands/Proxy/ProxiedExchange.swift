import HTTPMessages
import Recordings
import Replaying
import Synchronization
import Wire

/// A request that has come in and is to be answered by another.
final class ProxiedExchange: Sendable {
    let request: RequestMessage
    let place: LiveRecorder.Place
    let reply: DeferredReply
    /// Tells when whoever asked has gone.
    let departures: AsyncStream<Void>
    private let departure: AsyncStream<Void>.Continuation
    private let state: Departed

    /// Whether whoever asked has gone.
    private final class Departed: Sendable {
        let isSo = Mutex(false)
    }

    var hasDeparted: Bool { state.isSo.withLock { $0 } }

    init(_ request: RequestMessage, at place: LiveRecorder.Place) {
        self.request = request
        self.place = place
        let (departures, departure) = AsyncStream<Void>.makeStream()
        self.departures = departures
        self.departure = departure
        let state = Departed()
        self.state = state
        reply = DeferredReply {
            state.isSo.withLock { $0 = true }
            departure.yield()
        }
    }

    /// Whoever read a stream has gone.
    func departed() {
        state.isSo.withLock { $0 = true }
        departure.yield()
    }
}

/// Gathers an answer, or passes it on where it is a stream of events.
final class RelayedAnswer: Sendable {
    enum Outcome {
        case whole(ResponseMessage)
        /// What had arrived, where the head had; and why it is none to be passed on, where that is
        /// not for the transport to say.
        case broken(ResponseMessage?, TransportFailure, fault: String? = nil)
        /// Nobody was asked.
        case unsent
    }

    private struct State {
        var answer: ResponseMessage?
        var stream: RecordedStream?
        var isTooLong = false
    }

    private let state = Mutex(State())
    private let limit: Int
    private let openStream: (@Sendable (ResponseMessage) -> RecordedStream)?

    /// - Parameter openStream: Begins to answer with a stream; nil where nobody asked for one.
    init(
        limit: Int, openStream: (@Sendable (ResponseMessage) -> RecordedStream)? = nil
    ) {
        self.limit = limit
        self.openStream = openStream
    }

    var isStream: Bool { state.withLock { $0.stream != nil } }

    func begin(_ head: ResponseMessage) {
        let stream =
            head.isEventStream && head.status == 200 && !head.hasUnknownCoding
            ? openStream?(head) : nil
        state.withLock { state in
            state.answer = head
            state.stream = stream
        }
    }

    func append(_ bytes: [UInt8]) {
        let stream = state.withLock { state -> RecordedStream? in
            if let stream = state.stream { return stream }
            if (state.answer?.body.count ?? 0) + bytes.count > limit {
                state.isTooLong = true
            } else {
                state.answer?.body += bytes
            }
            return nil
        }
        stream?.take(bytes)
    }

    func endStream(whole: Bool) {
        state.withLock { $0.stream }?.end(whole: whole)
    }

    func outcome(_ result: Result<Void, RelayFailure>) -> Outcome {
        let (answer, isTooLong) = state.withLock { ($0.answer, $0.isTooLong) }
        switch result {
        case .failure(.unsendable): return .unsent
        case .failure(.malformed(let words)):
            return .broken(nil, .other, fault: "the answer is no HTTP: \(words)")
        case .failure(.transport(.other)):
            let fault = answer == nil ? "there is no way to it" : "the answer cannot be read"
            return .broken(answer, .other, fault: fault)
        case .failure(.transport(let failure)): return .broken(answer, failure)
        case .success:
            guard let answer else {
                return .broken(nil, .other, fault: "the answer has no head")
            }
            if isTooLong {
                return .broken(
                    nil, .other, fault: "the answer is longer than \(limit >> 20) MiB")
            }
            if answer.hasUnknownCoding {
                return .broken(nil, .other, fault: "the answer is in an unknown encoding")
            }
            return .whole(answer)
        }
    }
}

/// A stream of events on its way through, recorded event by event.
final class RecordedStream: Sendable {
    private let stream: ResponseStream
    private let reader = Mutex(EventStreamReader())
    private let links: LinkRewriter
    private let record: @Sendable (StreamRecord.Payload?) -> Void

    init(
        stream: ResponseStream, links: LinkRewriter,
        record: @escaping @Sendable (StreamRecord.Payload?) -> Void
    ) {
        self.stream = stream
        self.links = links
        self.record = record
    }

    func take(_ bytes: [UInt8]) {
        for item in reader.withLock({ $0.take(bytes) }) {
            switch item {
            case .line(let line): stream.write(links.json(line) ?? line)
            case .payload(var payload):
                payload.body = links.json(payload.body) ?? payload.body
                record(payload)
            }
        }
    }

    /// - Parameter whole: False where the device broke off.
    func end(whole: Bool) {
        stream.write(reader.withLock { $0.end() })
        if whole { stream.end() } else { stream.cut() }
        record(nil)
    }
}
