import Findings
import JSONText
import Schema
import Validation

/// Judges one payload from a file or from standard input.
struct PayloadTarget {
    /// As the user named it.
    let name: String
    let bytes: [UInt8]
    let validator: PayloadValidator
    /// The URI the payload was served at, where the user says so.
    let uri: String?
    let profiles: ProfileJudge

    func judge() throws -> ValidatedTarget {
        let value: JSONValue
        do {
            value = try JSONValue(parsing: bytes)
        } catch {
            throw CommandFailure.usage("\(name):\(error)")
        }
        let findings = validator.findings(in: value, as: context(of: value), bytes: bytes)
        let place = uri ?? value["@odata.id"]?.string ?? name
        let placed = findings.map { finding in
            PlacedFinding(
                finding, uri: place, file: name,
                snippet: finding.position.map { PayloadSnippet(around: $0, in: bytes) })
        }
        let payload = ValidatedPayload(
            uri: place, file: name,
            type: value["@odata.type"]?.string.map { String($0.drop { $0 == "#" }) },
            findings: placed)
        var target = ValidatedTarget(name: name, kind: "payload", payloads: [payload])
        profiles.judge([surveyed(value, at: place)], isWhole: false, into: &target) { _ in name }
        return target
    }

    private func surveyed(_ value: JSONValue, at place: String) -> SurveyedResource {
        var resource = SurveyedResource(uri: place, payload: value, bytes: bytes)
        let name = value["@odata.type"]?.string ?? ""
        if case .found(let type)? = try? profiles.schema.payloadType(name) { resource.type = type }
        return resource
    }

    private func context(of value: JSONValue) -> Validation.PayloadContext {
        if value["error"] != nil, value["@odata.type"] == nil { return .error }
        if value["@odata.type"]?.string?.hasPrefix("#Event.") == true { return .event }
        return .response(uri: uri ?? value["@odata.id"]?.string ?? "")
    }
}
