/// The string values of a JSON text, found lexically: nothing is decoded, and every byte between
/// them can be kept as it is.
package struct StringTokens {
    package struct Token {
        /// What stands between the quotes.
        package var range: Range<Int>
        /// What stands between the quotes of the member's name; nil in an array.
        package var name: Range<Int>?
        /// How many objects and arrays it lies in.
        package var depth: Int
    }

    /// Calls the body with every string that is a value, in their order.
    package static func forEach(in bytes: [UInt8], _ body: (Token) -> Void) {
        var index = 0
        var depth = 0
        var name: Range<Int>?
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                name = nil
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            case UInt8(ascii: ","): name = nil
            case UInt8(ascii: "\""):
                let range = string(in: bytes, from: index + 1)
                index = range.upperBound
                if isName(range, in: bytes) {
                    name = range
                } else {
                    body(Token(range: range, name: name, depth: depth))
                }
            default: break
            }
            index += 1
        }
    }

    /// A string that is cut short ends with the text.
    private static func string(in bytes: [UInt8], from start: Int) -> Range<Int> {
        var index = start
        while index < bytes.count, bytes[index] != UInt8(ascii: "\"") {
            index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        return start..<min(index, bytes.count)
    }

    private static func isName(_ range: Range<Int>, in bytes: [UInt8]) -> Bool {
        var index = range.upperBound + 1
        while index < bytes.count, bytes[index] <= 0x20 { index += 1 }
        return index < bytes.count && bytes[index] == UInt8(ascii: ":")
    }
}

extension [UInt8] {
    /// The bytes with some ranges, in their order, replaced; nil where there are none.
    func replacing(_ replacements: [(range: Range<Int>, bytes: [UInt8])]) -> [UInt8]? {
        guard !replacements.isEmpty else { return nil }
        var result: [UInt8] = []
        result.reserveCapacity(count)
        var copied = 0
        for (range, bytes) in replacements {
            result += self[copied..<range.lowerBound]
            result += bytes
            copied = range.upperBound
        }
        return result + self[copied...]
    }
}
