package import Findings
package import HTTPTypes
package import JSONText

/// What a payload is, so that the schema can be chosen for it.
package struct PayloadContext: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        /// A resource, or a collection of them, as served.
        case resource
        /// What a query left of a resource, a page of a collection too: not all need be there.
        case partOfResource
        /// An error response, or the messages of a success.
        case message
        /// The body of a POST on a collection: what is to be created.
        case create
        /// The body of a PATCH or PUT.
        case update
        /// The parameters of an action, for example `#Outlet.PowerControl`.
        case action(name: String)
        /// What the device delivered to a subscription.
        case event
        /// The answer of `/redfish`, which names the protocol versions.
        case versions
        /// The OData service document.
        case serviceDocument
    }

    package var kind: Kind
    package var method: HTTPRequest.Method
    /// Path of the request, without query and trailing slash.
    package var path: String
    /// The `@odata.type` that the target was last served with; for an action that of its resource.
    package var targetType: String?

    package init(
        kind: Kind, method: HTTPRequest.Method, path: String, targetType: String? = nil
    ) {
        self.kind = kind
        self.method = method
        self.path = path
        self.targetType = targetType
    }
}

/// Judges one payload against its schema. The bytes are those the value was parsed from; findings
/// need not name the exchange.
package typealias PayloadValidation = @Sendable (PayloadContext, JSONValue, [UInt8]) -> [Finding]
