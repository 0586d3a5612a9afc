import Synchronization

/// A structured type as a payload meets it at one version: inherited properties included, types of
/// properties resolved to the newest that this version may use.
///
/// A reference type, so that a payload is judged without copying definitions about.
package final class FlattenedType: Sendable {
    package let name: QualifiedName
    package let kind: StructuredType.Kind
    package let isAbstract: Bool
    /// The version of the family at which the payload is judged; nil where there is only one.
    package let version: SchemaVersion?
    /// The excerpt this is the shape of; nil for the whole.
    package let excerpt: Excerpt?
    /// Base types' first, each in the order declared.
    package let properties: [FlattenedProperty]
    /// Those that must be present in a whole resource or object.
    package let required: [FlattenedProperty]
    package let allowsAdditionalProperties: Bool
    package let dynamicPatterns: [DynamicPropertyPattern]
    /// For an `Actions` object: the standard actions by member name, `#Outlet.PowerControl`.
    package let actions: [String: FlattenedAction]
    package let insertable: Capability?
    package let updatable: Capability?
    package let deletable: Capability?
    package let uris: [String]
    package let deprecatedURIs: [String]
    package let revisions: Revisions
    /// Itself first, then base types up to the root.
    package let lineage: [QualifiedName]
    package let location: DefinitionLocation
    private let indexByName: [String: Int]

    init(
        _ chain: [(type: StructuredType, file: String)], version: SchemaVersion?,
        excerpt: Excerpt?, properties: [FlattenedProperty], actions: [String: FlattenedAction]
    ) {
        let own = chain[0]
        name = own.type.name
        kind = own.type.kind
        isAbstract = own.type.isAbstract
        self.version = version
        self.excerpt = excerpt
        self.properties = properties
        required = properties.filter(\.isRequired)
        self.actions = actions
        allowsAdditionalProperties =
            chain.lazy.compactMap(\.type.allowsAdditionalProperties).first ?? false
        dynamicPatterns = chain.lazy.map(\.type.dynamicPatterns).first { !$0.isEmpty } ?? []
        insertable = chain.lazy.compactMap(\.type.insertable).first
        updatable = chain.lazy.compactMap(\.type.updatable).first
        deletable = chain.lazy.compactMap(\.type.deletable).first
        uris = chain.lazy.map(\.type.uris).first { !$0.isEmpty } ?? []
        deprecatedURIs = chain.lazy.map(\.type.deprecatedURIs).first { !$0.isEmpty } ?? []
        revisions = own.type.revisions
        lineage = chain.map(\.type.name)
        location = DefinitionLocation(file: own.file, line: own.type.line)
        indexByName = Dictionary(
            properties.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    package func property(_ name: String) -> FlattenedProperty? {
        indexByName[name].map { properties[$0] }
    }

    package func isDerived(from base: QualifiedName) -> Bool { lineage.contains(base) }
}

/// A property of a flattened type, with everything known about its value.
package final class FlattenedProperty: Sendable {
    /// Where a property may stand.
    package enum Presence: Sendable, Hashable {
        case anywhere
        /// In excerpts only, and this is a whole resource.
        case onlyInExcerpts
        /// In the whole resource, but this is an excerpt it is not part of.
        case outsideThisExcerpt
    }

    package let name: String
    /// The place in `FlattenedType.properties`, or among an action's parameters.
    package let index: Int
    package let definition: PropertyDefinition
    package let location: DefinitionLocation
    package let value: ValueType
    package let presence: Presence
    package let isRequired: Bool
    /// Deprecated at the version judged.
    package let isDeprecated: Bool
    /// The version that brings it, where that is later than the version judged.
    package let addedLater: SchemaVersion?
    /// The property's own limits or else its type definition's.
    package let limits: ValueLimits

    package let isCollection: Bool
    package let isNullable: Bool
    /// Nothing is to be said about its mere presence.
    package let isPlain: Bool

    init(
        index: Int, definition: PropertyDefinition, location: DefinitionLocation, value: ValueType,
        presence: Presence, isDeprecated: Bool, addedLater: SchemaVersion?, limits: ValueLimits
    ) {
        name = definition.name
        self.index = index
        isCollection = definition.type.isCollection
        isNullable = definition.isNullable
        isPlain = presence == .anywhere && !isDeprecated && addedLater == nil
        self.definition = definition
        self.location = location
        self.value = value
        self.presence = presence
        self.isDeprecated = isDeprecated
        self.addedLater = addedLater
        self.limits = limits
        isRequired = definition.isRequired && presence == .anywhere
    }
}

/// What a property's value, or each element of it, has to be.
package enum ValueType: Sendable {
    case primitive(EdmType)
    case enumeration(FlattenedEnum)
    /// An object that stands in the payload.
    case object(TypeLink)
    /// A resource: an object with `@odata.id`, or the resource itself where it is expanded.
    case reference(TypeLink)
    /// A copy of some of a resource's properties.
    case excerpt(TypeLink)
    /// A type that no schema at hand defines.
    case undefined(QualifiedName)
}

/// The values of an enumeration, or of a type definition that lists them.
package final class FlattenedEnum: Sendable {
    package let name: QualifiedName
    package let members: [EnumMember]
    /// The version to hold members' revisions against; nil where the payload's schema is another
    /// than the enumeration's, whose version it does not tell.
    package let version: SchemaVersion?
    package let file: String
    private let indexByName: [String: Int]

    init(name: QualifiedName, members: [EnumMember], version: SchemaVersion?, file: String) {
        self.name = name
        self.members = members
        self.version = version
        self.file = file
        indexByName = Dictionary(
            members.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    package func member(_ name: String) -> EnumMember? {
        indexByName[name].map { members[$0] }
    }
}

/// An action with its parameters resolved.
package final class FlattenedAction: Sendable {
    package let definition: ActionDefinition
    package let parameters: [FlattenedProperty]
    package let location: DefinitionLocation
    /// What follows the resource's address in the target: `/Actions/Outlet.PowerControl`.
    package let targetSuffix: String

    init(
        definition: ActionDefinition, parameters: [FlattenedProperty], location: DefinitionLocation
    ) {
        self.definition = definition
        self.parameters = parameters
        targetSuffix = "/Actions/\(definition.name)"
        self.location = location
    }

    package func parameter(_ name: String) -> FlattenedProperty? {
        parameters.first { $0.name == name }
    }
}

/// A way to a flattened type that is taken when a payload needs it: types may contain themselves,
/// and a schema's file is read only for what a payload holds.
package final class TypeLink: Sendable {
    /// As the schema names it.
    package let name: QualifiedName
    /// The version of the name's own family to judge at; nil for the newest.
    let version: SchemaVersion?
    let excerpt: Excerpt?
    private let resolved = Mutex<FlattenedType?>(nil)

    init(name: QualifiedName, version: SchemaVersion?, excerpt: Excerpt?) {
        self.name = name
        self.version = version
        self.excerpt = excerpt
    }

    /// The newest type of this name that the payload's version may use.
    package func type(in library: SchemaLibrary) throws(SchemaError) -> FlattenedType {
        if let type = resolved.withLock({ $0 }) { return type }
        let type = try library.resolve(self)
        resolved.withLock { $0 = type }
        return type
    }
}

struct FlattenedTypeKey: Sendable, Hashable {
    var name: QualifiedName
    /// The version of the name's own family to judge at; nil in one without versions.
    var version: SchemaVersion?
    var excerpt: Excerpt?
}
