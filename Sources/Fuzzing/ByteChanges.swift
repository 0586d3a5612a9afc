/// Changes that know nothing of what the bytes mean.
enum ByteChanges {
    /// Where texts turn into something else: ends, marks, halves of characters.
    private static let awkward: [[UInt8]] = [
        [0x00], [0x0A], [0x0D], [0x7F], [0x80], [0xC0, 0x80], [0xC3], [0xE2, 0x82],
        [0xED, 0xA0, 0x80], [0xEF, 0xBB, 0xBF], [0xEF, 0xBF, 0xBE], [0xF4, 0x90, 0x80, 0x80],
        [0xFE, 0xFF], [0xFF, 0xFE], [0xFF], [0xF0, 0x9F, 0x94, 0x8C], [0xCC, 0x81],
        [0xE2, 0x80, 0xA8],
    ]

    static func apply(to input: inout [UInt8], with other: [UInt8], _ chance: inout Chance) {
        switch chance.below(8) {
        case 0:
            guard !input.isEmpty else { return }
            input[chance.below(input.count)] ^= 1 << UInt8(chance.below(8))
        case 1:
            guard !input.isEmpty else { return }
            input[chance.below(input.count)] = chance.byte()
        case 2: input.removeSubrange(chance.range(in: input.count))
        case 3: input.removeSubrange(chance.below(input.count + 1)...)
        case 4:
            let piece = input[chance.range(in: input.count)]
            input.insert(contentsOf: piece, at: chance.below(input.count + 1))
        case 5:
            let piece = other[chance.range(in: other.count)]
            input.insert(contentsOf: piece, at: chance.below(input.count + 1))
        case 6:
            // The head of one and the tail of the other.
            input.removeSubrange(chance.below(input.count + 1)...)
            input += other[chance.below(other.count + 1)...]
        default:
            input.insert(
                contentsOf: chance.pick(awkward) ?? [], at: chance.below(input.count + 1))
        }
    }
}
