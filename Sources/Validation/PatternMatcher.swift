/// A matcher for the regular expressions that schemas use: literals, classes, groups, alternatives,
/// repetition and anchors. All ways through the pattern advance together, so the time is
/// proportional to text × pattern whatever a device sends.
struct PatternMatcher: Sendable {
    enum Instruction: Sendable {
        case character(CharacterSet)
        /// Go on at both places.
        case split(Int, Int)
        case jump(Int)
        case assertStart
        case assertEnd
        case accept
    }

    /// Scalars below 128 as bits; the others all in or all out.
    struct CharacterSet: Sendable, Equatable {
        var bits: UInt128 = 0
        var includesOthers = false

        mutating func insert(_ range: ClosedRange<Unicode.Scalar>) {
            let last = min(range.upperBound.value, 127)
            if range.lowerBound.value <= last {
                for value in range.lowerBound.value...last { bits |= 1 << UInt128(value) }
            }
            if range.upperBound.value > 127 { includesOthers = true }
        }

        mutating func formUnion(_ other: CharacterSet) {
            bits |= other.bits
            includesOthers = includesOthers || other.includesOthers
        }

        var inverted: CharacterSet { CharacterSet(bits: ~bits, includesOthers: !includesOthers) }

        func contains(_ scalar: Unicode.Scalar) -> Bool {
            scalar.value < 128 ? bits >> UInt128(scalar.value) & 1 == 1 : includesOthers
        }
    }

    private let program: [Instruction]

    /// Nil where the pattern uses syntax that no schema needs.
    init?(_ pattern: String) {
        var compiler = PatternCompiler(pattern)
        guard let program = compiler.compile() else { return nil }
        self.program = program
    }

    /// Whether any part of the text matches; anchors in the pattern bind it to the ends.
    func matches(_ text: String) -> Bool {
        var current = States(count: program.count)
        var next = States(count: program.count)
        var isAtStart = true
        var scalars = text.unicodeScalars[...]
        while true {
            add(0, to: &current, isAtStart: isAtStart, isAtEnd: scalars.isEmpty)
            if current.accepts { return true }
            guard let scalar = scalars.popFirst() else { return false }
            isAtStart = false
            for place in current.list {
                guard case .character(let set) = program[place], set.contains(scalar) else {
                    continue
                }
                add(place + 1, to: &next, isAtStart: false, isAtEnd: scalars.isEmpty)
            }
            swap(&current, &next)
            next.clear()
        }
    }

    /// Adds a place and all that is reached from it without reading.
    private func add(_ place: Int, to states: inout States, isAtStart: Bool, isAtEnd: Bool) {
        guard states.insert(place) else { return }
        switch program[place] {
        case .character: break
        case .jump(let target):
            add(target, to: &states, isAtStart: isAtStart, isAtEnd: isAtEnd)
        case .split(let first, let second):
            add(first, to: &states, isAtStart: isAtStart, isAtEnd: isAtEnd)
            add(second, to: &states, isAtStart: isAtStart, isAtEnd: isAtEnd)
        case .assertStart where isAtStart, .assertEnd where isAtEnd:
            add(place + 1, to: &states, isAtStart: isAtStart, isAtEnd: isAtEnd)
        case .assertStart, .assertEnd: break
        case .accept: states.accepts = true
        }
    }

    private struct States {
        var list: [Int] = []
        var accepts = false
        private var present: [Bool]

        init(count: Int) {
            present = Array(repeating: false, count: count)
        }

        mutating func insert(_ place: Int) -> Bool {
            guard !present[place] else { return false }
            present[place] = true
            list.append(place)
            return true
        }

        mutating func clear() {
            for place in list { present[place] = false }
            list.removeAll(keepingCapacity: true)
            accepts = false
        }
    }
}
