import Findings
import JSONText
import Validation

// What is demanded of resources as a whole: that they are there, their version, what can be done to
// them.

extension ProfileEvaluation {
    mutating func judge(_ requirement: ResourceRequirement) {
        let instances = instances(of: requirement)
        judgePresence(of: requirement, instances)
        guard requirement.read != .excluded else { return }
        for resource in instances {
            let site = Site(resource)
            judgeVersion(requirement, site)
            for capability in requirement.capabilities { judge(capability, requirement, site) }
            for property in requirement.properties { judge(property, at: site) }
            for action in requirement.actions { judge(action, at: site) }
        }
    }

    private func instances(of requirement: ResourceRequirement) -> [SurveyedResource] {
        service.resources(ofType: requirement.type).filter { resource in
            guard requirement.uris?.match(resource.uri) ?? true else { return false }
            return requirement.useCase.map { covers(resource, $0) } ?? true
        }
    }

    private func covers(_ resource: SurveyedResource, _ useCase: UseCase) -> Bool {
        switch useCase {
        case .absentResource: return Site(resource).isAbsent
        case .property(let name, let comparison):
            let value = Site(resource).value(of: name)
            return compare(value, comparison) == .holds
        case .below(let type, let property, let comparison):
            let parent = service.ancestors(of: resource.uri).lazy.compactMap { $0 }
                .first { $0.typeName == type }
            return parent.map { compare($0.payload[property], comparison) == .holds } ?? false
        }
    }

    private mutating func judgePresence(
        of requirement: ResourceRequirement, _ instances: [SurveyedResource]
    ) {
        let sites = instances.isEmpty && service.isWhole ? [rootSite] : instances.map(Site.init)
        // A resource that is not there cannot say whether what it stands for is.
        let read = requirement.read == .ifPopulated ? .ifImplemented : requirement.read
        for site in sites {
            ledger.presence(
                of: "a resource of the type \(requirement.subject)"
                    + (requirement.uris == nil ? "" : " at the addresses that the profile names"),
                !instances.isEmpty, demanded: read, by: requirement.clause.pointer,
                ProfileRules.resource, excluded: ProfileRules.excludedResource,
                purpose: requirement.clause.purpose, at: site, member: [])
        }
        if sites.isEmpty { ledger.open(requirement.clause.pointer) }
        for condition in requirement.conditions {
            judge(condition, of: requirement, instances)
        }
    }

    /// A condition on a whole resource: that one is there, or is not, in certain places.
    private mutating func judge(
        _ condition: Condition, of requirement: ResourceRequirement,
        _ instances: [SurveyedResource]
    ) {
        let pointer = condition.terms.readPointer
        let purpose = condition.clause.purpose ?? requirement.clause.purpose
        let places = instances.filter { holds(condition, at: Site($0)) }
        switch condition.terms.read {
        case .excluded:
            for resource in places {
                ledger.missed(
                    ProfileRules.excludedResource, pointer, purpose: purpose, at: Site(resource),
                    member: [], "a resource of the type \(requirement.subject) is there")
            }
            if places.isEmpty, service.isWhole { ledger.met(pointer) }
        case .mandatory, .supported:
            for _ in places { ledger.met(pointer) }
            guard service.isWhole, condition.property == nil else {
                return places.isEmpty ? ledger.open(pointer) : ()
            }
            let missing = parents(lacking: requirement.type, condition, places)
            for parent in missing {
                ledger.missed(
                    ProfileRules.resource, pointer, purpose: purpose, at: parent, member: [],
                    "no resource of the type \(requirement.subject) is there \(condition.words)")
            }
            if places.isEmpty, missing.isEmpty { ledger.open(pointer) }
        default: ledger.open(pointer)
        }
    }

    /// The places below which a condition wants a resource, and there is none.
    private func parents(
        lacking type: String, _ condition: Condition, _ places: [SurveyedResource]
    ) -> [Site] {
        guard let nearest = condition.parents.last else {
            return places.isEmpty && condition.uris != nil ? [rootSite] : []
        }
        let above = Array(condition.parents.dropLast())
        return service.resources(ofType: nearest).filter { parent in
            service.isSubordinate(parent.uri, to: above)
                && !places.contains { $0.uri.hasPrefix(parent.uri + "/") }
        }.map(Site.init)
    }

    private mutating func judgeVersion(_ requirement: ResourceRequirement, _ site: Site) {
        guard let least = requirement.minVersion else { return }
        guard let version = site.resource.version else { return ledger.open(least.pointer) }
        guard version < least.version else { return ledger.met(least.pointer) }
        ledger.missed(
            ProfileRules.resourceVersion, least.pointer, purpose: requirement.clause.purpose,
            at: site, member: ["@odata.type"], "the resource is of version \(version)",
            expected: "\(least.version) or later", seen: site.object["@odata.type"])
    }

    /// Source: DSP0272 1.9.0, clause "Schema-level functions": of a collection, creation is asked of
    /// itself and the rest of its members, of which one suffices: some cannot be deleted by nature.
    private mutating func judge(
        _ capability: CapabilityRequirement, _ requirement: ResourceRequirement, _ site: Site
    ) {
        var candidates = [site.resource]
        if requirement.type.hasSuffix("Collection"), capability.kind != .create {
            let members = site.object["Members"]?.array ?? []
            candidates = members.compactMap { $0["@odata.id"]?.string }.compactMap { service[$0] }
        }
        let known = candidates.compactMap(\.allowedMethods)
        guard !known.isEmpty else { return ledger.open(capability.pointer) }
        let methods = capability.kind.methods
        guard !known.contains(where: { !Set($0).isDisjoint(with: methods) }) else {
            return ledger.met(capability.pointer)
        }
        ledger.missed(
            ProfileRules.capability, capability.pointer, purpose: requirement.clause.purpose,
            at: site, member: [],
            candidates.count == 1 && candidates[0].uri == site.resource.uri
                ? "the header Allow shows no \(capability.kind.rawValue)"
                : "the header Allow of no member shows \(capability.kind.rawValue)",
            expected: methods.joined(separator: " or "),
            seen: .string(known[0].joined(separator: ", ")))
    }
}
