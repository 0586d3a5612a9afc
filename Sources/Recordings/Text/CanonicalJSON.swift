import JSONText

/// Checks that a text is JSON exactly as `JSONWriter` prints it, and finds its leaves on the way.
///
/// One pass without a tree: a recorder asks this of every body, because only a canonical body can
/// be embedded as JSON and come back as the same bytes.
struct CanonicalJSONScanner {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var index = 0
    private var isASCII = true
    /// Byte ranges of the scalars and of the empty arrays and objects, in text order.
    private(set) var leaves: [Range<Int>] = []

    private init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    /// The leaves of a canonical text, or nil where the text is anything else.
    static func leaves(of body: [UInt8]) -> [Range<Int>]? {
        body.withUnsafeBufferPointer { buffer in
            var scanner = CanonicalJSONScanner(buffer)
            guard scanner.scanValue(depth: 0), scanner.index == buffer.count else { return nil }
            if !scanner.isASCII {
                guard String(validating: buffer, as: UTF8.self) != nil else { return nil }
            }
            return scanner.leaves
        }
    }

    private mutating func scanValue(depth: Int) -> Bool {
        guard index < bytes.count else { return false }
        let start = index
        switch bytes[index] {
        case UInt8(ascii: "{"):
            guard depth < 128 else { return false }
            index += 1
            if !consume(UInt8(ascii: "}")) { return scanMembers(depth: depth + 1) }
        case UInt8(ascii: "["):
            guard depth < 128 else { return false }
            index += 1
            if !consume(UInt8(ascii: "]")) { return scanElements(depth: depth + 1) }
        case UInt8(ascii: "\""): guard scanString() else { return false }
        case UInt8(ascii: "t"): guard consume("true") else { return false }
        case UInt8(ascii: "f"): guard consume("false") else { return false }
        case UInt8(ascii: "n"): guard consume("null") else { return false }
        default: guard scanNumber() else { return false }
        }
        leaves.append(start..<index)
        return true
    }

    private mutating func scanMembers(depth: Int) -> Bool {
        repeat {
            guard index < bytes.count, bytes[index] == UInt8(ascii: "\""), scanString(),
                consume(UInt8(ascii: ":")), scanValue(depth: depth)
            else { return false }
        } while consume(UInt8(ascii: ","))
        return consume(UInt8(ascii: "}"))
    }

    private mutating func scanElements(depth: Int) -> Bool {
        repeat {
            guard scanValue(depth: depth) else { return false }
        } while consume(UInt8(ascii: ","))
        return consume(UInt8(ascii: "]"))
    }

    private mutating func scanString() -> Bool {
        index = bytes.endOfPlainText(from: index + 1)
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            if byte == UInt8(ascii: "\"") { return true }
            if byte == UInt8(ascii: "\\") {
                guard scanEscape() else { return false }
            } else if byte < 0x20 {
                return false
            } else if byte >= 0x80 {
                isASCII = false
            }
        }
        return false
    }

    /// Only the escapes the writer uses: the short ones, and `\u00xx` for other control characters.
    private mutating func scanEscape() -> Bool {
        guard index < bytes.count else { return false }
        index += 1
        switch bytes[index - 1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            return true
        case UInt8(ascii: "u"):
            guard index + 4 <= bytes.count, bytes[index] == UInt8(ascii: "0"),
                bytes[index + 1] == UInt8(ascii: "0"),
                let high = lowercaseHexadecimal(bytes[index + 2]), high < 2,
                let low = lowercaseHexadecimal(bytes[index + 3])
            else { return false }
            index += 4
            let hasShortForm: [UInt8] = [0x08, 0x09, 0x0A, 0x0C, 0x0D]
            return !hasShortForm.contains(high << 4 | low)
        default: return false
        }
    }

    private func lowercaseHexadecimal(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        default: nil
        }
    }

    private mutating func scanNumber() -> Bool {
        _ = consume(UInt8(ascii: "-"))
        if !consume(UInt8(ascii: "0")) {
            guard scanDigits() else { return false }
        }
        if consume(UInt8(ascii: ".")) {
            guard scanDigits() else { return false }
        }
        if index < bytes.count, bytes[index] | 0x20 == UInt8(ascii: "e") {
            index += 1
            if !consume(UInt8(ascii: "+")) { _ = consume(UInt8(ascii: "-")) }
            guard scanDigits() else { return false }
        }
        return true
    }

    private mutating func scanDigits() -> Bool {
        let start = index
        while index < bytes.count, bytes[index] >= UInt8(ascii: "0"),
            bytes[index] <= UInt8(ascii: "9")
        {
            index += 1
        }
        return index > start
    }

    private mutating func consume(_ byte: UInt8) -> Bool {
        guard index < bytes.count, bytes[index] == byte else { return false }
        index += 1
        return true
    }

    private mutating func consume(_ word: StaticString) -> Bool {
        let end = index + word.utf8CodeUnitCount
        guard end <= bytes.count,
            word.withUTF8Buffer({ $0.elementsEqual(bytes[index..<end]) })
        else { return false }
        index = end
        return true
    }
}
