package import HTTPTypes

/// A whole HTTP request: head and body bytes.
package struct RequestMessage: Sendable, Hashable {
    package var head: HTTPRequest
    package var body: [UInt8]

    package init(head: HTTPRequest, body: [UInt8] = []) {
        self.head = head
        self.body = body
    }

    /// A request in origin form; scheme and authority belong to the connection.
    package init(
        _ method: HTTPRequest.Method, _ target: String, fields: HTTPFields = [:],
        body: [UInt8] = []
    ) {
        head = HTTPRequest(
            method: method, scheme: nil, authority: nil, path: target, headerFields: fields)
        self.body = body
    }

    /// The request target as sent: path and query.
    package var target: String { head.path ?? "/" }

    /// The target without its query.
    package var path: String {
        let target = target
        guard let query = target.queryMark else { return target }
        return String(target[..<query])
    }

    /// What stands after the first `?`, or nil.
    package var query: String? {
        let target = target
        guard let query = target.queryMark else { return nil }
        return String(target[target.utf8.index(after: query)...])
    }
}

/// A whole HTTP response: head and body bytes.
package struct ResponseMessage: Sendable, Hashable {
    package var head: HTTPResponse
    package var body: [UInt8]

    package init(head: HTTPResponse, body: [UInt8] = []) {
        self.head = head
        self.body = body
    }

    package init(
        status: HTTPResponse.Status, fields: HTTPFields = [:], body: [UInt8] = []
    ) {
        head = HTTPResponse(status: status, headerFields: fields)
        self.body = body
    }

    package var status: Int { head.status.code }
}

/// What came of a request.
package typealias HTTPOutcome = Result<ResponseMessage, TransportFailure>

/// Why an exchange ended without a whole response, as the side that sent the request could see it.
package enum TransportFailure: String, Error, Sendable, Hashable, CaseIterable {
    case refused
    case resetBeforeHead = "reset-before-head"
    case resetInBody = "reset-in-body"
    case shortBody = "short-body"
    case timeout
    /// Not sent, for its destination is not on this machine.
    case withheld
    /// The other side's certificate is not one that is trusted.
    case untrustedCertificate = "untrusted-certificate"
    case other
}

extension HTTPFields {
    /// The value of a field. One that stands once, as nearly all do, is found without the joining
    /// that the subscript is made for.
    package func value(of name: HTTPField.Name) -> String? {
        guard let first = firstIndex(where: { $0.name == name }) else { return nil }
        let isRepeated = self[(first + 1)...].contains { $0.name == name }
        return isRepeated ? self[name] : self[first].value
    }
}

extension HTTPField.Name {
    /// The session token of DSP0266, "Redfish Specification" 1.8.1, clause 13.3.5.
    package static let xAuthToken = Self(known: "X-Auth-Token")
    package static let odataVersion = Self(known: "OData-Version")
    package static let link = Self(known: "Link")
    /// WHATWG HTML Living Standard, "Server-sent events".
    package static let lastEventID = Self(known: "Last-Event-ID")
    package static let host = Self(known: "Host")

    private init(known name: String) {
        guard let parsed = HTTPField.Name(name) else {
            preconditionFailure("\(name) is no header name")
        }
        self = parsed
    }
}

extension String {
    /// Where a query begins. Every request is searched, so the bytes are looked at in place.
    fileprivate var queryMark: String.Index? {
        let mark = UInt8(ascii: "?")
        let offset = utf8.withContiguousStorageIfAvailable { $0.firstIndex(of: mark) }
        guard let offset else { return utf8.firstIndex(of: mark) }
        return offset.map { utf8.index(utf8.startIndex, offsetBy: $0) }
    }
}
