/// Compiles a pattern into instructions, reading it once from the left.
struct PatternCompiler {
    private typealias Instruction = PatternMatcher.Instruction
    private typealias CharacterSet = PatternMatcher.CharacterSet

    /// Repetition counts multiply the program; no schema comes near this.
    private static let sizeLimit = 20_000

    private var rest: Substring.UnicodeScalarView

    init(_ pattern: String) {
        rest = pattern[...].unicodeScalars
    }

    mutating func compile() -> [PatternMatcher.Instruction]? {
        guard let node = alternatives(depth: 0), rest.isEmpty else { return nil }
        var program: [Instruction] = []
        guard emit(node, into: &program) else { return nil }
        program.append(.accept)
        return program
    }

    // MARK: Reading

    private indirect enum Node {
        case set(CharacterSet)
        case start
        case end
        case sequence([Node])
        case choice([Node])
        case repeated(Node, atLeast: Int, atMost: Int?)
    }

    private mutating func alternatives(depth: Int) -> Node? {
        guard depth < 32 else { return nil }
        var choices: [Node] = []
        repeat {
            var items: [Node] = []
            while let next = rest.first, next != "|", next != ")" {
                guard let atom = atom(depth: depth), let item = repetition(of: atom) else {
                    return nil
                }
                items.append(item)
            }
            choices.append(.sequence(items))
        } while consume("|")
        return choices.count == 1 ? choices[0] : .choice(choices)
    }

    private mutating func atom(depth: Int) -> Node? {
        guard let scalar = rest.popFirst() else { return nil }
        switch scalar {
        case "^": return .start
        case "$": return .end
        case ".": return .set(CharacterSet(bits: 1 << 10, includesOthers: false).inverted)
        case "(":
            if consume("?"), !consume(":") { return nil }
            let group = alternatives(depth: depth + 1)
            return consume(")") ? group : nil
        case "[": return characterClass().map { .set($0) }
        case "\\": return escape().map { .set($0) }
        case "*", "+", "?", "{": return nil
        default: return .set(single(scalar))
        }
    }

    private mutating func repetition(of atom: Node) -> Node? {
        let node: Node
        switch rest.first {
        case "*": node = .repeated(atom, atLeast: 0, atMost: nil)
        case "+": node = .repeated(atom, atLeast: 1, atMost: nil)
        case "?": node = .repeated(atom, atLeast: 0, atMost: 1)
        case "{":
            rest.removeFirst()
            guard let least = number() else { return nil }
            var most: Int? = least
            if consume(",") { most = rest.first == "}" ? nil : number() }
            guard rest.first == "}", most ?? least >= least else { return nil }
            node = .repeated(atom, atLeast: least, atMost: most)
        default: return atom
        }
        rest.removeFirst()
        // Lazy and possessive forms do not occur.
        if let next = rest.first, ["*", "+", "?", "{"].contains(next) { return nil }
        return node
    }

    private mutating func number() -> Int? {
        var value: Int?
        while let digit = rest.first, digit.value >= 48, digit.value <= 57 {
            value = (value ?? 0) * 10 + Int(digit.value - 48)
            guard value ?? 0 < 1000 else { return nil }
            rest.removeFirst()
        }
        return value
    }

    private mutating func escape() -> CharacterSet? {
        guard let scalar = rest.popFirst() else { return nil }
        switch scalar {
        case "d": return set("0"..."9")
        case "D": return set("0"..."9").inverted
        case "w": return set("0"..."9", "A"..."Z", "a"..."z", "_"..."_")
        case "W": return set("0"..."9", "A"..."Z", "a"..."z", "_"..."_").inverted
        case "s": return set(" "..." ", "\t"..."\r")
        case "S": return set(" "..." ", "\t"..."\r").inverted
        case "t": return single("\t")
        case "n": return single("\n")
        case "r": return single("\r")
        default:
            // A letter or digit would be a class or a reference back.
            let isPunctuation =
                !scalar.properties.isAlphabetic && scalar.properties.numericType == nil
            return isPunctuation ? single(scalar) : nil
        }
    }

    private mutating func characterClass() -> CharacterSet? {
        let isInverted = consume("^")
        var result = CharacterSet()
        var isFirst = true
        while let scalar = rest.popFirst() {
            if scalar == "]", !isFirst { return isInverted ? result.inverted : result }
            isFirst = false
            if scalar == "\\" {
                guard let set = escape() else { return nil }
                result.formUnion(set)
            } else if rest.first == "-", let upper = rest.dropFirst().first, upper != "]" {
                rest.removeFirst(2)
                guard upper != "\\", scalar <= upper else { return nil }
                result.insert(scalar...upper)
            } else {
                result.insert(scalar...scalar)
            }
        }
        return nil
    }

    private mutating func consume(_ scalar: Unicode.Scalar) -> Bool {
        guard rest.first == scalar else { return false }
        rest.removeFirst()
        return true
    }

    private func single(_ scalar: Unicode.Scalar) -> CharacterSet { set(scalar...scalar) }

    private func set(_ ranges: ClosedRange<Unicode.Scalar>...) -> CharacterSet {
        var result = CharacterSet()
        for range in ranges { result.insert(range) }
        return result
    }

    // MARK: Writing

    private func emit(_ node: Node, into program: inout [Instruction]) -> Bool {
        guard program.count < Self.sizeLimit else { return false }
        switch node {
        case .set(let set): program.append(.character(set))
        case .start: program.append(.assertStart)
        case .end: program.append(.assertEnd)
        case .sequence(let items):
            for item in items where !emit(item, into: &program) { return false }
        case .choice(let choices): return emitChoice(choices[...], into: &program)
        case .repeated(let item, let least, let most):
            for _ in 0..<least where !emit(item, into: &program) { return false }
            guard let most else { return emitLoop(item, into: &program) }
            for _ in least..<most where !emitOption(item, into: &program) { return false }
        }
        return true
    }

    private func emitOption(_ item: Node, into program: inout [Instruction]) -> Bool {
        let split = program.count
        program.append(.accept)
        guard emit(item, into: &program) else { return false }
        program[split] = .split(split + 1, program.count)
        return true
    }

    private func emitLoop(_ item: Node, into program: inout [Instruction]) -> Bool {
        let split = program.count
        program.append(.accept)
        guard emit(item, into: &program) else { return false }
        program.append(.jump(split))
        program[split] = .split(split + 1, program.count)
        return true
    }

    private func emitChoice(
        _ choices: ArraySlice<Node>, into program: inout [Instruction]
    ) -> Bool {
        guard let first = choices.first else { return true }
        guard choices.count > 1 else { return emit(first, into: &program) }
        let split = program.count
        program.append(.accept)
        guard emit(first, into: &program) else { return false }
        let jump = program.count
        program.append(.accept)
        program[split] = .split(split + 1, program.count)
        guard emitChoice(choices.dropFirst(), into: &program) else { return false }
        program[jump] = .jump(program.count)
        return true
    }
}
