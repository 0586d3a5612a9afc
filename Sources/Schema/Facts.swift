package import JSONText

// What annotations say about definitions, as typed facts.

/// In which version of its schema something was added and deprecated.
///
/// Source: DMTF schema RedfishExtensions 1.0.0, terms `Revisions` and `Deprecated`.
package struct Revisions: Sendable, Hashable {
    package var added: SchemaVersion?
    package var deprecated: SchemaVersion?
    /// Deprecated, even where no version says since when.
    package var isDeprecated: Bool

    package init(
        added: SchemaVersion? = nil, deprecated: SchemaVersion? = nil, isDeprecated: Bool = false
    ) {
        self.added = added
        self.deprecated = deprecated
        self.isDeprecated = isDeprecated || deprecated != nil
    }

    package static let none = Revisions()
}

/// Who may do what with a property's value.
///
/// Source: OData vocabulary Org.OData.Core.V1, term `Permissions`.
package enum Permissions: String, Sendable, Hashable, CaseIterable {
    case none = "None"
    case read = "Read"
    case write = "Write"
    case readWrite = "ReadWrite"

    package var allowsReading: Bool { self == .read || self == .readWrite }
    package var allowsWriting: Bool { self == .write || self == .readWrite }
}

/// Whether a kind of resource can be created, updated or deleted, and since when.
///
/// Source: OData vocabulary Org.OData.Capabilities.V1, terms `InsertRestrictions`,
/// `UpdateRestrictions`, `DeleteRestrictions`.
package struct Capability: Sendable, Hashable {
    package var isAllowed: Bool
    package var revisions: Revisions

    package init(isAllowed: Bool, revisions: Revisions = .none) {
        self.isAllowed = isAllowed
        self.revisions = revisions
    }
}

/// Which keyed excerpts something belongs to.
///
/// Source: DMTF schema RedfishExtensions 1.0.0, terms `Excerpt` and `ExcerptCopy`.
package enum Excerpt: Sendable, Hashable {
    /// Without a key: in every excerpt; of a copy: only what has no key.
    case unkeyed
    case keys([String])
}

/// How a reference to other resources is rendered.
package enum Expansion: String, Sendable, Hashable {
    /// The resource itself stands in the payload.
    case full
    /// Objects with `@odata.id` stand there, also for collections.
    case references
}

/// The format of a text beyond its type.
package enum TextFormat: String, Sendable, Hashable {
    case url
    case ipv6
}

/// Which further names an object may have, and what type their values are.
///
/// Source: DMTF schema RedfishExtensions 1.0.0, term `DynamicPropertyPatterns`.
package struct DynamicPropertyPattern: Sendable, Hashable {
    package var pattern: String
    package var type: TypeReference

    package init(pattern: String, type: TypeReference) {
        self.pattern = pattern
        self.type = type
    }
}

/// Limits of a value: bounds and pattern.
///
/// Source: DMTF schema RedfishExtensions 1.0.0, namespace `Validation`.
package struct ValueLimits: Sendable, Hashable {
    package var minimum: Int64?
    package var maximum: Int64?
    /// A regular expression that the text must satisfy.
    package var pattern: String?

    package init(minimum: Int64? = nil, maximum: Int64? = nil, pattern: String? = nil) {
        self.minimum = minimum
        self.maximum = maximum
        self.pattern = pattern
    }

    package static let none = ValueLimits()

    package func admits(_ number: JSONNumber) -> Bool {
        guard minimum != nil || maximum != nil else { return true }
        if let integer = number.exactInteger {
            return integer >= minimum ?? .min && integer <= maximum ?? .max
        }
        let value = number.double
        if let minimum, value < Double(minimum) { return false }
        if let maximum, value > Double(maximum) { return false }
        return true
    }
}
