/// Finds any of a set of byte strings in a text, at a cost that hardly grows with their number.
///
/// Every string is at least six bytes long, so of the pairs of neighbouring bytes every fifth is
/// enough to look at: one of them lies in the first six bytes of any occurrence.
struct KnownValueSearch: Sendable {
    /// Shorter values would be found everywhere by chance.
    static let shortestValue = 6
    private static let stride = shortestValue - 1
    private static let tableSize = 4096

    private struct Value {
        var bytes: [UInt8]
        var replacement: [UInt8]
        /// Whether it could be a number, and then is replaced only where it is no JSON number.
        var isNumber: Bool
    }

    private var values: [Value] = []
    /// By hash of a pair: a bit for each place among a value's first six bytes where it stands.
    private var places = [UInt8](repeating: 0, count: tableSize)
    /// The values that begin with a pair of this hash.
    private var candidates: [Int: [Int]] = [:]

    var isEmpty: Bool { values.isEmpty }

    mutating func add(_ value: [UInt8], replacement: [UInt8], isNumber: Bool = false) {
        guard value.count >= Self.shortestValue else { return }
        for place in 0..<Self.stride {
            places[Self.hash(value[place], value[place + 1])] |= 1 << UInt8(place)
        }
        candidates[Self.hash(value[0], value[1]), default: []].append(values.count)
        values.append(Value(bytes: value, replacement: replacement, isNumber: isNumber))
    }

    /// The text with every occurrence replaced, or nil where there is none. Of values that begin at
    /// the same place the longest counts.
    func replacing(in text: [UInt8]) -> [UInt8]? {
        text.withUnsafeBufferPointer(replacing)
    }

    func replacing(in text: String) -> [UInt8]? {
        text.utf8.withContiguousStorageIfAvailable(replacing)
            ?? replacing(in: Array(text.utf8))
    }

    private func replacing(in text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        guard !values.isEmpty else { return nil }
        var result: [UInt8] = []
        var copied = 0
        while let hit = firstHit(in: text, from: copied) {
            result += text[copied..<hit.start]
            result += values[hit.value].replacement
            copied = hit.start + values[hit.value].bytes.count
        }
        return copied == 0 ? nil : result + text[copied...]
    }

    private func firstHit(
        in text: UnsafeBufferPointer<UInt8>, from lower: Int
    ) -> (start: Int, value: Int)? {
        places.withUnsafeBufferPointer { places in
            var index = lower + Self.stride - 1
            // The last bytes are looked at too, where a value cannot begin but may go on.
            while index + 1 < text.count {
                let bits = places[Self.hash(text[index], text[index + 1])]
                if bits != 0 {
                    for place in (0..<Self.stride).reversed() where bits & 1 << UInt8(place) != 0 {
                        if let value = longestValue(at: index - place, in: text) {
                            return (index - place, value)
                        }
                    }
                }
                index += Self.stride
            }
            return nil
        }
    }

    private func longestValue(at start: Int, in text: UnsafeBufferPointer<UInt8>) -> Int? {
        var best: Int?
        for candidate in candidates[Self.hash(text[start], text[start + 1])] ?? [] {
            let bytes = values[candidate].bytes
            guard bytes.count > best.map({ values[$0].bytes.count }) ?? 0,
                start + bytes.count <= text.count,
                text[start..<start + bytes.count].elementsEqual(bytes),
                !isMemberName(start..<start + bytes.count, in: text),
                !values[candidate].isNumber
                    || standsAlone(start..<start + bytes.count, in: text)
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

    /// Whether digits are a word of a text and no JSON number nor part of one: a reading that happens
    /// to be the password stays.
    private func standsAlone(
        _ range: Range<Int>, in text: UnsafeBufferPointer<UInt8>
    ) -> Bool {
        let numeric = Array("0123456789.-+eE".utf8)
        if range.upperBound < text.count, numeric.contains(text[range.upperBound]) { return false }
        guard range.lowerBound > 0 else { return true }
        if numeric.contains(text[range.lowerBound - 1]) { return false }
        let before = text[..<range.lowerBound].last { $0 > 0x20 }
        return !":[,".utf8.contains(before ?? 0)
    }

    @inline(__always)
    private static func hash(_ first: UInt8, _ second: UInt8) -> Int {
        (Int(first) << 5 ^ Int(second)) & (tableSize - 1)
    }
}
