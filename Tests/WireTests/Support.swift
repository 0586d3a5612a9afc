import HTTPMessages
import HTTPTypes
import VirtualTime

@testable import Wire

/// Runs a test against a server and stops the server whatever happens.
func withServer(
    _ configuration: HTTPServer.Configuration = HTTPServer.Configuration(),
    ledger: InFlightLedger? = nil,
    handler: @escaping @Sendable (RequestMessage) -> ServerReply,
    _ body: (HTTPServer) async throws -> Void
) async throws {
    let server = try await HTTPServer.start(configuration, ledger: ledger, handler: handler)
    do {
        try await body(server)
    } catch {
        try await server.stop()
        throw error
    }
    try await server.stop()
}

/// Answers with method, target and body of the request, so that a test sees what was understood.
@Sendable func echo(_ request: RequestMessage) -> ServerReply {
    .respond(
        plain(
            "\(request.head.method) \(request.target) \(String(decoding: request.body, as: UTF8.self))"
        ))
}

func plain(_ text: String, _ status: HTTPResponse.Status = .ok) -> ResponseMessage {
    ResponseMessage(status: status, body: Array(text.utf8))
}

/// `GET target`, with a host.
func get(_ target: String, version: String = "1.1", _ more: String = "") -> String {
    "GET \(target) HTTP/\(version)\r\nHost: pdu\r\n\(more)\r\n"
}

/// A 200 of these bytes, as a server writes it that adds nothing but the length.
func ok(_ body: String, _ more: String = "") -> String {
    "HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\(more)\r\n\(body)"
}
