import CSDL
import Findings
import Foundation
import JSONText
import Profiles
import Schema
import Testing
import Validation

let packageRoot = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

/// The project's own bundle.
let library: SchemaLibrary = {
    let folder = packageRoot.appendingPathComponent("CSDL")
    return SchemaLibrary(
        source: CSDLSource { (name) throws(SchemaError) -> [UInt8]? in
            (try? Data(contentsOf: folder.appendingPathComponent(name))).map { [UInt8]($0) }
        })
}()

/// A service of a few resources, the header Allow of each beside it.
struct SmallService {
    static let pdu = "/redfish/v1/PowerEquipment/RackPDUs/1"

    static let payloads: [(uri: String, allow: String?, text: String)] = [
        (
            "/redfish/v1", "GET, HEAD",
            """
            {"@odata.type": "#ServiceRoot.v1_15_0.ServiceRoot", "RedfishVersion": "1.15.0",
             "ProtocolFeaturesSupported": {"SelectQuery": true, "FilterQuery": false,
               "ExpandQuery": {"Links": false, "NoLinks": true}}}
            """
        ),
        (
            pdu, "GET, HEAD, PATCH",
            """
            {"@odata.type": "#PowerDistribution.v1_3_0.PowerDistribution",
             "EquipmentType": "RackPDU", "Model": "M1", "UserLabel": "", "AssetTag": null,
             "Status": {"State": "Enabled"},
             "@Redfish.WriteableProperties": ["UserLabel"],
             "Metrics": {"@odata.id": "\(pdu)/Metrics"},
             "Links": {"Chassis": [{"@odata.id": "/redfish/v1/Chassis/1"}, null], "ManagedBy": []}}
            """
        ),
        (
            "\(pdu)/Metrics", "GET, HEAD",
            """
            {"@odata.type": "#PowerDistributionMetrics.v1_3_0.PowerDistributionMetrics",
             "EnergykWh": {"Reading": 12.5}, "PowerWatts": {"Reading": null}}
            """
        ),
        (
            "\(pdu)/Outlets", "GET, HEAD",
            """
            {"@odata.type": "#OutletCollection.OutletCollection",
             "Members": [{"@odata.id": "\(pdu)/Outlets/1"}, {"@odata.id": "\(pdu)/Outlets/2"}]}
            """
        ),
        (
            "\(pdu)/Outlets/1", "GET, HEAD, PATCH",
            """
            {"@odata.type": "#Outlet.v1_4_0.Outlet", "PowerState": "On", "RatedCurrentAmps": 10,
             "PowerWatts": {"Reading": 5}, "EnergykWh": {"Reading": 1},
             "Actions": {"#Outlet.PowerControl": {
               "target": "\(pdu)/Outlets/1/Actions/Outlet.PowerControl",
               "PowerState@Redfish.AllowableValues": ["On", "Off"]}}}
            """
        ),
        (
            "\(pdu)/Outlets/2", "GET, HEAD, PATCH",
            """
            {"@odata.type": "#Outlet.v1_4_0.Outlet", "PowerState": "Off", "RatedCurrentAmps": 16,
             "PowerRestorePolicy": "LastState", "Status": {"State": "Absent"},
             "PowerRestorePolicy@Redfish.AllowableValues": ["LastState", "AlwaysOn"],
             "Actions": {"#Outlet.PowerControl": {
               "target": "\(pdu)/Outlets/2/Actions/Outlet.PowerControl",
               "@Redfish.ActionInfo": "\(pdu)/Outlets/2/ActionInfo"}}}
            """
        ),
        (
            "\(pdu)/Outlets/2/ActionInfo", "GET, HEAD",
            """
            {"@odata.type": "#ActionInfo.v1_4_2.ActionInfo", "Parameters": [
              {"Name": "PowerState", "AllowableValues": ["On", "Off", "PowerCycle"]}]}
            """
        ),
        (
            "\(pdu)/Mains/AC1", nil,
            """
            {"@odata.type": "#Circuit.v1_8_0.Circuit", "CircuitType": "Mains",
             "PolyPhaseCurrentAmps": {"Line1": {"Reading": 1}}}
            """
        ),
        (
            "\(pdu)/Branches/A", nil,
            """
            {"@odata.type": "#Circuit.v1_8_0.Circuit", "CircuitType": "Branch",
             "CurrentAmps": {"Reading": 1}}
            """
        ),
        (
            "/redfish/v1/Chassis/1", nil,
            """
            {"@odata.type": "#Chassis.v1_25_0.Chassis", "ChassisType": "RackMount"}
            """
        ),
        (
            "/redfish/v1/Registries/Power", "GET, HEAD",
            """
            {"@odata.type": "#MessageRegistryFile.v1_1_5.MessageRegistryFile",
             "Registry": "Power.1.1", "Location": [
               {"Language": "en", "Uri": "/redfish/v1/Registries/Power/Registry"}]}
            """
        ),
        (
            "/redfish/v1/Registries/Power/Registry", "GET, HEAD",
            """
            {"@odata.type": "#MessageRegistry.v1_6_2.MessageRegistry", "RegistryVersion": "1.1.2",
             "Messages": {"BreakerTripped": {}}}
            """
        ),
    ]

    static func read(isWhole: Bool = true) throws -> SurveyedService {
        let resources = try payloads.map { uri, allow, text in
            let payload = try JSONValue(parsing: Array(text.utf8))
            var resource = SurveyedResource(uri: uri, payload: payload, bytes: Array(text.utf8))
            if case .found(let type) = try library.payloadType(
                payload["@odata.type"]?.string ?? "")
            {
                resource.type = type
            }
            resource.headers = allow.map { ServedResource.Headers(allow: $0) }
            return resource
        }
        return SurveyedService(resources, isWhole: isWhole)
    }
}

/// The text of a profile with these requirements on resources, and other sections.
func text(resources: String, _ others: String = "") -> String {
    """
    {
      "ProfileName": "Test", "ProfileVersion": "1.0.0",
      "Resources": {
    \(resources)
      }\(others)
    }
    """
}

func profile(_ text: String) throws -> Profile {
    try Profile(parsing: Array(text.utf8), file: "test.json")
}

func evaluate(
    _ text: String, isWhole: Bool = true
) throws -> (profile: EvaluatedProfile, findings: [(uri: String, finding: Finding)]) {
    ProfileEvaluation.evaluate(
        try profile(text), on: try SmallService.read(isWhole: isWhole), schema: library)
}
