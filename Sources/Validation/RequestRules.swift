import Findings
import JSONText
import Schema

// What clients send: bodies that create and change resources, and parameters of actions.

extension PayloadWalk {
    mutating func judgeCreation(_ object: JSONObject, of schemaName: String) {
        guard let type = requestType(QualifiedName(namespace: schemaName, name: schemaName))
        else { return }
        for property in type.properties
        where property.definition.isRequiredOnCreate && object[property.name] == nil {
            report(
                SchemaRules.requiredOnCreate, "'\(property.name)' is needed to create this",
                definition: property.location)
        }
        judge(object, as: type)
    }

    private mutating func requestType(_ name: QualifiedName) -> FlattenedType? {
        do {
            if let type = try schema.type(name) { return type }
            report(SchemaRules.knownType, "no schema at hand defines \(name)")
        } catch {
            report(error)
        }
        return nil
    }

    mutating func judgeUpdate(_ object: JSONObject, of typeName: String) {
        do {
            guard case .found(let type) = try schema.payloadType(typeName) else {
                report(SchemaRules.knownType, "no schema at hand defines '\(typeName)'")
                return
            }
            if type.updatable?.isAllowed == false {
                report(
                    SchemaRules.notWritable, "a \(type.name.name) cannot be changed by PATCH",
                    definition: type.location)
            }
            judge(object, as: type)
        } catch {
            report(error)
        }
    }

    mutating func judgeParameters(
        _ object: JSONObject, of actionName: String, on typeName: String
    ) {
        do {
            guard let name = QualifiedName(actionName), let action = try schema.action(name) else {
                report(
                    SchemaRules.action, "no schema at hand defines action '\(actionName)'",
                    seen: .string(typeName))
                return
            }
            for member in object.members { judgeParameter(member, action) }
            for parameter in action.parameters
            where !parameter.isNullable && object[parameter.name] == nil {
                report(
                    SchemaRules.parameter, "the action needs parameter '\(parameter.name)'",
                    definition: parameter.location)
            }
        } catch {
            report(error)
        }
    }

    private mutating func judgeParameter(
        _ member: JSONObject.Member, _ action: FlattenedAction
    ) {
        guard let parameter = action.parameter(member.name) else {
            if member.name.hasPrefix("@Redfish.") { return }
            let hint = suggestion(for: member.name, among: action.parameters.map(\.name))
            report(
                SchemaRules.parameter, "the action has no parameter '\(member.name)'\(hint)",
                member: member.name,
                expected: action.parameters.map(\.name).joined(separator: ", "),
                definition: action.location)
            return
        }
        enter(member.name)
        judge(member.value, of: parameter)
        leave()
    }

    // MARK: Writing

    /// Whether a request may hold this property at all.
    ///
    /// On creation a client also sets what can only be read later, the registries of a
    /// subscription for instance, so that only a PATCH is held to what can be written.
    func mayWrite(_ property: FlattenedProperty) -> Bool {
        guard direction == .update else { return true }
        if let permissions = property.definition.permissions { return permissions.allowsWriting }
        if case .excerpt = property.value { return false }
        return property.name != "Actions"
    }

    mutating func reportNotWritable(_ property: FlattenedProperty) {
        report(
            SchemaRules.notWritable, "'\(property.name)' can only be read",
            definition: property.location)
    }
}
