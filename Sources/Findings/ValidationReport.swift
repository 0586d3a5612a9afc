import JSONText

/// A finding of `validate` with all that a reader needs to go there.
package struct PlacedFinding: Sendable, Hashable {
    package var finding: Finding
    /// The URI of the resource that is at fault.
    package var uri: String
    /// The user's file that the finding's position counts in, as the user named it; nil where the
    /// payload came from a service.
    package var file: String?
    /// What stands there in the payload.
    package var snippet: PayloadSnippet?
    /// The interoperability profile that is not met; nil for findings of the schemas.
    package var profile: String?
    /// Why the finding is accepted; nil where it counts.
    package var acceptance: String?

    package init(
        _ finding: Finding, uri: String, file: String? = nil, snippet: PayloadSnippet? = nil,
        profile: String? = nil, acceptance: String? = nil
    ) {
        self.finding = finding
        self.uri = uri
        self.file = file
        self.snippet = snippet
        self.profile = profile
        self.acceptance = acceptance
    }

    /// Whether the finding decides anything.
    package var counts: Bool { acceptance == nil }
}

/// One payload that was judged, or one address that did not answer.
package struct ValidatedPayload: Sendable, Hashable {
    package var uri: String
    /// The user's file it stands in, as the user named it.
    package var file: String?
    /// `Outlet.v1_4_4.Outlet`; nil where it names none.
    package var type: String?
    package var findings: [PlacedFinding]

    package init(
        uri: String, file: String? = nil, type: String? = nil, findings: [PlacedFinding] = []
    ) {
        self.uri = uri
        self.file = file
        self.type = type
        self.findings = findings
    }

    /// The findings that are not accepted.
    package func count(of level: Level) -> Int {
        findings.count { $0.finding.level == level && $0.counts }
    }
}

/// How much of a type's definition the payloads of a service use.
package struct SeenType: Sendable, Hashable {
    /// `Outlet.v1_4_4.Outlet`
    package var name: String
    package var payloads: Int
    /// Properties of the type that some payload has, not counting those inside objects.
    package var seen: Int
    /// Properties that the type has at this version.
    package var defined: Int

    package init(name: String, payloads: Int, seen: Int, defined: Int) {
        self.name = name
        self.payloads = payloads
        self.seen = seen
        self.defined = defined
    }
}

/// What one target of `validate` came to.
package struct ValidatedTarget: Sendable, Hashable {
    /// As the user typed it.
    package var name: String
    /// `service`, `mockup`, `recording`, `golden`, `payload`, or `profile` for one that is itself
    /// looked at.
    package var kind: String
    /// In the order of their URIs.
    package var payloads: [ValidatedPayload]
    /// The types of the payloads, by name; empty where a target is no service.
    package var types: [SeenType]
    /// Schemas of the service's metadata document that no payload is of, by name.
    package var unseenSchemas: [String]
    /// What was not looked at, and why.
    package var notes: [String]
    /// What the target came to against each interoperability profile.
    package var profiles: [EvaluatedProfile]

    package init(
        name: String, kind: String, payloads: [ValidatedPayload], types: [SeenType] = [],
        unseenSchemas: [String] = [], notes: [String] = [], profiles: [EvaluatedProfile] = []
    ) {
        self.name = name
        self.kind = kind
        self.payloads = payloads
        self.types = types
        self.unseenSchemas = unseenSchemas
        self.notes = notes
        self.profiles = profiles
    }

    package var findings: [PlacedFinding] { payloads.flatMap(\.findings) }
}

/// The result of `validate`. Holds no wall time and nothing of the machine, so that every report
/// rendered from it is the same bytes for the same targets.
package struct ValidationReport: Sendable, Hashable {
    package var harnessVersion: String
    package var targets: [ValidatedTarget]
    /// Every rule that findings may name, in the order of the book.
    package var rules: [Rule]
    /// Accepted findings that did not occur, in the order of their file.
    package var stale: [ExpectedFindings.Entry]

    package init(
        harnessVersion: String, targets: [ValidatedTarget], rules: [Rule],
        stale: [ExpectedFindings.Entry] = []
    ) {
        self.harnessVersion = harnessVersion
        self.targets = targets
        self.rules = rules
        self.stale = stale
    }

    package var findings: [PlacedFinding] { targets.flatMap(\.findings) }

    /// Findings that belong together: those of the schemas, or those of one profile.
    package struct Group: Sendable {
        /// Nil for the schemas.
        package var profile: String?
        /// By rule in the order of the book; rules without any are left out.
        package var classes: [(rule: Rule, findings: [PlacedFinding])]
    }

    /// The findings that count: the schemas' first, then those of every profile in the order given,
    /// also where there are none.
    package var groups: [Group] {
        var titles: [String] = []
        for title in targets.flatMap(\.profiles).map(\.title) + findings.compactMap(\.profile)
        where !titles.contains(title) {
            titles.append(title)
        }
        let counting = findings.filter(\.counts)
        return ([nil] + titles).map { title in
            let byRule = Dictionary(
                grouping: counting.filter { $0.profile == title }, by: \.finding.ruleID)
            return Group(
                profile: title,
                classes: rules.compactMap { rule in byRule[rule.id].map { (rule, $0) } })
        }
    }

    /// The findings that count, by group and rule.
    package var classes: [(rule: Rule, findings: [PlacedFinding])] { groups.flatMap(\.classes) }

    package func count(of level: Level) -> Int {
        findings.count { $0.counts && $0.finding.level == level }
    }

    package var acceptedCount: Int { findings.count { !$0.counts } }

    /// Warnings, those about stale entries included.
    package var warningCount: Int { count(of: .warn) + stale.count }

    package var causes: [ExitCause] {
        let failed = Set(
            findings.filter { $0.counts && $0.finding.level == .fail }.map(\.finding.ruleID))
        return rules.filter { failed.contains($0.id) }.map { .check(ruleID: $0.id) }
    }

    package var exitStatus: Int32 { ExitCause.status(of: causes) }

    /// The last line of the text report.
    package var verdictLine: String {
        ExitCause.verdictLine(of: causes, warningCount: warningCount)
    }
}

extension ValidationReport {
    /// Marks findings that are accepted on this day, and notes which entries nothing fits any more.
    ///
    /// An entry that has expired accepts nothing, so that its findings count again.
    package mutating func accept(_ expected: ExpectedFindings, on day: String) {
        var used: Set<Int> = []
        for target in targets.indices {
            for payload in targets[target].payloads.indices {
                for place in targets[target].payloads[payload].findings.indices {
                    let placed = targets[target].payloads[payload].findings[place]
                    let index = expected.entries.firstIndex { entry in
                        entry.covers(
                            ruleID: placed.finding.ruleID, place: placed.uri,
                            pointer: placed.finding.pointer?.description)
                    }
                    guard let index else { continue }
                    used.insert(index)
                    let entry = expected.entries[index]
                    guard !entry.isExpired(on: day) else {
                        targets[target].payloads[payload].findings[place].finding.message +=
                            " (was accepted until \(entry.expires ?? ""))"
                        continue
                    }
                    targets[target].payloads[payload].findings[place].acceptance = entry.reason
                }
            }
            targets[target].regradeProfiles()
        }
        stale = expected.entries.enumerated().filter { !used.contains($0.offset) }.map(\.element)
    }
}
