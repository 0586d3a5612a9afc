import HTTPTypes
import JSONText

/// Which header fields are part of a golden: those that say something about conduct. What changes
/// with the library or the moment (`Date`, `Host`, `User-Agent`, `Content-Length`, …) is not.
enum GoldenHeaderFields {
    static let ofRequests = names([
        "Authorization", "Content-Type", "Cookie", "If-Match", "If-None-Match", "Last-Event-ID",
        "OData-MaxVersion", "OData-Version", "Prefer", "Range", "X-Auth-Token",
    ])
    static let ofResponses = names([
        "Allow", "Cache-Control", "Content-Encoding", "Content-Type", "ETag", "Link", "Location",
        "OData-Version", "Retry-After", "Set-Cookie", "WWW-Authenticate", "X-Auth-Token",
    ])

    private static func names(_ names: [String]) -> [HTTPField.Name] {
        names.compactMap { HTTPField.Name($0) }
    }

    /// The fields of a message that are part of a golden, in the order of their names.
    ///
    /// `Content-Type` stands only where it is not what a message of its kind has anyway: plain
    /// `application/json` with a body, nothing without.
    static func select(
        _ names: [HTTPField.Name], of fields: HTTPFields, hasBody: Bool
    ) -> [HeadField] {
        var selected: [HeadField] = []
        for name in names {
            let values = fields[values: name]
            if name == .contentType, values == (hasBody ? ["application/json"] : []) { continue }
            let value: JSONValue
            switch values.count {
            case 0:
                guard name == .contentType else { continue }
                value = .null
            case 1: value = .string(maskingLoopback(values[0]))
            default: value = .array(values.map { .string(maskingLoopback($0)) })
            }
            selected.append(HeadField(name: name.rawName, value: value.compactText))
        }
        return selected
    }

    /// The fields that `select` gave these for.
    static func expand(_ selected: some Sequence<HeadField>, hasBody: Bool) -> HTTPFields {
        var fields = HTTPFields()
        if hasBody { fields[.contentType] = "application/json" }
        for field in selected {
            guard let name = HTTPField.Name(field.name),
                let value = try? JSONValue(parsing: unmaskingLoopback(json: field.value))
            else { continue }
            fields[values: name] =
                value.array?.compactMap(\.string) ?? (value.string.map { [$0] } ?? [])
        }
        return fields
    }
}

/// The text with an address of this machine replaced, because ports differ from run to run:
/// `http://127.0.0.1:40001/events` becomes `<callback>/events`.
func maskingLoopback(_ text: String) -> String {
    guard text.hasPrefix("http") else { return text }
    for origin in loopbackOrigins where text.hasPrefix(origin) {
        let rest = text.utf8.dropFirst(origin.utf8.count)
        let path = rest.drop { $0 &- 48 < 10 }
        guard path.count < rest.count else { return text }
        return maskedOrigin + String(decoding: path, as: UTF8.self)
    }
    return text
}

/// A leaf's JSON text with a masked address made an address again, one that masks to the same: what
/// a golden expands to is held against the schema, which wants a URI there.
func unmaskingLoopback(json text: String) -> String {
    guard text.hasPrefix("\"" + maskedOrigin) else { return text }
    return "\"http://127.0.0.1:0" + text.dropFirst(1 + maskedOrigin.count)
}

private let maskedOrigin = "<callback>"

private let loopbackOrigins = [
    "http://127.0.0.1:", "https://127.0.0.1:", "http://localhost:", "https://localhost:",
    "http://[::1]:", "https://[::1]:",
]

/// The value with the addresses of this machine replaced in all its strings.
func maskingLoopback(_ value: JSONValue) -> JSONValue {
    switch value {
    case .string(let text): .string(maskingLoopback(text))
    case .array(let elements): .array(elements.map(maskingLoopback))
    case .object(let object):
        .object(
            JSONObject(
                object.members.map {
                    JSONObject.Member(name: $0.name, value: maskingLoopback($0.value))
                }))
    default: value
    }
}
