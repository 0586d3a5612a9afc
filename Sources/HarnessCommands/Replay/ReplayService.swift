import Findings
import HTTPMessages
import HTTPTypes
import JSONText
import Recordings
import Replaying
import Synchronization
import VirtualTime
import Wire

/// Serves the device of a recording, and sends its events at their times.
final class ReplayService: PlayedDevice {
    private struct State {
        var device: ReplayDevice
        var streams: [Int: ResponseStream] = [:]
        var lastConnection = 0
    }

    private let state: Mutex<State>
    private let clock: any RunningClock
    /// What moves the clock, where it does not run by itself.
    private let stepped: SteppedTime?
    private let identity: TLSIdentity?
    private let deliversAnywhere: Bool
    /// Where what is answered is recorded, or nil.
    private let recorder: LiveRecorder?
    /// How often, on a clock that runs by itself, we look for what is due.
    private static let tick = Duration.milliseconds(10)

    init(
        _ device: ReplayDevice, clock: any RunningClock, stepped: SteppedTime? = nil,
        identity: TLSIdentity?, deliversAnywhere: Bool, recorder: LiveRecorder?
    ) {
        state = Mutex(State(device: device))
        self.clock = clock
        self.stepped = stepped
        self.identity = identity
        self.deliversAnywhere = deliversAnywhere
        self.recorder = recorder
    }

    /// What is to be said of the clients.
    func findings(isStrict: Bool) -> CheckGroup {
        state.withLock { $0.device.findings(isStrict: isStrict) }
    }

    /// The energy registers as they are shown now.
    var registers: (instant: VirtualInstant, [(path: String, kilowattHours: JSONNumber)]) {
        state.withLock { state in
            let now = clock.now()
            return (now, state.device.registers(at: now))
        }
    }

    func note(_ entries: (VirtualInstant) -> [RecordEntry]) {
        state.withLock { _ in recorder?.take(entries(clock.now())) }
    }

    /// Serves until the task is cancelled.
    ///
    /// - Parameter ready: Called with the port once requests are answered.
    func run(bind: String, port: Int, ready: (Int) -> Void) async throws {
        var configuration = HTTPServer.Configuration()
        configuration.bindAddress = bind
        configuration.port = port
        configuration.identity = try identity.map(ServerIdentity.init)
        configuration.refusal = { status in
            .replayRefusal(status, "The request never reached the replay.")
        }
        let server: HTTPServer
        do {
            server = try await HTTPServer.start(configuration) {
                let connection = ReplayConnection(number: self.nextConnection()) { number in
                    self.state.withLock { $0.device.connectionClosed(number) }
                }
                return { self.answer($0, connection: connection.number) }
            }
        } catch let error as ListenError {
            throw CommandFailure.usage(error.description)
        }
        ready(server.port)
        var trust = HTTPSender.Configuration()
        trust.trust = .anybody
        let sender = HTTPSender(trust)
        if let stepped {
            await followSteps(of: stepped, sender)
            stepped.end()
        } else {
            await followClock(sender)
        }
        try await server.stop()
        await sender.shutdown()
    }

    private func nextConnection() -> Int {
        state.withLock { state in
            state.lastConnection += 1
            return state.lastConnection
        }
    }

    /// Sends events at their times, each without waiting for the one before to be answered.
    private func followClock(_ sender: HTTPSender) async {
        await withDiscardingTaskGroup { group in
            while !Task.isCancelled {
                let now = clock.now()
                let due = takeDue(at: now)
                for delivery in due.deliveries {
                    let place = recorder?.open(at: now)
                    group.addTask { await self.deliver(delivery, place, at: now, with: sender) }
                }
                for item in due.streamed { write(item.payload, to: item.stream, at: now) }
                try? await Task.sleep(for: Self.tick)
            }
            group.cancelAll()
        }
    }

    /// Makes the steps that are wanted. On a clock that is moved one thing happens after another:
    /// every event is answered before the next is sent.
    private func followSteps(of stepped: SteppedTime, _ sender: HTTPSender) async {
        let (signals, signal) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        stepped.attach { signal.yield() }
        for await _ in signals {
            while !Task.isCancelled, let step = stepped.next() {
                step.done(await make(step, on: stepped.clock, sender))
            }
        }
    }

