package import JSONText
package import Schema

/// A file of the publication that the bundle is built from.
package struct SourceFile: Sendable, Hashable {
    /// Without folders.
    package var name: String
    package var bytes: [UInt8]
    /// SHA-256 in lower-case hexadecimal; this part computes none itself.
    package var digest: String

    package init(name: String, bytes: [UInt8], digest: String) {
        self.name = name
        self.bytes = bytes
        self.digest = digest
    }
}

/// A file of the bundle; the path is relative to the bundle's folder.
package struct BundleFile: Sendable, Hashable {
    package var path: String
    package var bytes: [UInt8]

    init(path: String, text: String) {
        self.path = path
        bytes = Array(text.utf8)
    }
}

/// Why no bundle can be built from these files.
package enum BundleError: Error, Sendable, Hashable, CustomStringConvertible {
    case schema(SchemaError)
    case registry(file: String, RegistryError)
    case malformedJSON(file: String, JSONSyntaxError)
    case messageTexts(ConfigurationError)
    /// Two files define one namespace.
    case duplicateNamespace(String, first: DefinitionLocation, second: DefinitionLocation)

    package var description: String {
        switch self {
        case .schema(let error): "\(error)"
        case .registry(let file, let error): "\(file): \(error)"
        case .malformedJSON(let file, let error): "\(file):\(error)"
        case .messageTexts(let error): "MessageTexts.json: \(error.message) (at \(error.pointer))"
        case .duplicateNamespace(let name, let first, let second):
            "\(second): namespace \(name) is defined in \(first) already"
        }
    }
}

/// Builds the project's own bundle from an official publication: every schema and registry as
/// facts, without anybody's prose but our own message texts.
package struct BundleBuilder: Sendable {
    /// The release of the publication: `2025.4`.
    package var release: String
    package var messageTexts: MessageTexts

    package init(release: String, messageTexts: MessageTexts) {
        self.release = release
        self.messageTexts = messageTexts
    }

    /// The bundle's files, ordered by path, the same bytes for the same sources in any order.
    ///
    /// - Parameters:
    ///   - schemas: CSDL files.
    ///   - registries: Message registries and the privilege registry, as JSON.
    package func build(
        schemas: [SourceFile], registries: [SourceFile]
    ) throws(BundleError) -> [BundleFile] {
        let schemas = schemas.sorted { $0.name < $1.name }
        let registries = registries.sorted { $0.name < $1.name }
        var files: [BundleFile] = []
        var definedIn: [String: DefinitionLocation] = [:]
        for source in schemas {
            let (file, document) = try schemaFile(source)
            for namespace in document.namespaces {
                let location = DefinitionLocation(file: source.name, line: namespace.line)
                if let first = definedIn.updateValue(location, forKey: namespace.name) {
                    throw .duplicateNamespace(namespace.name, first: first, second: location)
                }
            }
            files.append(file)
        }
        for source in registries { files.append(try registryFile(source)) }
        files.append(
            BundleFile(
                path: "PROVENANCE.json", text: provenance(schemas: schemas, registries: registries))
        )
        return files.sorted { $0.path < $1.path }
    }

    private func schemaFile(
        _ source: SourceFile
    ) throws(BundleError) -> (BundleFile, SchemaDocument) {
        do {
            let root = try XMLElement(
                parsing: source.bytes, fileName: source.name, limits: XMLLimits())
            let text = try FactsOnlyCSDL.text(
                of: root, fileName: source.name,
                notice: "Facts of DMTF's \(source.name), release \(release); see NOTICE.")
            let document = try CSDLReader(root: root, fileName: source.name).document(root)
            return (BundleFile(path: source.name, text: text), document)
        } catch {
            throw .schema(error)
        }
    }

    private func registryFile(_ source: SourceFile) throws(BundleError) -> BundleFile {
        let json: JSONValue
        do {
            json = try JSONValue(parsing: source.bytes)
        } catch {
            throw .malformedJSON(file: source.name, error)
        }
        let registry: MessageRegistry
        do {
            guard json["Mappings"] == nil else {
                _ = try PrivilegeRegistry(json: json)
                return BundleFile(path: path(of: source), text: factsOnlyText(of: json))
            }
            registry = try MessageRegistry(json: json)
        } catch {
            throw .registry(file: source.name, error)
        }
        do {
            let texts = try messageTexts.texts(for: registry)
            return BundleFile(
                path: path(of: source),
                text: factsOnlyText(of: registry, texts: texts, source: json))
        } catch {
            throw .messageTexts(error)
        }
    }

    private func path(of registry: SourceFile) -> String { "Registries/\(registry.name)" }

    private func provenance(schemas: [SourceFile], registries: [SourceFile]) -> String {
        func list(_ files: [SourceFile]) -> String {
            files.map { "    \(quoted($0.name)): \(quoted($0.digest))" }.joined(separator: ",\n")
        }
        return """
            {
              "publisher": "DMTF",
              "publication": "Redfish schema bundle (DSP8010) and registries (DSP8011)",
              "release": \(quoted(release)),
              "license": "BSD-3-Clause; the notice stands in the file NOTICE",
              "holds": "facts only: no descriptions and no message texts of the publication",
              "digest": "SHA-256 of each file read",
              "schemas": {
            \(list(schemas))
              },
              "registries": {
            \(list(registries))
              }
            }

            """
    }
}
