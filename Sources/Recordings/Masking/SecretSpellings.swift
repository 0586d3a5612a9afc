import JSONText

/// What a JSON string's bytes between the quotes stand for; the bytes themselves where they are no
/// valid string.
func unescapedJSONString(_ bytes: [UInt8]) -> [UInt8] {
    guard bytes.contains(UInt8(ascii: "\\")) else { return bytes }
    let quoted = [UInt8(ascii: "\"")] + bytes + [UInt8(ascii: "\"")]
    guard let text = try? JSONValue(parsing: quoted).string else { return bytes }
    return Array(text.utf8)
}

/// How a value can be spelt on the wire: plain, escaped in a JSON string, percent-encoded in a URI.
func spellings(of value: [UInt8]) -> [[UInt8]] {
    var result = [value]
    func add(_ spelling: [UInt8]) {
        if !result.contains(spelling) { result.append(spelling) }
    }
    let escaped = JSONValue.string(String(decoding: value, as: UTF8.self)).compactBytes
    add(Array(escaped.dropFirst().dropLast()))
    add(percentEncoded(value, digits: "0123456789ABCDEF"))
    add(percentEncoded(value, digits: "0123456789abcdef"))
    return result
}

/// Source: RFC 3986, "Uniform Resource Identifier (URI): Generic Syntax", clauses 2.1 and 2.3.
private func percentEncoded(_ value: [UInt8], digits: String) -> [UInt8] {
    let digits = Array(digits.utf8)
    return value.flatMap { byte -> [UInt8] in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "_"), UInt8(ascii: "~"):
            [byte]
        default: [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        }
    }
}

/// The plain bytes of a percent-encoded text.
package func percentDecoded(_ text: some Collection<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    var bytes = Array(text)[...]
    while let byte = bytes.popFirst() {
        if byte == UInt8(ascii: "%"), bytes.count >= 2,
            let high = hexadecimalDigit(bytes[bytes.startIndex]),
            let low = hexadecimalDigit(bytes[bytes.startIndex + 1])
        {
            result.append(high << 4 | low)
            bytes = bytes.dropFirst(2)
        } else {
            result.append(byte)
        }
    }
    return result
}

/// Whether a value is the mask of a secret already: `<token#1>`.
func isMask(_ value: ArraySlice<UInt8>) -> Bool {
    guard value.first == UInt8(ascii: "<"), value.last == UInt8(ascii: ">") else { return false }
    let parts = value.dropFirst().dropLast().split(separator: UInt8(ascii: "#"))
    guard parts.count == 2, let kind = parts.first, let number = parts.last else { return false }
    return SecretKind(rawValue: String(decoding: kind, as: UTF8.self)) != nil
        && number.allSatisfy { $0 &- 48 < 10 }
}
