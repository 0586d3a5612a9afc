import JSONText
import Testing

/// Eight bytes at a time find what one byte at a time would.
@Suite struct ByteScanTests {
    /// A text of `x` with one byte that is another, at every place of texts of every length.
    private func everyPlace(
        _ byte: UInt8, _ body: (_ text: [UInt8], _ place: Int) -> Void
    ) {
        for length in 1...20 {
            for place in 0..<length {
                var text = [UInt8](repeating: UInt8(ascii: "x"), count: length)
                text[place] = byte
                body(text, place)
            }
        }
    }

    @Test(arguments: [0x00, 0x1F, 0x22, 0x5C, 0x80, 0xC3, 0xFF] as [UInt8])
    func plainTextEndsBeforeWhatIsNot(_ byte: UInt8) {
        everyPlace(byte) { text, place in
            text.withUnsafeBufferPointer { text in
                for start in 0...text.count {
                    let end = text.endOfPlainText(from: start)
                    #expect(end >= start)
                    // Past the odd byte only where it began there, and never far from it.
                    #expect(start > place ? end + 8 > text.count : end <= place && place < end + 8)
                }
            }
        }
    }

    @Test(arguments: [0x20, 0x21, 0x23, 0x5B, 0x5D, 0x7F] as [UInt8])
    func whatIsPlainIsPassed(_ byte: UInt8) {
        everyPlace(byte) { text, _ in
            text.withUnsafeBufferPointer { #expect($0.endOfPlainText(from: 0) + 8 > $0.count) }
        }
    }

    @Test(arguments: [0x00, 0x22, 0x5C, 0x79, 0xF8, 0xFF] as [UInt8])
    func aByteIsFoundWhereverItStands(_ byte: UInt8) {
        everyPlace(byte) { text, _ in
            #expect(text.holds(byte))
            #expect(!text.holds(byte &+ 2))
        }
        #expect(![UInt8]().holds(byte))
    }

    @Test func textsAreTheSameWhereEveryByteIs() {
        everyPlace(UInt8(ascii: "y")) { text, _ in
            let plain = [UInt8](repeating: UInt8(ascii: "x"), count: text.count)
            plain.withUnsafeBufferPointer { plain in
                text.withUnsafeBufferPointer { text in
                    #expect(!plain.hasSameBytes(as: text))
                    let shorter = UnsafeBufferPointer(rebasing: plain.dropLast())
                    #expect(!plain.hasSameBytes(as: shorter))
                    #expect(Array(text).withUnsafeBufferPointer { $0.hasSameBytes(as: text) })
                }
            }
        }
        let none = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
        #expect(none.hasSameBytes(as: none))
    }
}
