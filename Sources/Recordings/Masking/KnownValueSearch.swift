/// Finds any of a set of byte strings in a text, in time that does not grow with their number.
///
/// Looks at pairs of bytes and skips as far as none of the strings could end: mostly one look in
/// five bytes. Source of the method: Wu and Manber, "A Fast Algorithm for Multi-Pattern Searching".
struct KnownValueSearch: Sendable {
    /// Shorter values would be found everywhere by chance.
    static let shortestValue = 6
    private static let tableSize = 4096

    private var values: [(bytes: [UInt8], replacement: [UInt8])] = []
    /// How far the search may go on after a pair, by hash of the pair.
    private var skips = [UInt8](repeating: UInt8(shortestValue - 1), count: tableSize)
    /// The values whose first six bytes end in a pair of this hash.
    private var candidates: [Int: [Int]] = [:]

    var isEmpty: Bool { values.isEmpty }

    mutating func add(_ value: [UInt8], replacement: [UInt8]) {
        guard value.count >= Self.shortestValue else { return }
        for end in 1..<Self.shortestValue {
            let hash = Self.hash(value[end - 1], value[end])
            skips[hash] = min(skips[hash], UInt8(Self.shortestValue - 1 - end))
        }
        let last = Self.shortestValue - 1
        candidates[Self.hash(value[last - 1], value[last]), default: []].append(values.count)
        values.append((value, replacement))
    }

    /// The text with every occurrence replaced, or nil where there is none. Of values that begin at
    /// the same place the longest counts.
    func replacing(in text: [UInt8]) -> [UInt8]? {
        guard !values.isEmpty, text.count >= Self.shortestValue else { return nil }
        var result: [UInt8] = []
        var copied = 0
        var index = Self.shortestValue - 1
        while let hit = nextHit(in: text, from: &index) {
            result += text[copied..<hit.start]
            result += values[hit.value].replacement
            copied = hit.start + values[hit.value].bytes.count
            index = copied + Self.shortestValue - 1
        }
        return copied == 0 ? nil : result + text[copied...]
    }

    /// Advances the index, where the first six bytes of a value would end, up to the next hit.
    private func nextHit(
        in text: [UInt8], from index: inout Int
    ) -> (start: Int, value: Int)? {
        text.withUnsafeBufferPointer { text in
            skips.withUnsafeBufferPointer { skips in
                while index < text.count {
                    let hash = Self.hash(text[index - 1], text[index])
                    let skip = skips[hash]
                    if skip == 0 {
                        let start = index - Self.shortestValue + 1
                        if let value = longestValue(at: start, hash: hash, in: text) {
                            return (start, value)
                        }
                    }
                    index += max(Int(skip), 1)
                }
                return nil
            }
        }
    }

    private func longestValue(
        at start: Int, hash: Int, in text: UnsafeBufferPointer<UInt8>
    ) -> Int? {
        var best: Int?
        for candidate in candidates[hash] ?? [] {
            let bytes = values[candidate].bytes
            guard bytes.count > best.map({ values[$0].bytes.count }) ?? 0,
                start + bytes.count <= text.count,
                text[start..<start + bytes.count].elementsEqual(bytes),
                !isMemberName(start..<start + bytes.count, in: text)
            else { continue }
            best = candidate
        }
        return best
    }

    /// A password such as `password` must not take the names of members away.
    private func isMemberName(
        _ range: Range<Int>, in text: UnsafeBufferPointer<UInt8>
    ) -> Bool {
        range.lowerBound > 0 && text[range.lowerBound - 1] == UInt8(ascii: "\"")
            && range.upperBound + 1 < text.count
            && text[range.upperBound] == UInt8(ascii: "\"")
            && text[range.upperBound + 1] == UInt8(ascii: ":")
    }

    @inline(__always)
    private static func hash(_ first: UInt8, _ second: UInt8) -> Int {
        (Int(first) << 5 ^ Int(second)) & (tableSize - 1)
    }
}
