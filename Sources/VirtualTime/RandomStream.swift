/// A seeded stream of numbers for one subsystem.
///
/// Streams are derived from the scenario's seed and a label, so that a new draw in one subsystem
/// never shifts another. The generator is ours because the standard library's algorithms for
/// bounded numbers are no contract. The same seed and label give the same numbers everywhere.
///
/// Source: Blackman and Vigna, "Scrambled Linear Pseudorandom Number Generators" (xoshiro256**),
/// seeded by SplitMix64 as its authors advise.
package struct RandomStream: Sendable {
    private var state: (UInt64, UInt64, UInt64, UInt64)

    package init(seed: UInt64, label: String) {
        // FNV-1a over the label, mixed with the seed.
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in label.utf8 {
            hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
        }
        var mixer = SplitMix64(state: seed &+ hash &* 0x9e37_79b9_7f4a_7c15)
        state = (mixer.next(), mixer.next(), mixer.next(), mixer.next())
    }

    package mutating func next() -> UInt64 {
        let result = rotateLeft(state.1 &* 5, by: 7) &* 9
        let shifted = state.1 << 17
        state.2 ^= state.0
        state.3 ^= state.1
        state.1 ^= state.2
        state.0 ^= state.3
        state.2 ^= shifted
        state.3 = rotateLeft(state.3, by: 45)
        return result
    }

    /// A number of the range, every one equally likely.
    package mutating func integer(in range: ClosedRange<Int64>) -> Int64 {
        let width = UInt64(bitPattern: range.upperBound &- range.lowerBound)
        guard width < .max else { return Int64(bitPattern: next()) }
        let count = width + 1
        // Rejects the draws that would make the first numbers likelier than the last.
        let limit = UInt64.max - (UInt64.max % count + 1) % count
        var draw = next()
        while draw > limit { draw = next() }
        return range.lowerBound &+ Int64(bitPattern: draw % count)
    }

    /// True `numerator` times in `denominator`.
    package mutating func chance(_ numerator: Int64, in denominator: Int64) -> Bool {
        integer(in: 0...denominator - 1) < numerator
    }

    /// This many lower-case hexadecimal digits.
    package mutating func hexadecimal(digits count: Int) -> String {
        let digits = Array("0123456789abcdef")
        return String((0..<count).map { _ in digits[Int(integer(in: 0...15))] })
    }

    /// A version 4 UUID in canonical lower-case form.
    ///
    /// Source: RFC 9562, "Universally Unique IDentifiers (UUIDs)", clause 5.4.
    package mutating func uuid() -> String {
        let digits = Array(hexadecimal(digits: 32))
        let variant = Array("89ab")[Int(integer(in: 0...3))]
        let groups = [
            String(digits[0..<8]), String(digits[8..<12]), "4" + String(digits[13..<16]),
            String(variant) + String(digits[17..<20]), String(digits[20..<32]),
        ]
        return groups.joined(separator: "-")
    }

    private func rotateLeft(_ value: UInt64, by count: UInt64) -> UInt64 {
        value << count | value >> (64 - count)
    }
}

/// A number of the range for one index, without a stream: the same seed, label and index give the
/// same number, in whatever order they are asked for.
package struct IndexedRandom: Sendable {
    private let key: UInt64

    package init(seed: UInt64, label: String) {
        var stream = RandomStream(seed: seed, label: label)
        key = stream.next()
    }

    /// The bias against a perfectly even draw is below width / 2^64.
    package func integer(in range: ClosedRange<Int64>, at index: Int64) -> Int64 {
        var mixer = SplitMix64(state: key &+ UInt64(bitPattern: index) &* 0x9e37_79b9_7f4a_7c15)
        let count = UInt64(range.upperBound - range.lowerBound) + 1
        return range.lowerBound + Int64(mixer.next() % count)
    }
}

/// Source: Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators".
struct SplitMix64 {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }
}
