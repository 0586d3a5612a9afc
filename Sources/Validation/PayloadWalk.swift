import Findings
import JSONText
import Schema

/// One pass over one payload: where it stands, and what it has found.
struct PayloadWalk {
    enum Direction {
        case response
        case create
        case update
        case parameters
    }

    private enum Step {
        case name(String)
        case index(Int)
    }

    let schema: SchemaLibrary
    let messages: MessageCatalog
    let isMockup: Bool
    /// Whether a text stands for one that nobody may see.
    let isWithheld: @Sendable (String) -> Bool
    let direction: Direction
    /// Whether a query may have left out what otherwise has to be there.
    var isPartial = false
    private(set) var findings: [Finding] = []
    /// Whether the payload has so many findings that it is left where it is.
    private(set) var isLeft = false
    private var path: [Step] = []
    /// How many OEM objects enclose the current one; what is found inside only warns.
    var oemDepth = 0
    /// The `@odata.id` of the resource that encloses the current object.
    var resourceURI = ""
    /// Where the payload was read, which may be another address than it says of itself.
    var servedURI = ""
    /// How many steps down that resource stands; 0 for the payload itself.
    var resourceDepth = 0
    /// Whether what the resource says of its own place is judged: not in what is delivered or sent.
    var judgesPlaces = false
    private let collectsReferences: Bool
    private(set) var references: [PayloadReference] = []

    init(
        schema: SchemaLibrary, messages: MessageCatalog, isMockup: Bool, direction: Direction,
        isWithheld: @escaping @Sendable (String) -> Bool = { _ in false },
        collectsReferences: Bool = false
    ) {
        self.collectsReferences = collectsReferences
        self.schema = schema
        self.messages = messages
        self.isMockup = isMockup
        self.isWithheld = isWithheld
        self.direction = direction
        path.reserveCapacity(12)
    }

    // MARK: Moving

    mutating func enter(_ name: String) { path.append(.name(name)) }
    mutating func enter(_ index: Int) { path.append(.index(index)) }
    mutating func leave() { path.removeLast() }

    /// Made only for findings.
    private var pointer: JSONPointer {
        JSONPointer(
            tokens: path.map { step in
                switch step {
                case .name(let name): name
                case .index(let index): String(index)
                }
            })
    }

    /// How deep the current object stands in the payload.
    var depth: Int { path.count }

    /// From the resource that encloses the current object to this object: `/Redundancy/0`.
    var fragment: String {
        JSONPointer(tokens: Array(pointer.tokens.dropFirst(resourceDepth))).description
    }

    /// The place in the array that the current object is an element of; nil elsewhere.
    var elementIndex: Int? {
        if case .index(let index)? = path.last { index } else { nil }
    }

    // MARK: References

    /// - Parameter member: The member of the current object that holds the address.
    mutating func noteReference(
        to address: String, expecting type: QualifiedName, member: String?, property: String,
        _ definition: DefinitionLocation?
    ) {
        guard collectsReferences else { return }
        references.append(
            PayloadReference(
                address: address, type: type, property: property,
                pointer: member.map(pointer.appending) ?? pointer, definition: definition))
    }

    // MARK: Reporting

    /// What the form of a text breaks.
    private static let formRules = [SchemaRules.format.id, SchemaRules.pattern.id]
    /// Findings in one payload beyond which nobody reads on.
    static let findingLimit = 1_000
    /// Characters of a message, which may quote names of any length.
    private static let messageLimit = 400

    /// - Parameter member: The member of the current object that is meant, if not the object.
    mutating func report(
        _ rule: Rule, _ message: String, member: String? = nil, expected: String? = nil,
        seen: JSONValue? = nil, definition: DefinitionLocation? = nil
    ) {
        guard !isLeft else { return }
        if Self.formRules.contains(rule.id), let text = seen?.string, isWithheld(text) { return }
        guard findings.count < Self.findingLimit else { return leave(member) }
        let level = oemDepth > 0 && rule.level == .fail ? Level.warn : rule.level
        findings.append(
            Finding(
                ruleID: rule.id, level: level, message: clipped(message),
                pointer: member.map(pointer.appending) ?? pointer, expected: expected,
                seen: seen.map(excerptOfText),
                definition: definition.map { SourceLocation(file: $0.file, line: $0.line) }))
    }

    /// Says that there may be more.
    private mutating func leave(_ member: String?) {
        isLeft = true
        findings.append(
            Finding(
                ruleID: SchemaRules.findingLimit.id, level: SchemaRules.findingLimit.level,
                message: "from here on the payload was not judged",
                pointer: member.map(pointer.appending) ?? pointer,
                expected: "at most \(Self.findingLimit.grouped) findings"))
    }

    private func clipped(_ message: String) -> String {
        guard message.utf8.count > Self.messageLimit else { return message }
        return message.prefix(Self.messageLimit) + "…"
    }

    /// A schema's file that cannot be used: said wherever a payload needs it.
    mutating func report(_ error: SchemaError) {
        report(
            SchemaRules.knownType, "the schema cannot be used: \(error.message)",
            definition: error.location)
    }
}

/// At most 80 characters of the value's text.
private func excerptOfText(_ value: JSONValue) -> String {
    let text = value.compactText
    return text.utf8.count > 80 && text.count > 80 ? text.prefix(79) + "…" : text
}

extension JSONValue {
    /// The type's name as it stands in a sentence: `an object`, `null`.
    var article: String {
        switch self {
        case .null: "null"
        case .array, .object: "an \(typeName)"
        default: "a \(typeName)"
        }
    }
}

/// `; did you mean 'X'?` where a candidate is near, or nothing.
func suggestion(for word: String, among candidates: some Sequence<String>) -> String {
    let candidates = Array(candidates)
    if let other = candidates.first(where: { $0.lowercased() == word.lowercased() }) {
        return "; the letter case is wrong, it is '\(other)'"
    }
    return nearMiss(for: word, among: candidates).map { "; did you mean '\($0)'?" } ?? ""
}
