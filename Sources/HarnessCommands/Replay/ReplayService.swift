import Findings
import HTTPMessages
import HTTPTypes
import Recordings
import Replaying
import Synchronization
import VirtualTime
import Wire

/// Serves the device of a recording, and sends its events at their times.
final class ReplayService: Sendable {
    private struct State {
        var device: ReplayDevice
        var streams: [Int: ResponseStream] = [:]
        var lastConnection = 0
    }

    private let state: Mutex<State>
    private let clock: PacedClock
    private let identity: TLSIdentity?
    private let deliversAnywhere: Bool
    /// Where what is answered is recorded, or nil.
    private let recorder: LiveRecorder?

    init(
        _ device: ReplayDevice, clock: PacedClock, identity: TLSIdentity?, deliversAnywhere: Bool,
        recorder: LiveRecorder?
    ) {
        state = Mutex(State(device: device))
        self.clock = clock
        self.identity = identity
        self.deliversAnywhere = deliversAnywhere
        self.recorder = recorder
    }

    /// What is to be said of the clients.
    func findings(isStrict: Bool) -> CheckGroup {
        state.withLock { $0.device.findings(isStrict: isStrict) }
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
                let connection = self.state.withLock { state in
                    state.lastConnection += 1
                    return state.lastConnection
                }
                return { self.answer($0, connection: connection) }
            }
        } catch let error as ListenError {
            throw CommandFailure.usage(error.description)
        }
        ready(server.port)
        var trust = HTTPSender.Configuration()
        trust.trust = .anybody
        let sender = HTTPSender(trust)
        await withDiscardingTaskGroup { group in
            while !Task.isCancelled {
                let now = clock.now()
                let (deliveries, streamed) = state.withLock { state in
                    (state.device.takeDeliveries(at: now), state.device.takeStreamed(at: now))
                }
                for delivery in deliveries {
                    let place = recorder?.open(at: now)
                    group.addTask { await self.deliver(delivery, place, at: now, with: sender) }
                }
                for item in streamed { write(item.payload, to: item.stream, at: now) }
                try? await Task.sleep(for: .milliseconds(10))
            }
            group.cancelAll()
        }
        try await server.stop()
        await sender.shutdown()
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
        guard let payload else {
            stream?.end()
            return
        }
        let lines = payload.body.split(
            separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let id = payload.id.isEmpty ? "" : "id: \(payload.id)\n"
        let data = lines.flatMap { Array("data: ".utf8) + $0 + [UInt8(ascii: "\n")] }
        stream?.write(Array(id.utf8) + data + [UInt8(ascii: "\n")])
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
