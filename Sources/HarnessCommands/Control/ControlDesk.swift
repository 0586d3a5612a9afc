import HTTPMessages
import HTTPTypes
import JSONText
import VirtualTime
import Wire

/// The control endpoint: a listener of its own on loopback, for whoever knows its token.
struct ControlDesk: Sendable {
    private let server: HTTPServer
    /// What stands after `Bearer` in the Authorization of a request.
    let token: String

    static func open(_ control: Control) async throws -> ControlDesk {
        var generator = SystemRandomNumberGenerator()
        let token = hexadecimal((0..<16).map { _ in UInt8.random(in: 0...255, using: &generator) })
        let server = try await HTTPServer.start { request in
            answer(request, control, token: token)
        }
        return ControlDesk(server: server, token: token)
    }

    var url: String { "http://127.0.0.1:\(server.port)" }

    func close() async { try? await server.stop() }

    // MARK: Answering

    /// Method and path of everything there is.
    private static let routes: [(method: HTTPRequest.Method, path: String)] = [
        (.get, "/"), (.get, "/truth"), (.post, "/advance"), (.post, "/trigger"), (.post, "/stop"),
    ]

    private static func answer(
        _ request: RequestMessage, _ control: Control, token: String
    ) -> ServerReply {
        guard request.head.headerFields[.authorization] == "Bearer \(token)" else {
            return refusal(
                .unauthorized, "the control endpoint wants Authorization: Bearer and its token",
                fields: [.wwwAuthenticate: "Bearer"])
        }
        guard let route = routes.first(where: { $0.path == request.path }) else {
            let paths = routes.map { "\($0.method.rawValue) \($0.path)" }
            return refusal(
                .notFound, "there is no \(request.path); there is \(paths.joined(separator: ", "))")
        }
        guard route.method == request.head.method else {
            return refusal(
                .methodNotAllowed, "\(route.path) takes \(route.method.rawValue)",
                fields: [.allow: route.method.rawValue])
        }
        do {
            return try carryOut(route.path, request, control)
        } catch let error as ConfigurationError {
            return refusal(.badRequest, error.message, at: error.pointer)
        } catch {
            return refusal(.badRequest, "the body is no JSON text: \(error)")
        }
    }

    private static func carryOut(
        _ path: String, _ request: RequestMessage, _ control: Control
    ) throws -> ServerReply {
        func body() throws -> Located {
            Located(value: try JSONValue(parsing: request.body), pointer: JSONPointer())
        }
        switch path {
        case "/": return .respond(response(.ok, control.status))
        case "/truth": return .respond(response(.ok, control.truth))
        case "/trigger": return .respond(response(.ok, try control.device.trigger(try body())))
        case "/stop":
            control.stop.make(by: "the control endpoint")
            return .respond(response(.ok, control.status))
        default: return advance(try control.step(try body()), control)
        }
    }

    /// Answers when everything that was due has happened; a client may be served meanwhile.
    private static func advance(
        _ step: Control.Wish, _ control: Control
    ) -> ServerReply {
        guard let stepped = control.stepped else {
            return refusal(.conflict, "the clock is \(control.clockName) and runs by itself")
        }
        let stream = ResponseStream {}
        stepped.add(
            SteppedTime.Step(target: step.target, stopsAtDelivery: step.stopsAtDelivery) {
                passage in
                var object = JSONObject(control.time(passage.instant))
                object["deliveries"] = .number(JSONNumber(passage.deliveries))
                object["isStopping"] = .bool(passage.isHeld)
                if step.isCut { object["isCut"] = true }
                stream.write(JSONValue.object(object).compactBytes)
                stream.end()
            })
        return .stream(response(.ok, nil), stream)
    }

    private static func refusal(
        _ status: HTTPResponse.Status, _ message: String, at pointer: JSONPointer? = nil,
        fields: HTTPFields = [:]
    ) -> ServerReply {
        var error = JSONObject()
        error["message"] = .string(message)
        if let pointer { error["at"] = .string("\(pointer)") }
        return .respond(response(status, ["error": .object(error)], fields: fields))
    }

    private static func response(
        _ status: HTTPResponse.Status, _ body: JSONValue?, fields: HTTPFields = [:]
    ) -> ResponseMessage {
        var fields = fields
        fields[.contentType] = "application/json"
        return ResponseMessage(status: status, fields: fields, body: body?.compactBytes ?? [])
    }
}
