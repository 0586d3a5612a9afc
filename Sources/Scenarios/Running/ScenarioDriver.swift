import DequeModule
package import HTTPMessages
import HTTPTypes
package import Recordings
package import ReferenceClient
import SmartPDU
import VirtualTime

/// Plays a scenario on the virtual clock: one thing at a time, and time moves only when nothing is
/// under way.
///
/// Every delay and every timeout, the client's included, is an instant that somebody asked to be
/// woken at, so the order of everything follows from the scenario alone, whatever the transport.
package struct ScenarioDriver {
    /// How the run went, for the checks of conduct.
    package struct Result: Sendable {
        /// Nil where the client had not finished when the run was ended.
        package var clientOutcome: EnergyAggregator.Outcome?
        package var stepsReached = 0
        /// Steps never played, where they were not played in the timeline's order.
        package var stepsMissed: [Scenario.TimelineStep]?
        package var faultCounts: [(name: String, count: Int)] = []
        /// Log lines of the client, in order.
        package var clientLog: [String] = []
        /// How the program ended, where the client was one.
        package var program: ProgramEnd?

        package init() {}
    }

    /// The client went on sending without time passing, or did not end.
    package struct RunawayClient: Error {}

    private let scenario: Scenario
    private let device: DeviceHost
    private let client: ClientHost
    private let transport: any ScenarioTransport
    private let clock: VirtualClock
    private let ledger: InFlightLedger
    private let recorder: EntryRecorder

    private var work: Deque<Work> = []
    private var clientWake: VirtualInstant?
    private var result = Result()
    private var isStopping = false
    /// When the client, told to stop, is to be started again.
    private var restartInstant: VirtualInstant?

    private enum Work {
        case send(RequestMessage)
        case deliver(Delivery)
    }

    /// More exchanges than this at one instant are a client that never comes to rest.
    private static let exchangesPerInstantLimit = 100_000
    /// How much longer than the scenario a client may take to end.
    private static let stoppingGrace = VirtualDuration.minutes(10)

    init(
        scenario: Scenario, device: DeviceHost, client: ClientHost,
        transport: any ScenarioTransport, clock: VirtualClock, ledger: InFlightLedger,
        recorder: EntryRecorder
    ) {
        self.scenario = scenario
        self.device = device
        self.client = client
        self.transport = transport
        self.clock = clock
        self.ledger = ledger
        self.recorder = recorder
    }

    mutating func run() async throws -> Result {
        client.receive(.start)
        try await settle()
        while let next = nextInstant() {
            try Task.checkCancellation()
            // In process nothing else waits, and whoever would cancel the run needs a turn too.
            await Task.yield()
            clock.advance(to: next)
            perform(at: next)
            try await settle()
            await recorder.handOver()
        }
        result.faultCounts = device.faultCounts
        return result
    }

    // MARK: Time

    private func nextInstant() -> VirtualInstant? {
        var candidates = [clientWake].compactMap(\.self)
        if let restartInstant, result.clientOutcome != nil { candidates.append(restartInstant) }
        if result.clientOutcome == nil || !isStopping {
            if let wake = device.nextWake { candidates.append(wake) }
        }
        if result.stepsReached < scenario.timeline.count {
            candidates.append(
                scenario.start + scenario.timeline[result.stepsReached].offset)
        }
        if !isStopping { candidates.append(scenario.end) }
        guard let next = candidates.min(), next <= scenario.end + Self.stoppingGrace else {
            return nil
        }
        return max(next, clock.now)
    }

    /// Does what is due: the device first, then the scenario's steps, then the client.
    private mutating func perform(at instant: VirtualInstant) {
        if let wake = device.nextWake, wake <= instant { device.wake() }
        while result.stepsReached < scenario.timeline.count {
            let step = scenario.timeline[result.stepsReached]
            guard scenario.start + step.offset <= instant else { break }
            device.perform(step)
            result.stepsReached += 1
            if let pause = step.clientPause, result.clientOutcome == nil {
                restartInstant = instant + pause
                client.receive(.stop)
            }
        }
        restart(at: instant)
        if !isStopping, instant >= scenario.end {
            isStopping = true
            if result.clientOutcome == nil { client.receive(.stop) }
        } else if let wake = clientWake, wake <= instant {
            clientWake = nil
            client.receive(.wake)
        }
    }

    /// Starts the client again, once it has come to its end and it is time.
    private mutating func restart(at instant: VirtualInstant) {
        guard let due = restartInstant, due <= instant, result.clientOutcome != nil else { return }
        restartInstant = nil
        result.clientOutcome = nil
        client.restart()
        client.receive(.start)
    }

    // MARK: Work

    /// Carries out everything that needs no time to pass.
    private mutating func settle() async throws {
        var exchanges = 0
        collect()
        while !work.isEmpty {
            exchanges += 1
            guard exchanges <= Self.exchangesPerInstantLimit else { throw RunawayClient() }
            switch work.removeFirst() {
            case .send(let request):
                switch await transport.send(request) {
                case .success(let response): client.receive(.response(response))
                case .failure(let failure): client.receive(.failure(failure))
                }
            case .deliver(let delivery): await deliver(delivery)
            }
            await ledger.quiescence()
            collect()
        }
    }

    private mutating func deliver(_ delivery: Delivery) async {
        let outcome: Swift.Result<ResponseMessage, TransportFailure> =
            result.clientOutcome == nil
            ? await transport.deliver(delivery.request, to: delivery.destination)
            : .failure(.refused)
        let response = try? outcome.get()
        let failure: TransportFailure? = if case .failure(let seen) = outcome { seen } else { nil }
        collect()
        recorder.take(
            .exchange(
                Exchange(
                    instant: clock.now, direction: .delivery, request: delivery.request,
                    response: response?.withoutTransport, failure: failure)))
        device.deliveryEnded(delivery, outcome)
    }

    /// Hands entries to the recorder and takes over what is to be done.
    private mutating func collect() {
        let drained = device.drain()
        for entry in drained.entries { recorder.take(entry) }
        work += drained.deliveries.map(Work.deliver)
        for action in client.takeActions() {
            switch action {
            case .send(let request): work.append(.send(request))
            case .wake(let instant): clientWake = instant
            case .claim(let claim):
                recorder.take(.claim(ClaimRecord(instant: clock.now, claim: claim)))
            case .log(let line): result.clientLog.append(line)
            case .finish(let outcome):
                result.clientOutcome = outcome
                clientWake = nil
            case .answer: break
            }
        }
    }
}

extension ResponseMessage {
    /// Without the reason phrase and the fields, which only carry the message.
    package var withoutTransport: ResponseMessage {
        var response = self
        response.head.status = HTTPResponse.Status(code: status)
        response.head.headerFields[.contentLength] = nil
        response.head.headerFields[.connection] = nil
        response.head.headerFields[.date] = nil
        return response
    }
}
