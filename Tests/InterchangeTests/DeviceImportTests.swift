import Interchange
import JSONText
import Testing

@Suite struct DeviceImportTests {
    private static let rack = "/redfish/v1/PowerEquipment/RackPDUs/1"

    /// A unit of two outlets on one branch, which says what these changes make it say.
    private func service(
        outlet: String = "", branch: String = "", metrics: String = ""
    ) throws -> [String: JSONValue] {
        func link(_ uri: String) -> String { #"{"@odata.id":"\#(uri)"}"# }
        func members(_ uris: String...) -> String {
            #"{"Members":[\#(uris.map(link).joined(separator: ","))]}"#
        }
        let rack = Self.rack
        let texts = [
            "/redfish/v1": #"{"PowerEquipment":\#(link("/redfish/v1/PowerEquipment"))}"#,
            "/redfish/v1/PowerEquipment":
                #"{"RackPDUs":\#(link("/redfish/v1/PowerEquipment/RackPDUs"))}"#,
            "/redfish/v1/PowerEquipment/RackPDUs": members(rack),
            rack: """
            {"Id":"1","Manufacturer":"Contoso","Model":"M1","SerialNumber":"S1",
            "Outlets":\(link(rack + "/Outlets")),"Branches":\(link(rack + "/Branches")),
            "Mains":\(link(rack + "/Mains")),"Metrics":\(link(rack + "/Metrics"))}
            """,
            rack + "/Outlets": members(rack + "/Outlets/A1", rack + "/Outlets/A2"),
            rack + "/Outlets/A1": """
            {"Id":"A1","NominalVoltage":"AC120V","RatedCurrentAmps":15,"PowerState":"On",
            "Links":{"BranchCircuit":\(link(rack + "/Branches/A"))},
            "Actions":{"#Outlet.PowerControl":{"target":"\(rack)/Outlets/A1/Actions/Outlet.PowerControl"}},
            "PowerWatts":{"Reading":100,"ApparentVA":125,"PowerFactor":0.8}\(outlet)}
            """,
            rack + "/Outlets/A2": """
            {"Id":"A2","NominalVoltage":"AC120V","RatedCurrentAmps":15,"PowerState":"Off",
            "Links":{"BranchCircuit":\(link(rack + "/Branches/A"))}}
            """,
            rack + "/Branches": members(rack + "/Branches/A"),
            rack + "/Branches/A": """
            {"Id":"A","RatedCurrentAmps":16,"Links":{"Outlets":[\(link(rack + "/Outlets/A1")),
            \(link(rack + "/Outlets/A2"))]},"PowerWatts":{"Reading":100}\(branch)}
            """,
            rack + "/Mains": members(rack + "/Mains/AC1"),
            rack + "/Mains/AC1":
                #"{"Id":"AC1","PhaseWiringType":"OnePhase3Wire","RatedCurrentAmps":20}"#,
            rack + "/Metrics": #"{"PowerWatts":{"Reading":100}\#(metrics)}"#,
        ]
        return try texts.mapValues { try JSONValue(parsing: $0) }
    }

    @Test func aUnitWithoutContradictionsIsTakenAsItIs() throws {
        let imported = try DeviceImport(service(), name: "contoso")
        #expect(imported.remarks == [])
        let device = imported.device
        #expect(device["outletCount"] == 2)
        #expect(device["outlets"]?["names"] == ["A1", "A2"])
        #expect(device["outlets"]?["metered"] == "1")
        #expect(device["outlets"]?["switchable"] == "1")
        #expect(device["outlets"]?["off"] == "2")
        #expect(device["outlets"]?["ratedAmps"] == 15)
        #expect(device["supply"]?["volts"] == 120)
        #expect(device["supply"]?["wiring"] == "one-phase-3-wire")
        #expect(device["branches"]?[0]?["ratedAmps"] == 16)
        #expect(device["identity"]?["serialNumber"] == "S1")
        #expect(device["loads"]?.array?.count == 1)
        #expect(device["loads"]?[0]?["watts"] == 100)
        #expect(device["loads"]?[0]?["powerFactor"]?.number?.text == "0.8")
        #expect(imported.scenario["device"] == "contoso")
    }

    @Test(arguments: [
        (
            #","EnergykWh":{"Reading":5,"DataSourceUri":"/redfish/v1/Chassis/1/Sensors/E"}"#, "",
            "",
            "Outlets/A1#/EnergykWh/DataSourceUri",
            "/redfish/v1/Chassis/1/Sensors/E is not there"
        ),
        (
            "", "", #","EnergykWh":{"Reading":1},"PowerWatts":{"Reading":1}"#, "", ""
        ),
        (
            "", ##","Actions":{"#Circuit.BreakerControl":{"target":"/x"}}"##, "",
            "Branches/A#/Actions/#Circuit.BreakerControl/target",
            "is /x, which is no action of the resource"
        ),
    ])
    func contradictionsAreSaid(
        outlet: String, branch: String, metrics: String, place: String, message: String
    ) throws {
        let imported = try DeviceImport(
            service(outlet: outlet, branch: branch, metrics: metrics), name: "x")
        guard !place.isEmpty else {
            #expect(imported.remarks == [])
            return
        }
        let remark = try #require(imported.remarks.first)
        #expect(imported.remarks.count == 1)
        #expect(remark.kind == .contradiction)
        #expect(remark.place == "\(Self.rack)/\(place)")
        #expect(remark.message == message)
    }

    @Test func totalsAndPowersAreHeldAgainstTheOutlets() throws {
        var documents = try service()
        documents[Self.rack + "/Metrics"] = ["PowerWatts": ["Reading": 250]]
        let power: JSONValue = ["Reading": 100, "ApparentVA": 300, "PowerFactor": 1]
        documents[Self.rack + "/Branches/A"]?.replace(
            JSONPointer(tokens: ["PowerWatts"]), with: power)
        let imported = try DeviceImport(documents, name: "x")
        #expect(
            imported.remarks.map(\.message) == [
                "is 250 W, and all outlets add up to 100 W", "100 W are not 300 VA times 1",
            ])
    }

