package import HTTPMessages
package import HTTPTypes

/// A request that a proxy in front of one device cannot pass on, so that the proxy itself answers it
/// and nothing is known of what the device would have said.
package struct UnroutableRequest: Sendable, Hashable {
    /// What whoever asked is answered.
    package var status: HTTPResponse.Status
    package var reason: String

    /// The answer to a request that is none our sender can put on the wire.
    package static let unsendable = Self(status: .badRequest, reason: "it cannot be sent on")

    private init(status: HTTPResponse.Status, reason: String) {
        self.status = status
        self.reason = reason
    }

    /// Nil where the request asks a resource of the device for something.
    ///
    /// Source: RFC 9112, "HTTP/1.1", clause 3.2; RFC 9110, "HTTP Semantics", clauses 9.3.6 and 9.3.7.
    package init?(_ request: RequestMessage) {
        if request.head.method == .connect {
            self.init(status: .notImplemented, reason: "no tunnel is made to anywhere")
        } else if request.target == "*" {
            self.init(status: .notImplemented, reason: "it asks a server as a whole")
        } else if !request.target.hasPrefix("/") {
            self.init(status: .badRequest, reason: "its target is no path")
        } else {
            return nil
        }
    }
}
