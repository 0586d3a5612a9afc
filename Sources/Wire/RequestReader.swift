import HTTPMessages
import HTTPTypes
import NIOCore
import NIOHTTP1

/// Puts the requests of one connection together from what NIO's decoder delivers.
struct RequestReader {
    /// What the head of a request asks of the server.
    struct Opening {
        var method: HTTPRequest.Method
        var target: String
        var fields: HTTPFields
        /// The client waits for `100 Continue` before it sends the body.
        var expectsContinue = false
        var keepsAlive: Bool
    }

    /// Why a request is answered by the server itself and not by the handler.
    enum Refusal: Error {
        case malformed
        /// What stands where the method should is none that the parser knows: RFC 9110, "HTTP
        /// Semantics", clause 9.1, wants 501.
        case unknownMethod
        case headTooLarge
        case bodyTooLarge
        /// It has not come to its end in time.
        case tooSlow
    }

    /// The headers that mean something to the server itself.
    private enum Role {
        case plain, host, contentLength, expect, upgrade
    }

    private struct KnownName {
        var name: HTTPField.Name
        var role: Role
    }

    private let maximumBodyBytes: Int
    private var opening: Opening?
    private var body: [UInt8] = []
    // A client sends the same header names in the same order again and again. The names of the
    // last request, by position, spare nearly every check and lower-casing of a name.
    private var knownNames: [KnownName] = []

    init(maximumBodyBytes: Int) {
        self.maximumBodyBytes = maximumBodyBytes
    }

    /// Begins a request.
    mutating func begin(_ head: HTTPRequestHead) throws(Refusal) -> Opening {
        guard let method = Self.method(head.method) else { throw .malformed }
        var opening = Opening(
            method: method, target: Self.originForm(head.uri), fields: HTTPFields(),
            keepsAlive: head.version == .http1_1 && head.isKeepAlive)
        opening.fields.reserveCapacity(head.headers.count)
        var hostCount = 0
        var position = 0
        for (name, value) in head.headers {
            let known = try knownName(name, at: position)
            position += 1
            switch known.role {
            case .plain: break
            case .host: hostCount += 1
            case .contentLength:
                if let length = Int(value), length > maximumBodyBytes { throw .bodyTooLarge }
            case .expect:
                opening.expectsContinue =
                    head.version == .http1_1 && value.lowercased() == "100-continue"
            case .upgrade:
                // NIO's decoder reads nothing after a request that offers another protocol, so the
                // offer is declined by closing after the answer.
                opening.keepsAlive = false
            }
            opening.fields.append(HTTPField(name: known.name, value: value))
        }
        // RFC 9112, "HTTP/1.1", clause 3.2: none or several hosts are to be answered 400.
        if head.version == .http1_1 && hostCount != 1 { throw .malformed }
        self.opening = opening
        return opening
    }

    mutating func append(_ bytes: ByteBuffer) throws(Refusal) {
        guard body.count + bytes.readableBytes <= maximumBodyBytes else { throw .bodyTooLarge }
        body.append(contentsOf: bytes.readableBytesView)
    }

    /// Ends the request; nil where none was begun.
    mutating func finish() -> (request: RequestMessage, keepsAlive: Bool)? {
        guard let opening else { return nil }
        let request = RequestMessage(
            opening.method, opening.target, fields: opening.fields, body: body)
        self.opening = nil
        body = []
        return (request, opening.keepsAlive)
    }

    private mutating func knownName(
        _ rawName: String, at position: Int
    ) throws(Refusal) -> KnownName {
        if position < knownNames.count, knownNames[position].name.rawName == rawName {
            return knownNames[position]
        }
        guard let name = HTTPField.Name(rawName) else { throw .malformed }
        let role: Role =
            switch name {
            case .host: .host
            case .contentLength: .contentLength
            case .expect: .expect
            case .upgrade: .upgrade
            default: .plain
            }
        let known = KnownName(name: name, role: role)
        knownNames.removeSubrange(min(position, knownNames.count)...)
        knownNames.append(known)
        return known
    }

    private static func method(_ method: HTTPMethod) -> HTTPRequest.Method? {
        switch method {
        case .GET: .get
        case .HEAD: .head
        case .POST: .post
        case .PATCH: .patch
        case .PUT: .put
        case .DELETE: .delete
        // NIO calls it by another name than the wire does.
        case .MSEARCH: HTTPRequest.Method("M-SEARCH")
        default: HTTPRequest.Method(method.rawValue)
        }
    }

    /// The path and query of a target in absolute form, which servers have to accept: RFC 9112,
    /// "HTTP/1.1", clause 3.2.2.
    private static func originForm(_ target: String) -> String {
        guard target.utf8.first != UInt8(ascii: "/") else { return target }
        let scheme = target.prefix { $0 != ":" }
        guard ["http", "https"].contains(scheme.lowercased()),
            target[scheme.endIndex...].hasPrefix("://")
        else { return target }
        let afterScheme = target[scheme.endIndex...].dropFirst("://".count)
        guard let slash = afterScheme.firstIndex(of: "/") else { return "/" }
        return String(afterScheme[slash...])
    }
}