    /// A recording shows what somebody asked for; the rest is neither there nor missing.
    @Test func whatNobodyReadContradictsNothing() throws {
        let sensor: JSONValue = ["Reading": 5, "DataSourceUri": "/redfish/v1/Chassis/1/Sensors/V"]
        var documents = try service(outlet: ",\"Voltage\":\(sensor.compactText)")
        documents[Self.rack + "/Outlets/A2"] = nil
        documents[Self.rack + "/Metrics"] = ["PowerWatts": ["Reading": 250]]
        let recorded = try DeviceImport(documents, refused: [], name: "x")
        #expect(recorded.remarks.allSatisfy { $0.kind == .unread })
        #expect(
            recorded.remarks.map(\.message) == [
                "of the outlets 1 were never read",
                "of the sensors that readings name 1 were never read",
            ])
        let refused = try DeviceImport(
            documents, refused: ["/redfish/v1/Chassis/1/Sensors/V", Self.rack + "/Outlets/A2"],
            name: "x")
        #expect(
            refused.remarks.filter { $0.kind == .contradiction }.map(\.message) == [
                "lists \(Self.rack)/Outlets/A2, which is not there",
                "/redfish/v1/Chassis/1/Sensors/V is not there",
            ])
    }

    @Test func saysWhatIsMissing() throws {
        let none = #expect(throws: DeviceImport.Failure.self) {
            try DeviceImport([:], name: "x")
        }
        #expect(none?.message == "no rack PDU is linked from /redfish/v1 by PowerEquipment")
        let other = #expect(throws: DeviceImport.Failure.self) {
            try DeviceImport(
                try service(), unit: "/redfish/v1/PowerEquipment/RackPDUs/9", name: "x")
        }
        #expect(
            other?.message
                == "there is no resource /redfish/v1/PowerEquipment/RackPDUs/9; known: \(Self.rack)"
        )
    }
}
