import JSONText
import Schema
import Validation

extension Profile {
    /// Reads a profile's text.
    ///
    /// Published profiles have keys that no version of the schema knows, and are useful all the
    /// same: such a key is read over and kept in `unknownKeys`. A value that a known key cannot have
    /// is an error.
    ///
    /// - Parameter file: As the user named it.
    package init(parsing bytes: [UInt8], file: String) throws(ProfileError) {
        let document: JSONValue
        do {
            document = try JSONValue(parsing: bytes)
        } catch {
            throw ProfileError(description: "\(file):\(error)")
        }
        var reader = ProfileReader()
        do throws(ConfigurationError) {
            self = try reader.profile(Located(value: document, pointer: JSONPointer()))
        } catch {
            throw ProfileError(description: "\(file):\(error.description(in: bytes))")
        }
        self.file = file
        self.bytes = bytes
        unknownKeys = reader.unknownKeys
    }
}

/// Why a profile cannot be used: `file:line:column: what`.
package struct ProfileError: Error, Sendable, Hashable, CustomStringConvertible {
    package var description: String
}

/// Reads the parts of a profile, noting the keys that no profile has.
struct ProfileReader {
    private(set) var unknownKeys: [Profile.UnknownKey] = []

    mutating func profile(_ root: Located) throws(ConfigurationError) -> Profile {
        var object = try root.object()
        guard object.names.contains("Resources") || object.names.contains("ProfileName") else {
            throw root.error("this is no interoperability profile: it has no 'Resources'")
        }
        var profile = Profile(
            file: "", bytes: [], name: try object.value("ProfileName")?.string() ?? "unnamed",
            version: try object.value("ProfileVersion")?.string() ?? "",
            purpose: try object.value("Purpose")?.string())
        for name in ["SchemaDefinition", "ProfileType", "OwningEntity", "ContributedBy"]
            + ["License", "ContactInfo"]
        {
            _ = try object.value(name)?.string()
        }
        for (name, value) in try members(object.value("RequiredProfiles")) {
            profile.requiredProfiles.append(try requiredProfile(name, value, type: nil))
        }
        if let value = object.value("Protocol") {
            profile.protocolRequirements = try protocolRequirements(value)
        }
        for (name, value) in try members(object.value("Resources")) {
            profile.resources += try resources(name, value, &profile.requiredProfiles)
        }
        for (name, value) in try members(object.value("Registries")) {
            profile.registries.append(try registry(name, value))
        }
        close(object)
        return profile
    }

    /// Call last on every object.
    private mutating func close(_ object: StrictObject) {
        for unknown in object.unknownMembers where !unknown.name.hasPrefix("@") {
            unknownKeys.append(
                Profile.UnknownKey(
                    pointer: object.pointer.appending(unknown.name), suggestion: unknown.nearMiss))
        }
    }

    /// The members of an object whose names are the profile's own, in the order written.
    private func members(
        _ located: Located?
    ) throws(ConfigurationError) -> [(name: String, value: Located)] {
        guard let located else { return [] }
        let object = try located.object()
        var members: [(name: String, value: Located)] = []
        for name in object.names {
            var object = object
            if let value = object.value(name) { members.append((name, value)) }
        }
        return members
    }

    private func clause(_ object: inout StrictObject) throws(ConfigurationError) -> Clause {
        Clause(pointer: object.pointer, purpose: try object.value("Purpose")?.string())
    }

    private func version(_ located: Located) throws(ConfigurationError) -> SchemaVersion {
        guard let version = SchemaVersion(try located.string()) else {
            throw located.error("a version reads 1.2.0 or 1.2")
        }
        return version
    }

    private func minVersion(
        _ object: inout StrictObject
    ) throws(ConfigurationError) -> (version: SchemaVersion, pointer: JSONPointer)? {
        guard let located = object.value("MinVersion") else { return nil }
        return (try version(located), located.pointer)
    }

    private func strings(_ located: Located) throws(ConfigurationError) -> [String] {
        var texts: [String] = []
        for element in try located.elements() { texts.append(try element.string()) }
        return texts
    }

    private func values(
        _ located: Located?
    ) throws(ConfigurationError) -> (values: [JSONValue], pointer: JSONPointer)? {
        guard let located else { return nil }
        return (try located.elements().map(\.value), located.pointer)
    }

    private func uris(_ object: inout StrictObject) throws(ConfigurationError) -> URIPatterns? {
        guard let located = object.value("URIs") else { return nil }
        let texts = try strings(located)
        for text in texts where text.hasPrefix("^") { try requireExpression(text, at: located) }
        return texts.isEmpty ? nil : URIPatterns(texts, at: located.pointer)
    }

