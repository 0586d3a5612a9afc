import HTTPMessages
import Scenarios
import VirtualTime
import Wire

/// Real HTTP over loopback sockets between the device and the built-in client.
struct SocketTransport: ScenarioTransport {
    let callbackURL: String
    private let deviceOrigin: Origin
    private let servers: [HTTPServer]
    /// Each lives on the thread of the server it sends to.
    private let deviceSender: HTTPSender
    private let clientSender: HTTPSender

    /// Listens twice on free ports: as the device, and as the client waiting for events.
    static func connect(
        device: DeviceHost, client: ClientHost, ledger: InFlightLedger
    ) async throws -> SocketTransport {
        var configuration = HTTPServer.Configuration()
        configuration.refusal = { device.refusal($0) }
        let deviceServer = try await HTTPServer.start(configuration, ledger: ledger) { request in
            ServerReply(device.handle(request))
        }
        let clientServer = try await HTTPServer.start(ledger: ledger) { request in
            .respond(client.answer(request))
        }
        return SocketTransport(
            callbackURL: "http://127.0.0.1:\(clientServer.port)/events",
            deviceOrigin: Origin(port: deviceServer.port), servers: [deviceServer, clientServer],
            deviceSender: HTTPSender(sharingThreadsOf: deviceServer),
            clientSender: HTTPSender(sharingThreadsOf: clientServer))
    }

    func send(_ request: RequestMessage) async -> Result<ResponseMessage, TransportFailure> {
        await deviceSender.send(request, to: deviceOrigin)
    }

    /// Nothing is delivered off this machine.
    func deliver(
        _ request: RequestMessage, to destination: String
    ) async -> Result<ResponseMessage, TransportFailure> {
        guard let origin = Origin(url: destination), origin.isLoopback else {
            return .failure(.refused)
        }
        return await clientSender.send(request, to: origin)
    }

    func close() async {
        await deviceSender.shutdown()
        await clientSender.shutdown()
        for server in servers { try? await server.stop() }
    }
}
