/// Changes to whole words, numbers, texts and signs.
enum TokenChanges {
    static func apply(
        to input: inout [UInt8], with other: [UInt8], _ dictionary: [String],
        _ chance: inout Chance
    ) {
        let tokens = tokens(of: input)
        guard let token = chance.pick(tokens) else { return }
        switch chance.below(6) {
        case 0: input.removeSubrange(token)
        case 1: input.insert(contentsOf: input[token], at: token.lowerBound)
        case 2:
            guard let second = chance.pick(tokens) else { return }
            let piece = Array(input[second])
            input.replaceSubrange(token, with: piece)
        case 3:
            guard let foreign = chance.pick(self.tokens(of: other)) else { return }
            input.replaceSubrange(token, with: other[foreign])
        case 4:
            let run = repeatElement(input[token], count: 1 << chance.below(10)).joined()
            input.replaceSubrange(token, with: Array(run))
        default: input.replaceSubrange(token, with: (chance.pick(dictionary) ?? "").utf8)
        }
    }

    private static func tokens(of bytes: [UInt8]) -> [Range<Int>] {
        var tokens: [Range<Int>] = []
        var start = 0
        while start < bytes.count {
            let end = end(of: bytes, from: start)
            tokens.append(start..<end)
            start = end
        }
        return tokens
    }

    private static func end(of bytes: [UInt8], from start: Int) -> Int {
        var end = start + 1
        if bytes[start] == UInt8(ascii: "\"") {
            while end < bytes.count, bytes[end] != UInt8(ascii: "\"") { end += 1 }
            return min(end + 1, bytes.count)
        }
        guard isWord(bytes[start]) else { return end }
        while end < bytes.count, isWord(bytes[end]) { end += 1 }
        return end
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"),
            UInt8(ascii: "_"), 0x80...:
            true
        default: false
        }
    }
}
