import Findings
import JSONText
import Schema
import Validation

// What is demanded of properties.

extension ProfileEvaluation {
    mutating func judge(_ requirement: PropertyRequirement, at site: Site) {
        let terms = EffectiveTerms(requirement) { holds($0, at: site) }
        if let newer = requirement.replacedBy, site.ownValue(of: newer) != nil {
            return ledger.open(terms.readPointer)
        }
        let name = requirement.name
        let value = site.object[name]
        if value == nil, let older = requirement.replaces, site.ownValue(of: older) != nil {
            return ledger.missed(
                ProfileRules.replacedProperty, terms.readPointer, purpose: terms.purpose, at: site,
                member: [name], "'\(name)' is missing, and '\(older)', which it replaces, is there")
        }
        if let absence = terms.comparisons.first(where: { $0.kind == .absent }) {
            return judgeAbsence(name, value, absence, terms, site)
        }
        guard judgePresence(name, value, terms, site), let value else { return }
        judgeWriting(name, value, terms, site)
        judgeCount(name, value, terms, site)
        judgeSupportedValues(requirement, site)
        for comparison in terms.comparisons { judge(comparison, name, value, terms, site) }
        judgeInside(requirement, value, site)
    }

    private mutating func judgeAbsence(
        _ name: String, _ value: JSONValue?, _ comparison: Comparison, _ terms: EffectiveTerms,
        _ site: Site
    ) {
        guard let value else { return ledger.met(comparison.pointer) }
        ledger.missed(
            ProfileRules.comparison, comparison.pointer, purpose: terms.purpose, at: site,
            member: [name], "'\(name)' is there", expected: "its absence", seen: value)
    }

    /// Gives whether more is to be asked of the property.
    private mutating func judgePresence(
        _ name: String, _ value: JSONValue?, _ terms: EffectiveTerms, _ site: Site
    ) -> Bool {
        let isThere = value != nil
        switch terms.read {
        case .none, .conditional: return false
        case .ifPopulated where site.isAbsent:
            ledger.open(terms.readPointer)
            return false
        case .supported:
            pool(
                terms.readPointer, .presence, "'\(name)'", terms, site, name, .bool(isThere))
        default:
            ledger.presence(
                of: "'\(name)'", isThere, demanded: terms.read, by: terms.readPointer,
                ProfileRules.property, excluded: ProfileRules.excludedProperty,
                purpose: terms.purpose, at: site, member: [name], seen: value)
        }
        return isThere && terms.read != .excluded
    }

    private mutating func pool(
        _ pointer: JSONPointer, _ demand: Pool.Demand, _ what: String, _ terms: EffectiveTerms,
        _ site: Site, _ name: String, _ value: JSONValue?
    ) {
        pools[pointer, default: Pool(demand: demand, what: what, purpose: terms.purpose)]
            .places.append((site, [name], value))
    }

    // MARK: Values

    private mutating func judge(
        _ comparison: Comparison, _ name: String, _ value: JSONValue, _ terms: EffectiveTerms,
        _ site: Site
    ) {
        guard !comparison.kind.isPooled else {
            return pool(
                comparison.pointer, .comparison(comparison), "'\(name)'", terms, site, name, value)
        }
        switch compare(value, comparison) {
        case .holds: ledger.met(comparison.pointer)
        case .unknown: ledger.open(comparison.pointer)
        case .fails(let why):
            ledger.missed(
                ProfileRules.comparison, comparison.pointer, purpose: terms.purpose, at: site,
                member: [name], "'\(name)' \(why)", expected: comparison.words, seen: value)
        }
    }

    /// Source: DSP0272 1.9.0, clause "Property-level functions", MinCount: without one a mandatory
    /// array has to have one element. Nearly no profile is written with that in mind, so an empty
    /// array is a warning where the profile does not say so itself.
    private mutating func judgeCount(
        _ name: String, _ value: JSONValue, _ terms: EffectiveTerms, _ site: Site
    ) {
        guard let elements = value.array else {
            guard let least = terms.minCount else { return }
            return ledger.missed(
                ProfileRules.minCount, least.pointer, purpose: terms.purpose, at: site,
                member: [name], level: .warn, "'\(name)' is no array", seen: value)
        }
        var count = elements.count { !$0.isNull }
        // Of a collection's page the count says how many there are on all.
        if name == "Members", site.object["Members@odata.nextLink"] != nil {
            let all = site.object["Members@odata.count"]?.number?.exactInteger ?? 0
            count = max(count, Int(clamping: all))
        }
        guard let least = terms.minCount else {
            guard terms.read == .mandatory, count == 0 else { return }
            return ledger.missed(
                ProfileRules.minCount, terms.readPointer, purpose: terms.purpose, at: site,
                member: [name], level: .warn, "'\(name)' is empty", expected: "1 element or more")
        }
        guard count < least.count else { return ledger.met(least.pointer) }
        ledger.missed(
            ProfileRules.minCount, least.pointer, purpose: terms.purpose, at: site,
            member: [name], "'\(name)' has \(count.counted("element"))",
            expected: "\(least.count) or more")
    }