    private func make(
        _ step: SteppedTime.Step, on clock: SteppedClock, _ sender: HTTPSender
    ) async -> SteppedTime.Passage {
        var passage = SteppedTime.Passage(instant: clock.now(), deliveries: 0)
        while !Task.isCancelled {
            let now = clock.now()
            let due = takeDue(at: now)
            for delivery in due.deliveries {
                await deliver(delivery, recorder?.open(at: now), at: now, with: sender)
            }
            for item in due.streamed { write(item.payload, to: item.stream, at: now) }
            let events = due.streamed.count { $0.payload?.isEvent ?? false }
            passage.deliveries += due.deliveries.count + events
            if step.stopsAtDelivery, passage.deliveries > 0 { break }
            let next = state.withLock { $0.device.nextDue }
            guard now < step.target || next.map({ $0 <= now }) ?? false else { break }
            clock.advance(to: next.map { min($0, step.target) } ?? step.target)
        }
        passage.instant = clock.now()
        return passage
    }

    private func takeDue(
        at now: VirtualInstant
    ) -> (
        deliveries: [ReplayDevice.Delivery],
        streamed: [(stream: Int, payload: StreamRecord.Payload?)]
    ) {
        state.withLock { state in
            (state.device.takeDeliveries(at: now), state.device.takeStreamed(at: now))
        }
    }

    private func answer(_ request: RequestMessage, connection: Int) -> ServerReply {
        state.withLock { state in
            let now = clock.now()
            let answer = state.device.answer(request, connection: connection, at: now)
            recorder?.take([
                .exchange(
                    Exchange(
                        instant: now, direction: .request, request: request,
                        response: answer.response, failure: answer.failure, fault: answer.fault))
            ])
            guard let response = answer.response else { return Self.reply(answer.failure) }
            guard let number = answer.stream else { return .respond(response) }
            let stream = ResponseStream { [weak self] in
                self?.state.withLock { state in
                    state.streams[number] = nil
                    state.device.streamClosed(number)
                }
            }
            state.streams[number] = stream
            return .stream(response, stream)
        }
    }

    /// A recorded failure as a client sees it again.
    private static func reply(_ failure: TransportFailure?) -> ServerReply {
        let begun = ResponseMessage(
            status: .ok, fields: [.contentType: "application/json", .contentLength: "2"],
            body: Array("{".utf8))
        return switch failure {
        case .timeout: .stall
        case .shortBody: .truncate(begun, afterBodyBytes: 1)
        case .resetInBody: .resetInBody(begun, afterBodyBytes: 1)
        default: .resetConnection
        }
    }

    private func write(
        _ payload: StreamRecord.Payload?, to number: Int, at now: VirtualInstant
    ) {
        let stream = state.withLock { $0.streams[number] }
        recorder?.take([.streamed(StreamRecord(instant: now, stream: number, payload: payload))])
        if let payload { stream?.write(payload.eventStreamBytes) } else { stream?.end() }
    }

    /// Deliveries leave this machine only where that was asked for.
    private func deliver(
        _ delivery: ReplayDevice.Delivery, _ place: LiveRecorder.Place?, at now: VirtualInstant,
        with sender: HTTPSender
    ) async {
        var outcome = Result<ResponseMessage, TransportFailure>.failure(.withheld)
        if let origin = Origin(url: delivery.destination, allowsTLS: true),
            origin.isLoopback || deliversAnywhere
        {
            outcome = await sender.send(delivery.request, to: origin)
        }
        guard let place else { return }
        var exchange = Exchange(
            instant: now, direction: .delivery, request: delivery.request,
            response: try? outcome.get())
        if case .failure(let failure) = outcome { exchange.failure = failure }
        recorder?.close(place, with: .exchange(exchange))
    }
}

/// A connection lives as long as what answers on it, which its server lets go of when it closes.
private final class ReplayConnection: Sendable {
    let number: Int
    private let onClose: @Sendable (Int) -> Void

    init(number: Int, onClose: @escaping @Sendable (Int) -> Void) {
        self.number = number
        self.onClose = onClose
    }

    deinit { onClose(number) }
}
