/// A name with its namespace: `Outlet.v1_4_4.Outlet` or `Edm.String`.
package struct QualifiedName: Sendable, Hashable, CustomStringConvertible {
    /// `Outlet.v1_4_4`
    package var namespace: String
    /// `Outlet`
    package var name: String

    package init(namespace: String, name: String) {
        self.namespace = namespace
        self.name = name
    }

    /// Splits at the last dot; nil where there is none or a side of it is empty.
    package init?(_ text: some StringProtocol) {
        let text = Substring(text)
        guard let dot = text.utf8.lastIndex(of: UInt8(ascii: ".")) else { return nil }
        let name = text[text.utf8.index(after: dot)...]
        guard !name.isEmpty, dot > text.startIndex else { return nil }
        self.init(namespace: String(text[..<dot]), name: String(name))
    }

    /// The schema's name without its version: `Outlet`.
    package var family: String {
        guard let dot = namespace.utf8.firstIndex(of: UInt8(ascii: ".")) else { return namespace }
        return String(namespace[..<dot])
    }

    /// The version in the namespace; nil in an unversioned one.
    package var version: SchemaVersion? {
        guard let dot = namespace.utf8.lastIndex(of: UInt8(ascii: ".")) else { return nil }
        return SchemaVersion(namespace[namespace.utf8.index(after: dot)...])
    }

    package var description: String { "\(namespace).\(name)" }
}

/// A type as a property names it: itself or a collection of it.
package struct TypeReference: Sendable, Hashable, CustomStringConvertible {
    package var name: QualifiedName
    package var isCollection: Bool

    package init(_ name: QualifiedName, isCollection: Bool = false) {
        self.name = name
        self.isCollection = isCollection
    }

    /// Reads `Edm.String` and `Collection(Outlet.Outlet)`.
    package init?(_ text: String) {
        let prefix = "Collection("
        if text.hasPrefix(prefix), text.hasSuffix(")") {
            guard let name = QualifiedName(text.dropFirst(prefix.count).dropLast()) else {
                return nil
            }
            self.init(name, isCollection: true)
        } else {
            guard let name = QualifiedName(text) else { return nil }
            self.init(name)
        }
    }

    package var description: String { isCollection ? "Collection(\(name))" : "\(name)" }
}

/// Where a definition stands: the CSDL file's name and the line from 1.
package struct DefinitionLocation: Sendable, Hashable, CustomStringConvertible {
    package var file: String
    package var line: Int

    package init(file: String, line: Int) {
        self.file = file
        self.line = line
    }

    package var description: String { "\(file):\(line)" }
}