    private mutating func judgeSupportedValues(_ requirement: PropertyRequirement, _ site: Site) {
        guard let wanted = requirement.minSupportValues else { return }
        let annotation = "\(requirement.name)@Redfish.AllowableValues"
        guard let allowed = site.object[annotation]?.array else {
            return ledger.open(wanted.pointer)
        }
        let missing = wanted.values.filter { value in !allowed.contains { $0.equals(value) } }
        guard !missing.isEmpty else { return ledger.met(wanted.pointer) }
        ledger.missed(
            ProfileRules.supportedValues, wanted.pointer, purpose: requirement.clause.purpose,
            at: site, member: [annotation],
            "'\(requirement.name)' does not support \(missing.words)",
            expected: wanted.values.words, seen: .array(allowed))
    }

    // MARK: Writing

    private enum Writability {
        case yes
        case no(String)
        case unknown
    }

    private mutating func judgeWriting(
        _ name: String, _ value: JSONValue, _ terms: EffectiveTerms, _ site: Site
    ) {
        guard terms.write != .none else { return }
        let writability = writability(of: name, site)
        if terms.write == .supported {
            var told: JSONValue?
            switch writability {
            case .yes: told = true
            case .no: told = false
            case .unknown: told = nil
            }
            return pool(terms.writePointer, .writing, "'\(name)'", terms, site, name, told)
        }
        switch writability {
        case .yes: ledger.met(terms.writePointer)
        case .unknown: ledger.open(terms.writePointer)
        case .no(let why):
            let isMandatory = terms.write == .mandatory
            ledger.missed(
                isMandatory ? ProfileRules.writable : ProfileRules.recommended,
                terms.writePointer, purpose: terms.purpose, at: site, member: [name],
                "'\(name)' cannot be written: \(why)")
        }
    }

    /// What the header Allow, the service's list of writable properties and the schema tell, in this
    /// order. Nothing is written to find out.
    private func writability(of name: String, _ site: Site) -> Writability {
        if let methods = site.resource.allowedMethods, site.objects[0]["@Redfish.Settings"] == nil,
            !methods.contains("PATCH"), !methods.contains("PUT")
        {
            return .no("the header Allow lists \(methods.joined(separator: ", "))")
        }
        let list = "@Redfish.WriteableProperties"
        if let names = site.object[list]?.array {
            return names.contains(.string(name)) ? .yes : .no("\(list) does not list it")
        }
        if let property = site.type?.property(name), property.definition.permissions == .read {
            return .no("the schema lets it be read only, \(property.location)")
        }
        // An object that is listed is writable with all that is in it.
        let enclosing = zip(site.objects, site.pointer.tokens)
        let isListed = enclosing.contains { object, member in
            object[list]?.array?.contains(.string(member)) ?? false
        }
        return isListed ? .yes : .unknown
    }

    // MARK: Objects

    private mutating func judgeInside(
        _ requirement: PropertyRequirement, _ value: JSONValue, _ site: Site
    ) {
        guard !requirement.properties.isEmpty else { return }
        let name = requirement.name
        switch value {
        case .object(let object):
            let inner = site.inside(name, object, schema)
            for property in requirement.properties { judge(property, at: inner) }
        case .array(let elements):
            for (index, element) in elements.enumerated() where !element.isNull {
                guard case .object(let object) = element else {
                    noObject(requirement, [name, String(index)], element, site)
                    continue
                }
                let inner = site.inside(name, object, element: index, schema)
                for property in requirement.properties { judge(property, at: inner) }
            }
        default: noObject(requirement, [name], value, site)
        }
    }

    private mutating func noObject(
        _ requirement: PropertyRequirement, _ member: [String], _ value: JSONValue, _ site: Site
    ) {
        ledger.missed(
            ProfileRules.object, requirement.clause.pointer, purpose: requirement.clause.purpose,
            at: site, member: member, "'\(requirement.name)' holds no object",
            expected: "an object", seen: value)
    }
}
