/// What a service gave for one address.
package struct ServedResource: Sendable, Hashable {
    package enum Content: Sendable, Hashable {
        case body([UInt8])
        /// An HTTP status other than 200.
        case status(Int)
        /// No response, and why.
        case failure(String)
    }

    /// Headers that rules look at; nil for those that were not sent.
    package struct Headers: Sendable, Hashable {
        package var allow: String?
        package var contentType: String?
        package var odataVersion: String?
        package var link: String?
        package var entityTag: String?

        package init(
            allow: String? = nil, contentType: String? = nil, odataVersion: String? = nil,
            link: String? = nil, entityTag: String? = nil
        ) {
            self.allow = allow
            self.contentType = contentType
            self.odataVersion = odataVersion
            self.link = link
            self.entityTag = entityTag
        }
    }

    /// The path and query it was asked for, without trailing slash.
    package var uri: String
    package var content: Content
    /// Nil where there are none, as in a folder.
    package var headers: Headers?

    package init(uri: String, content: Content, headers: Headers? = nil) {
        self.uri = uri
        self.content = content
        self.headers = headers
    }
}
