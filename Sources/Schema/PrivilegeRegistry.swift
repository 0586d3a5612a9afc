package import JSONText

/// Who may do what: for each entity and HTTP method the privileges that suffice.
///
/// Source: DSP0266 "Redfish Specification" 1.8.1, clause "Redfish service operation-to-privilege
/// mapping"; DMTF schema PrivilegeRegistry 1.1.4.
package struct PrivilegeRegistry: Sendable, Hashable {
    /// Alternatives: any one set of privileges suffices; of a set all are needed. No alternative
    /// means that no privilege is needed.
    package typealias Requirement = [[String]]
    /// Requirement by HTTP method.
    package typealias OperationMap = [String: Requirement]

    /// Other requirements for some properties, or below some other resources.
    package struct Override: Sendable, Hashable {
        package var targets: [String]
        package var operations: OperationMap

        package init(targets: [String], operations: OperationMap) {
            self.targets = targets
            self.operations = operations
        }
    }

    package struct Mapping: Sendable, Hashable {
        /// A schema's name, for example `Outlet`.
        package var entity: String
        package var operations: OperationMap
        package var propertyOverrides: [Override]
        package var subordinateOverrides: [Override]
        package var resourceURIOverrides: [Override]

        package init(
            entity: String, operations: OperationMap, propertyOverrides: [Override] = [],
            subordinateOverrides: [Override] = [], resourceURIOverrides: [Override] = []
        ) {
            self.entity = entity
            self.operations = operations
            self.propertyOverrides = propertyOverrides
            self.subordinateOverrides = subordinateOverrides
            self.resourceURIOverrides = resourceURIOverrides
        }
    }

    package let id: String
    /// The standard privileges, in the order of the source.
    package let privileges: [String]
    package let mappings: [Mapping]
    private let indexByEntity: [String: Int]

    package init(id: String, privileges: [String], mappings: [Mapping]) {
        self.id = id
        self.privileges = privileges
        self.mappings = mappings
        indexByEntity = Dictionary(
            mappings.enumerated().map { ($1.entity, $0) }, uniquingKeysWith: { first, _ in first })
    }

    package subscript(entity: String) -> Mapping? {
        indexByEntity[entity].map { mappings[$0] }
    }

    /// What an operation needs, or nil where the registry says nothing.
    ///
    /// - Parameters:
    ///   - property: A property being written that may have requirements of its own.
    ///   - ancestors: The entities above the resource in the URI, outermost first.
    package func requirement(
        for method: String, on entity: String, property: String? = nil,
        below ancestors: [String] = []
    ) -> Requirement? {
        guard let index = indexByEntity[entity] else { return nil }
        if let property,
            let override = mappings[index].propertyOverrides.first(where: {
                $0.targets.contains(property)
            }), let requirement = override.operations[method]
        {
            return requirement
        }
        if !ancestors.isEmpty,
            let override = mappings[index].subordinateOverrides.first(where: {
                isSubsequence($0.targets, of: ancestors)
            }), let requirement = override.operations[method]
        {
            return requirement
        }
        return mappings[index].operations[method]
    }

    /// Whether these privileges suffice for a requirement.
    package static func suffices(_ privileges: Set<String>, for requirement: Requirement) -> Bool {
        requirement.isEmpty
            || requirement.contains { $0.allSatisfy { $0 == "NoAuth" || privileges.contains($0) } }
    }
}

private func isSubsequence(_ targets: [String], of ancestors: [String]) -> Bool {
    guard !targets.isEmpty else { return false }
    var rest = ancestors[...]
    for target in targets {
        guard let index = rest.firstIndex(of: target) else { return false }
        rest = rest[(index + 1)...]
    }
    return true
}

extension PrivilegeRegistry {
    /// Reads the official file or the bundle's, which has the same members.
    package init(json: JSONValue) throws(RegistryError) {
        let id = try requiredText("Id", of: json)
        guard let elements = json["Mappings"]?.array else {
            throw RegistryError(
                "an array of mappings is missing", at: JSONPointer(tokens: ["Mappings"]))
        }
        var mappings: [Mapping] = []
        for (index, element) in elements.enumerated() {
            guard let entity = element["Entity"]?.string, let operations = element["OperationMap"]
            else {
                throw RegistryError(
                    "a mapping has an entity and an operation map",
                    at: JSONPointer(tokens: ["Mappings", String(index)]))
            }
            mappings.append(
                Mapping(
                    entity: entity, operations: operationMap(operations),
                    propertyOverrides: overrides(element["PropertyOverrides"]),
                    subordinateOverrides: overrides(element["SubordinateOverrides"]),
                    resourceURIOverrides: overrides(element["ResourceURIOverrides"])))
        }
        self.init(
            id: id, privileges: (json["PrivilegesUsed"]?.array ?? []).compactMap(\.string),
            mappings: mappings)
    }
}

private func overrides(_ json: JSONValue?) -> [PrivilegeRegistry.Override] {
    (json?.array ?? []).map { element in
        PrivilegeRegistry.Override(
            targets: (element["Targets"]?.array ?? []).compactMap(\.string),
            operations: element["OperationMap"].map(operationMap) ?? [:])
    }
}

private func operationMap(_ json: JSONValue) -> PrivilegeRegistry.OperationMap {
    let pairs = (json.object?.members ?? []).map { member in
        (
            member.name,
            (member.value.array ?? []).map { alternative in
                (alternative["Privilege"]?.array ?? []).compactMap(\.string)
            }
        )
    }
    return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
}
