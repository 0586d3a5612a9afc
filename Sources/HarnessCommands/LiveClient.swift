import HTTPMessages
import JSONText
import ReferenceClient
import Scenarios
import VirtualTime
import Wire

/// Runs the reference aggregator on the wall clock against a service.
struct LiveClient: Sendable {
    let configuration: EnergyAggregator.Configuration
    let origin: Origin
    let end: VirtualInstant?

    private enum Event: Sendable {
        case answered(Result<ResponseMessage, TransportFailure>)
        /// The client's listener was called, or time has passed.
        case looked
        case stop
    }

    func run() async throws -> EnergyAggregator.Outcome {
        let clock = WallClock()
        let host = ClientHost(now: { clock.now() })
        let (events, event) = AsyncStream<Event>.makeStream()
        let listener = try await HTTPServer.start { request in
            defer { event.yield(.looked) }
            return .respond(host.answer(request))
        }
        var configuration = configuration
        configuration.callbackURL = "http://127.0.0.1:\(listener.port)/events"
        host.install(EnergyAggregator(configuration: configuration))
        let sender = HTTPSender()
        let termination = TerminationSignals()
        host.receive(.start)
        let outcome = await withTaskGroup(of: Void.self) { group in
            group.addTask {
                for await _ in termination.signals { event.yield(.stop) }
            }
            group.addTask {
                while !Task.isCancelled {
                    try? await Task.sleep(for: .milliseconds(100))
                    event.yield(.looked)
                }
            }
            var state = State()
            state.perform(host.takeActions())
            send(&state, &group, sender, event)
            for await happened in events where state.outcome == nil {
                take(happened, host, &state, clock)
                send(&state, &group, sender, event)
                if state.outcome != nil { break }
            }
            group.cancelAll()
            termination.stop()
            return state.outcome
        }
        await sender.shutdown()
        try await listener.stop()
        return outcome ?? .done
    }

    /// What the client has asked for.
    private struct State {
        var toSend: RequestMessage?
        var wake: VirtualInstant?
        var outcome: EnergyAggregator.Outcome?
        var isStopping = false

        mutating func perform(_ actions: [EnergyAggregator.Action]) {
            for action in actions {
                switch action {
                case .send(let request): toSend = request
                case .wake(let instant): wake = instant
                case .claim(let claim): Console.say(claim.compactText)
                case .log(let line): Console.complain(line)
                case .finish(let outcome): self.outcome = outcome
                case .answer: break
                }
            }
        }
    }

    private func take(
        _ event: Event, _ host: ClientHost, _ state: inout State, _ clock: WallClock
    ) {
        switch event {
        case .answered(.success(let response)): host.receive(.response(response))
        case .answered(.failure(let failure)): host.receive(.failure(failure))
        case .stop: stop(host, &state)
        case .looked:
            if let end, clock.now() >= end { stop(host, &state) }
            if let wake = state.wake, wake <= clock.now() {
                state.wake = nil
                host.receive(.wake)
            }
        }
        state.perform(host.takeActions())
    }

    private func stop(_ host: ClientHost, _ state: inout State) {
        guard !state.isStopping else { return }
        state.isStopping = true
        host.receive(.stop)
    }

    private func send(
        _ state: inout State, _ group: inout TaskGroup<Void>, _ sender: HTTPSender,
        _ event: AsyncStream<Event>.Continuation
    ) {
        guard let request = state.toSend else { return }
        state.toSend = nil
        group.addTask { event.yield(.answered(await sender.send(request, to: origin))) }
    }
}
