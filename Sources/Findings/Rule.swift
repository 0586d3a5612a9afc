/// What a rule rests on.
package enum Ground: String, Sendable, Hashable, CaseIterable {
    /// A "shall" of a specification or a constraint of a schema.
    case shall
    /// A "should" of a specification.
    case should
    /// The harness's own judgement of what a good client or device does; labelled as such.
    case policy
}

/// How grave a breach of a rule is.
package enum Level: String, Sendable, Hashable, CaseIterable {
    case fail
    case warn
    case info
}

/// One rule of the book: what must hold, why, and how a breach counts.
package struct Rule: Sendable, Hashable {
    /// `family/[ID-]slug`, for example `client/A07-one-relogin`. Never renumbered.
    package var id: String
    package var ground: Ground
    package var level: Level
    /// One sentence that says what must hold.
    package var statement: String
    /// Title, version and clause or schema, for example
    /// `DSP0266 "Redfish Specification" 1.8.1, 13.3.5 Redfish session login authentication`.
    package var source: String
    /// The classes of findings under which DMTF's validator, `peer`, reports the same; empty where it
    /// does not look.
    package var peerClasses: [String]

    package init(
        _ id: String, _ ground: Ground, _ level: Level, _ statement: String, source: String,
        peerClasses: [String] = []
    ) {
        self.id = id
        self.ground = ground
        self.level = level
        self.statement = statement
        self.source = source
        self.peerClasses = peerClasses
    }

    /// The part of the id before the slash: `schema`, `energy`, `client`, …
    package var family: String { String(id.prefix { $0 != "/" }) }

    /// DMTF's tool whose classes `peerClasses` are: Redfish Service Validator 3.1.8, of profiles
    /// Redfish Interop Validator 3.0.4.
    package var peer: String {
        family == "profile" ? "Redfish Interop Validator" : "Redfish Service Validator"
    }
}

/// What became of a rule, a group of rules or a run.
package enum Verdict: String, Sendable, Hashable, CaseIterable {
    case pass
    case fail
    case warn
    /// Nothing in the run put the rule to the test.
    case notExercised = "not exercised"
    /// The rule does not bind this client or device.
    case notApplicable = "not applicable"

    /// The verdict of several: the gravest; not exercised only where nothing was exercised.
    package static func summary(of verdicts: some Sequence<Verdict>) -> Verdict {
        let order: [Verdict] = [.fail, .warn, .pass, .notExercised]
        let seen = Set(verdicts)
        return order.first { seen.contains($0) } ?? .notApplicable
    }
}
