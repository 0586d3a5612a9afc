extension JSONPointer {
    /// Where the value this pointer names begins in a JSON text, or the nearest enclosing value
    /// that exists. Positions are looked up only for findings, so values need not carry them.
    package func position(in bytes: [UInt8]) -> TextPosition {
        bytes.withUnsafeBufferPointer { buffer in
            var locator = JSONLocator(bytes: buffer)
            return TextPosition(offset: locator.offset(of: tokens[...]), in: buffer)
        }
    }
}

/// Walks a JSON text that has been parsed before, so it need not check it again.
private struct JSONLocator {
    let bytes: UnsafeBufferPointer<UInt8>
    private var index = 0

    init(bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    mutating func offset(of tokens: ArraySlice<String>) -> Int {
        skipWhitespace()
        let start = index
        guard let token = tokens.first, index < bytes.count else { return start }
        switch bytes[index] {
        case UInt8(ascii: "{"):
            index += 1
            skipSeparators()
            while index < bytes.count, bytes[index] == UInt8(ascii: "\"") {
                let name = stringToken()
                skipSeparators()
                if name == token { return offset(of: tokens.dropFirst()) }
                skipValue()
                skipSeparators()
            }
        case UInt8(ascii: "["):
            index += 1
            skipSeparators()
            var position = 0
            while index < bytes.count, bytes[index] != UInt8(ascii: "]") {
                if String(position) == token { return offset(of: tokens.dropFirst()) }
                skipValue()
                skipSeparators()
                position += 1
            }
        default: break
        }
        return start
    }

    private mutating func stringToken() -> String? {
        let start = index
        skipString()
        return (try? JSONValue(parsing: Array(bytes[start..<index])))?.string
    }

    private mutating func skipString() {
        index += 1
        while index < bytes.count, bytes[index] != UInt8(ascii: "\"") {
            index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        index = min(index + 1, bytes.count)
    }

    private mutating func skipValue() {
        var depth = 0
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\""):
                skipString()
                if depth == 0 { return }
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if depth == 0 { return }
                depth -= 1
                if depth == 0 {
                    index += 1
                    return
                }
            case UInt8(ascii: ","):
                if depth == 0 { return }
            default: break
            }
            index += 1
        }
    }

    private mutating func skipSeparators() {
        while index < bytes.count {
            switch bytes[index] {
            case 0x20, 0x0A, 0x0D, 0x09, UInt8(ascii: ","), UInt8(ascii: ":"): index += 1
            default: return
            }
        }
    }

    private mutating func skipWhitespace() {
        while index < bytes.count, [0x20, 0x0A, 0x0D, 0x09].contains(bytes[index]) { index += 1 }
    }
}
