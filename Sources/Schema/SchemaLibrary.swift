import Synchronization

/// What became of looking up the type that a payload names.
package enum TypeLookup: Sendable {
    case found(FlattenedType)
    /// The text is not `#Namespace.Type`.
    case malformed
    /// No schema at hand has this name; a known one that is spelt nearly so may follow.
    case unknownSchema
    /// The schema is known, but not this version of it.
    case unknownVersion(newest: QualifiedName?)
    /// The namespace is known, but has no structured type of this name.
    case unknownType(inNamespace: [String])
}

/// All schemas of one source, loaded when a payload first needs them, and the types made of them.
///
/// Safe for concurrent use. Everything is kept once made, so the steady state only looks up.
package final class SchemaLibrary: Sendable {
    private let state: Mutex<LoadedSchemas>
    private let lookups = Mutex<[String: TypeLookup]>([:])
    private let annotations = Mutex<[String: FlattenedProperty]>([:])

    package init(source: any SchemaSource) {
        state = Mutex(LoadedSchemas(source: source))
    }

    /// The type of an `@odata.type` value, `#Outlet.v1_4_4.Outlet`, at its own version.
    ///
    /// Throws where the schema's file or one it needs cannot be used.
    package func payloadType(_ text: String) throws(SchemaError) -> TypeLookup {
        if let known = lookups.withLock({ $0[text] }) { return known }
        let lookup = try state.withLock { (state) throws(SchemaError) in
            try state.lookUp(text)
        }
        lookups.withLock { lookups in
            // What a device makes up must not grow the table without bound.
            if lookups.count > 10_000 { lookups.removeAll() }
            lookups[text] = lookup
        }
        return lookup
    }

    /// The newest type at hand of this name that is older than the version in it; nil where there is
    /// none.
    package func olderType(than name: QualifiedName) throws(SchemaError) -> FlattenedType? {
        try state.withLock { (state) throws(SchemaError) in
            let base = QualifiedName(namespace: name.family, name: name.name)
            let older = try state.newestDerived(from: base, notAfter: name.version)
            guard let version = older.version else { return nil }
            return try state.flattened(
                FlattenedTypeKey(name: older, version: version, excerpt: nil))
        }
    }

    /// A structured type by name, at the newest version that is or derives from it.
    package func type(_ name: QualifiedName) throws(SchemaError) -> FlattenedType? {
        try state.withLock { (state) throws(SchemaError) in
            guard case .structured = try state.definition(name) else { return nil }
            return try state.newestFlattened(from: name, notAfter: nil, excerpt: nil)
        }
    }

    /// An action of a schema: `Outlet.PowerControl`.
    package func action(_ name: QualifiedName) throws(SchemaError) -> FlattenedAction? {
        try state.withLock { (state) throws(SchemaError) in try state.action(name) }
    }

    /// What an annotation's value has to be: `Redfish.AllowableValues`, `Message.ExtendedInfo`.
    /// Nil for a term that no schema at hand defines.
    package func annotation(_ term: String) throws(SchemaError) -> FlattenedProperty? {
        if let known = annotations.withLock({ $0[term] }) { return known }
        let annotation = try state.withLock { (state) throws(SchemaError) in
            try state.annotation(term)
        }
        if let annotation { annotations.withLock { $0[term] = annotation } }
        return annotation
    }

    /// The versions of a schema, oldest first; empty for one unknown or without versions.
    package func versions(of family: String) throws(SchemaError) -> [SchemaVersion] {
        try state.withLock { (state) throws(SchemaError) in try state.versions(of: family) }
    }

    /// The file that defines a namespace.
    package func document(
        defining namespace: String
    ) throws(SchemaError) -> SchemaDocument? {
        try state.withLock { (state) throws(SchemaError) in try state.document(namespace) }
    }

    func resolve(_ link: TypeLink) throws(SchemaError) -> FlattenedType {
        try state.withLock { (state) throws(SchemaError) in
            try state.newestFlattened(
                from: link.name, notAfter: link.version, excerpt: link.excerpt)
        }
    }
}
