package import JSONText

/// What a service came to against one interoperability profile.
package struct EvaluatedProfile: Sendable, Hashable {
    /// Name and version.
    package var title: String
    /// The profile's file, as the user named it.
    package var file: String
    package var purpose: String?
    /// In the order of the profile.
    package var requirements: [RequirementResult]

    package init(
        title: String, file: String, purpose: String? = nil, requirements: [RequirementResult]
    ) {
        self.title = title
        self.file = file
        self.purpose = purpose
        self.requirements = requirements
    }

    /// How often a requirement was met, over all places it was held against.
    package var metCount: Int { requirements.reduce(0) { $0 + $1.met } }

    package func count(of verdict: Verdict) -> Int {
        requirements.count { $0.verdict == verdict }
    }
}

/// What one requirement of a profile came to.
package struct RequirementResult: Sendable, Hashable {
    /// Its place in the profile.
    package var pointer: JSONPointer
    package var line: Int
    /// `Outlet EnergykWh/Reading: Mandatory`
    package var demand: String
    /// In how many places it was met, and in how many it was not.
    package var met = 0
    package var missed = 0
    /// In how many places nothing was demanded, or nothing could be seen.
    package var open = 0
    /// How grave the worst miss is.
    package var worst: Level?

    package init(pointer: JSONPointer, line: Int, demand: String) {
        self.pointer = pointer
        self.line = line
        self.demand = demand
    }

    package var verdict: Verdict {
        switch worst {
        case .fail: .fail
        case .warn: .warn
        case .info, nil: met > 0 ? .pass : .notExercised
        }
    }
}

extension ValidatedTarget {
    /// Lets what is accepted count no longer against the requirements of profiles.
    mutating func regradeProfiles() {
        for profile in profiles.indices {
            let title = profiles[profile].title
            let counting = Dictionary(
                grouping: findings.filter { $0.counts && $0.profile == title },
                by: { $0.finding.definition?.pointer })
            for place in profiles[profile].requirements.indices {
                let pointer = profiles[profile].requirements[place].pointer
                let levels = (counting[pointer] ?? []).map(\.finding.level)
                profiles[profile].requirements[place].worst = Level.allCases.first {
                    levels.contains($0)
                }
            }
        }
    }
}
