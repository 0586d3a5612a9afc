import Schema

extension CSDLReader {
    func structuredType(
        _ element: XMLElement, in namespace: String
    ) throws(SchemaError) -> StructuredType {
        var type = StructuredType(
            name: try definedName(of: element, in: namespace),
            kind: element.name == "EntityType" ? .entity : .complex, line: element.line)
        type.baseType = try typeName("BaseType", of: element)
        type.isAbstract = try flag("Abstract", of: element) ?? false
        type.allowsAdditionalProperties = try flag("OpenType", of: element)
        for child in element.children {
            switch child.name {
            case "Property", "NavigationProperty": type.properties.append(try property(child))
            case "Key": type.keys += child.children.compactMap { $0["Name"] }
            case "Annotation": try apply(child, to: &type)
            default: throw unexpected(child, in: element)
            }
        }
        return type
    }

    func enumType(
        _ element: XMLElement, in namespace: String
    ) throws(SchemaError) -> EnumType {
        var type = EnumType(
            name: try definedName(of: element, in: namespace), members: [], line: element.line)
        for child in element.children {
            switch child.name {
            case "Member":
                var member = EnumMember(name: try required("Name", of: child), line: child.line)
                for annotation in child.children where annotation.name == "Annotation" {
                    try apply(annotation, to: &member.revisions)
                }
                type.members.append(member)
            case "Annotation": try apply(child, to: &type.revisions)
            default: throw unexpected(child, in: element)
            }
        }
        return type
    }

    func typeDefinition(
        _ element: XMLElement, in namespace: String
    ) throws(SchemaError) -> TypeDefinition {
        var type = TypeDefinition(
            name: try definedName(of: element, in: namespace),
            underlyingType: try self.type("UnderlyingType", of: element).name, line: element.line)
        for child in element.children {
            try expect(child, toBe: "Annotation", in: element)
            let term = try vocabularies.term(of: child, fileName: fileName)
            try apply(child, term, to: &type.limits)
            guard term == "Redfish.Enumeration" else { continue }
            for record in records(of: child) {
                var member = EnumMember(name: record.text("Member") ?? "", line: record.line)
                for annotation in record.annotations {
                    try apply(annotation, to: &member.revisions)
                }
                type.allowedValues.append(member)
            }
        }
        return type
    }

    func action(
        _ element: XMLElement, in namespace: String
    ) throws(SchemaError) -> ActionDefinition {
        var action = ActionDefinition(
            name: try definedName(of: element, in: namespace), line: element.line)
        let isBound = try flag("IsBound", of: element) ?? false
        for child in element.children {
            switch child.name {
            case "Parameter" where isBound && action.bindingType == nil:
                action.bindingType = try type("Type", of: child).name
            case "Parameter": action.parameters.append(try property(child))
            case "ReturnType": action.returnType = try type("Type", of: child)
            case "Annotation": try apply(child, to: &action.revisions)
            default: throw unexpected(child, in: element)
            }
        }
        return action
    }

    func term(
        _ element: XMLElement, in namespace: String
    ) throws(SchemaError) -> TermDefinition {
        var revisions = Revisions.none
        for child in element.children where child.name == "Annotation" {
            try apply(child, to: &revisions)
        }
        return TermDefinition(
            name: try definedName(of: element, in: namespace), type: try type("Type", of: element),
            isNullable: try flag("Nullable", of: element) ?? true,
            defaultValue: element["DefaultValue"], isDeprecated: revisions.isDeprecated,
            line: element.line)
    }

    func container(
        _ element: XMLElement, in namespace: String
    ) throws(SchemaError) -> EntityContainer {
        var singletons: [EntityContainer.Singleton] = []
        for child in element.children where child.name == "Singleton" {
            singletons.append(
                EntityContainer.Singleton(
                    name: try required("Name", of: child),
                    type: try containerType("Type", of: child)))
        }
        return EntityContainer(
            name: try definedName(of: element, in: namespace),
            extends: element["Extends"].flatMap { QualifiedName($0) }, singletons: singletons,
            line: element.line)
    }

    /// Containers name collections of schemas that no release includes any more, so a reference is
    /// not asked for here.
    private func containerType(
        _ attribute: String, of element: XMLElement
    ) throws(SchemaError) -> QualifiedName {
        let text = try required(attribute, of: element)
        guard let name = QualifiedName(text) else {
            throw error("'\(text)' is no qualified type name", at: element)
        }
        return name
    }

    private func property(_ element: XMLElement) throws(SchemaError) -> PropertyDefinition {
        var property = PropertyDefinition(
            name: try required("Name", of: element), type: try type("Type", of: element),
            isNavigation: element.name == "NavigationProperty", line: element.line)
        property.isNullable = try flag("Nullable", of: element) ?? true
        property.containsTarget = try flag("ContainsTarget", of: element) ?? false
        property.defaultValue = element["DefaultValue"]
        for child in element.children {
            try expect(child, toBe: "Annotation", in: element)
            try apply(child, to: &property)
        }
        return property
    }
}
