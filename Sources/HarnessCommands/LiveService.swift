import HTTPMessages
import HTTPTypes
import Recordings
import Scenarios
import SmartPDU
import VirtualTime
import Wire

/// Plays a device on the wall clock: answers requests, lets happen what is due, delivers events.
struct LiveService: Sendable {
    let host: DeviceHost
    let scenario: Scenario
    let clock: WallClock
    let deliversAnywhere: Bool
    /// Where everything is recorded, or nil.
    var recorder: LiveRecorder?
    /// HTTPS with this identity, plain HTTP without.
    var identity: TLSIdentity?
    /// A port on which plain HTTP is sent on to HTTPS, where there is one.
    var redirectPort: Int?

    /// Where what outlasts the service is kept, or nil.
    var stateFile: StateFile?

    /// How often the device is looked after where nothing else calls for it.
    private static let tick = Duration.milliseconds(100)

    /// Serves until the task is cancelled.
    ///
    /// - Parameter ready: Called with the port once requests are answered.
    func run(bind: String, port: Int, ready: (Int) -> Void) async throws {
        var configuration = HTTPServer.Configuration()
        configuration.bindAddress = bind
        configuration.port = port
        configuration.refusal = { host.refusal($0) }
        let served = try identity.map(ServerIdentity.init)
        configuration.identity = served
        let (signals, signal) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let streams = OpenStreams()
        let server: HTTPServer
        do {
            server = try await HTTPServer.start(configuration) { request in
                var stream: ResponseStream?
                let answer = host.answer(request) { number in
                    stream = streams.open(number) {
                        host.streamClosed(number)
                        signal.yield()
                    }
                }
                if answer.hasWork {
                    replaceCertificate(of: served)
                    signal.yield()
                }
                return stream.map { .stream(answer.response, $0) } ?? .respond(answer.response)
            }
        } catch let error as ListenError {
            throw CommandFailure.usage(error.description)
        }
        let redirector = try await redirector(bind: bind, to: server.port)
        host.listens(
            Listening(
                httpPort: identity == nil ? server.port : redirector?.port,
                httpsPort: identity == nil ? nil : server.port,
                certificate: try identity?.served()),
            certificateReader: served.map(certificateReader))
        ready(server.port)
        let sender = HTTPSender()
        await withDiscardingTaskGroup { group in
            group.addTask {
                while !Task.isCancelled {
                    try? await Task.sleep(for: Self.tick)
                    signal.yield()
                }
            }
            var stepsReached = 0
            for await _ in signals {
                perform(&stepsReached)
                if let wake = host.nextWake, wake <= clock.now() { signal.yield() }
                let drained = host.drain()
                recorder?.take(drained.entries)
                streams.perform(drained.streamWork)
                for delivery in drained.deliveries {
                    group.addTask { await deliver(delivery, with: sender, then: signal) }
                }
            }
            group.cancelAll()
        }
        try await redirector?.stop()
        try await server.stop()
        await sender.shutdown()
        // Nobody is answered any more, so nothing can be missed.
        recorder?.take(host.drain().entries)
    }

    private func certificateReader(
        of served: ServerIdentity
    ) -> @Sendable (_ pem: String) -> ServedCertificate? {
        { pem in
            guard let identity = served.identity.replaced(by: pem) else { return nil }
            return try? identity.served()
        }
    }

    /// Puts a certificate that a client has installed into service; the next connection sees it.
    private func replaceCertificate(of served: ServerIdentity?) {
        guard let served, let pem = host.takeCertificate(),
            let identity = served.identity.replaced(by: pem)
        else { return }
        do {
            try served.replace(by: identity)
        } catch {
            Console.say("the certificate installed cannot be served: \(error)")
        }
    }

    /// Answers every plain request with its HTTPS address.
    private func redirector(bind: String, to securePort: Int) async throws -> HTTPServer? {
        guard let redirectPort else { return nil }
        var configuration = HTTPServer.Configuration()
        configuration.bindAddress = bind
        configuration.port = redirectPort
        do {
            return try await HTTPServer.start(configuration) { request in
                let name = request.head.headerFields[.host].flatMap { Origin(authority: $0) }?.host
                let origin = Origin(host: name ?? bind, port: securePort)
                let location = "https://\(origin.authority)\(request.target)"
                return .respond(
                    ResponseMessage(status: .permanentRedirect, fields: [.location: location]))
            }
        } catch let error as ListenError {
            throw CommandFailure.usage(error.description)
        }
    }

    private func perform(_ stepsReached: inout Int) {
        let now = clock.now()
        if let wake = host.nextWake, wake <= now { host.wake() }
        let steps = scenario.timeline
        while stepsReached < steps.count, scenario.start + steps[stepsReached].offset <= now {
            host.perform(steps[stepsReached])
            stepsReached += 1
        }
    }

    /// Deliveries leave this machine only where that was asked for.
    private func deliver(
        _ delivery: Delivery, with sender: HTTPSender, then signal: AsyncStream<Void>.Continuation
    ) async {
        var outcome = Result<ResponseMessage, TransportFailure>.failure(.withheld)
        if let origin = Origin(url: delivery.destination, allowsTLS: true),
            origin.isLoopback || deliversAnywhere
        {
            outcome = await sender.send(
                delivery.request, to: origin, verifiesCertificate: delivery.verifiesCertificate)
        }
        recorder?.take([.exchange(Exchange(delivery, outcome, at: clock.now()))])
        host.deliveryEnded(delivery, outcome)
        signal.yield()
    }
}

extension Exchange {
    /// A delivery as it ended.
    fileprivate init(
        _ delivery: Delivery, _ outcome: Result<ResponseMessage, TransportFailure>,
        at instant: VirtualInstant
    ) {
        var failure: TransportFailure?
        if case .failure(let kind) = outcome { failure = kind }
        self.init(
            instant: instant, direction: .delivery, request: delivery.request,
            response: try? outcome.get(), failure: failure)
    }
}
