import HTTPMessages
import HTTPTypes
import JSONText
import Wire

/// The harness's own listener for a client under test: carbon intensity out, claims in.
struct ClientDesk: Sendable {
    private let server: HTTPServer
    /// By which clients know this machine.
    private let host: String

    static func open(
        scenario: ClientScenario, inbox: ClaimInbox, bind: String, host: String
    ) async throws -> ClientDesk {
        let carbon = Array(CarbonIntensityFile.text(of: scenario).utf8)
        var configuration = HTTPServer.Configuration()
        configuration.bindAddress = bind
        do {
            let server = try await HTTPServer.start(configuration) { request in
                .respond(answer(request, carbon: carbon, inbox: inbox))
            }
            return ClientDesk(server: server, host: host)
        } catch let error as ListenError {
            throw CommandFailure.usage(error.description)
        }
    }

    /// Claims are posted to `claims` below this.
    var callbackURL: String { "\(Origin(host: host, port: server.port))" }
    var carbonURL: String { "\(callbackURL)/carbon" }

    func close() async { try? await server.stop() }

    private static func answer(
        _ request: RequestMessage, carbon: [UInt8], inbox: ClaimInbox
    ) -> ResponseMessage {
        switch (request.head.method, request.path) {
        case (.get, "/carbon"):
            return ResponseMessage(
                status: .ok, fields: [.contentType: "application/json"], body: carbon)
        case (.post, "/claims"):
            inbox.take(lines(of: request.body), by: .callback)
            inbox.endLine(of: .callback)
            return ResponseMessage(status: .noContent)
        case (_, "/carbon"), (_, "/claims"):
            return ResponseMessage(status: .methodNotAllowed)
        default:
            return ResponseMessage(status: .notFound)
        }
    }

    /// A body is JSON lines, or one JSON value over several lines: an array of claims or one.
    private static func lines(of body: [UInt8]) -> [UInt8] {
        guard let value = try? JSONValue(parsing: body) else { return body }
        let claims = value.array ?? [value]
        return claims.flatMap { $0.compactBytes + [UInt8(ascii: "\n")] }
    }
}
