package import VirtualTime

/// Seeded choices.
package struct Chance: Sendable {
    private var stream: RandomStream

    package init(_ stream: RandomStream) {
        self.stream = stream
    }

    /// A number from 0 on, below the bound; 0 where there is none below.
    mutating func below(_ bound: Int) -> Int {
        bound > 1 ? Int(stream.integer(in: 0...Int64(bound - 1))) : 0
    }

    mutating func oneIn(_ count: Int) -> Bool { below(count) == 0 }

    mutating func byte() -> UInt8 { UInt8(below(256)) }

    mutating func pick<Elements: RandomAccessCollection>(
        _ elements: Elements
    ) -> Elements.Element? where Elements.Index == Int {
        elements.isEmpty ? nil : elements[elements.startIndex + below(elements.count)]
    }

    /// A range inside the collection, mostly short.
    mutating func range(in count: Int) -> Range<Int> {
        let start = below(count + 1)
        let longest = oneIn(4) ? count - start : min(count - start, 16)
        return start..<start + below(longest + 1)
    }
}
