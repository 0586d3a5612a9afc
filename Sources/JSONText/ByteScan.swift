// Bytes looked at eight at a time. All that is read, masked or written passes here, and passes
// quickly even in a build without optimisation, as tests are.

extension UnsafeBufferPointer<UInt8> {
    /// Where the plain text that begins at a place ends, or a few bytes before: up to there all is
    /// ASCII that stands in a JSON string as it is, and what follows is for the caller to look at.
    package func endOfPlainText(from start: Int) -> Int {
        end(of: start) { word in
            below(0x20, in: word) | at(UInt8(ascii: "\""), in: word)
                | at(UInt8(ascii: "\\"), in: word) | word & highBits
        }
    }

    package func holds(_ byte: UInt8) -> Bool {
        var index = end(of: 0) { at(byte, in: $0) }
        while index < count {
            if self[index] == byte { return true }
            index += 1
        }
        return false
    }

    package func hasSameBytes(as other: UnsafeBufferPointer<UInt8>) -> Bool {
        guard count == other.count else { return false }
        guard let mine = UnsafeRawPointer(baseAddress),
            let theirs = UnsafeRawPointer(other.baseAddress)
        else { return true }
        var index = 0
        while index + 8 <= count {
            guard
                mine.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                    == theirs.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            else { return false }
            index += 8
        }
        while index < count {
            guard self[index] == other[index] else { return false }
            index += 1
        }
        return true
    }

    /// Goes on by eight bytes as long as there are eight and nothing is hit in them.
    private func end(of start: Int, hits: (UInt64) -> UInt64) -> Int {
        guard let bytes = UnsafeRawPointer(baseAddress) else { return start }
        var index = start
        while index + 8 <= count,
            hits(bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)) == 0
        {
            index += 8
        }
        return index
    }
}

extension [UInt8] {
    package func holds(_ byte: UInt8) -> Bool { withUnsafeBufferPointer { $0.holds(byte) } }
}

private let highBits: UInt64 = 0x8080_8080_8080_8080

/// Not zero where one of the eight bytes is below a bound of at most 128: subtracting it borrows
/// from the top bit, which was not set before.
private func below(_ bound: UInt64, in word: UInt64) -> UInt64 {
    (word &- 0x0101_0101_0101_0101 &* bound) & ~word & highBits
}

private func at(_ byte: UInt8, in word: UInt64) -> UInt64 {
    below(1, in: word ^ 0x0101_0101_0101_0101 &* UInt64(byte))
}
