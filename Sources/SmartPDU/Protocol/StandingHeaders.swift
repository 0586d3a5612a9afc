import HTTPMessages
import HTTPTypes
import VirtualTime

/// The header fields that every response of a resource carries, made once.
///
/// Source: DSP0266 "Redfish Specification" 1.8.1, 8.1 Response headers and 8.2 Link header.
struct StandingHeaders: Sendable {
    var fields: HTTPFields
    var allow: String

    init(for resource: Resource) {
        allow = resource.methods.joined(separator: ", ")
        var fields = Self.common
        fields[.contentType] = "application/json; charset=utf-8"
        fields[.link] = resource.describedBy
        fields[.allow] = allow
        self.fields = fields
    }

    init(forActionOf resource: Resource) {
        allow = "POST"
        var fields = Self.common
        fields[.contentType] = "application/json; charset=utf-8"
        fields[.allow] = allow
        self.fields = fields
    }

    /// A document that is no resource, such as `$metadata`.
    init(contentType: String) {
        allow = "GET, HEAD"
        var fields = Self.common
        fields[.contentType] = contentType
        fields[.allow] = allow
        self.fields = fields
    }

    static let common: HTTPFields = [
        .server: "pdu-harness", .odataVersion: "4.0", .cacheControl: "no-cache",
    ]
}

/// The `Date` field, whose text changes once a second however many requests come.
///
/// Source: RFC 9110, "HTTP Semantics", clause 6.6.1.
struct DateField: Sendable {
    private var second = Int64.min
    private(set) var field = HTTPField(name: .date, value: "")

    mutating func update(to instant: VirtualInstant) {
        let second = instant.floored(to: .seconds(1)).millisecondsSinceEpoch
        guard second != self.second else { return }
        self.second = second
        field = HTTPField(name: .date, value: instant.httpDate)
    }
}
