import CSDL
import Findings
import Foundation
import JSONText
import Schema
import Testing
import Validation

let packageRoot = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

/// DMTF's publication, where it is at hand.
let publication: URL? = {
    let path =
        ProcessInfo.processInfo.environment["PDU_HARNESS_DMTF"]
        ?? packageRoot.appendingPathComponent("../shared/dmtf").path
    return FileManager.default.fileExists(atPath: path + "/mockups")
        ? URL(fileURLWithPath: path) : nil
}()

func bytes(of file: URL) throws -> [UInt8] { [UInt8](try Data(contentsOf: file)) }

/// The project's own bundle.
let library: SchemaLibrary = {
    let folder = packageRoot.appendingPathComponent("CSDL")
    return SchemaLibrary(
        source: CSDLSource { (name) throws(SchemaError) -> [UInt8]? in
            try? bytes(of: folder.appendingPathComponent(name))
        })
}()

let catalog: MessageCatalog = {
    let folder = packageRoot.appendingPathComponent("CSDL/Registries")
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return MessageCatalog(
        names.compactMap { name in
            guard let bytes = try? bytes(of: folder.appendingPathComponent(name)),
                let json = try? JSONValue(parsing: bytes)
            else { return nil }
            return try? MessageRegistry(json: json)
        })
}()

let validator = PayloadValidator(schema: library, messages: catalog)

func findings(_ text: String, _ context: PayloadContext) throws -> [Finding] {
    let bytes = Array(text.utf8)
    return validator.findings(in: try JSONValue(parsing: bytes), as: context, bytes: bytes)
}

/// The rule ids of what is found, in order.
func rules(_ text: String, _ context: PayloadContext) throws -> [String] {
    try findings(text, context).map(\.ruleID)
}

/// One change to a good payload: the text at `old` becomes `new`.
struct Mutation: Sendable, CustomTestStringConvertible {
    var rule: String
    var old: String
    var new: String

    init(_ rule: String, _ old: String, _ new: String) {
        self.rule = "schema/" + rule
        self.old = old
        self.new = new
    }

    var testDescription: String { "\(rule): \(old) → \(new)" }

    func apply(to text: String) throws -> String {
        let range = try #require(text.range(of: old), "'\(old)' does not occur")
        return text.replacingCharacters(in: range, with: new)
    }
}
