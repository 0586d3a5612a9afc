import Findings
import Foundation
import JSONText
import Testing
import Validation

/// One change to one resource of a good service, and the rule that has to see it.
struct ServiceMutation: Sendable, CustomTestStringConvertible {
    enum Change: Sendable {
        /// Members set, or with nil removed.
        case set([(pointer: String, value: JSONValue?)])
        /// The text at `old` becomes `new`, whatever JSON makes of it.
        case text(old: String, new: String)
        case headers(@Sendable (inout ServedResource.Headers) -> Void)
        case content(ServedResource.Content)
        case metadata(old: String, new: String)
    }

    var rule: String
    var uri: String
    var change: Change

    init(_ rule: String, _ uri: String, _ pointer: String, _ value: JSONValue?) {
        self.init(rule, uri, .set([(pointer, value)]))
    }

    init(_ rule: String, _ uri: String, _ change: Change) {
        self.rule = "schema/" + rule
        self.uri = uri.isEmpty ? "/redfish/v1" : "/redfish/v1/" + uri
        self.change = change
    }

    var testDescription: String { "\(rule) \(uri) \(change)" }

    func findings(in device: SurveyedDevice) throws -> [Finding] {
        if case .metadata(let old, let new) = change {
            let text = String(decoding: device.metadata, as: UTF8.self)
            let range = try #require(text.range(of: old), "'\(old)' does not occur")
            return device.findings(
                metadata: Array(text.replacingCharacters(in: range, with: new).utf8))
        }
        var resource = try #require(device.resources[uri], "nothing is served at \(uri)")
        guard case .body(let bytes) = resource.content else {
            Issue.record("\(uri) has no body")
            return []
        }
        switch change {
        case .set(let members):
            var payload = try JSONValue(parsing: bytes)
            for (text, value) in members {
                let pointer = try #require(JSONPointer(text))
                let isDone = value.map { payload.replace(pointer, with: $0) }
                #expect(isDone ?? payload.remove(pointer), "\(text) is not there")
            }
            resource.content = .body(payload.compactBytes)
        case .text(let old, let new):
            let text = String(decoding: bytes, as: UTF8.self)
            let range = try #require(text.range(of: old), "'\(old)' does not occur")
            resource.content = .body(Array(text.replacingCharacters(in: range, with: new).utf8))
        case .headers(let edit):
            var headers = try #require(resource.headers)
            edit(&headers)
            resource.headers = headers
        case .content(let content): resource.content = content
        case .metadata: break
        }
        return device.findings(with: [resource])
    }
}

private let rack = "PowerEquipment/RackPDUs/1"
private let outlet = rack + "/Outlets/1"
private let branch = rack + "/Branches/A"
private let sensors = "Chassis/PDU/Sensors"
private let current = sensors + "/CurrentOutlet1"
private let energy = sensors + "/EnergyOutlet1"
private let account = "AccountService/Accounts/1"
private let manager = "Managers/Manager"
private let entries = manager + "/LogServices/EventLog/Entries"
private let subscription = "EventService/Subscriptions/1"

