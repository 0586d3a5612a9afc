package import Findings
import JSONText
package import Schema
import Validation

extension Profile {
    /// What is wrong with the profile itself: keys that no profile has, and names that the schemas
    /// do not know, so that what is demanded of them can never be met, or never be missed.
    package func review(_ schema: SchemaLibrary) -> [Finding] {
        var findings = unknownKeys.map { unknown in
            finding(
                ProfileRules.unknownKey, unknown.pointer,
                "'\(unknown.pointer.tokens.last ?? "")' is no key of a profile here",
                meant: unknown.suggestion)
        }
        for resource in resources {
            let name = QualifiedName(namespace: resource.type, name: resource.type)
            guard let type = try? schema.type(name) else {
                findings.append(
                    finding(
                        ProfileRules.unknownName, resource.clause.pointer,
                        "no schema has a type '\(resource.type)'", meant: nil))
                continue
            }
            findings += review(resource.properties, of: type, schema)
            for action in resource.actions { findings += review(action, of: resource, schema) }
        }
        return findings
    }

    private func review(
        _ requirements: [PropertyRequirement], of type: FlattenedType, _ schema: SchemaLibrary
    ) -> [Finding] {
        var findings: [Finding] = []
        for requirement in requirements where requirement.read != .excluded {
            let name = requirement.name
            // Annotations and what vendors add are not the schema's.
            guard !name.contains("@"), name != "Oem" else { continue }
            guard let property = type.property(name) else {
                if type.allowsAdditionalProperties || !type.dynamicPatterns.isEmpty { continue }
                let names = type.properties.filter { $0.presence == .anywhere }.map(\.name)
                findings.append(
                    finding(
                        ProfileRules.unknownName, requirement.clause.pointer,
                        "\(type.name) has no property '\(name)'",
                        meant: nearMiss(for: name, among: names)))
                continue
            }
            guard !requirement.properties.isEmpty,
                let inner = property.value.structure(in: schema)
            else { continue }
            findings += review(requirement.properties, of: inner, schema)
        }
        return findings
    }

    private func review(
        _ action: ActionRequirement, of resource: ResourceRequirement, _ schema: SchemaLibrary
    ) -> [Finding] {
        let name = QualifiedName(namespace: resource.type, name: action.name)
        guard let definition = try? schema.action(name) else {
            return [
                finding(
                    ProfileRules.unknownName, action.clause.pointer,
                    "\(resource.type) has no action '\(action.name)'", meant: nil)
            ]
        }
        return action.parameters.compactMap { parameter in
            guard definition.parameter(parameter.name) == nil, !parameter.name.contains("@") else {
                return nil
            }
            return finding(
                ProfileRules.unknownName, parameter.clause.pointer,
                "the action \(name) has no parameter '\(parameter.name)'",
                meant: nearMiss(
                    for: parameter.name, among: definition.parameters.map(\.name)))
        }
    }

    private func finding(
        _ rule: Rule, _ pointer: JSONPointer, _ message: String, meant: String?
    ) -> Finding {
        Finding(
            ruleID: rule.id, level: rule.level,
            message: message + (meant.map { "; did you mean '\($0)'?" } ?? ""), pointer: pointer,
            position: pointer.position(in: bytes))
    }
}

extension PropertyRequirement {
    fileprivate var read: ReadRequirement { terms.read }
}
