import Schema

/// The vocabularies whose terms this reader understands, under whatever alias a file gives them.
struct Vocabularies: Sendable {
    private static let shortNames = [
        "Org.OData.Core.V1": "OData", "Org.OData.Capabilities.V1": "Capabilities",
        "Org.OData.Measures.V1": "Measures", "RedfishExtensions.v1_0_0": "Redfish",
        "Validation.v1_0_0": "Validation",
    ]

    private var shortNameByPrefix: [String: String]
    private var namespaces: Set<String>

    init(aliases: [(alias: String, namespace: String)]) {
        shortNameByPrefix = Self.shortNames
        namespaces = Set(Self.shortNames.keys)
        for (alias, namespace) in aliases {
            namespaces.insert(alias)
            shortNameByPrefix[alias] = Self.shortNames[namespace]
        }
    }

    /// The term of an annotation in its usual spelling, `Redfish.Required`; empty for terms of
    /// vocabularies that state nothing this reader needs.
    func term(of annotation: XMLElement, fileName: String) throws(SchemaError) -> String {
        let location = DefinitionLocation(file: fileName, line: annotation.line)
        guard let text = annotation["Term"], let term = QualifiedName(text) else {
            throw SchemaError("an annotation lacks a qualified term", at: location)
        }
        guard namespaces.contains(term.namespace) else {
            throw SchemaError(
                "term \(text): no edmx:Reference includes namespace \(term.namespace)",
                at: location)
        }
        guard let vocabulary = shortNameByPrefix[term.namespace] else { return "" }
        return vocabulary == term.namespace ? text : "\(vocabulary).\(term.name)"
    }
}