@Suite(.timeLimit(.minutes(3))) struct ServiceMutationTests {
    @Test func theGoodServiceGivesNothing() {
        #expect(SurveyedDevice.shared.findings() == [])
        #expect(SurveyedDevice.shared.resources.count > 70)
    }

    @Test func aResourceThatNothingLeadsToIsAnOrphan() {
        let survey = SurveyedDevice.shared.survey
        let present = survey.finish(present: ["/redfish/v1", "/redfish/v1/Nobody"])
        let words = present.flatMap(\.findings).map { "\($0.finding.ruleID) \($0.uri)" }
        #expect(words == ["schema/orphan /redfish/v1/Nobody"])
    }

    @Test(arguments: types + members + values + places + actions + annotations)
    func aPayloadThatOneRuleSees(_ mutation: ServiceMutation) throws {
        try judge(mutation)
    }

    @Test(arguments: links + headers + metadata)
    func aServiceThatOneRuleSees(_ mutation: ServiceMutation) throws {
        try judge(mutation)
    }

    private func judge(_ mutation: ServiceMutation) throws {
        let findings = try mutation.findings(in: .shared)
        let words = findings.map { "\($0.ruleID) \($0.pointer?.description ?? ""): \($0.message)" }
        #expect(Set(findings.map(\.ruleID)) == [mutation.rule], "\(words)")
    }

    @Test func thereAreEnoughOfThem() {
        let all =
            Self.types + Self.members + Self.values + Self.places + Self.actions
            + Self.annotations + Self.links + Self.headers + Self.metadata
        #expect(all.count >= 120, "\(all.count)")
    }

    // MARK: Types

    static let types: [ServiceMutation] = [
        .init("known-type", outlet, "/@odata.type", "#Outlet.v1_99_0.Outlet"),
        .init("known-type", outlet, "/@odata.type", "#Outlett.v1_4_4.Outlet"),
        .init("known-type", outlet, "/@odata.type", "#Outlet.v1_4_4.Outlett"),
        .init("known-type", outlet, "/@odata.type", "Outlet.v1_4_4.Outlet"),
        .init("known-type", outlet, "/@odata.type", "#Outlet.Outlet"),
        .init("known-type", outlet, "/@odata.type", ""),
        .init("annotation", outlet, "/@odata.type", 4),
        .init("required", outlet, "/@odata.type", nil),
        .init("json-type", outlet, .content(.body(Array("[]".utf8)))),
        .init("type-matches", outlet, "/Status/@odata.type", "#Resource.v1_1_0.Identifier"),
        .init("type-matches", entries, "/Members/0/@odata.type", "#Role.v1_3_3.Role"),
        .init("known-type", entries, "/Members/0/@odata.type", "#LogEntry.v1_99_0.LogEntry"),
    ]

    // MARK: Members

    static let members: [ServiceMutation] = [
        .init("unknown-property", outlet, "/Powerstate", "On"),
        .init("unknown-property", outlet, "/Colour", "black"),
        .init("unknown-property", outlet, "/Status/Healthy", true),
        .init("unknown-property", current, "/Unit", "A"),
        .init("unknown-property", "", "/Outlets", ["@odata.id": "/redfish/v1/Chassis"]),
        .init("unknown-property", rack + "/Outlets", "/Count", 4),
        .init("unknown-property", entries, "/Members/0/Text", "x"),
        .init("unknown-property", "Registries/Base", "/Location/0/Url", "x"),
        .init("unknown-property", rack, "/Links/Rack", ["@odata.id": "/redfish/v1/Chassis"]),
        .init("duplicate-property", outlet, .text(old: "{", new: "{\"Name\": \"x\",")),
        .init(
            "duplicate-property", outlet,
            .text(old: "\"Health\":", new: "\"Health\":\"OK\",\"Health\":")),
        .init(
            "duplicate-property", outlet,
            .text(
                old: "\"Id\":",
                new: "\"@odata.id\":\"/redfish/v1/PowerEquipment/RackPDUs/1/Outlets/1\",\"Id\":")),
        .init("required", outlet, "/Name", nil),
        .init("required", outlet, "/Id", nil),
        .init("required", rack, "/EquipmentType", nil),
        .init("required", "Chassis/PDU", "/ChassisType", nil),
        .init("required", account, "/AccountTypes", nil),
        .init("required", subscription, "/SubscriptionType", nil),
        .init("required", entries, "/Members/0/EntryType", nil),
        .init("required", rack + "/Outlets", "/Members@odata.count", nil),
        .init("required", "AccountService/Roles/Operator", "/RoleId", nil),
        .init("required", "Registries/Base", "/Registry", nil),
        .init("excerpt", outlet, "/Voltage/ReadingUnits", "V"),
        .init("excerpt", outlet, "/EnergykWh/ApparentVA", 1),
        .init("excerpt", current, "/DataSourceUri", "/redfish/v1/Chassis/PDU/Sensors/PowerPDU"),
        .init("deprecated-property", outlet, "/IndicatorLED", "Off"),
        .init("deprecated-property", current, "/Accuracy", 1),
    ]

    // MARK: Values

    static let values: [ServiceMutation] = [
        .init("json-type", outlet, "/Name", 1),
        .init("json-type", outlet, "/PowerEnabled", "true"),
        .init("json-type", outlet, "/PowerOnDelaySeconds", "4"),
        .init("json-type", outlet, "/Status", "OK"),
        .init("json-type", outlet, "/PowerState", true),
        .init("json-type", outlet, "/Voltage", 230),
        .init("json-type", outlet, "/Voltage/Reading", "230"),
        .init("json-type", "AccountService", "/MinPasswordLength", .number(.init(text: "8.5"))),
        .init("json-type", outlet, "/Links/BranchCircuit", "/redfish/v1/Chassis"),
        .init("json-type", outlet, "/Actions", 0),
        .init("json-type", "EventService", "/ServiceEnabled", 1),
        .init("array", outlet, "/Name", ["Outlet 1"]),
        .init("array", outlet, "/Status", [["Health": "OK"]]),
        .init(
            "array", branch, "/Links/Outlets",
            ["@odata.id": "/redfish/v1/PowerEquipment/RackPDUs/1/Outlets/1"]),
        .init("array", account, "/AccountTypes", "Redfish"),
        .init(
            "array", rack + "/Outlets", "/Members",
            ["@odata.id": "/redfish/v1/PowerEquipment/RackPDUs/1/Outlets/1"]),
        .init("null", outlet, "/Name", .null),
        .init("null", outlet, "/Id", .null),
        .init("null", outlet, "/Status", .null),
        .init("null", rack, "/EquipmentType", .null),
        .init("null", account, "/AccountTypes", .null),
        .init("enum-member", outlet, "/PowerState", "on"),
        .init("enum-member", outlet, "/PowerState", "Onn"),
        .init("enum-member", outlet, "/OutletType", "C13"),
        .init("enum-member", outlet, "/Status/Health", "Good"),
        .init("enum-member", outlet, "/Status/State", "Tripped"),
        .init("enum-member", branch, "/BreakerState", "Open"),
        .init("enum-member", branch, "/NominalVoltage", "230V"),
        .init("enum-member", current, "/ReadingType", "Amps"),
        .init("enum-member", account, "/AccountTypes/0", "redfish"),
        .init("enum-member", "AccountService/Roles/Operator", "/AssignedPrivileges/0", "LogIn"),
        .init("enum-member", rack, "/EquipmentType", "PDU"),
        .init("enum-member", entries, "/Members/0/Severity", "Info"),
        .init("deprecated-value", outlet, "/Status/State", "Qualified"),
        .init("bounds", outlet, "/PowerWatts/PowerFactor", 2),
        .init("bounds", outlet, "/PowerWatts/PowerFactor", -2),
        .init("bounds", "SessionService", "/SessionTimeout", 1),
        .init("bounds", "SessionService", "/SessionTimeout", 90_000),
        .init("bounds", "AccountService", "/AccountLockoutThreshold", -1),
        .init("bounds", outlet, "/Voltage/Reading", .number(.init(text: "1e999"))),
        .init(
            "bounds", "SessionService", "/SessionTimeout",
            .number(.init(text: "99999999999999999999"))),
        .init("pattern", manager, "/DateTimeLocalOffset", "+1"),
        .init("pattern", "", "/RedfishVersion", "1.22"),
        .init("format", manager, "/DateTime", "yesterday"),
        .init("format", manager, "/DateTime", "2026-13-15T10:00:00Z"),
        .init("format", current, "/ReadingTime", "2026-01-15 10:00:00Z"),
        .init("format", entries, "/Members/0/Created", "10:00"),
        .init("format", energy, "/SensingInterval", "1 s"),
        .init("format", subscription, "/Destination", "http://127.0.0.1/a b"),
        .init("format", outlet, "/Voltage/DataSourceUri", "not a uri"),
        .init("write-only", account, "/Password", "secret-1"),
        .init("empty-string", rack, "/SerialNumber", ""),
        .init("empty-string", manager, "/FirmwareVersion", ""),
        .init("reading-units", energy, "/ReadingUnits", "kWh"),
        .init("reading-units", energy, "/ReadingUnits", "kw.h"),
        .init("reading-units", current, "/ReadingUnits", "V"),
        .init("message-id", entries, "/Members/0/MessageId", "Power.1.2.OutletOff"),
        .init("message-id", entries, "/Members/0/MessageId", "Power.OutletPoweredOff"),
        .init("message-registry", entries, "/Members/0/MessageId", "Pwr.1.2.OutletPoweredOff"),
        .init("message-args", entries, "/Members/0/MessageArgs", ["1", "2"]),
        .init("message-args", entries, "/Members/0/MessageArgs", []),
    ]

    // MARK: Places

    static let places: [ServiceMutation] = [
        .init("id", outlet, "/Id", "One"),
        .init("id", current, "/Id", "currentOutlet1"),
        .init(
            "own-address", outlet, "/@odata.id", "/redfish/v1/PowerEquipment/RackPDUs/1/Outlets/9"),
        .init("own-address", "EventService", "/@odata.id", "/redfish/v1/EventServices"),
        .init("reference", outlet, "/Links/BranchCircuit/Name", "A"),
        .init("reference", outlet, "/Links/BranchCircuit", [:]),
        .init("reference", outlet, "/Links/BranchCircuit/@odata.id", "Branches/A"),
        .init("reference", rack + "/Outlets", "/Members/0/Id", "1"),
    ]

    // MARK: Actions

    static let actions: [ServiceMutation] = [
        .init("action", outlet, "/Actions/#Outlet.PowerControll", ["target": "/x"]),
        .init("action", outlet, "/Actions/#Circuit.PowerControl", ["target": "/x"]),
        .init("action", outlet, "/Actions/#Outlet.PowerControl/target", nil),
        .init("action", outlet, "/Actions/#Outlet.PowerControl/Target", "/x"),
        .init(
            "action", outlet, "/Actions/#Outlet.PowerControl/State@Redfish.AllowableValues", ["On"]),
        .init("json-type", outlet, "/Actions/#Outlet.PowerControl", "/x"),
        .init("json-type", outlet, "/Actions/#Outlet.PowerControl/title", 1),
        .init(
            "action-target", outlet, "/Actions/#Outlet.PowerControl/target",
            "/redfish/v1/PowerEquipment/RackPDUs/1/Outlets/1/Outlet.PowerControl"),
        .init(
            "action-target", branch, "/Actions/#Circuit.BreakerControl/target",
            "/redfish/v1/PowerEquipment/RackPDUs/1/Branches/B/Actions/Circuit.BreakerControl"),
        .init(
            "action-target", "EventService", "/Actions/#EventService.SubmitTestEvent/target",
            "/redfish/v1/EventService/Actions/SubmitTestEvent"),
        .init(
            "enum-member", outlet,
            "/Actions/#Outlet.PowerControl/PowerState@Redfish.AllowableValues/0", "on"),
        .init("annotation", outlet, "/Actions/#Outlet.PowerControl/@Redfish.Allowable", []),
        .init("unknown-property", outlet, "/Actions/PowerControl", ["target": "/x"]),
    ]

    // MARK: Annotations

    static let annotations: [ServiceMutation] = [
        .init("annotation", outlet, "/@odata.idd", "/x"),
        .init("annotation", outlet, "/@Redfish.Nonsense", 1),
        .init("annotation", outlet, "/Colour@Redfish.AllowableValues", ["red"]),
        .init("annotation", rack + "/Outlets", "/Members@odata.count", "4"),
        .init("annotation", outlet, "/@odata.context", 1),
        .init("collection-count", rack + "/Outlets", "/Members@odata.count", 5),
        .init("collection-count", rack + "/Outlets", "/Members@odata.count", 3),
        .init("collection-count", "Chassis", "/Members", []),
        .init("copyright", outlet, "/@Redfish.Copyright", "Copyright"),
        .init("enum-member", outlet, "/PowerRestorePolicy@Redfish.AllowableValues", ["Sometimes"]),
        .init("array", outlet, "/PowerRestorePolicy@Redfish.AllowableValues", "AlwaysOn"),
    ]

    // MARK: Links

    static let links: [ServiceMutation] = [
        .init("link-pair", branch, "/Links/Outlets/0", nil),
        .init(
            "link-pair", outlet, "/Links/BranchCircuit/@odata.id",
            "/redfish/v1/PowerEquipment/RackPDUs/1/Branches/B"),
        .init("link-pair", "Chassis/PDU", "/Links/ManagedBy", []),
        .init("link-pair", manager, "/Links/ManagerForChassis", []),
        .init("link", outlet, .content(.status(404))),
        .init("link", current, .content(.status(500))),
        .init("link", rack + "/Metrics", .content(.failure("no answer in time"))),
        .init(
            "link", outlet, "/Links/BranchCircuit/@odata.id",
            "/redfish/v1/PowerEquipment/RackPDUs/1/Branches/Z"),
        .init("link", outlet, "/Voltage/DataSourceUri", "/redfish/v1/Chassis/PDU/Sensors/Nothing"),
        .init("link", "Registries/Base", "/Location/0/Uri", "/redfish/v1/Registries/Base/Nothing"),
        .init("json", outlet, .content(.body(Array("{\"Id\": ".utf8)))),
        .init("json", outlet, .content(.body([0xEF, 0xBB, 0xBF] + Array("{}".utf8)))),
        .init("json", outlet, .content(.body([0x7B, 0x22, 0xFF, 0x22, 0x3A, 0x31, 0x7D]))),
        .init("json", outlet, .text(old: "{", new: "{,")),
        .init("json", outlet, .content(.body([]))),
        .init(
            "reference-type", outlet, "/Links/BranchCircuit/@odata.id",
            "/redfish/v1/PowerEquipment/RackPDUs/1"),
        .init(
            "reference-type", branch, "/Links/Outlets/0/@odata.id",
            "/redfish/v1/PowerEquipment/RackPDUs/1/Outlets"),
        .init(
            "reference-type", rack, "/Outlets/@odata.id",
            "/redfish/v1/PowerEquipment/RackPDUs/1/Branches"),
        .init("reference-type", "", "/Chassis/@odata.id", "/redfish/v1/Managers"),
        .init(
            "reference-type", rack + "/Outlets", "/Members/3/@odata.id",
            "/redfish/v1/PowerEquipment/RackPDUs/1/Branches/A"),
        .init(
            "origin-of-condition", entries, "/Members/0/Links/OriginOfCondition/@odata.id",
            "/redfish/v1/Gone"),
        .init(
            "collection-pages", rack + "/Outlets",
            .set([
                ("/Members@odata.count", 9),
                ("/Members@odata.nextLink", "/redfish/v1/PowerEquipment/RackPDUs/1/Branches"),
            ])),
    ]

    // MARK: Headers

    static let headers: [ServiceMutation] = [
        .init("allow", outlet, .headers { $0.allow = "GET, HEAD, PATCH, POST" }),
        .init("allow", outlet, .headers { $0.allow = "GET, DELETE" }),
        .init("allow", "PowerEquipment/RackPDUs/1/Outlets", .headers { $0.allow = "GET, PATCH" }),
        .init("odata-version", outlet, .headers { $0.odataVersion = nil }),
        .init("odata-version", outlet, .headers { $0.odataVersion = "3.0" }),
        .init("content-type", outlet, .headers { $0.contentType = "text/html" }),
        .init("content-type", outlet, .headers { $0.contentType = nil }),
        .init(
            "described-by", outlet,
            .headers { $0.link = "</schemas/Outlet.v1_4_3.json>; rel=describedby" }),
        .init(
            "described-by", outlet,
            .headers { $0.link = "</schemas/Circuit.v1_9_0.json>; rel=describedby" }),
        .init("entity-tag", account, .headers { $0.entityTag = "\"other\"" }),
        .init("entity-tag", account, "/@odata.etag", "\"other\""),
    ]

    // MARK: Metadata

    static let metadata: [ServiceMutation] = [
        .init("metadata-type", "", .metadata(old: "Outlet.v1_4_4", new: "Outlet.v1_4_3")),
        .init(
            "metadata-type", "",
            .metadata(
                old: "<edmx:Include Namespace=\"OutletCollection\"/>",
                new: "")),
        .init("metadata-reference", "", .metadata(old: "Outlet_v1.xml", new: "Outlets_v1.xml")),
        .init(
            "metadata-container", "",
            .metadata(
                old: "ServiceRoot.v1_0_0.ServiceContainer", new: "ServiceRoot.v1_0_0.Container")),
        .init(
            "metadata-container", "",
            .metadata(old: " Extends=\"ServiceRoot.v1_0_0.ServiceContainer\"", new: "")),
        .init("metadata", "", .metadata(old: "</edmx:Edmx>", new: "")),
        .init(
            "metadata", "",
            .metadata(old: "<edmx:Edmx", new: "<!DOCTYPE x [<!ENTITY a \"b\">]><edmx:Edmx")),
        .init("metadata", "", .metadata(old: "edmx:DataServices", new: "edmx:Dataservices")),
    ]
}
