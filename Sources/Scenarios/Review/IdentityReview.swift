import JSONText
import SmartPDU

/// What a unit says it is.
extension ScenarioReview {
    var identityRemarks: [Remark] {
        var remarks: [Remark] = []
        if let uuid = scenario.device.identity.uuid, !isUUID(uuid) {
            // A PDU that was recorded may really say so.
            remarks.append(
                Remark(
                    .warning, "\(words(for: uuid)) The device's payloads will fail schema/format.",
                    at: JSONPointer("device", "identity", "uuid")))
        }
        for step in scenario.timeline {
            guard case .replaceUnit(_, let uuid, _)? = step.operations.first, !isUUID(uuid)
            else { continue }
            remarks.append(Remark(.error, words(for: uuid), at: step.place.appending("uuid")))
        }
        return remarks
    }

    private func words(for uuid: String) -> String {
        "'\(uuid)' is no UUID; write for example 6f1c2f0a-7b1e-4c55-9a3e-0d2f6b8c1a01."
    }

    /// Source: DSP8010 "Redfish Schema Bundle", Resource, type `UUID`: groups of 8, 4, 4, 4 and 12
    /// hexadecimal digits with a hyphen between them.
    private func isUUID(_ text: String) -> Bool {
        let groups = text.split(separator: "-", omittingEmptySubsequences: false)
        return groups.map(\.utf8.count) == [8, 4, 4, 4, 12]
            && groups.allSatisfy { $0.allSatisfy { $0.isASCII && $0.isHexDigit } }
    }
}
