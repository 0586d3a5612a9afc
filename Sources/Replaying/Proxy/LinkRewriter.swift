package import HTTPTypes

/// Turns absolute links to one origin into links to another, and leaves every other byte alone.
///
/// A string of a payload is such a link where it begins with the origin and goes on with a path, a
/// query, a fragment or not at all.
package struct LinkRewriter: Sendable {
    /// How the origin may be spelt: with its port, and without where that is the usual one.
    private let spellings: [[UInt8]]
    private let replacement: String
    /// Whole strings that stand for others: where events are sent, as the subscriber wrote it.
    private let whole: [[UInt8]: [UInt8]]

    /// Fields whose values are one URI.
    ///
    /// Source: RFC 9110, "HTTP Semantics", clauses 8.7 and 10.2.2.
    private static let uriFields: [HTTPField.Name] = [.location, .contentLocation]
    /// Fields that name where a request comes from.
    private static let originFields: [HTTPField.Name] = [.origin, .referer]

    /// - Parameters:
    ///   - origin: Scheme, host and port: `https://pdu.example:443`.
    ///   - replacement: What stands in its place, for example `http://127.0.0.1:8000`.
    ///   - whole: Strings, as they are written between quotes, by what they replace.
    package init(
        from origin: String, to replacement: String, replacingWhole whole: [[UInt8]: [UInt8]] = [:]
    ) {
        let lowered = origin.lowercased()
        var spellings = [Array(lowered.utf8)]
        for (scheme, usual) in [("http://", ":80"), ("https://", ":443")]
        where lowered.hasPrefix(scheme) && lowered.hasSuffix(usual) {
            spellings.append(Array(lowered.utf8.dropLast(usual.utf8.count)))
        }
        self.spellings = spellings
        self.replacement = replacement
        self.whole = whole
    }

    /// The URI with the other origin; any other text as it is.
    package func uri(_ text: String) -> String {
        let bytes = Array(text.utf8)
        guard let end = endOfOrigin(in: bytes[...]) else { return text }
        return replacement + String(decoding: bytes[end...], as: UTF8.self)
    }

    /// The JSON text with its links replaced, or nil where there are none.
    package func json(_ bytes: [UInt8]) -> [UInt8]? {
        var replacements: [(range: Range<Int>, bytes: [UInt8])] = []
        StringTokens.forEach(in: bytes) { token in
            guard token.range.count >= 8, bytes[token.range.lowerBound] | 0x20 == UInt8(ascii: "h")
            else { return }
            if let end = endOfOrigin(in: bytes[token.range]) {
                replacements.append((token.range.lowerBound..<end, Array(replacement.utf8)))
            } else if !whole.isEmpty,
                let other = whole[bytes[token.range].filter { $0 != UInt8(ascii: "\\") }]
            {
                replacements.append((token.range, other))
            }
        }
        return bytes.replacing(replacements)
    }

    /// The fields with the links in them replaced, the others as they are.
    package func fields(_ fields: HTTPFields) -> HTTPFields {
        var result = fields
        for index in result.indices {
            let field = result[index]
            if Self.uriFields.contains(field.name) || Self.originFields.contains(field.name) {
                result[index].value = uri(field.value)
            } else if field.name.canonicalName == "link" {
                result[index].value = targets(field.value)
            }
        }
        return result
    }

    /// `<https://pdu/a>; rel=describedby`: what stands between the brackets is a URI.
    ///
    /// Source: RFC 8288, "Web Linking", clause 3.
    private func targets(_ value: String) -> String {
        value.split(separator: "<", omittingEmptySubsequences: false).enumerated()
            .map { $0.offset == 0 ? String($0.element) : uri(String($0.element), before: ">") }
            .joined(separator: "<")
    }

    private func uri(_ text: String, before end: Character) -> String {
        guard let close = text.firstIndex(of: end) else { return text }
        return uri(String(text[..<close])) + text[close...]
    }

    /// Where the origin that a text begins with ends in it. A slash may be written `\/`.
    private func endOfOrigin(in bytes: ArraySlice<UInt8>) -> Int? {
        for spelling in spellings {
            var index = bytes.startIndex
            var matched = 0
            while matched < spelling.count, index < bytes.endIndex {
                if bytes[index] == UInt8(ascii: "\\"), spelling[matched] == UInt8(ascii: "/") {
                    index += 1
                    continue
                }
                let byte = bytes[index]
                let isUpper = byte &- UInt8(ascii: "A") < 26
                guard (isUpper ? byte | 0x20 : byte) == spelling[matched] else { break }
                index += 1
                matched += 1
            }
            guard matched == spelling.count else { continue }
            if index == bytes.endIndex || "/?#\\".utf8.contains(bytes[index]) { return index }
        }
        return nil
    }
}
