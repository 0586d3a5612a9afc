package import JSONText
package import Schema

/// A resource that a survey has read, for those who judge a service by more than its schemas.
package struct SurveyedResource: Sendable {
    package var uri: String
    package var payload: JSONValue
    /// The text the payload was parsed from.
    package var bytes: [UInt8]
    /// Nil for a type that no schema at hand defines.
    package var type: FlattenedType?
    /// Nil where there are none, as in a folder.
    package var headers: ServedResource.Headers?

    package init(
        uri: String, payload: JSONValue, bytes: [UInt8], type: FlattenedType? = nil,
        headers: ServedResource.Headers? = nil
    ) {
        self.uri = uri
        self.payload = payload
        self.bytes = bytes
        self.type = type
        self.headers = headers
    }
}

extension ServiceSurvey {
    /// Everything that was read and understood, in the order of the addresses.
    package var surveyed: [SurveyedResource] {
        resources.map { uri, resource in
            SurveyedResource(
                uri: uri, payload: resource.payload, bytes: resource.bytes, type: resource.type,
                headers: resource.headers)
        }.sorted { $0.uri.utf8.lexicographicallyPrecedes($1.uri.utf8) }
    }
}
