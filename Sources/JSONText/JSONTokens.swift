/// Puts pieces of JSON down at a position where there is room, and says where they end.
extension UnsafeMutableBufferPointer<UInt8> {
    func put(_ byte: UInt8, at position: Int) -> Int {
        self[position] = byte
        return position + 1
    }

    func put(_ bytes: UnsafeBufferPointer<UInt8>, at position: Int) -> Int {
        position
            + UnsafeMutableBufferPointer(rebasing: self[position...]).update(fromContentsOf: bytes)
    }

    func putEscaped(_ text: UnsafeBufferPointer<UInt8>, at position: Int) -> Int {
        text.reduce(position) { position, byte in
            guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else {
                return put(byte, at: position)
            }
            return escape(of: byte).utf8.reduce(position) { put($1, at: $0) }
        }
    }

    /// `units` × 10^−`decimals` as decimal text without trailing zeros after the point.
    func putDecimal(units: Int64, decimals: Int, at position: Int) -> Int {
        var magnitude = units.magnitude
        var decimals = decimals
        while decimals > 0, magnitude % 10 == 0 {
            magnitude /= 10
            decimals -= 1
        }
        var position = position
        if units < 0 { position = put(UInt8(ascii: "-"), at: position) }
        let length = Swift.max(digitCount(magnitude), decimals + 1)
        let end = position + length + (decimals > 0 ? 1 : 0)
        var place = end
        for digit in 0..<length {
            if digit == decimals, decimals > 0 {
                place -= 1
                self[place] = UInt8(ascii: ".")
            }
            place -= 1
            self[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: magnitude % 10)
            magnitude /= 10
        }
        return end
    }
}

private func digitCount(_ magnitude: UInt64) -> Int {
    var count = 1
    var rest = magnitude / 10
    while rest > 0 {
        rest /= 10
        count += 1
    }
    return count
}

private func escape(of byte: UInt8) -> String {
    switch byte {
    case UInt8(ascii: "\""): "\\\""
    case UInt8(ascii: "\\"): "\\\\"
    case 0x08: "\\b"
    case 0x0C: "\\f"
    case 0x0A: "\\n"
    case 0x0D: "\\r"
    case 0x09: "\\t"
    default: "\\u00" + (byte < 0x10 ? "0" : "") + String(byte, radix: 16)
    }
}

/// Whether a text may stand in quotes as it is: every key and text that is written passes here.
func needsNoEscape(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    var index = text.endOfPlainText(from: 0)
    while index < text.count {
        let byte = text[index]
        guard byte >= 0x20, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") else {
            return false
        }
        index += 1
    }
    return true
}
