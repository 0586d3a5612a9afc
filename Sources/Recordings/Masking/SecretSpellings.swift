import JSONText

/// What a JSON string's bytes between the quotes stand for; the bytes themselves where they are no
/// valid string.
func unescapedJSONString(_ bytes: [UInt8]) -> [UInt8] {
    guard bytes.holds(UInt8(ascii: "\\")) else { return bytes }
    let quoted = [UInt8(ascii: "\"")] + bytes + [UInt8(ascii: "\"")]
    guard let text = try? JSONValue(parsing: quoted).string else { return bytes }
    return Array(text.utf8)
}

/// What stands between the quotes of those strings of a text that hold an escape.
func escapedStrings(of text: [UInt8]) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    var index = 0
    while let quote = text[index...].firstIndex(of: UInt8(ascii: "\"")) {
        var end = quote + 1
        var hasEscape = false
        while end < text.count, text[end] != UInt8(ascii: "\"") {
            let isEscape = text[end] == UInt8(ascii: "\\")
            hasEscape = hasEscape || isEscape
            end += isEscape ? 2 : 1
        }
        end = min(end, text.count)
        if hasEscape { ranges.append(quote + 1..<end) }
        index = min(end + 1, text.count)
    }
    return ranges
}

/// How a value can be spelt on the wire: plain, escaped in a JSON string, percent-encoded in a URI,
/// and within a text that was encoded as base64, whatever stands before it there.
func spellings(of value: [UInt8]) -> [[UInt8]] {
    var result = [value]
    func add(_ spelling: [UInt8]) {
        if !result.contains(spelling) { result.append(spelling) }
    }
    let escaped = JSONValue.string(String(decoding: value, as: UTF8.self)).compactBytes
    add(Array(escaped.dropFirst().dropLast()))
    add(percentEncoded(value, digits: "0123456789ABCDEF"))
    add(percentEncoded(value, digits: "0123456789abcdef"))
    for core in base64Cores(of: value) where core.count >= 8 { add(core) }
    return result
}

/// The digits that a value alone decides, for each of the three places in a group of three bytes
/// where it can begin.
private func base64Cores(of value: [UInt8]) -> [[UInt8]] {
    (0..<3).flatMap { offset -> [[UInt8]] in
        let bits = (offset * 8..<(offset + value.count) * 8)
        let whole = (bits.lowerBound + 5) / 6..<bits.upperBound / 6
        let text = Array(base64Text([UInt8](repeating: 0, count: offset) + value).utf8)
        guard whole.upperBound <= text.count, !whole.isEmpty else { return [] }
        let core = Array(text[whole])
        let safe = core.map { byte in
            byte == UInt8(ascii: "+")
                ? UInt8(ascii: "-") : byte == UInt8(ascii: "/") ? UInt8(ascii: "_") : byte
        }
        return core == safe ? [core] : [core, safe]
    }
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
