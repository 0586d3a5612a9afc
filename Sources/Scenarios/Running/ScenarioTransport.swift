package import HTTPMessages

/// How requests reach the device and deliveries reach the client: through memory or over sockets.
package protocol ScenarioTransport: Sendable {
    /// Where events reach the client.
    var callbackURL: String { get }

    func send(_ request: RequestMessage) async -> Result<ResponseMessage, TransportFailure>

    func deliver(
        _ request: RequestMessage, to destination: String
    ) async -> Result<ResponseMessage, TransportFailure>
}

/// Hands messages over without a socket.
package struct InProcessTransport: ScenarioTransport {
    package let callbackURL = "http://127.0.0.1:9/events"
    private let device: DeviceHost
    private let client: ClientHost

    package init(device: DeviceHost, client: ClientHost) {
        self.device = device
        self.client = client
    }

    package func send(
        _ request: RequestMessage
    ) async -> Result<ResponseMessage, TransportFailure> {
        device.handle(request)
    }

    package func deliver(
        _ request: RequestMessage, to destination: String
    ) async -> Result<ResponseMessage, TransportFailure> {
        guard destination == callbackURL else { return .failure(.refused) }
        return .success(client.answer(request))
    }
}
