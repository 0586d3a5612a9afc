import Findings
import JSONText
import Schema

// The `Actions` object of a resource: which actions, where they are sent, what they announce.

extension PayloadWalk {
    func isActions(_ type: FlattenedType) -> Bool {
        type.name.name == "Actions" && type.kind == .complex
    }

    mutating func judgeAction(_ member: JSONObject.Member, _ type: FlattenedType) {
        guard let action = type.actions[member.name] else {
            let hint = suggestion(for: member.name, among: type.actions.keys.sorted())
            report(
                SchemaRules.action, "\(type.name.family) has no action '\(member.name)'\(hint)",
                member: member.name, expected: type.actions.keys.sorted().joined(separator: ", "),
                definition: type.location)
            return
        }
        judgeVersion(of: action, member, type)
        guard case .object(let object) = member.value else {
            report(
                SchemaRules.jsonType, "the action is \(member.value.article)",
                member: member.name, expected: "an object with target", seen: member.value,
                definition: action.location)
            return
        }
        enter(member.name)
        judgeTarget(object, action)
        for inner in object.members { judgeActionMember(inner, action) }
        leave()
    }

    private mutating func judgeVersion(
        of action: FlattenedAction, _ member: JSONObject.Member, _ type: FlattenedType
    ) {
        let revisions = action.definition.revisions
        if let added = revisions.added, let version = type.version, added > version {
            report(
                SchemaRules.propertyVersion,
                "'\(member.name)' was added in version \(added), after the version declared",
                member: member.name, definition: action.location)
        }
        if revisions.isDeprecated,
            revisions.deprecated ?? SchemaVersion(0, 0, 0)
                <= type.version ?? SchemaVersion(.max, 0, 0)
        {
            report(
                SchemaRules.deprecatedProperty, "action '\(member.name)' is deprecated",
                member: member.name, definition: action.location)
        }
    }

    private mutating func judgeTarget(_ object: JSONObject, _ action: FlattenedAction) {
        guard let target = object["target"]?.string else {
            report(
                SchemaRules.action, "the action does not say where it is sent",
                expected: "target, a URI path", seen: object["target"],
                definition: action.location)
            return
        }
        guard !resourceURI.isEmpty else { return }
        guard !follows(target, from: resourceURI, action), !follows(target, from: servedURI, action)
        else { return }
        report(
            SchemaRules.actionTarget, "the target does not follow from the resource's address",
            member: "target", expected: resourceURI + action.targetSuffix, seen: .string(target))
    }

    private func follows(
        _ target: String, from address: String, _ action: FlattenedAction
    ) -> Bool {
        target.utf8.count == address.utf8.count + action.targetSuffix.utf8.count
            && target.hasPrefix(address) && target.hasSuffix(action.targetSuffix)
    }

    private mutating func judgeActionMember(
        _ member: JSONObject.Member, _ action: FlattenedAction
    ) {
        switch member.name {
        case "target": return
        case "title":
            if member.value.string == nil {
                report(
                    SchemaRules.jsonType, "the title is \(member.value.article)",
                    member: member.name, expected: "a string", seen: member.value)
            }
            return
        default: break
        }
        guard let separator = member.name.firstIndex(of: "@") else {
            report(
                SchemaRules.action, "an action holds '\(member.name)'", member: member.name,
                expected: "target, title and annotations", definition: action.location)
            return
        }
        let target = String(member.name[..<separator])
        let parameter = action.parameter(target)
        if !target.isEmpty, parameter == nil {
            let hint = suggestion(for: target, among: action.parameters.map(\.name))
            report(
                SchemaRules.action, "the action has no parameter '\(target)'\(hint)",
                member: member.name, definition: action.location)
            return
        }
        if member.name == "@Redfish.ActionInfo", let address = member.value.string {
            noteReference(
                to: address, expecting: QualifiedName(namespace: "ActionInfo", name: "ActionInfo"),
                member: member.name, property: "ActionInfo", nil)
        }
        judgeAnnotation(member, String(member.name[member.name.index(after: separator)...]))
        if let parameter, member.name.hasSuffix("@Redfish.AllowableValues") {
            judgeAllowable(member, parameter)
        }
    }
}
