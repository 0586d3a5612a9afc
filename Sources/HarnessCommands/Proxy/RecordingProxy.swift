import HTTPMessages
import HTTPTypes
import Recordings
import Replaying
import Synchronization
import VirtualTime
import Wire

/// Stands in front of a device: passes on what clients ask and what the device answers and sends,
/// and records both as the client sees them.
final class RecordingProxy: Sendable {
    struct Configuration: Sendable {
        var upstream: Origin
        var trust = ServerTrust.system
        /// HTTPS with this identity, plain HTTP without.
        var identity: TLSIdentity?
        /// The name under which the device reaches this machine; nil where it cannot.
        var callbackHost: String?
        var deliversAnywhere = false
        /// How long the device may take for an answer.
        var patience = Duration.seconds(30)
    }

    /// A longer answer is not passed on.
    static let maximumBodyBytes = 64 << 20

    private struct State {
        var detour: DeliveryDetour?
        /// Where clients reach the proxy, as the last one called it.
        var publicOrigin = ""
        var streamCount = 0
        var said: Set<String> = []
        /// A service that answers nothing right is not complained of for ever.
        static let complaintLimit = 100
    }

    private let configuration: Configuration
    private let recorder: LiveRecorder
    private let clock: any RunningClock
    /// To the device.
    private let sender: HTTPSender
    /// To the listeners of clients, whose certificates are their own affair.
    private let deliverer: HTTPSender
    private let state = Mutex(State())

    init(_ configuration: Configuration, recorder: LiveRecorder, clock: any RunningClock) {
        self.configuration = configuration
        self.recorder = recorder
        self.clock = clock
        var relay = HTTPSender.Configuration()
        relay.isRelay = true
        relay.trust = configuration.trust
        sender = HTTPSender(relay)
        relay.trust = .anybody
        deliverer = HTTPSender(relay)
    }

    private var scheme: String { configuration.identity == nil ? "http" : "https" }

    /// Serves until the task is cancelled, or the recording cannot be written any more.
    ///
    /// - Parameter ready: Called with the port once requests are answered.
    func run(bind: String, port: Int, ready: (Int) -> Void) async throws {
        var serving = HTTPServer.Configuration()
        serving.bindAddress = bind
        serving.port = port
        serving.identity = try configuration.identity.map(ServerIdentity.init)
        let (exchanges, arrived) = AsyncStream<ProxiedExchange>.makeStream()
        let server: HTTPServer
        do {
            server = try await HTTPServer.start(serving) { [recorder, clock] request in
                let exchange = ProxiedExchange(request, at: recorder.open(at: clock.now()))
                arrived.yield(exchange)
                return .later(exchange.reply)
            }
        } catch let error as ListenError {
            throw CommandFailure.usage(error.description)
        }
        let names = (bind: Origin(host: bind, port: server.port), scheme: scheme)
        state.withLock { state in
            state.publicOrigin = "\(names.scheme)://\(names.bind.authority)"
            state.detour = configuration.callbackHost.map { host in
                let callback = Origin(host: host, port: server.port)
                return DeliveryDetour(to: "\(names.scheme)://\(callback.authority)")
            }
        }
        ready(server.port)
        await withDiscardingTaskGroup { group in
            group.addTask { [recorder] in
                while !Task.isCancelled, !recorder.hasFailed {
                    try? await Task.sleep(for: .milliseconds(100))
                }
                arrived.finish()
            }
            for await exchange in exchanges {
                group.addTask { await self.pass(exchange) }
            }
            group.cancelAll()
        }
        try await server.stop()
        await sender.shutdown()
        await deliverer.shutdown()
    }

