import Findings
import Foundation
import JSONText
import Testing
import Validation

/// DMTF's published RackPDU example has known defects; nothing else may be found in it.
@Suite(.enabled(if: publication != nil, "DMTF's publication is not at hand"))
struct MockupTests {
    private func resources() throws -> [String: JSONValue] {
        let root = try #require(publication).appendingPathComponent("mockups/public-pdu")
        let files = try #require(FileManager.default.enumerator(atPath: root.path))
        var resources: [String: JSONValue] = [:]
        for case let path as String in files where path.hasSuffix("index.json") {
            let folder = path.split(separator: "/").dropLast().joined(separator: "/")
            let uri = folder.isEmpty ? "/redfish/v1" : "/redfish/v1/" + folder
            resources[uri] = try JSONValue(
                parsing: bytes(of: root.appendingPathComponent(path)))
        }
        return resources
    }

    private func counts(_ resources: [String: JSONValue]) -> [String: Int] {
        let validator = PayloadValidator(schema: library, messages: catalog, isMockup: true)
        var counts: [String: Int] = [:]
        for (uri, payload) in resources {
            for finding in validator.findings(in: payload, as: .response(uri: uri)) {
                counts[finding.ruleID, default: 0] += 1
            }
        }
        return counts
    }

    @Test func onlyTheKnownDefectsAreFound() throws {
        let all = try resources()
        #expect(all.count == 251)
        #expect(
            Set(counts(all).keys) == [
                "schema/action-target", "schema/collection-count", "schema/deprecated-property",
                "schema/deprecated-uri", "schema/deprecated-value", "schema/format", "schema/id",
                "schema/message-id", "schema/reading-units", "schema/required",
            ])
    }

    /// Over what can be reached from the root, the counts are those of the Redfish Service
    /// Validator: 52 action URIs, 30 Ids, 6 required properties, 3 URIs and 2 values deprecated.
    @Test func countsAgreeWithTheServiceValidator() throws {
        let all = try resources()
        var reached: [String: JSONValue] = [:]
        var queue = ["/redfish/v1"]
        while let uri = queue.popLast() {
            guard let payload = all[uri], reached[uri] == nil else { continue }
            reached[uri] = payload
            queue += payload.references
        }
        #expect(reached.count == 197)
        let counts = counts(reached)
        #expect(counts["schema/action-target"] == 52)
        #expect(counts["schema/id"] == 30)
        #expect(counts["schema/required"] == 6)
        #expect(counts["schema/deprecated-uri"] == 3)
        #expect(counts["schema/deprecated-value"] == 2)
    }
}

extension JSONValue {
    /// The addresses in every `@odata.id` inside, without fragment and trailing slash.
    fileprivate var references: [String] {
        switch self {
        case .array(let elements): elements.flatMap(\.references)
        case .object(let object):
            object.members.flatMap { member in
                guard member.name == "@odata.id", let text = member.value.string else {
                    return member.value.references
                }
                let path = text.prefix { $0 != "#" }
                return [path.hasSuffix("/") ? String(path.dropLast()) : String(path)]
            }
        default: []
        }
    }
}
