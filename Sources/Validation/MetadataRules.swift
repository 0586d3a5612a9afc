import Findings
import JSONText
package import Schema

/// A service's metadata document, as far as it could be read.
package enum ServiceMetadata: Sendable {
    case document(SchemaDocument)
    /// It is no CSDL, and where that shows.
    case unusable(SchemaError)
    /// It could not be read at all.
    case unread(ServedResource.Content)
}

// A service's own `$metadata` against the payloads and the schemas at hand.

extension ServiceSurvey {
    package static let metadataURI = "/redfish/v1/$metadata"

    func judged(_ metadata: ServiceMetadata, _ file: (String) -> String?) -> ValidatedPayload {
        let findings: [Finding]
        switch metadata {
        case .document(let document): findings = self.findings(on: document)
        case .unusable(let error):
            findings = [
                metadataFinding(
                    SchemaRules.metadata, error.message, line: error.location.line,
                    expected: "an edmx:Edmx document")
            ]
        case .unread(let content):
            findings = [
                metadataFinding(
                    SchemaRules.metadata, "the document cannot be read", line: nil,
                    expected: "status 200", seen: content.words)
            ]
        }
        return ValidatedPayload(
            uri: Self.metadataURI, file: file(Self.metadataURI),
            findings: findings.map {
                PlacedFinding($0, uri: Self.metadataURI, file: file(Self.metadataURI))
            })
    }

    private func metadataFinding(
        _ rule: Rule, _ message: String, line: Int?, expected: String, seen: String? = nil
    ) -> Finding {
        Finding(
            ruleID: rule.id, level: rule.level, message: message,
            position: line.map { TextPosition(offset: 0, line: $0, column: 1) },
            expected: expected, seen: seen)
    }

    private func findings(on document: SchemaDocument) -> [Finding] {
        let included = Set(
            document.references.flatMap { $0.includes.map(\.namespace) }
                + document.namespaces.map(\.name))
        return typeFindings(included) + document.references.flatMap(referenceFindings)
            + containerFindings(document, included)
    }

    /// Every namespace that payloads name types of, each said once.
    private func typeFindings(_ included: Set<String>) -> [Finding] {
        var users: [String: [String]] = [:]
        for uri in resources.keys {
            // A type that nobody knows has been reported where it stands.
            guard let type = resources[uri]?.type else { continue }
            users[type.name.namespace, default: []].append(uri)
        }
        let missing = users.keys.filter { !included.contains($0) }.sorted()
        return missing.map { namespace in
            let uris = (users[namespace] ?? []).sorted()
            let hint = suggestion(for: namespace, among: included.sorted())
            let others = uris.count > 1 ? " and \((uris.count - 1).grouped) more" : ""
            return metadataFinding(
                SchemaRules.metadataType,
                "no reference includes \(namespace), the type of \(uris[0])\(others)\(hint)",
                line: nil, expected: "<edmx:Include Namespace=\"\(namespace)\"/>")
        }
    }

    /// Whether the schemas at hand agree about what a reference brings. Files that the service
    /// itself serves may hold what a vendor adds, so nothing is said about those unknown.
    private func referenceFindings(_ reference: SchemaReference) -> [Finding] {
        let isOwn = reference.uri.hasPrefix("/")
        let file = reference.uri.split(separator: "/").last.map(String.init) ?? ""
        return reference.includes.compactMap { include in
            let found = Result { () throws(SchemaError) in
                try validator.schema.document(defining: include.namespace)
            }
            guard let document = try? found.get() else {
                if case .failure(let error) = found {
                    return metadataFinding(
                        SchemaRules.metadataReference, error.message, line: reference.line,
                        expected: "a schema that can be used")
                }
                let family = include.namespace.prefix { $0 != "." }
                let versions = (try? validator.schema.versions(of: String(family))) ?? []
                guard !isOwn else { return nil }
                return metadataFinding(
                    SchemaRules.metadataReference,
                    "no schema at hand defines namespace \(include.namespace)",
                    line: reference.line,
                    expected: versions.last.map { "\(family).\($0.namespaceSuffix)" }
                        ?? "a namespace of DMTF's schemas")
            }
            guard document.fileName != file, !isOwn, file.hasSuffix(".xml") else { return nil }
            return metadataFinding(
                SchemaRules.metadataReference,
                "the file referred to does not define \(include.namespace)",
                line: reference.line, expected: document.fileName, seen: file)
        }
    }

    private func containerFindings(
        _ document: SchemaDocument, _ included: Set<String>
    ) -> [Finding] {
        let containers = document.namespaces.compactMap(\.entityContainer)
        guard containers.count == 1 else {
            return [
                metadataFinding(
                    SchemaRules.metadataContainer,
                    "the document has \(containers.count.counted("entity container"))",
                    line: containers.last?.line,
                    expected: "one that extends ServiceRoot.v1_0_0.ServiceContainer")
            ]
        }
        guard let base = containers[0].extends else {
            return [
                metadataFinding(
                    SchemaRules.metadataContainer, "the entity container extends none",
                    line: containers[0].line, expected: "ServiceRoot.v1_0_0.ServiceContainer")
            ]
        }
        let schema = try? validator.schema.document(defining: base.namespace)
        let namespaces = schema?.namespaces ?? []
        let isDefined = namespaces.contains { $0.entityContainer?.name == base }
        guard !isDefined || !included.contains(base.namespace) else { return [] }
        let known = namespaces.compactMap { $0.entityContainer?.name.description }
        return [
            metadataFinding(
                SchemaRules.metadataContainer,
                isDefined
                    ? "no reference includes \(base.namespace), whose container is extended"
                    : "no schema at hand defines the container \(base)",
                line: containers[0].line,
                expected: isDefined
                    ? "<edmx:Include Namespace=\"\(base.namespace)\"/>"
                    : known.last ?? "a container of ServiceRoot", seen: base.description)
        ]
    }
}
