import HTTPMessages
import JSONText
import ReferenceClient
import Scenarios
import VirtualTime
import Wire

/// Runs the reference aggregator on a clock that runs by itself, against a service.
struct LiveClient: Sendable {
    let configuration: EnergyAggregator.Configuration
    let origin: Origin
    let trust: ServerTrust
    let clock: any RunningClock
    /// Where the clock is the client's to move.
    var control: ControlClient?
    let end: VirtualInstant?
    /// What an earlier run has kept.
    var memory: EnergyAggregator.Memory?
    /// Takes each claim as one line.
    let claim: @Sendable (String) throws -> Void
    /// Takes what the next run needs.
    var keep: @Sendable (EnergyAggregator.Memory) throws -> Void = { _ in }

    private enum Event: Sendable {
        case answered(Result<ResponseMessage, TransportFailure>)
        /// The client's listener was called, or time has passed.
        case looked
        /// The clock was moved; nil where nobody moves it any more.
        case moved(ControlClient.Passage?)
        case stop
    }

    /// - Throws: ``CommandFailure`` where the service never answered.
    func run() async throws -> EnergyAggregator.Outcome {
        let clock = clock
        let host = ClientHost(now: { clock.now() })
        let (events, event) = AsyncStream<Event>.makeStream()
        let listener = try await HTTPServer.start { request in
            defer { event.yield(.looked) }
            return .respond(host.answer(request))
        }
        var configuration = configuration
        configuration.callbackURL = "http://127.0.0.1:\(listener.port)/events"
        host.install(EnergyAggregator(configuration: configuration, memory: memory))
        var sending = HTTPSender.Configuration()
        sending.trust = trust
        let sender = HTTPSender(sending)
        await control?.join(with: sender)
        let termination = TerminationSignals()
        // Whoever is told to stop a second time still keeps what it has to.
        defer { termination.stop() }
        host.receive(.start)
        let outcome: (ended: EnergyAggregator.Outcome?, unreached: TransportFailure?)
        outcome = try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for await _ in termination.signals { event.yield(.stop) }
            }
            group.addTask {
                while !Task.isCancelled {
                    try? await Task.sleep(for: .milliseconds(100))
                    event.yield(.looked)
                }
            }
            defer { group.cancelAll() }
            var state = State()
            try perform(host.takeActions(), &state)
            proceed(&state, &group, sender, event)
            for await happened in events where state.outcome == nil {
                try take(happened, host, &state)
                proceed(&state, &group, sender, event)
                if state.outcome != nil { break }
            }
            return (state.outcome, state.wasAnswered ? nil : state.failure)
        }
        await sender.shutdown()
        try await listener.stop()
        if let memory = host.memory { try keep(memory) }
        if let failure = outcome.unreached {
            throw CommandFailure(
                status: 1, description: "\(origin) never answered: \(failure.rawValue)")
        }
        return outcome.ended ?? .done
    }

    /// What the client has asked for.
    private struct State {
        var toSend: RequestMessage?
        var wake: VirtualInstant?
        /// The wake for which somebody waits.
        var awaitedWake: VirtualInstant?
        var isWaitingForAnswer = false
        var isMovingClock = false
        /// As far as the clock was moved, where it is over.
        var reached: VirtualInstant?
        var outcome: EnergyAggregator.Outcome?
        var isStopping = false
        var wasAnswered = false
        /// The latest failure to get an answer.
        var failure: TransportFailure?
    }

    private func perform(_ actions: [EnergyAggregator.Action], _ state: inout State) throws {
        for action in actions {
            switch action {
            case .send(let request): state.toSend = request
            case .wake(let instant): state.wake = instant
            case .claim(let claim): try self.claim(claim.compactText)
            case .log(let line): Console.complain(line)
            case .finish(let outcome): state.outcome = outcome
            case .answer: break
            }
        }
    }

    private func take(_ event: Event, _ host: ClientHost, _ state: inout State) throws {
        switch event {
        case .answered(let answer):
            state.isWaitingForAnswer = false
            switch answer {
            case .success(let response):
                state.wasAnswered = true
                host.receive(.response(response))
            case .failure(let failure):
                state.failure = failure
                host.receive(.failure(failure))
            }
        case .moved(let passage):
            state.isMovingClock = false
            let hasPassed =
                passage.map { reached in state.wake.map { reached.instant >= $0 } ?? true } ?? false
            if passage == nil { Console.complain("nobody moves the clock any more") }
            if passage?.isOver ?? true {
                // Whoever is stopping and still waits for a time that does not come is done.
                if state.isStopping, !hasPassed, passage?.instant == state.reached {
                    state.outcome = .done
                }
                stop(host, &state)
            }
            state.reached = passage?.instant
            wakeIfDue(host, &state)
        case .stop: stop(host, &state)
        case .looked:
            if let end, clock.now() >= end { stop(host, &state) }
            wakeIfDue(host, &state)
        }
        try perform(host.takeActions(), &state)
    }

    private func wakeIfDue(_ host: ClientHost, _ state: inout State) {
        guard let wake = state.wake, wake <= clock.now() else { return }
        state.wake = nil
        host.receive(.wake)
    }

    private func stop(_ host: ClientHost, _ state: inout State) {
        guard !state.isStopping else { return }
        state.isStopping = true
        host.receive(.stop)
    }

    /// Sends what is to be sent, and sees to it that somebody looks when the client is due.
    private func proceed(
        _ state: inout State, _ group: inout ThrowingTaskGroup<Void, any Error>,
        _ sender: HTTPSender, _ event: AsyncStream<Event>.Continuation
    ) {
        // What is to be done at an instant is done before time goes on, and the other way round.
        guard !state.isMovingClock else { return }
        if let request = state.toSend {
            state.toSend = nil
            state.isWaitingForAnswer = true
            group.addTask { event.yield(.answered(await sender.send(request, to: origin))) }
        }
        guard let wake = state.wake else { return }
        if let control {
            guard !state.isWaitingForAnswer, state.outcome == nil else { return }
            state.isMovingClock = true
            group.addTask { event.yield(.moved(await control.advance(to: wake, with: sender))) }
        } else if wake != state.awaitedWake {
            state.awaitedWake = wake
            group.addTask {
                try? await clock.sleep(until: wake)
                event.yield(.looked)
            }
        }
    }
}
