import Findings
import JSONText
import Validation

/// What is found while a service is held against a profile, requirement by requirement.
struct Ledger {
    let profile: Profile
    private(set) var requirements: [RequirementResult] = []
    private(set) var findings: [(uri: String, finding: Finding)] = []
    private var places: [JSONPointer: Int] = [:]

    /// Begins with every requirement of the profile, so that those never put to the test show.
    init(_ profile: Profile) {
        self.profile = profile
        for demand in profile.demands where places[demand.pointer] == nil {
            places[demand.pointer] = requirements.count
            let line = demand.pointer.position(in: profile.bytes).line
            requirements.append(
                RequirementResult(pointer: demand.pointer, line: line, demand: demand.words))
        }
    }

    mutating func met(_ pointer: JSONPointer) { update(pointer) { $0.met += 1 } }

    /// Nothing was demanded here, or nothing can be seen.
    mutating func open(_ pointer: JSONPointer) { update(pointer) { $0.open += 1 } }

    /// - Parameters:
    ///   - pointer: What demands it, in the profile.
    ///   - purpose: What the profile says it is for.
    ///   - level: The rule's own, if nil.
    mutating func missed(
        _ rule: Rule, _ pointer: JSONPointer, purpose: String?, at site: Site, member: [String],
        level: Level? = nil, _ message: String, expected: String? = nil, seen: JSONValue? = nil
    ) {
        let level = level ?? rule.level
        update(pointer) { result in
            if level == .info { result.open += 1 } else { result.missed += 1 }
            result.worst = Level.gravest(result.worst, level)
        }
        let place = JSONPointer(tokens: site.pointer.tokens + member)
        findings.append(
            (
                site.resource.uri,
                Finding(
                    ruleID: rule.id, level: level,
                    message: purpose.map { "\(message) (\($0))" } ?? message,
                    pointer: place.tokens.isEmpty ? nil : place,
                    position: site.resource.bytes.isEmpty
                        ? nil : place.position(in: site.resource.bytes),
                    expected: expected, seen: seen?.compactText, definition: location(of: pointer))
            ))
    }

    /// Notes that something is there, or that it is not, as gravely as the profile demands it.
    ///
    /// - Parameters:
    ///   - what: In words that `is there` and `is missing` follow.
    ///   - rule: What is broken where it is missing.
    ///   - excludedRule: What is broken where it is there and must not be; the same if nil.
    mutating func presence(
        of what: String, _ isThere: Bool, demanded read: ReadRequirement, by pointer: JSONPointer,
        _ rule: Rule, excluded excludedRule: Rule? = nil, purpose: String?, at site: Site,
        member: [String], seen: JSONValue? = nil
    ) {
        switch read {
        case .none, .conditional: open(pointer)
        case .excluded where isThere:
            missed(
                excludedRule ?? rule, pointer, purpose: purpose, at: site, member: member,
                "\(what) is there", expected: "its absence", seen: seen)
        case .excluded: met(pointer)
        case _ where isThere: met(pointer)
        case .ifImplemented: open(pointer)
        case .recommended:
            missed(
                ProfileRules.recommended, pointer, purpose: purpose, at: site, member: member,
                "\(what) is missing")
        case .supported, .ifPopulated, .mandatory:
            missed(
                rule, pointer, purpose: purpose, at: site, member: member, "\(what) is missing")
        }
    }

    private func location(of pointer: JSONPointer) -> SourceLocation {
        let line =
            places[pointer].map { requirements[$0].line }
            ?? pointer.position(in: profile.bytes).line
        return SourceLocation(file: profile.file, line: line, pointer: pointer)
    }

    private mutating func update(
        _ pointer: JSONPointer, _ change: (inout RequirementResult) -> Void
    ) {
        if let place = places[pointer] { change(&requirements[place]) }
    }
}

extension Level {
    static func gravest(_ one: Level?, _ other: Level) -> Level {
        allCases.first { $0 == one || $0 == other } ?? other
    }
}
