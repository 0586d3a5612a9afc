import HTTPMessages
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

    /// How often the device is looked after where nothing else calls for it.
    private static let tick = Duration.milliseconds(100)

    /// Serves until the process is told to stop.
    ///
    /// - Parameter ready: Called with the port once requests are answered.
    func run(bind: String, port: Int, ready: (Int) -> Void) async throws {
        var configuration = HTTPServer.Configuration()
        configuration.bindAddress = bind
        configuration.port = port
        let (signals, signal) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let server: HTTPServer
        do {
            server = try await HTTPServer.start(configuration) { request in
                defer { signal.yield() }
                return .respond(host.handle(request))
            }
        } catch let error as ListenError {
            throw CommandFailure.usage(error.description)
        }
        let termination = TerminationSignals()
        ready(server.port)
        let sender = HTTPSender()
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                for await _ in termination.signals { break }
                signal.finish()
            }
            group.addTask {
                while !Task.isCancelled {
                    try? await Task.sleep(for: Self.tick)
                    signal.yield()
                }
            }
            var stepsReached = 0
            for await _ in signals {
                perform(&stepsReached)
                for delivery in host.drain().deliveries {
                    group.addTask { await deliver(delivery, with: sender, then: signal) }
                }
            }
            group.cancelAll()
        }
        termination.stop()
        await sender.shutdown()
        try await server.stop()
    }

    private func perform(_ stepsReached: inout Int) {
        let now = clock.now()
        if let wake = host.nextWake, wake <= now { host.wake() }
        let steps = scenario.orderedTimeline
        while stepsReached < steps.count, scenario.start + steps[stepsReached].offset <= now {
            host.perform(steps[stepsReached])
            stepsReached += 1
        }
    }

    /// Deliveries leave this machine only where that was asked for.
    private func deliver(
        _ delivery: Delivery, with sender: HTTPSender, then signal: AsyncStream<Void>.Continuation
    ) async {
        var status: Int?
        if let origin = Origin(url: delivery.destination), origin.isLoopback || deliversAnywhere {
            status = try? await sender.send(delivery.request, to: origin).get().status
        }
        host.deliveryEnded(delivery, status: status)
        signal.yield()
    }
}

extension Origin {
    /// The origin of an absolute `http` URL, or nil.
    init?(url: String) {
        guard url.hasPrefix("http://") else { return nil }
        let authority = url.dropFirst("http://".count).prefix { $0 != "/" && $0 != "?" }
        let parts = authority.split(separator: ":", omittingEmptySubsequences: false)
        if parts.count == 2, let port = Int(parts[1]), (1...65_535).contains(port) {
            self.init(host: String(parts[0]), port: port)
        } else if parts.count == 1, !authority.isEmpty {
            self.init(host: String(authority), port: 80)
        } else {
            return nil
        }
    }

    var isLoopback: Bool {
        host == "localhost" || host == "::1" || host.hasPrefix("127.")
    }
}