    private func requireExpression(
        _ text: String, at located: Located
    ) throws(ConfigurationError) {
        guard PatternTable.shared.matches("", text) != nil else {
            throw located.error("'\(text)' is no regular expression that can be read")
        }
    }

    private func read(_ object: inout StrictObject) throws(ConfigurationError) -> ReadRequirement {
        try object.value("ReadRequirement")?.choice(ReadRequirement.self) ?? .mandatory
    }

    // MARK: The parts

    private mutating func requiredProfile(
        _ name: String, _ located: Located, type: String?
    ) throws(ConfigurationError) -> RequiredProfile {
        var object = try located.object()
        _ = try object.value("Repository")?.string()
        let minVersion = try minVersion(&object)?.version ?? SchemaVersion(1, 0, 0)
        let name = type == nil ? name : try object.required("Name").string()
        close(object)
        return RequiredProfile(
            name: name, minVersion: minVersion, type: type, pointer: located.pointer)
    }

    private mutating func protocolRequirements(
        _ located: Located
    ) throws(ConfigurationError) -> [ProtocolRequirement] {
        var object = try located.object()
        var requirements: [ProtocolRequirement] = []
        if let found = try minVersion(&object) {
            requirements.append(
                ProtocolRequirement(
                    name: "MinVersion", pointer: found.pointer, demand: .version(found.version)))
        }
        for name in ProtocolFeature.names {
            guard let value = object.value(name) else { continue }
            requirements.append(
                ProtocolRequirement(
                    name: name, pointer: value.pointer,
                    demand: .feature(try value.choice(WriteRequirement.self))))
        }
        if let value = object.value("ErrorResponse") {
            var errors = try value.object()
            for name in ["ExtendedInfo", "Resolution", "ResolutionSteps"] {
                guard let value = errors.value(name) else { continue }
                requirements.append(
                    ProtocolRequirement(
                        name: "ErrorResponse/\(name)", pointer: value.pointer,
                        demand: .feature(try value.choice(WriteRequirement.self))))
            }
            if let value = errors.value("ResolutionTypes") {
                _ = try strings(value)
                requirements.append(
                    ProtocolRequirement(
                        name: "ErrorResponse/ResolutionTypes", pointer: value.pointer,
                        demand: .feature(.mandatory)))
            }
            close(errors)
        }
        close(object)
        return requirements
    }

    private mutating func resources(
        _ type: String, _ located: Located, _ required: inout [RequiredProfile]
    ) throws(ConfigurationError) -> [ResourceRequirement] {
        var object = try located.object()
        guard let useCases = object.value("UseCases") else {
            return [try resource(type, located, &required)]
        }
        close(object)
        var resources: [ResourceRequirement] = []
        for (index, element) in try useCases.elements().enumerated() {
            var resource = try resource(type, element, &required)
            resource.title = resource.title ?? "use case \(index + 1)"
            resources.append(resource)
        }
        return resources
    }

    private mutating func resource(
        _ type: String, _ located: Located, _ required: inout [RequiredProfile]
    ) throws(ConfigurationError) -> ResourceRequirement {
        var object = try located.object()
        var resource = ResourceRequirement(
            type: type, title: try object.value("UseCaseTitle")?.string(),
            clause: try clause(&object), read: try read(&object),
            minVersion: try minVersion(&object), uris: try uris(&object),
            useCase: try useCase(&object))
        _ = try object.value("Repository")?.string()
        for kind in CapabilityRequirement.Kind.allCases {
            guard let value = object.value(kind.rawValue), try value.bool() else { continue }
            resource.capabilities.append(
                CapabilityRequirement(kind: kind, pointer: value.pointer))
        }
        if let value = object.value("RequiredResourceProfile") {
            required.append(try requiredProfile("", value, type: type))
        }
        resource.conditions = try conditions(object.value("ConditionalRequirements"))
        resource.properties = try properties(object.value("PropertyRequirements"))
        for (name, value) in try members(object.value("ActionRequirements")) {
            resource.actions.append(try action(name, value))
        }
        close(object)
        return resource
    }

    private func useCase(_ object: inout StrictObject) throws(ConfigurationError) -> UseCase? {
        let kind =
            try object.value("UseCaseType")?.choice(UseCaseType.self) ?? .normal
        let key = try object.value("UseCaseKeyProperty")?.string()
        let comparison = try comparison(
            kind: object.value("UseCaseComparison"), values: object.value("UseCaseKeyValues"),
            of: object.pointer, assumed: .equal)
        switch kind {
        case .absentResource: return .absentResource
        case .normal:
            guard let key, let comparison else { return nil }
            return .property(key, comparison)
        default:
            guard let place = kind.place, let comparison else { return nil }
            return .below(type: place.type, property: place.property, comparison)
        }
    }

