import JSONText

/// One namespace of a CSDL file: usually one version of one schema.
package struct SchemaNamespace: Sendable, Hashable {
    /// `Outlet.v1_4_4`
    package var name: String
    /// `DMTF`, `SNIA`, a vendor; nil where the schema does not say.
    package var owningEntity: String?
    /// The release that brought it: `2019.4`.
    package var release: String?
    package var structuredTypes: [StructuredType] = []
    package var enumTypes: [EnumType] = []
    package var typeDefinitions: [TypeDefinition] = []
    package var actions: [ActionDefinition] = []
    package var terms: [TermDefinition] = []
    package var entityContainer: EntityContainer?
    package var line: Int

    package init(name: String, line: Int) {
        self.name = name
        self.line = line
    }

    /// The version in the name; nil in an unversioned namespace.
    package var version: SchemaVersion? {
        guard let dot = name.utf8.lastIndex(of: UInt8(ascii: ".")) else { return nil }
        return SchemaVersion(name[name.utf8.index(after: dot)...])
    }
}

/// A reference of a CSDL file to another.
package struct SchemaReference: Sendable, Hashable {
    package struct Include: Sendable, Hashable {
        package var namespace: String
        package var alias: String?

        package init(namespace: String, alias: String? = nil) {
            self.namespace = namespace
            self.alias = alias
        }
    }

    package var uri: String
    package var includes: [Include]
    package var line: Int

    package init(uri: String, includes: [Include], line: Int) {
        self.uri = uri
        self.includes = includes
        self.line = line
    }
}

/// One CSDL file as a model.
package struct SchemaDocument: Sendable, Hashable {
    /// The file's name without folders: `Outlet_v1.xml`.
    package var fileName: String
    package var references: [SchemaReference]
    package var namespaces: [SchemaNamespace]

    package init(
        fileName: String, references: [SchemaReference], namespaces: [SchemaNamespace]
    ) {
        self.fileName = fileName
        self.references = references
        self.namespaces = namespaces
    }
}

/// Why a schema cannot be used, and where that shows.
package struct SchemaError: Error, Sendable, Hashable, CustomStringConvertible {
    package var message: String
    package var location: DefinitionLocation

    package init(_ message: String, at location: DefinitionLocation) {
        // What the file itself says stands in it.
        self.message = message.visible
        self.location = location
    }

    package var description: String { "\(location): \(message)" }
}

/// Where schemas come from: the bundle, an official directory, a service's own.
package protocol SchemaSource: Sendable {
    /// The document that defines a namespace, or nil where this source has none.
    func document(defining namespace: String) throws(SchemaError) -> SchemaDocument?
}
