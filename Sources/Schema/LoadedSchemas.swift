/// The schemas loaded so far and an index over them; `SchemaLibrary` guards it with a lock.
struct LoadedSchemas: Sendable {
    /// A type of any kind, as its file defines it.
    enum Definition: Sendable {
        case structured(StructuredType)
        case enumeration(EnumType)
        case definition(TypeDefinition)
    }

    private let source: any SchemaSource
    private var documents: [SchemaDocument] = []
    /// Where a namespace stands: document and position in it.
    private var places: [String: (document: Int, position: Int)] = [:]
    private var missing: Set<String> = []
    /// Files that cannot be used, by the namespace asked for, so that each is read once.
    private var failures: [String: SchemaError] = [:]
    private var definitions: [QualifiedName: Definition] = [:]
    private var versionsByFamily: [String: [SchemaVersion]] = [:]
    var flattenedTypes: [FlattenedTypeKey: FlattenedType] = [:]

    init(source: any SchemaSource) {
        self.source = source
    }

    // MARK: Looking up

    mutating func document(_ namespace: String) throws(SchemaError) -> SchemaDocument? {
        try load(namespace).map { documents[$0.document] }
    }

    mutating func namespace(_ name: String) throws(SchemaError) -> SchemaNamespace? {
        try load(name).map { documents[$0.document].namespaces[$0.position] }
    }

    mutating func definition(_ name: QualifiedName) throws(SchemaError) -> Definition? {
        _ = try load(name.namespace)
        return definitions[name]
    }

    mutating func file(of namespace: String) throws(SchemaError) -> String {
        try load(namespace).map { documents[$0.document].fileName } ?? ""
    }

    /// Oldest first.
    mutating func versions(of family: String) throws(SchemaError) -> [SchemaVersion] {
        _ = try load(family)
        return versionsByFamily[family] ?? []
    }

    /// The namespaces of a family whose actions may be bound: all of its file's.
    mutating func actions(of family: String) throws(SchemaError) -> [ActionDefinition] {
        try document(family)?.namespaces.flatMap(\.actions) ?? []
    }

    // MARK: Loading

    private mutating func load(
        _ namespace: String
    ) throws(SchemaError) -> (document: Int, position: Int)? {
        if let place = places[namespace] { return place }
        // A file holds all versions of its schema: once it is there, what it lacks is missing.
        let family = String(namespace.prefix { $0 != "." })
        if missing.contains(namespace) || (family != namespace && places[family] != nil) {
            return nil
        }
        // Names that a device makes up must not grow the table without bound.
        if missing.count > 10_000 { missing.removeAll() }
        if let failure = failures[family] { throw failure }
        do {
            guard let document = try source.document(defining: namespace) else {
                missing.insert(namespace)
                return nil
            }
            try register(document)
        } catch {
            failures[family] = error
            throw error
        }
        if places[namespace] == nil { missing.insert(namespace) }
        return places[namespace]
    }

    private mutating func register(_ document: SchemaDocument) throws(SchemaError) {
        for namespace in document.namespaces {
            guard let place = places[namespace.name] else { continue }
            let first = documents[place.document]
            if first.fileName == document.fileName { return }
            let line = first.namespaces[place.position].line
            throw SchemaError(
                "namespace \(namespace.name) is defined in \(first.fileName):\(line) already",
                at: DefinitionLocation(file: document.fileName, line: namespace.line))
        }
        for (position, namespace) in document.namespaces.enumerated() {
            places[namespace.name] = (documents.count, position)
            for type in namespace.structuredTypes { definitions[type.name] = .structured(type) }
            for type in namespace.enumTypes { definitions[type.name] = .enumeration(type) }
            for type in namespace.typeDefinitions { definitions[type.name] = .definition(type) }
            if let version = namespace.version {
                let family = String(namespace.name.prefix { $0 != "." })
                versionsByFamily[family, default: []].append(version)
            }
        }
        for family in Set(document.namespaces.map { String($0.name.prefix { $0 != "." }) }) {
            versionsByFamily[family]?.sort()
        }
        documents.append(document)
    }
}

// MARK: Inheritance

extension LoadedSchemas {
    /// A structured type and its base types, itself first.
    mutating func chain(
        of name: QualifiedName
    ) throws(SchemaError) -> [(type: StructuredType, file: String)] {
        var chain: [(type: StructuredType, file: String)] = []
        var seen: Set<QualifiedName> = []
        var next: QualifiedName? = name
        while let current = next {
            let user = chain.last.map {
                DefinitionLocation(file: $0.file, line: $0.type.line)
            }
            guard case .structured(let type) = try definition(current) else {
                throw SchemaError(
                    "type \(current) is not defined",
                    at: user ?? DefinitionLocation(file: current.namespace, line: 1))
            }
            let file = try file(of: current.namespace)
            guard seen.insert(current).inserted else {
                throw SchemaError(
                    "type \(current) is its own base type",
                    at: DefinitionLocation(file: file, line: type.line))
            }
            chain.append((type, file))
            next = type.baseType
        }
        return chain
    }

    /// The newest type of the same name, not after a version, that this one is or is a base of.
    mutating func newestDerived(
        from name: QualifiedName, notAfter limit: SchemaVersion?
    ) throws(SchemaError) -> QualifiedName {
        let family = name.family
        for version in try versions(of: family).reversed() {
            if let limit, version > limit { continue }
            let candidate = QualifiedName(
                namespace: "\(family).\(version.namespaceSuffix)", name: name.name)
            guard definitions[candidate] != nil else { continue }
            if try chain(of: candidate).contains(where: { $0.type.name == name }) {
                return candidate
            }
        }
        return name
    }

    mutating func lookUp(_ text: String) throws(SchemaError) -> TypeLookup {
        guard text.first == "#", let name = QualifiedName(text.dropFirst()) else {
            return .malformed
        }
        if case .structured = try definition(name) {
            return .found(
                try flattened(FlattenedTypeKey(name: name, version: name.version, excerpt: nil)))
        }
        if let namespace = try namespace(name.namespace) {
            return .unknownType(inNamespace: namespace.structuredTypes.map(\.name.name))
        }
        guard try namespace(name.family) != nil else { return .unknownSchema }
        let unversioned = QualifiedName(namespace: name.family, name: name.name)
        guard try definition(unversioned) != nil else { return .unknownVersion(newest: nil) }
        return .unknownVersion(newest: try newestDerived(from: unversioned, notAfter: nil))
    }
}
