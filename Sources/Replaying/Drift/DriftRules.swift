package import Findings

/// What a device may not do otherwise than it did when it was recorded.
package enum DriftRules {
    private static let source =
        "harness policy: clients were written and tested against what was recorded"

    private static func rule(_ slug: String, _ statement: String, _ level: Level = .fail) -> Rule {
        Rule("drift/\(slug)", .policy, level, statement, source: source)
    }

    package static let answer = rule("answer", "A request that was answered is answered.")
    package static let status = rule("status", "A request is answered by the same status.")
    package static let header = rule("header", "Header fields that say something stay.")
    package static let body = rule("body", "A body of the same kind is served.")
    package static let missing = rule("missing-property", "A property that was shown is shown.")
    package static let added = rule("added-property", "No property is shown that was not.")
    package static let type = rule("type", "A property keeps its JSON type.")
    package static let value = rule(
        "value", "A value that is neither a reading, a time, an id nor a state stays.")
    package static let format = rule("format", "Times and ids keep their form.")
    package static let lostLink = rule("lost-link", "A resource that was linked is linked.")
    package static let addedLink = rule("added-link", "No resource is linked that was not.")
    package static let reading = rule(
        "reading", "A reading lies within what ratings, units and its neighbours allow.")
    package static let schema = rule(
        "schema", "A payload breaks no rule of its schema that it did not break before.")
    package static let stale = rule(
        "stale-tolerance", "A difference that is tolerated is there.", .warn)

    package static let all = [
        answer, status, header, body, missing, added, type, value, format, lostLink, addedLink,
        reading, schema, stale,
    ]
}

/// One difference between what was recorded and what is served.
package struct Drift: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        case time
        case id
        case state
        case reading
        case version
        /// Declared in the file of tolerances.
        case tolerated
        case contract
    }

    package var kind: Kind
    /// Nil where it is no breach of a contract.
    package var rule: Rule?
    package var pointer: String
    package var recorded: String
    package var seen: String
}
