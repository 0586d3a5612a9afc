import Findings
import JSONText
import Schema
import Validation

// What is demanded of actions and their parameters. Nothing is invoked.

extension ProfileEvaluation {
    mutating func judge(_ requirement: ActionRequirement, at site: Site) {
        let member = "#\(site.resource.typeName ?? "").\(requirement.name)"
        let action = site.object["Actions"]?[member]?.object
        if requirement.read == .supported {
            pool(requirement, action != nil, member, at: site)
        } else if requirement.read == .ifPopulated, site.isAbsent {
            return ledger.open(requirement.clause.pointer)
        } else {
            ledger.presence(
                of: "the action \(requirement.name)", action != nil, demanded: requirement.read,
                by: requirement.clause.pointer, ProfileRules.action,
                purpose: requirement.clause.purpose, at: site, member: ["Actions", member])
        }
        guard let action, requirement.read > .conditional, requirement.read != .excluded else {
            return
        }
        judgeInfo(requirement, action, member, at: site)
        for parameter in requirement.parameters {
            judge(parameter, of: requirement, action, member, at: site)
        }
    }

    private mutating func pool(
        _ requirement: ActionRequirement, _ isThere: Bool, _ member: String, at site: Site
    ) {
        let fresh = Pool(
            demand: .presence, what: "the action \(requirement.name)",
            purpose: requirement.clause.purpose)
        pools[requirement.clause.pointer, default: fresh]
            .places.append((site, ["Actions", member], .bool(isThere)))
    }

    private mutating func judgeInfo(
        _ requirement: ActionRequirement, _ action: JSONObject, _ member: String, at site: Site
    ) {
        guard requirement.actionInfo != .none else { return }
        let pointer = requirement.actionInfoPointer
        guard action["@Redfish.ActionInfo"] == nil else { return ledger.met(pointer) }
        let isMandatory = requirement.actionInfo == .mandatory
        ledger.missed(
            isMandatory ? ProfileRules.actionInfo : ProfileRules.recommended, pointer,
            purpose: requirement.clause.purpose, at: site, member: ["Actions", member],
            "the action \(requirement.name) has no ActionInfo")
    }

    // MARK: Parameters

    /// What a service says of a parameter, in the action itself and in its ActionInfo.
    private enum Described {
        case absent
        case present(allowed: [JSONValue]?)
        case unknown

        var isThere: Bool { if case .present = self { true } else { false } }
    }

    private mutating func judge(
        _ parameter: ParameterRequirement, of requirement: ActionRequirement,
        _ action: JSONObject, _ member: String, at site: Site
    ) {
        let place = ["Actions", member]
        let purpose = parameter.clause.purpose ?? requirement.clause.purpose
        let description = described(parameter.name, requirement, action, at: site)
        if case .unknown = description { return ledger.open(parameter.clause.pointer) }
        var allowed: [JSONValue]?
        if case .present(let values) = description { allowed = values }
        ledger.presence(
            of: "the parameter '\(parameter.name)' of \(requirement.name)", description.isThere,
            demanded: parameter.read, by: parameter.clause.pointer, ProfileRules.parameter,
            purpose: purpose, at: site, member: place)
        guard description.isThere, parameter.read > .conditional, parameter.read != .excluded
        else { return }
        for (rule, wanted) in [
            (ProfileRules.parameter, parameter.values),
            (ProfileRules.recommended, parameter.recommendedValues),
        ] {
            guard let wanted else { continue }
            guard let allowed else {
                ledger.open(wanted.pointer)
                continue
            }
            let missing = wanted.values.filter { value in !allowed.contains { $0.equals(value) } }
            guard !missing.isEmpty else {
                ledger.met(wanted.pointer)
                continue
            }
            ledger.missed(
                rule, wanted.pointer, purpose: purpose, at: site, member: place,
                "the parameter '\(parameter.name)' does not take \(missing.words)",
                expected: wanted.values.words, seen: .array(allowed))
        }
    }

    private func described(
        _ name: String, _ requirement: ActionRequirement, _ action: JSONObject, at site: Site
    ) -> Described {
        if let allowed = action["\(name)@Redfish.AllowableValues"]?.array {
            return .present(allowed: allowed)
        }
        if let address = action["@Redfish.ActionInfo"]?.string,
            let parameters = service[address]?.payload["Parameters"]?.array
        {
            guard let described = parameters.first(where: { $0["Name"]?.string == name }) else {
                return .absent
            }
            return .present(allowed: described["AllowableValues"]?.array)
        }
        // An action always takes what its schema requires, and never what it does not know.
        let type = site.resource.typeName ?? ""
        guard
            let definition = try? schema.action(
                QualifiedName(namespace: type, name: requirement.name))
        else { return .unknown }
        guard let known = definition.parameter(name) else { return .absent }
        return known.isNullable ? .unknown : .present(allowed: nil)
    }
}
