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

    /// How often at least the device is looked after where nothing else calls for it.
    private static let tick = Duration.milliseconds(100)

    /// Serves until the task is cancelled.
    ///
    /// - Parameter ready: Called with the port once requests are answered.
    func run(bind: String, port: Int, ready: (Int) -> Void) async throws {
        var configuration = HTTPServer.Configuration()
        configuration.bindAddress = bind
        configuration.port = port
        configuration.identity = identity
        let (signals, signal) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let server: HTTPServer
        do {
            server = try await HTTPServer.start(configuration) { request in
                let (response, hasDeliveries) = host.answer(request)
                if hasDeliveries { signal.yield() }
                return .respond(response)
            }
        } catch let error as ListenError {
            throw CommandFailure.usage(error.description)
        }
        let redirector = try await redirector(bind: bind, to: server.port)
        ready(server.port)
        let sender = HTTPSender()
        await withDiscardingTaskGroup { group in
            group.addTask {
                while !Task.isCancelled {
                    try? await Task.sleep(for: timeUntilDue)
                    signal.yield()
                }
            }
            for await _ in signals {
                host.catchUp()
                let (entries, deliveries) = host.drain()
                recorder?.take(entries)
                for delivery in deliveries {
                    let place = recorder?.open(at: clock.now())
                    group.addTask { await deliver(delivery, place, with: sender, then: signal) }
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

    /// Answers every plain request with its HTTPS address.
    private func redirector(bind: String, to securePort: Int) async throws -> HTTPServer? {
        guard let redirectPort else { return nil }
        var configuration = HTTPServer.Configuration()
        configuration.bindAddress = bind
        configuration.port = redirectPort
        do {
            return try await HTTPServer.start(configuration) { request in
                let name = request.head.headerFields[.host].flatMap(Origin.init(authority:))?.host
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
        return min(Self.tick, max(.milliseconds(1), clock.realTime(until: due)))
    }

    /// Deliveries leave this machine only where that was asked for.
    private func deliver(
        _ delivery: Delivery, _ place: LiveRecorder.Place?, with sender: HTTPSender,
        then signal: AsyncStream<Void>.Continuation
    ) async {
        var outcome = Result<ResponseMessage, TransportFailure>.failure(.refused)
        if let origin = Origin(url: delivery.destination), origin.isLoopback || deliversAnywhere {
            outcome = await sender.send(delivery.request, to: origin)
        }
        if let place {
            recorder?.close(place, with: .exchange(Exchange(delivery, outcome, at: place.instant)))
        }
        host.deliveryEnded(delivery, status: (try? outcome.get())?.status)
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
