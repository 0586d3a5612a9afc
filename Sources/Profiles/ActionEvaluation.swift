import Findings
import JSONText
import Schema
import Validation

// What is demanded of actions and their parameters. Nothing is invoked.

extension ProfileEvaluation {
    mutating func judge(_ requirement: ActionRequirement, at site: Site) {
        let pointer = requirement.clause.pointer
        let member = "#\(site.resource.typeName ?? "").\(requirement.name)"
        guard case .object(let action)? = site.object["Actions"]?[member] else {
            return judgeMissing(requirement, member, at: site)
        }
        guard requirement.read != .excluded else {
            return ledger.missed(
                ProfileRules.action, pointer, purpose: requirement.clause.purpose, at: site,
                member: ["Actions", member], "the action \(requirement.name) is there",
                expected: "its absence")
        }
        guard requirement.read > .conditional else { return }
        if requirement.read == .supported {
            pool(requirement, true, member, at: site)
        } else {
            ledger.met(pointer)
        }
        judgeInfo(requirement, action, member, at: site)
        for parameter in requirement.parameters {
            judge(parameter, of: requirement, action, member, at: site)
        }
    }

    private mutating func judgeMissing(
        _ requirement: ActionRequirement, _ member: String, at site: Site
    ) {
        let pointer = requirement.clause.pointer
        switch requirement.read {
        case .mandatory:
            ledger.missed(
                ProfileRules.action, pointer, purpose: requirement.clause.purpose, at: site,
                member: ["Actions", member], "the action \(requirement.name) is missing",
                expected: "a member '\(member)' of Actions")
        case .recommended:
            ledger.missed(
                ProfileRules.recommended, pointer, purpose: requirement.clause.purpose, at: site,
                member: ["Actions", member], "the action \(requirement.name) is missing")
        case .excluded: ledger.met(pointer)
        case .supported: pool(requirement, false, member, at: site)
        default: ledger.open(pointer)
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
    }

    private mutating func judge(
        _ parameter: ParameterRequirement, of requirement: ActionRequirement,
        _ action: JSONObject, _ member: String, at site: Site
    ) {
        let name = parameter.name
        let pointer = parameter.clause.pointer
        let purpose = parameter.clause.purpose ?? requirement.clause.purpose
        let place = ["Actions", member]
        switch described(name, requirement, action, at: site) {
        case .unknown:
            guard parameter.read != .excluded else { return ledger.open(pointer) }
            ledger.open(pointer)
            parameter.values.map { ledger.open($0.pointer) }
        case .absent:
            switch parameter.read {
            case .mandatory:
                ledger.missed(
                    ProfileRules.parameter, pointer, purpose: purpose, at: site, member: place,
                    "the action \(requirement.name) takes no parameter '\(name)'")
            case .recommended:
                ledger.missed(
                    ProfileRules.recommended, pointer, purpose: purpose, at: site, member: place,
                    "the action \(requirement.name) takes no parameter '\(name)'")
            case .excluded: ledger.met(pointer)
            default: ledger.open(pointer)
            }
        case .present where parameter.read == .excluded:
            ledger.missed(
                ProfileRules.parameter, pointer, purpose: purpose, at: site, member: place,
                "the action \(requirement.name) takes the parameter '\(name)'",
                expected: "its absence")
        case .present(let allowed):
            guard parameter.read > .conditional else { return }
            ledger.met(pointer)
            for (rule, wanted) in [
                (ProfileRules.parameter, parameter.values),
                (ProfileRules.recommended, parameter.recommendedValues),
            ] {
                guard let wanted else { continue }
                guard let allowed else {
                    ledger.open(wanted.pointer)
                    continue
                }
                let missing = wanted.values.filter { value in
                    !allowed.contains { $0.equals(value) }
                }
                guard !missing.isEmpty else {
                    ledger.met(wanted.pointer)
                    continue
                }
                ledger.missed(
                    rule, wanted.pointer, purpose: purpose, at: site, member: place,
                    "the parameter '\(name)' does not take \(missing.words)",
                    expected: wanted.values.words, seen: .array(allowed))
            }
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
