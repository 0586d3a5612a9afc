extension LoadedSchemas {
    mutating func flattened(_ key: FlattenedTypeKey) throws(SchemaError) -> FlattenedType {
        if let known = flattenedTypes[key] { return known }
        let chain = try chain(of: key.name)
        var properties: [FlattenedProperty] = []
        for link in chain.reversed() {
            for definition in link.type.properties {
                let place = properties.firstIndex { $0.name == definition.name }
                let property = try flattened(
                    definition, at: place ?? properties.count, of: link.type.name, file: link.file,
                    key)
                if let place {
                    properties[place] = property
                } else {
                    properties.append(property)
                }
            }
        }
        let type = FlattenedType(
            chain, version: key.version, excerpt: key.excerpt, properties: properties,
            actions: try boundActions(to: chain.map(\.type.name)))
        flattenedTypes[key] = type
        return type
    }

    mutating func newestFlattened(
        from name: QualifiedName, notAfter limit: SchemaVersion?, excerpt: Excerpt?
    ) throws(SchemaError) -> FlattenedType {
        let target = try newestDerived(from: name, notAfter: limit)
        return try flattened(
            FlattenedTypeKey(
                name: target, version: limit ?? target.version, excerpt: excerpt))
    }

    mutating func action(_ name: QualifiedName) throws(SchemaError) -> FlattenedAction? {
        guard let definition = try actions(of: name.family).first(where: { $0.name == name })
        else { return nil }
        return try flattened(definition)
    }

    /// Payloads spell the vocabulary of Redfish by its alias; the others by their schema's name.
    mutating func annotation(_ term: String) throws(SchemaError) -> FlattenedProperty? {
        guard let name = QualifiedName(term) else { return nil }
        let namespace = name.namespace == "Redfish" ? "RedfishExtensions.v1_0_0" : name.namespace
        let terms = try document(namespace)?.namespaces.flatMap(\.terms) ?? []
        guard let term = terms.first(where: { $0.name.name == name.name }) else { return nil }
        var definition = PropertyDefinition(
            name: "@\(name)", type: term.type, isNavigation: false, line: term.line)
        definition.isNullable = term.isNullable
        definition.revisions = Revisions(isDeprecated: term.isDeprecated)
        return try flattened(
            definition, at: 0, of: term.name, file: file(of: term.name.namespace),
            FlattenedTypeKey(name: term.name, version: nil, excerpt: nil))
    }

    private mutating func boundActions(
        to lineage: [QualifiedName]
    ) throws(SchemaError) -> [String: FlattenedAction] {
        guard let name = lineage.first, name.name == "Actions" else { return [:] }
        var result: [String: FlattenedAction] = [:]
        for action in try actions(of: name.family) {
            guard let binding = action.bindingType, lineage.contains(binding) else { continue }
            result["#\(action.name)"] = try flattened(action)
        }
        return result
    }

    private mutating func flattened(
        _ action: ActionDefinition
    ) throws(SchemaError) -> FlattenedAction {
        let file = try file(of: action.name.namespace)
        let key = FlattenedTypeKey(name: action.name, version: nil, excerpt: nil)
        var parameters: [FlattenedProperty] = []
        for parameter in action.parameters {
            parameters.append(
                try flattened(
                    parameter, at: parameters.count, of: action.name, file: file, key))
        }
        return FlattenedAction(
            definition: action, parameters: parameters,
            location: DefinitionLocation(file: file, line: action.line))
    }

    // MARK: Properties

    private mutating func flattened(
        _ definition: PropertyDefinition, at index: Int, of owner: QualifiedName, file: String,
        _ key: FlattenedTypeKey
    ) throws(SchemaError) -> FlattenedProperty {
        let version = owner.family == key.name.family ? key.version : nil
        var limits = definition.limits
        let value = try valueType(
            of: definition, context: key, limits: &limits)
        return FlattenedProperty(
            index: index, definition: definition,
            location: DefinitionLocation(file: file, line: definition.line), value: value,
            presence: presence(of: definition, in: key.excerpt),
            isDeprecated: definition.revisions.isDeprecated
                && isReached(definition.revisions.deprecated, at: version),
            addedLater: isReached(definition.revisions.added, at: version)
                ? nil : definition.revisions.added,
            limits: limits)
    }

    /// A version without anything to hold it against counts as reached.
    private func isReached(_ version: SchemaVersion?, at current: SchemaVersion?) -> Bool {
        guard let version, let current else { return true }
        return version <= current
    }

    private func presence(
        of definition: PropertyDefinition, in excerpt: Excerpt?
    ) -> FlattenedProperty.Presence {
        guard let excerpt else {
            return definition.isExcerptCopyOnly ? .onlyInExcerpts : .anywhere
        }
        switch (definition.excerpt, excerpt) {
        case (nil, _): return definition.isExcerptCopyOnly ? .anywhere : .outsideThisExcerpt
        case (.unkeyed, _): return .anywhere
        case (.keys, .unkeyed): return .outsideThisExcerpt
        case (.keys(let mine), .keys(let wanted)):
            return mine.contains(where: wanted.contains) ? .anywhere : .outsideThisExcerpt
        }
    }

    private mutating func valueType(
        of property: PropertyDefinition, context: FlattenedTypeKey, limits: inout ValueLimits
    ) throws(SchemaError) -> ValueType {
        let name = property.type.name
        if name.namespace == "Edm" {
            return EdmType(rawValue: name.name).map(ValueType.primitive) ?? .undefined(name)
        }
        let version = name.family == context.name.family ? context.version : nil
        if property.isNavigation {
            let link = TypeLink(name: name, version: version, excerpt: property.excerptCopy)
            return property.excerptCopy == nil ? .reference(link) : .excerpt(link)
        }
        switch try definition(name) {
        case nil: return .undefined(name)
        case .enumeration(let type):
            return .enumeration(
                FlattenedEnum(
                    name: name, members: type.members, version: version,
                    file: try file(of: name.namespace)))
        case .definition(let type):
            limits = limits == .none ? type.limits : limits
            guard type.allowedValues.isEmpty else {
                return .enumeration(
                    FlattenedEnum(
                        name: name, members: type.allowedValues, version: version,
                        file: try file(of: name.namespace)))
            }
            let edm = EdmType(rawValue: type.underlyingType.name)
            return edm.map(ValueType.primitive) ?? .undefined(type.underlyingType)
        case .structured(let type):
            let link = TypeLink(name: name, version: version, excerpt: nil)
            return type.kind == .entity ? .reference(link) : .object(link)
        }
    }
}
