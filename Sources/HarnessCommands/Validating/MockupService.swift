import HTTPMessages
import HTTPTypes
import JSONText
import Wire

/// Serves a mockup's files as they are, for tools that read services.
struct MockupService: Sendable {
    private let bodies: [String: [UInt8]]

    /// Reads the whole folder, so that what is served does not change under way.
    ///
    /// `@Redfish.Copyright` is left out, as DMTF's mockup server does: it belongs to the file and
    /// not to a service.
    init(_ tree: MockupTree) throws {
        var bodies: [String: [UInt8]] = ["/redfish": Array(#"{"v1": "/redfish/v1/"}"#.utf8)]
        for uri in tree.uris {
            guard let bytes = try tree.read(uri) else { continue }
            bodies[uri] = Self.withoutCopyright(bytes)
        }
        let metadata = "\(MockupTree.root)/$metadata"
        bodies[metadata] = try tree.read(metadata)
        self.bodies = bodies
    }

    private static func withoutCopyright(_ bytes: [UInt8]) -> [UInt8] {
        let member = "@Redfish.Copyright"
        guard case .object(var object)? = try? JSONValue(parsing: bytes), object[member] != nil
        else { return bytes }
        object[member] = nil
        return Array(JSONValue.object(object).prettyText.utf8)
    }

    func answer(_ request: RequestMessage) -> ResponseMessage {
        var fields: HTTPFields = [
            .allow: "GET, HEAD", .odataVersion: "4.0", .cacheControl: "no-cache",
            .contentType: "application/json",
        ]
        guard request.head.method == .get || request.head.method == .head else {
            return ResponseMessage(status: .methodNotAllowed, fields: fields)
        }
        let path = request.path.hasSuffix("/") ? String(request.path.dropLast()) : request.path
        guard let body = bodies[path] else {
            return ResponseMessage(status: .notFound, fields: fields, body: Self.missing)
        }
        if path.hasSuffix("/$metadata") { fields[.contentType] = "application/xml" }
        guard request.head.method == .get else {
            fields[.contentLength] = String(body.count)
            return ResponseMessage(status: .ok, fields: fields)
        }
        return ResponseMessage(status: .ok, fields: fields, body: body)
    }

    private static let missing = Array(
        #"{"error": {"code": "Base.1.22.GeneralError", "message": "No file stands there."}}"#.utf8)

    /// Serves until the task is cancelled.
    ///
    /// - Parameter ready: Called with the port once requests are answered.
    func run(bind: String, port: Int, identity: TLSIdentity?, ready: (Int) -> Void) async throws {
        var configuration = HTTPServer.Configuration()
        configuration.bindAddress = bind
        configuration.port = port
        configuration.identity = try identity.map(ServerIdentity.init)
        let server: HTTPServer
        do {
            server = try await HTTPServer.start(configuration) { .respond(answer($0)) }
        } catch let error as ListenError {
            throw CommandFailure.usage(error.description)
        }
        ready(server.port)
        while !Task.isCancelled { try? await Task.sleep(for: .seconds(3600)) }
        try await server.stop()
    }
}
