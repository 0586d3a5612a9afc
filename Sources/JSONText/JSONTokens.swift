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

/// Whether a text may stand in quotes as it is. Looks at eight bytes at a time: nearly all texts
/// are plain, and every key and text that is written passes here.
func needsNoEscape(_ text: UnsafeRawBufferPointer) -> Bool {
    var index = 0
    while index + 8 <= text.count {
        let word = text.loadUnaligned(fromByteOffset: index, as: UInt64.self)
        let hits =
            hasByte(below: 0x20, in: word) | hasByte(UInt8(ascii: "\""), in: word)
            | hasByte(UInt8(ascii: "\\"), in: word)
        guard hits == 0 else { return false }
        index += 8
    }
    return text[index...].allSatisfy {
        $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\")
    }
}

/// Not zero where one of the eight bytes is below a bound of at most 128: subtracting it borrows
/// from the top bit, which was not set before.
private func hasByte(below bound: UInt64, in word: UInt64) -> UInt64 {
    (word &- 0x0101_0101_0101_0101 &* bound) & ~word & 0x8080_8080_8080_8080
}

private func hasByte(_ byte: UInt8, in word: UInt64) -> UInt64 {
    hasByte(below: 1, in: word ^ 0x0101_0101_0101_0101 &* UInt64(byte))
}
