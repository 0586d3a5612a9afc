// In files of our own, instants and spans stand as ISO 8601 text, as everywhere else.

extension VirtualInstant: Codable {
    package init(from decoder: any Decoder) throws {
        self = try decoder.text("a date-time with a zone") { VirtualInstant(iso8601: $0) }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(iso8601)
    }
}

extension VirtualDuration: Codable {
    package init(from decoder: any Decoder) throws {
        self = try decoder.text("a duration") { VirtualDuration(iso8601: $0) }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(iso8601)
    }
}

extension Decoder {
    fileprivate func text<Value>(_ kind: String, _ read: (String) -> Value?) throws -> Value {
        let container = try singleValueContainer()
        let text = try container.decode(String.self)
        guard let value = read(text) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "'\(text)' is not \(kind)")
        }
        return value
    }
}
