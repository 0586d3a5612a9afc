import HTTPMessages
import HTTPTypes
import Recordings
import Scenarios
import SmartPDU
import VirtualTime
import Wire

/// Plays a device on a clock that runs by itself: answers requests, lets happen what is due, delivers events.
struct LiveService: Sendable {
    let host: DeviceHost
    let clock: any RunningClock
    let deliversAnywhere: Bool
    /// Where everything is recorded, or nil.
    var recorder: LiveRecorder?
    /// HTTPS with this identity, plain HTTP without.
    var identity: TLSIdentity?
    /// A port on which plain HTTP is sent on to HTTPS, where there is one.
    var redirectPort: Int?

    /// Where what outlasts the service is kept, or nil.
    var stateFile: StateFile?
    /// Counts what passes, or nil.
    var traffic: ServerTraffic?

    /// What moves the clock, where it does not run by itself.
    var stepped: SteppedTime?

    /// How often at least the device is looked after where nothing else calls for it.
    private static let tick = Duration.milliseconds(100)

    /// What the parts of a service under way share.
    private struct Work {
        /// Something is to be looked after.
        let signals: AsyncStream<Void>
        let signal: AsyncStream<Void>.Continuation
        let streams = OpenStreams()
        /// HTTPS with this identity, which may be replaced.
        let served: ServerIdentity?

        init(served: ServerIdentity?) {
            self.served = served
            (signals, signal) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        }
    }

    /// Serves until the task is cancelled.
    ///
    /// - Parameter ready: Called with the port once requests are answered.
    func run(bind: String, port: Int, ready: (Int) -> Void) async throws {
        let work = Work(served: try identity.map(ServerIdentity.init))
        let server = try await listen(bind, port, work)
        try await ensuring {
            let redirector = try await redirector(bind: bind, to: server.port)
            try await ensuring {
                host.listens(
                    Listening(
                        httpPort: identity == nil ? shownPort(server.port) : redirector?.port,
                        httpsPort: identity == nil ? nil : shownPort(server.port),
                        certificate: try identity?.served()),
                    certificateReader: work.served.map(certificateReader))
                ready(server.port)
                await attend(work)
            } finally: {
                try await redirector?.stop()
            }
        } finally: {
            try await server.stop()
        }
        // Nobody is answered any more, so nothing can be missed.
        recorder?.take(host.drain().entries)
        if let stateFile {
            _ = stateFile.keep(host)
            if let failure = stateFile.failure { throw failure }
        }
    }

    /// Begins to answer requests.
    private func listen(_ bind: String, _ port: Int, _ work: Work) async throws -> HTTPServer {
        var configuration = HTTPServer.Configuration()
        configuration.bindAddress = bind
        configuration.port = port
        configuration.refusal = { host.refusal($0) }
        configuration.identity = work.served
        configuration.traffic = traffic
        do {
            return try await HTTPServer.start(configuration) { answer($0, work) }
        } catch let error as ListenError {
            throw CommandFailure.usage(error.description)
        }
    }

    private func answer(_ request: RequestMessage, _ work: Work) -> ServerReply {
        var stream: ResponseStream?
        let answer = host.answer(request) { number in
            stream = work.streams.open(number) {
                host.streamClosed(number)
                work.signal.yield()
            }
        }
        if answer.hasWork {
            replaceCertificate(of: work.served)
            work.signal.yield()
        }
        if request.mayChangeState, let stateFile, !stateFile.keep(host) {
            // What is not kept must not be told to be done.
            work.signal.yield()
            return .respond(host.refusal(.internalServerError))
        }
        guard let stream, case .success(let response) = answer.outcome else {
            return ServerReply(answer.outcome)
        }
        return .stream(response, stream)
    }

    /// Looks after the device, until the task is cancelled or its state cannot be kept.
    private func attend(_ work: Work) async {
        let sender = HTTPSender()
        stepped?.attach { work.signal.yield() }
        await withDiscardingTaskGroup { group in
            group.addTask {
                while !Task.isCancelled {
                    try? await Task.sleep(for: timeUntilDue)
                    work.signal.yield()
                }
            }
            var waiting: [Delivery] = []
            for await _ in work.signals {
                if let stepped {
                    await makeSteps(stepped, &waiting, work.streams, sender, work.signal)
                    continue
                }
                host.catchUp()
                if let due = host.nextDue, due <= clock.now() { work.signal.yield() }
                let drained = host.drain()
                recorder?.take(drained.entries)
                work.streams.perform(drained.streamWork)
                for delivery in drained.deliveries {
                    let place = recorder?.open(at: clock.now())
                    group.addTask {
                        await deliver(delivery, place, with: sender, then: work.signal)
                    }
                }
                if let stateFile, !stateFile.keep(host) { break }
            }
            group.cancelAll()
        }
        stepped?.end()
        await sender.shutdown()
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

    private var timeUntilDue: Duration {
        guard let due = host.nextDue else { return Self.tick }
        return min(Self.tick, max(.milliseconds(1), clock.realTime(until: due) ?? Self.tick))
    }

    /// What the device says of its port. On a clock that is moved a recording is the same every
    /// time, and a free port is not.
    private func shownPort(_ port: Int) -> Int {
        guard stepped != nil else { return port }
        return identity == nil ? 80 : 443
    }

    /// Deliveries leave this machine only where that was asked for.
    func deliver(
        _ delivery: Delivery, _ place: LiveRecorder.Place?, with sender: HTTPSender,
        then signal: AsyncStream<Void>.Continuation
    ) async {
        var outcome = Result<ResponseMessage, TransportFailure>.failure(.withheld)
        if let origin = Origin(url: delivery.destination, allowsTLS: true),
            origin.isLoopback || deliversAnywhere
        {
            outcome = await sender.send(
                delivery.request, to: origin, verifiesCertificate: delivery.verifiesCertificate)
        }
        if let place {
            recorder?.close(place, with: .exchange(Exchange(delivery, outcome, at: place.instant)))
        }
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
            response: (try? outcome.get())?.withoutTransport, failure: failure)
    }
}

extension RequestMessage {
    fileprivate var mayChangeState: Bool {
        head.method != .get && head.method != .head && head.method != .options
    }
}
