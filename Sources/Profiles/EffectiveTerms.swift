import JSONText

/// What is demanded of a property in one place: its own terms and those of every condition that
/// holds there.
///
/// A condition adds to what is demanded and takes nothing away, so of two the stricter counts, and
/// every comparison does (DSP0272 1.9.0, clause "Conditional requirements").
struct EffectiveTerms {
    private(set) var read: ReadRequirement
    private(set) var readPointer: JSONPointer
    private(set) var write: WriteRequirement
    private(set) var writePointer: JSONPointer
    private(set) var minCount: (count: Int, pointer: JSONPointer)?
    private(set) var comparisons: [Comparison]
    private(set) var purpose: String?

    init(_ requirement: PropertyRequirement, where holds: (Condition) -> Bool) {
        let terms = requirement.terms
        read = terms.read
        readPointer = terms.readPointer
        write = terms.write
        writePointer = terms.writePointer
        minCount = terms.minCount
        comparisons = terms.comparison.map { [$0] } ?? []
        purpose = requirement.clause.purpose
        for condition in requirement.conditions where holds(condition) { add(condition) }
    }

    private mutating func add(_ condition: Condition) {
        let terms = condition.terms
        if terms.read > read { (read, readPointer) = (terms.read, terms.readPointer) }
        if terms.write > write { (write, writePointer) = (terms.write, terms.writePointer) }
        if let least = terms.minCount, least.count > minCount?.count ?? 0 { minCount = least }
        if let comparison = terms.comparison { comparisons.append(comparison) }
        purpose = condition.clause.purpose ?? purpose
    }
}
