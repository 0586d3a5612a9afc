/// A property, navigation property or action parameter.
package struct PropertyDefinition: Sendable, Hashable {
    package var name: String
    package var type: TypeReference
    /// Whether it leads to resources rather than holding a value of its own.
    package var isNavigation: Bool
    package var containsTarget = false
    /// Of a collection: whether its elements may be null.
    package var isNullable = true
    /// Nil where the schema does not say.
    package var permissions: Permissions?
    package var isRequired = false
    package var isRequiredOnCreate = false
    /// UCUM, for example `W` or `V.A`.
    package var unit: String?
    package var limits = ValueLimits.none
    package var format: TextFormat?
    /// The excerpts this property is part of.
    package var excerpt: Excerpt?
    /// The value is a copy of the excerpt of a resource.
    package var excerptCopy: Excerpt?
    /// Present in excerpts only.
    package var isExcerptCopyOnly = false
    package var expansion: Expansion?
    /// Where in the URI the resource hangs, if not under the property's name.
    package var uriSegment: String?
    package var defaultValue: String?
    package var revisions = Revisions.none
    package var line: Int

    package init(name: String, type: TypeReference, isNavigation: Bool, line: Int) {
        self.name = name
        self.type = type
        self.isNavigation = isNavigation
        self.line = line
    }
}

/// An entity type or a complex type.
package struct StructuredType: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable {
        case entity
        case complex
    }

    package var name: QualifiedName
    package var kind: Kind
    package var baseType: QualifiedName?
    package var isAbstract = false
    package var keys: [String] = []
    package var properties: [PropertyDefinition] = []
    /// Nil where the type does not say and its base decides.
    package var allowsAdditionalProperties: Bool?
    package var dynamicPatterns: [DynamicPropertyPattern] = []
    package var permissions: Permissions?
    package var insertable: Capability?
    package var updatable: Capability?
    package var deletable: Capability?
    /// URI patterns with `{…}` for segments the service chooses.
    package var uris: [String] = []
    package var deprecatedURIs: [String] = []
    package var revisions = Revisions.none
    package var line: Int

    package init(name: QualifiedName, kind: Kind, line: Int) {
        self.name = name
        self.kind = kind
        self.line = line
    }
}

/// A value of a closed list.
package struct EnumMember: Sendable, Hashable {
    package var name: String
    package var revisions: Revisions
    package var line: Int

    package init(name: String, revisions: Revisions = .none, line: Int) {
        self.name = name
        self.revisions = revisions
        self.line = line
    }
}

package struct EnumType: Sendable, Hashable {
    package var name: QualifiedName
    package var members: [EnumMember]
    package var revisions: Revisions
    package var line: Int

    package init(
        name: QualifiedName, members: [EnumMember], revisions: Revisions = .none, line: Int
    ) {
        self.name = name
        self.members = members
        self.revisions = revisions
        self.line = line
    }
}

/// A primitive type under a name of its own, often with limits or a list of values.
package struct TypeDefinition: Sendable, Hashable {
    package var name: QualifiedName
    package var underlyingType: QualifiedName
    package var limits: ValueLimits
    /// Values that could not be names of enum members, `42U` for instance; empty where any will do.
    package var allowedValues: [EnumMember]
    package var line: Int

    package init(
        name: QualifiedName, underlyingType: QualifiedName, limits: ValueLimits = .none,
        allowedValues: [EnumMember] = [], line: Int
    ) {
        self.name = name
        self.underlyingType = underlyingType
        self.limits = limits
        self.allowedValues = allowedValues
        self.line = line
    }
}

/// An action bound to the `Actions` object of a resource.
package struct ActionDefinition: Sendable, Hashable {
    /// `Outlet.PowerControl`; in a payload `#` stands before it.
    package var name: QualifiedName
    /// The type of the first parameter, which stands for the resource.
    package var bindingType: QualifiedName?
    /// The other parameters.
    package var parameters: [PropertyDefinition] = []
    package var returnType: TypeReference?
    package var revisions = Revisions.none
    package var line: Int

    package init(name: QualifiedName, line: Int) {
        self.name = name
        self.line = line
    }
}

/// An annotation a payload or a schema may use.
package struct TermDefinition: Sendable, Hashable {
    package var name: QualifiedName
    package var type: TypeReference
    package var isNullable: Bool
    package var defaultValue: String?
    package var isDeprecated: Bool
    package var line: Int

    package init(
        name: QualifiedName, type: TypeReference, isNullable: Bool = true,
        defaultValue: String? = nil, isDeprecated: Bool = false, line: Int
    ) {
        self.name = name
        self.type = type
        self.isNullable = isNullable
        self.defaultValue = defaultValue
        self.isDeprecated = isDeprecated
        self.line = line
    }
}

/// The resources that exist once, by name.
package struct EntityContainer: Sendable, Hashable {
    package struct Singleton: Sendable, Hashable {
        package var name: String
        package var type: QualifiedName

        package init(name: String, type: QualifiedName) {
            self.name = name
            self.type = type
        }
    }

    package var name: QualifiedName
    package var extends: QualifiedName?
    package var singletons: [Singleton]
    package var line: Int

    package init(
        name: QualifiedName, extends: QualifiedName?, singletons: [Singleton], line: Int
    ) {
        self.name = name
        self.extends = extends
        self.singletons = singletons
        self.line = line
    }
}