    private mutating func properties(
        _ located: Located?
    ) throws(ConfigurationError) -> [PropertyRequirement] {
        var properties: [PropertyRequirement] = []
        for (name, value) in try members(located) {
            var object = try value.object()
            properties.append(
                PropertyRequirement(
                    name: name, clause: try clause(&object), terms: try terms(&object),
                    replacedBy: try object.value("ReplacedByProperty")?.string(),
                    replaces: try object.value("ReplacesProperty")?.string(),
                    minSupportValues: try values(object.value("MinSupportValues")),
                    conditions: try conditions(object.value("ConditionalRequirements")),
                    properties: try self.properties(object.value("PropertyRequirements"))))
            _ = try object.value("Priority")?.integer(in: 1...1_000_000)
            close(object)
        }
        return properties
    }

    private func terms(_ object: inout StrictObject) throws(ConfigurationError) -> Terms {
        let write = object.value("WriteRequirement")
        let own = object.pointer
        let read = object.value("ReadRequirement")
        return Terms(
            read: try read?.choice(ReadRequirement.self) ?? .mandatory,
            readPointer: read?.pointer ?? own,
            write: try write?.choice(WriteRequirement.self) ?? .none,
            writePointer: write?.pointer ?? own,
            minCount: try object.value("MinCount").map { (value) throws(ConfigurationError) in
                (try value.integer(in: 0...1_000_000), value.pointer)
            },
            comparison: try comparison(
                kind: object.value("Comparison"), values: object.value("Values"), of: own,
                assumed: .anyOf))
    }

    private func comparison(
        kind: Located?, values: Located?, of pointer: JSONPointer, assumed: Comparison.Kind
    ) throws(ConfigurationError) -> Comparison? {
        guard kind != nil || values != nil else { return nil }
        let which = try kind?.choice(Comparison.Kind.self) ?? assumed
        let elements = try values?.elements() ?? []
        guard !which.needsValues || !elements.isEmpty else {
            throw ConfigurationError(
                "\(which.rawValue) compares with values, and none are given", at: pointer)
        }
        if which == .pattern {
            for element in elements { try requireExpression(element.string(), at: element) }
        }
        return Comparison(
            kind: which, values: elements.map(\.value),
            pointer: values?.pointer ?? kind?.pointer ?? pointer)
    }

    private mutating func conditions(
        _ located: Located?
    ) throws(ConfigurationError) -> [Condition] {
        guard let located else { return [] }
        var conditions: [Condition] = []
        for element in try located.elements() {
            var object = try element.object()
            let comparison = try comparison(
                kind: object.value("CompareType"), values: object.value("CompareValues"),
                of: element.pointer, assumed: .anyOf)
            let property = try object.value("CompareProperty")?.string()
            guard (comparison == nil) == (property == nil) else {
                throw element.error("CompareProperty and CompareType go together")
            }
            var condition = Condition(
                clause: try clause(&object), uris: try uris(&object),
                parents: try object.value("SubordinateToResource").map {
                    (value) throws(ConfigurationError) in try strings(value)
                } ?? [], terms: try terms(&object))
            if let property, let comparison { condition.property = (property, comparison) }
            conditions.append(condition)
            close(object)
        }
        return conditions
    }

    private mutating func action(
        _ name: String, _ located: Located
    ) throws(ConfigurationError) -> ActionRequirement {
        var object = try located.object()
        let info = object.value("ActionInfo")
        var action = ActionRequirement(
            name: name, clause: try clause(&object), read: try read(&object),
            actionInfo: try info?.choice(WriteRequirement.self) ?? .none,
            actionInfoPointer: info?.pointer ?? located.pointer, parameters: [])
        for (name, value) in try members(object.value("Parameters")) {
            var parameter = try value.object()
            action.parameters.append(
                ParameterRequirement(
                    name: name, clause: try clause(&parameter), read: try read(&parameter),
                    values: try values(parameter.value("ParameterValues")),
                    recommendedValues: try values(parameter.value("RecommendedValues"))))
            close(parameter)
        }
        close(object)
        return action
    }

    private mutating func registry(
        _ name: String, _ located: Located
    ) throws(ConfigurationError) -> RegistryRequirement {
        var object = try located.object()
        var registry = RegistryRequirement(
            name: name, clause: try clause(&object), read: try read(&object),
            minVersion: try minVersion(&object), messages: [])
        for (name, value) in try members(object.value("Messages")) {
            var message = try value.object()
            registry.messages.append((name, try read(&message), value.pointer))
            close(message)
        }
        // Of features nothing can be seen; of the owner and the place nothing needs to be.
        for name in ["Repository", "OwningEntity", "OwningEntityName"] {
            _ = try object.value(name)?.string()
        }
        _ = object.value("SupportedFeatures")
        close(object)
        return registry
    }
}
