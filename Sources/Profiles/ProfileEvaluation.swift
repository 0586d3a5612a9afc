package import Findings
import JSONText
package import Schema
import Validation

/// Holds a service against an interoperability profile.
///
/// Where DSP0272 leaves something open, what DMTF's Redfish Interop Validator does is followed;
/// where the two differ, DSP0272 is. `.ci/profiles-expected.json` lists the differences.
package struct ProfileEvaluation {
    let profile: Profile
    let service: SurveyedService
    let schema: SchemaLibrary
    var ledger: Ledger
    /// What only all instances together can meet, by its place in the profile.
    var pools: [JSONPointer: Pool] = [:]

    struct Pool {
        enum Demand {
            case comparison(Comparison)
            case presence
            case writing
        }

        var demand: Demand
        var what: String
        var purpose: String?
        /// Where it applies, with what was seen there; nil for what cannot be told.
        var places: [(site: Site, member: [String], value: JSONValue?)] = []
    }

    /// What a profile comes to on a service: each requirement's result, and the findings with the
    /// address of the resource that each is about.
    package static func evaluate(
        _ profile: Profile, on service: SurveyedService, schema: SchemaLibrary
    ) -> (profile: EvaluatedProfile, findings: [(uri: String, finding: Finding)]) {
        var evaluation = ProfileEvaluation(
            profile: profile, service: service, schema: schema, ledger: Ledger(profile))
        evaluation.judgeProtocol()
        for resource in profile.resources { evaluation.judge(resource) }
        for registry in profile.registries { evaluation.judge(registry) }
        evaluation.judgePools()
        let evaluated = EvaluatedProfile(
            title: profile.title, file: profile.file, purpose: profile.purpose,
            requirements: evaluation.ledger.requirements)
        return (evaluated, evaluation.ledger.findings)
    }

    /// The place of findings about the service as a whole.
    var rootSite: Site {
        Site(
            service[SurveyedResource.root]
                ?? SurveyedResource(
                    uri: SurveyedResource.root, payload: .object(.init()), bytes: []))
    }

    func compare(_ value: JSONValue?, _ comparison: Comparison) -> ComparisonOutcome {
        comparison.outcome(of: value) { address in
            let path = address.hasSuffix("/") ? String(address.dropLast()) : address
            if let type = service[path]?.typeName { return .type(type) }
            return service.isWhole ? .missing : .unknown
        }
    }

    // MARK: Conditions

    func holds(_ condition: Condition, at site: Site) -> Bool {
        if let uris = condition.uris, !uris.match(site.resource.uri) { return false }
        if !condition.parents.isEmpty,
            !service.isSubordinate(site.resource.uri, to: condition.parents)
        {
            return false
        }
        guard let (name, comparison) = condition.property else { return true }
        return compare(site.value(of: name), comparison) == .holds
    }

    // MARK: What all instances have to meet together

    private mutating func judgePools() {
        for requirement in ledger.requirements {
            guard let pool = pools[requirement.pointer], let first = pool.places.first else {
                continue
            }
            switch pool.demand {
            case .comparison(let comparison):
                judge(
                    pool, requirement.pointer, ProfileRules.comparison, first,
                    comparison.pooledOutcome(of: pool.places.compactMap(\.value)),
                    expected: comparison.words)
            case .presence, .writing:
                let isTold = pool.places.contains { $0.value == .bool(true) }
                let isOpen = pool.places.contains { $0.value == nil }
                let no = pool.demand.isWriting ? "is nowhere writable" : "is nowhere there"
                judge(
                    pool, requirement.pointer, ProfileRules.supported, first,
                    isTold ? .holds : isOpen ? .unknown : .fails(no),
                    expected: "in one place at least")
            }
        }
    }

    private mutating func judge(
        _ pool: Pool, _ pointer: JSONPointer, _ rule: Rule,
        _ first: (site: Site, member: [String], value: JSONValue?), _ outcome: ComparisonOutcome,
        expected: String
    ) {
        switch outcome {
        case .holds: ledger.met(pointer)
        case .fails(let why) where service.isWhole:
            ledger.missed(
                rule, pointer, purpose: pool.purpose, at: first.site, member: first.member,
                "\(pool.what) \(why), over \(pool.places.count.counted("place"))",
                expected: expected, seen: first.value)
        default: ledger.open(pointer)
        }
    }
}

extension ProfileEvaluation.Pool.Demand {
    var isWriting: Bool { if case .writing = self { true } else { false } }
}