    private func pass(_ exchange: ProxiedExchange) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                if exchange.request.path.hasPrefix(DeliveryDetour.pathPrefix) {
                    await self.deliver(exchange)
                } else {
                    await self.forward(exchange)
                }
            }
            group.addTask { for await _ in exchange.departures { break } }
            await group.next()
            group.cancelAll()
        }
    }

    private func say(_ text: String) {
        let isNew = state.withLock { state in
            state.said.count < State.complaintLimit && state.said.insert(text).inserted
        }
        if isNew { Console.complain(text) }
    }

    // MARK: From the client to the device

    private func forward(_ exchange: ProxiedExchange) async {
        if let unroutable = UnroutableRequest(exchange.request) {
            return answerItself(exchange, unroutable)
        }
        let upstream = configuration.upstream
        let host = exchange.request.head.headerFields[.host] ?? upstream.authority
        let origin = "\(scheme)://\(host)"
        var request = exchange.request.forwarded(
            to: upstream.authority, links: LinkRewriter(from: origin, to: upstream.description))
        // Asked before the lock is taken, for the answer may have to be told.
        let isDetoured = takesDeliveries(of: request)
        let whole = state.withLock { state in
            state.publicOrigin = origin
            if isDetoured, let body = state.detour?.redirect(request.body) { request.body = body }
            return state.detour?.shownToClient ?? [:]
        }
        let links = LinkRewriter(
            from: upstream.description, to: origin, replacingWhole: whole)
        let answer = RelayedAnswer(limit: Self.maximumBodyBytes) { head in
            self.openStream(exchange, head, links)
        }
        let result = await relay(request, to: upstream, by: sender, answer)
        if answer.isStream {
            answer.endStream(whole: result.isSuccess)
            return
        }
        let outcome = outcome(of: exchange, result, answer)
        conclude(exchange, request: exchange.request, .request, outcome) {
            $0.forwarded(links: links, isDecoded: $0.hasKnownCoding)
        }
    }

    /// Answers what the device is not asked. It does not stand in the recording, which says what
    /// the device answers.
    private func answerItself(_ exchange: ProxiedExchange, _ unroutable: UnroutableRequest) {
        let head = exchange.request.head
        say(
            "\(head.method.rawValue) \(exchange.request.target) is neither passed on nor recorded, "
                + "for \(unroutable.reason); it was answered \(unroutable.status.code) here")
        recorder.withdraw(exchange.place)
        exchange.reply.give(.respond(ResponseMessage(status: unroutable.status)))
    }

    /// Whether the request subscribes a listener whose events are to go by the proxy.
    private func takesDeliveries(of request: RequestMessage) -> Bool {
        guard request.head.method == .post || request.head.method == .patch,
            configuration.callbackHost != nil,
            let destination = DeliveryDetour.destination(in: request.body)
        else { return false }
        return mayDeliver(to: destination)
    }

    /// Whether a client's listener may be called from here. Otherwise the device calls it itself,
    /// and its events go past the recording.
    private func mayDeliver(to destination: String) -> Bool {
        guard let origin = Origin(url: destination, allowsTLS: true) else { return false }
        if origin.isLoopback || configuration.deliversAnywhere { return true }
        say(
            "events for \(origin.host) are not recorded: this machine delivers to itself only, "
                + "unless --deliver-anywhere is given")
        return false
    }

    private func openStream(
        _ exchange: ProxiedExchange, _ answer: ResponseMessage, _ links: LinkRewriter
    ) -> RecordedStream {
        let head = answer.forwarded(links: links, isDecoded: answer.hasKnownCoding)
        let number = state.withLock { state in
            state.streamCount += 1
            return state.streamCount
        }
        let stream = ResponseStream { exchange.departed() }
        recorder.close(
            exchange.place,
            with: .exchange(
                Exchange(
                    instant: exchange.place.instant, direction: .request,
                    request: exchange.request, response: head)))
        exchange.reply.give(.stream(head, stream))
        return RecordedStream(stream: stream, links: links) { [recorder, clock] payload in
            recorder.take([
                .streamed(StreamRecord(instant: clock.now(), stream: number, payload: payload))
            ])
        }
    }

    // MARK: From the device to the client

    private func deliver(_ exchange: ProxiedExchange) async {
        let (destination, publicOrigin) = state.withLock {
            ($0.detour?.destination(ofPath: exchange.request.path), $0.publicOrigin)
        }
        guard let destination, let (origin, path) = Origin.service(at: destination) else {
            recorder.withdraw(exchange.place)
            exchange.reply.give(.respond(ResponseMessage(status: .notFound)))
            return
        }
        var request = exchange.request.forwarded(
            to: origin.authority,
            links: LinkRewriter(from: configuration.upstream.description, to: publicOrigin))
        request.head.path = (path.isEmpty ? "/" : path) + query(of: destination)
        let answer = RelayedAnswer(limit: Self.maximumBodyBytes)
        let result = await relay(request, to: origin, by: deliverer, answer)
        let links = LinkRewriter(from: publicOrigin, to: configuration.upstream.description)
        let outcome = outcome(of: exchange, result, answer)
        conclude(exchange, request: request, .delivery, outcome) {
            $0.forwarded(links: links, isDecoded: $0.hasKnownCoding)
        }
    }

    private func query(of url: String) -> String {
        url.firstIndex(of: "?").map { String(url[$0...].prefix { $0 != "#" }) } ?? ""
    }

    // MARK: Both ways

    private func relay(
        _ request: RequestMessage, to origin: Origin, by sender: HTTPSender, _ answer: RelayedAnswer
    ) async -> Result<Void, RelayFailure> {
        let patience = configuration.patience
        return await withTaskGroup(of: Result<Void, RelayFailure>?.self) { group in
            group.addTask {
                await sender.relay(
                    request, to: origin, head: { answer.begin($0) }, part: { answer.append($0) })
            }
            group.addTask {
                try? await Task.sleep(for: patience)
                // A stream goes on as long as both sides like.
                while answer.isStream, !Task.isCancelled {
                    try? await Task.sleep(for: .seconds(3600))
                }
                return nil
            }
            let first = await group.next()
            group.cancelAll()
            return (first ?? nil) ?? .failure(.transport(.timeout))
        }
    }

    private func outcome(
        of exchange: ProxiedExchange, _ result: Result<Void, RelayFailure>,
        _ answer: RelayedAnswer
    ) -> RelayedAnswer.Outcome {
        let outcome = answer.outcome(result)
        if case .broken(_, _, fault: let fault?) = outcome {
            let method = exchange.request.head.method.rawValue
            say(
                "\(method) \(exchange.request.path): nothing can be passed on, for \(fault); "
                    + "whoever asked saw the connection reset")
        }
        return outcome
    }

    /// Records an exchange, and only then lets its sender see the end of it.
    private func conclude(
        _ exchange: ProxiedExchange, request: RequestMessage, _ direction: Exchange.Direction,
        _ outcome: RelayedAnswer.Outcome, _ forwarded: (ResponseMessage) -> ResponseMessage
    ) {
        if Task.isCancelled, !exchange.hasDeparted {
            // The proxy ends; how the exchange would have ended nobody knows.
            recorder.withdraw(exchange.place)
            exchange.reply.give(.resetConnection)
            return
        }
        var recorded = Exchange(
            instant: exchange.place.instant, direction: direction, request: request, response: nil)
        let reply: ServerReply
        switch outcome {
        case .whole(let answer):
            let response = forwarded(answer)
            recorded.response = response
            reply = .respond(response)
        case .unsent: return answerItself(exchange, .unsendable)
        case .broken(let part, let failure, fault: _):
            let length = part?.head.headerFields[.contentLength]
            (recorded.failure, reply) = Self.visible(
                failure, after: part.map(forwarded), announced: length)
        }
        recorder.close(exchange.place, with: .exchange(recorded))
        exchange.reply.give(reply)
    }

    /// What the other side can be made to see of a failure: who stands behind a proxy cannot be
    /// refused a connection any more.
    private static func visible(
        _ failure: TransportFailure, after part: ResponseMessage?, announced length: String?
    ) -> (TransportFailure, ServerReply) {
        if failure == .timeout { return (.timeout, .stall) }
        guard var part, failure == .shortBody || failure == .resetInBody else {
            return (.resetBeforeHead, .resetConnection)
        }
        let sent = part.body.count
        // A body that came without a length is short where its length says so.
        part.head.headerFields[.contentLength] = length ?? "\(sent + 1)"
        return failure == .shortBody
            ? (.shortBody, .truncate(part, afterBodyBytes: sent))
            : (.resetInBody, .resetInBody(part, afterBodyBytes: sent))
    }
}

extension Result {
    fileprivate var isSuccess: Bool { if case .success = self { true } else { false } }
}
