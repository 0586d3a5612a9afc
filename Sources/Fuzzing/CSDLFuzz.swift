import CSDL
import Findings
import JSONText
import Schema
import Validation

/// The CSDL reader and what is made of its result: an error names the file and a line in it; what is
/// read can be judged by, and gives a bundle file from which the same file is made again.
package struct CSDLFuzz: FuzzTarget {
    package static let name = "csdl"

    package static let dictionary = [
        "<", ">", "/>", "&lt;", "&amp;", "&#0;", "&#x10FFFF;", "&e;", "<![CDATA[", "]]>", "<!--",
        "-->", "<!DOCTYPE a [<!ENTITY e 'e'>]>", "<!DOCTYPE a SYSTEM 'file:///dev/zero'>",
        "<?xml version='1.0' encoding='UTF-16'?>", "<?xml version='1.1'?>", "xmlns=\"\"",
        "xmlns:edmx=\"\"", "BaseType", "Collection(", ")", "Edm.String", "Edm.Untyped", "Edm.Int64",
        "T.v1_0_0", "T.v1_999999999999999999999_0", "T.v1_1_0.T", "Pattern", "(a*)*b", "[z-a]",
        "(?=a)", "\\1", "x{1,100000}", "9223372036854775808", "-1e400", "NaN",
    ]

    /// What the file's schema is called, whatever has become of its contents.
    private static let fileName = "Fuzzed_v1.xml"
    private let messages: MessageCatalog

    package init() {
        messages = MessageCatalog([])
    }

    package static func changed(
        _ input: [UInt8], with other: [UInt8], _ chance: inout Chance
    ) -> [UInt8] {
        XMLChanges.changed(input, with: other, &chance)
    }

    package func outcome(of input: [UInt8]) -> FuzzOutcome {
        let document: SchemaDocument
        do {
            document = try SchemaDocument(csdl: input, fileName: Self.fileName)
        } catch {
            return broken(error, input) ?? .refused(error.description)
        }
        return broken(document, input) ?? brokenBundle(input) ?? .accepted
    }

    private func broken(_ error: SchemaError, _ input: [UInt8]) -> FuzzOutcome? {
        firstBroken([
            (!error.message.isEmpty, "the error has no words"),
            (!error.message.contains(where: \.isNewline), "the error has more than one line"),
            (error.location.file == Self.fileName, "the error names \(error.location.file)"),
            ((1...lineCount(input)).contains(error.location.line), "\(error): no such line"),
        ])
    }

    private func lineCount(_ input: [UInt8]) -> Int {
        1 + input.count { $0 == UInt8(ascii: "\n") }
    }

    /// Makes the types of the document and judges a payload by each.
    private func broken(_ document: SchemaDocument, _ input: [UInt8]) -> FuzzOutcome? {
        let lines = 1...lineCount(input)
        let library = SchemaLibrary(source: OneDocument(document: document))
        let validator = PayloadValidator(schema: library, messages: messages)
        for namespace in document.namespaces {
            for type in namespace.structuredTypes {
                guard lines.contains(type.line) else { return .broken("\(type.name): no line") }
                let payload = Self.payload(of: type, in: library)
                let findings = validator.findings(in: payload, as: .response(uri: "/redfish/v1/A"))
                if let place = findings.lazy.compactMap(\.definition).first(where: {
                    $0.file == Self.fileName && !lines.contains($0.line)
                }) {
                    return .broken("a finding rests on line \(place.line)")
                }
            }
        }
        var survey = ServiceSurvey(validator)
        survey.take(ServedResource(uri: "/redfish/v1", content: .body(Array("{}".utf8))))
        _ = survey.finish(metadata: .document(document))
        return nil
    }

    private static func payload(
        of type: StructuredType, in library: SchemaLibrary
    ) -> JSONValue {
        let texts: [JSONValue] = [
            .string(String(repeating: "a", count: 64) + "!"), 1, nil, [:], [],
        ]
        var members: [JSONObject.Member] = [
            .init(name: "@odata.type", value: .string("#\(type.name)")),
            .init(name: "@odata.id", value: "/redfish/v1/A"),
        ]
        guard case .found(let flat)? = try? library.payloadType("#\(type.name)") else {
            return .object(JSONObject(members))
        }
        for (place, property) in flat.properties.enumerated() {
            members.append(.init(name: property.name, value: texts[place % texts.count]))
        }
        return .object(JSONObject(members))
    }

    private func brokenBundle(_ input: [UInt8]) -> FuzzOutcome? {
        guard let once = bundleFile(input) else { return nil }
        guard let twice = bundleFile(once) else {
            return .broken("what the bundle holds of it cannot be read")
        }
        return firstBroken([(once == twice, "the bundle's file does not give itself again")])
    }

    private func bundleFile(_ input: [UInt8]) -> [UInt8]? {
        let builder = BundleBuilder(release: "0", messageTexts: MessageTexts())
        let source = SourceFile(name: Self.fileName, bytes: input, digest: "")
        return try? builder.build(schemas: [source], registries: [])
            .first { $0.path == Self.fileName }?.bytes
    }
}

/// A source in which one document defines all there is.
private struct OneDocument: SchemaSource {
    let document: SchemaDocument

    func document(defining namespace: String) throws(SchemaError) -> SchemaDocument? {
        document.namespaces.contains { $0.name == namespace } ? document : nil
    }
}
