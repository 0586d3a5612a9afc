import Findings
import JSONText
import Reports
package import Schema
import Validation

/// Payloads against the schemas: what is found is found again, each finding stands in the payload,
/// and every report can be written of it.
package struct PayloadFuzz: FuzzTarget {
    package static let name = "payload"

    package static let dictionary =
        JSONTextFuzz.dictionary + names.map { "\"\($0)\"" } + [
            "\"#Outlet.v1_4_4.Outlet\"", "\"#Sensor.v1_11_0.Sensor\"", "\"#Event.v1_11_0.Event\"",
            "\"#Outlet.v1_99_0.Outlet\"", "\"#A.v1_0_0.A\"", "\"/redfish/v1\"",
            "\"/redfish/v1/#/a\"",
            "\"2026-13-45T25:61:61Z\"", "\"P1Y2M3DT4H5M6.789S\"", "\"kW.h\"",
        ]

    private static let names = [
        "@odata.id", "@odata.type", "@odata.count", "Members", "Members@odata.count",
        "Members@odata.nextLink", "Links", "Oem", "Actions", "#Outlet.PowerControl", "target",
        "@Redfish.ActionInfo", "@Redfish.AllowableValues", "@Message.ExtendedInfo", "Id",
        "MemberId",
        "Name", "Status", "Reading", "ReadingType", "ReadingUnits", "MessageId", "MessageArgs",
        "DurableName", "DurableNameFormat", "OriginOfCondition", "error", "Events", "@", "#", ".",
        "",
    ]

    private static let values: [JSONValue] = [
        nil, true, 0, -1, 1, "", "On", "OK", "1", [], [:], [nil], ["@odata.id": ""],
        ["@odata.id": "/redfish/v1"], ["@odata.id": "#/a"], .number(JSONNumber(text: "1e400")),
        .number(JSONNumber(text: "9223372036854775808")), .number(JSONNumber(text: "0.1")),
        "#Outlet.v1_4_4.Outlet", "#Circuit.v1_9_0.Circuit", "#OutletCollection.OutletCollection",
        "#.", "#..", "#a.b.c.d", "/redfish/v1", "/redfish/v1/", "/redfish/v1/Chassis?$skip=1",
        "2026-01-15T10:00:00Z", "0000-00-00T00:00:00Z", "PT1H", "P999999999999999999Y",
        "kW.h", "Power.1.2.OutletPoweredOff", "Base.99999999999999999999.1.X",
        "\u{0}\u{FFFE}\u{1F50C}",
    ]

    private let validator: PayloadValidator

    package init(schema: SchemaLibrary, messages: MessageCatalog) {
        validator = PayloadValidator(schema: schema, messages: messages)
    }

    package static func changed(
        _ input: [UInt8], with other: [UInt8], _ chance: inout Chance
    ) -> [UInt8] {
        JSONChanges.changed(input, with: other, values: values, names: names, &chance)
    }

    package func outcome(of input: [UInt8]) -> FuzzOutcome {
        let payload: JSONValue
        do {
            payload = try JSONValue(parsing: input)
        } catch {
            return .refused(error.description)
        }
        let isAmbiguous = payload.hasDuplicateNames
        for context in Self.contexts(of: payload) {
            let findings = validator.findings(in: payload, as: context, bytes: input)
            if let broken = broken(findings, in: payload, input, isAmbiguous) { return broken }
            guard validator.findings(in: payload, as: context, bytes: input) == findings else {
                return .broken("the second look finds something else")
            }
        }
        return brokenService(input) ?? .accepted
    }

    private static func contexts(of payload: JSONValue) -> [PayloadContext] {
        let type = payload["@odata.type"]?.string ?? ""
        return [
            .response(uri: payload["@odata.id"]?.string ?? ""), .partialResponse, .event, .error,
            .requestCreate(schema: String(type.drop { $0 == "#" }.prefix { $0 != "." })),
            .requestUpdate(type: type), .action(name: "Outlet.PowerControl", type: type),
        ]
    }

    /// - Parameter isAmbiguous: Whether a pointer may lead to another member of the same name.
    private func broken(
        _ findings: [Finding], in payload: JSONValue, _ input: [UInt8], _ isAmbiguous: Bool
    ) -> FuzzOutcome? {
        for finding in findings {
            // What is missing has the place where it would stand.
            let pointer = finding.pointer ?? JSONPointer()
            let parent = JSONPointer(tokens: pointer.tokens.dropLast())
            let offset = finding.position?.offset ?? 0
            let broken = firstBroken([
                (!finding.message.isEmpty, "\(finding.ruleID) has no words"),
                (
                    isAmbiguous || payload[pointer] != nil || payload[parent] != nil,
                    "\(finding.ruleID) at \(pointer), where nothing is"
                ),
                ((0...input.count).contains(offset), "\(finding.ruleID) stands at \(offset)"),
            ])
            if let broken { return broken }
        }
        return nil
    }

    /// A service that answers with this payload at every address, and the reports about it.
    private func brokenService(_ input: [UInt8]) -> FuzzOutcome? {
        var survey = ServiceSurvey(validator)
        var asked = 0
        while asked < 30 {
            let addresses = survey.takeWaiting().prefix(30)
            guard !addresses.isEmpty else { break }
            asked += addresses.count
            for uri in addresses {
                survey.take(ServedResource(uri: uri, content: .body(input)))
            }
        }
        let target = ValidatedTarget(
            name: "fuzzed", kind: "service", payloads: survey.finish(), types: survey.seenTypes)
        let report = ValidationReport(
            harnessVersion: "0", targets: [target], rules: SchemaRules.all)
        for format in ReportFormat.allCases {
            let text = format.render(report)
            let isJSON = format == .json || format == .sarif
            guard isJSON, (try? JSONValue(parsing: text)) == nil else { continue }
            return .broken("the \(format.rawValue) report is no JSON text")
        }
        return nil
    }
}

extension JSONValue {
    fileprivate var hasDuplicateNames: Bool {
        switch self {
        case .array(let elements): elements.contains { $0.hasDuplicateNames }
        case .object(let object):
            !object.duplicateNames.isEmpty || object.members.contains { $0.value.hasDuplicateNames }
        default: false
        }
    }
}
