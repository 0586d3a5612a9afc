import Findings
import Foundation
import JSONText
import Schema
import Testing
import Validation

private let outletURI = "/redfish/v1/PowerEquipment/RackPDUs/1/Outlets/A1"

private let outlet = """
    {"@odata.id": "\(outletURI)", "@odata.type": "#Outlet.v1_4_4.Outlet",
     "@odata.etag": "W/\\"1\\"", "Id": "A1", "Name": "Outlet A1",
     "Status": {"Health": "OK", "State": "Enabled"}, "PhaseWiringType": "OnePhase3Wire",
     "VoltageType": "AC", "OutletType": "IEC_60320_C13", "RatedCurrentAmps": 10.5,
     "PowerRestorePolicy": "LastState", "PowerEnabled": true, "PowerState": "On",
     "PowerWatts": {"DataSourceUri": "/redfish/v1/Chassis/1/Sensors/P", "Reading": 197.4,
                    "PowerFactor": 0.99, "ApparentVA": null},
     "EnergykWh": {"Reading": 36166, "SensorResetTime": "2026-01-15T10:00:00Z"},
     "PolyPhaseVoltage": {"Line1ToNeutral": {"Reading": 230}},
     "Actions": {"#Outlet.PowerControl": {"target": "\(outletURI)/Actions/Outlet.PowerControl",
                 "PowerState@Redfish.AllowableValues": ["On", "Off"]}},
     "Links": {"BranchCircuit": {"@odata.id": "/redfish/v1/PowerEquipment/RackPDUs/1/Branches/A"},
               "Oem": {}},
     "Oem": {"Contoso": {"Anything": 1}}}
    """

@Suite struct OutletTests {
    @Test func goodPayloadIsClean() throws {
        #expect(try findings(outlet, .response(uri: outletURI)) == [])
        #expect(try findings(outlet, .response(uri: "")) == [])
    }

    @Test(arguments: [
        Mutation("known-type", "#Outlet.v1_4_4.Outlet", "#Outlet.v1_99_0.Outlet"),
        Mutation("known-type", "#Outlet.v1_4_4.Outlet", "#Outlett.v1_4_4.Outlet"),
        Mutation("known-type", "#Outlet.v1_4_4.Outlet", "#Outlet.v1_4_4.Plug"),
        Mutation("known-type", "#Outlet.v1_4_4.Outlet", "Outlet"),
        Mutation("known-type", "#Outlet.v1_4_4.Outlet", "#Outlet.Outlet"),
        Mutation("annotation", "\"#Outlet.v1_4_4.Outlet\"", "7"),
        Mutation("required", "\"@odata.id\": \"\(outletURI)\",", ""),
        Mutation("required", "\"Name\": \"Outlet A1\",", ""),
        Mutation("unknown-property", "\"VoltageType\"", "\"voltageType\""),
        Mutation("unknown-property", "\"Health\"", "\"Healt\""),
        Mutation("duplicate-property", "\"PowerEnabled\": true", "\"PowerState\": \"On\""),
        Mutation("json-type", "\"PowerEnabled\": true", "\"PowerEnabled\": \"true\""),
        Mutation("json-type", "10.5", "\"10.5\""),
        Mutation("json-type", "{\"Health\": \"OK\", \"State\": \"Enabled\"}", "\"OK\""),
        Mutation("json-type", "{\"Reading\": 230}", "230"),
        Mutation("array", "10.5", "[10.5]"),
        Mutation("null", "\"LastState\"", "null"),
        Mutation("null", "{\"Health\": \"OK\", \"State\": \"Enabled\"}", "null"),
        Mutation("enum-member", "\"LastState\"", "\"laststate\""),
        Mutation("enum-member", "[\"On\", \"Off\"]", "[\"On\", \"Of\"]"),
        Mutation("deprecated-property", "\"PowerEnabled\": true", "\"IndicatorLED\": \"Lit\""),
        Mutation("bounds", "10.5", "-0.5"),
        Mutation("bounds", "0.99", "1.01"),
        Mutation("format", "10:00:00Z", "10:00:00"),
        Mutation("format", "2026-01-15", "2026-02-29"),
        Mutation("format", "/redfish/v1/Chassis/1/Sensors/P", "/a b"),
        Mutation("excerpt", "\"PowerFactor\"", "\"LifetimeReading\""),
        Mutation("excerpt", "\"Reading\": 36166", "\"ReadingUnits\": \"kW.h\""),
        Mutation(
            "reference", "{\"@odata.id\": \"/redfish/v1/PowerEquipment/RackPDUs/1/B",
            "{\"@odata.id\": \"B"),
        Mutation("reference", "Branches/A\"}", "Branches/A\", \"Name\": \"A\"}"),
        Mutation("annotation", "W/\\\"1\\\"", "1"),
        Mutation("annotation", "@odata.etag", "@odata.tag"),
        Mutation("annotation", "@Redfish.AllowableValues", "@Redfish.Allowable"),
        Mutation("annotation", "\"PowerEnabled\"", "\"Voltag@odata.count\""),
        Mutation("copyright", "\"PowerEnabled\": true", "\"@Redfish.Copyright\": \"x\""),
        Mutation("action", "\"#Outlet.PowerControl\"", "\"#Outlet.PowerControll\""),
        Mutation("action", "\"target\"", "\"tagret@Redfish.AllowableValues\": [], \"title\""),
        Mutation("action", "\"PowerState@Redfish", "\"Power@Redfish"),
        Mutation("action", "\"PowerState@Redfish.AllowableValues\"", "\"Parameters\""),
        Mutation("action-target", "/Actions/Outlet", "/Outlet"),
        Mutation("id", "\"Id\": \"A1\"", "\"Id\": \"A2\""),
        Mutation("json-type", "{\"Anything\": 1}", "1"),
    ])
    func oneMutationOneRule(mutation: Mutation) throws {
        let mutated = try mutation.apply(to: outlet)
        #expect(Set(try rules(mutated, .response(uri: outletURI))) == [mutation.rule])
    }

    @Test func findingSaysAllThatHelps() throws {
        let mutated = try Mutation("", "\"LastState\"", "\"LastStat\"").apply(to: outlet)
        let finding = try #require(try findings(mutated, .response(uri: outletURI)).first)
        #expect(finding.level == .fail)
        #expect(finding.pointer?.description == "/PowerRestorePolicy")
        #expect(finding.position?.description == "5:24")
        #expect(
            finding.message
                == "Circuit.PowerRestorePolicyTypes has no value 'LastStat'; "
                + "did you mean 'LastState'?")
        #expect(finding.expected == "AlwaysOn, AlwaysOff, LastState")
        #expect(finding.seen == "\"LastStat\"")
        #expect(finding.definition?.file == "Outlet_v1.xml")
    }

    @Test func wrongLetterCaseIsSaid() throws {
        let mutated = try Mutation("", "\"VoltageType\"", "\"voltagetype\"").apply(to: outlet)
        let finding = try #require(try findings(mutated, .response(uri: outletURI)).first)
        #expect(finding.message.hasSuffix("the letter case is wrong, it is 'VoltageType'"))
    }

    @Test func judgedAtTheVersionDeclared() throws {
        let older = try Mutation("", "v1_4_4", "v1_0_0").apply(to: outlet)
        // What came later than 1.0.0 is unknown there, and nothing else is wrong.
        #expect(try findings(older, .response(uri: outletURI)) == [])
        let busy = try Mutation("", "IEC_60320_C13", "BusConnection").apply(to: older)
        #expect(try rules(busy, .response(uri: outletURI)) == ["schema/enum-member-version"])
        let lit = try Mutation("", "\"PowerEnabled\": true", "\"IndicatorLED\": \"Lit\"")
            .apply(to: older)
        #expect(try rules(lit, .response(uri: outletURI)) == [])
        let locator = try Mutation(
            "", "\"PowerEnabled\": true", "\"LocationIndicatorActive\": true"
        ).apply(to: older)
        #expect(try rules(locator, .response(uri: outletURI)) == ["schema/unknown-property"])
    }

    @Test func whatVendorsAddOnlyWarns() throws {
        let mutated = try Mutation("", "{\"Anything\": 1}", "[]").apply(to: outlet)
        #expect(try findings(mutated, .response(uri: outletURI)).map(\.level) == [.warn])
        let typed = try Mutation("", "\"Anything\"", "\"@odata.type\": \"#Contoso.X\", \"A\"")
            .apply(to: outlet)
        let found = try findings(typed, .response(uri: outletURI))
        #expect(found.map(\.ruleID) == ["schema/known-type"])
        #expect(found.map(\.level) == [.warn])
    }

    @Test(arguments: [
        ("/redfish/v1/PowerEquipment/RackPDUs/1/Outlets/A1/", [String]()),
        ("/redfish/v1/PowerEquipment/RackPDUs/1/Outlets/A1?$select=Id", []),
        ("/redfish/v1/Outlets/A1", ["schema/uri"]),
        ("/redfish/v1/PowerEquipment/RackPDUs//Outlets/A1", ["schema/uri"]),
    ])
    func addresses(uri: String, expected: [String]) throws {
        #expect(try rules(outlet, .response(uri: uri)) == expected)
    }

    @Test func bodiesThatAreNoObject() throws {
        #expect(try rules("[]", .response(uri: "")) == ["schema/json-type"])
        #expect(try rules("{}", .response(uri: "")) == ["schema/required"])
    }
}

@Suite struct OtherResourceTests {
    private let collection = """
        {"@odata.id": "/redfish/v1/PowerEquipment/RackPDUs/1/Outlets",
         "@odata.type": "#OutletCollection.OutletCollection", "Name": "Outlets",
         "Members@odata.count": 2,
         "Members": [{"@odata.id": "/redfish/v1/PowerEquipment/RackPDUs/1/Outlets/1"},
                     {"@odata.id": "/redfish/v1/PowerEquipment/RackPDUs/1/Outlets/2"}]}
        """

    @Test func collectionIsClean() throws {
        #expect(try rules(collection, .response(uri: "")) == [])
        let paged = try Mutation(
            "", "\"Members@odata.count\": 2",
            "\"Members@odata.count\": 48, \"Members@odata.nextLink\": \"/redfish/v1/x?$skip=2\""
        ).apply(to: collection)
        #expect(try rules(paged, .response(uri: "")) == [])
    }

    /// The last page of 48 members, and what `$select=Name` leaves.
    @Test func partsNeedNotBeWhole() throws {
        let page = try Mutation("", "count\": 2", "count\": 48").apply(to: collection)
        #expect(try rules(page, .response(uri: "")) == ["schema/collection-count"])
        #expect(try rules(page, .partialResponse) == [])
        let few = try Mutation("", "count\": 2", "count\": 1").apply(to: collection)
        #expect(try rules(few, .partialResponse) == ["schema/collection-count"])
        let name = """
            {"@odata.id": "/redfish/v1/PowerEquipment/RackPDUs/1/Outlets",
             "@odata.type": "#OutletCollection.OutletCollection", "Name": "Outlets"}
            """
        #expect(try rules(name, .partialResponse) == [])
        let misplaced = name.replacingOccurrences(of: "RackPDUs/1/", with: "")
        #expect(try rules(misplaced, .partialResponse) == ["schema/uri"])
        let unknown = name.replacingOccurrences(of: "\"Name\"", with: "\"Naim\"")
        #expect(try rules(unknown, .partialResponse) == ["schema/unknown-property"])
    }

    @Test(arguments: [
        Mutation("required", "\"Members@odata.count\": 2,", ""),
        Mutation("collection-count", "count\": 2", "count\": 3"),
        Mutation("annotation", "count\": 2", "count\": \"2\""),
        Mutation("annotation", "count\": 2", "count\": 2, \"Members@odata.nextLink\": 1"),
        Mutation("annotation", "Members@odata.count\": 2", "Membrs@odata.count\": 2"),
        Mutation(
            "reference", "{\"@odata.id\": \"/redfish/v1/PowerEquipment/RackPDUs/1/Outlets/1\"}",
            "{}"),
        Mutation(
            "json-type", "{\"@odata.id\": \"/redfish/v1/PowerEquipment/RackPDUs/1/Outlets/1\"}", "1"
        ),
    ])
    func oneMutationOneRule(mutation: Mutation) throws {
        let found = try rules(mutation.apply(to: collection), .response(uri: ""))
        #expect(found.contains(mutation.rule))
        #expect(Set(found).isSubset(of: [mutation.rule, "schema/required"]))
    }

    @Test func expandedMembersAreJudgedByTheirOwnType() throws {
        let member = """
            {"@odata.id": "/redfish/v1/PowerEquipment/RackPDUs/1/Outlets/1",
             "@odata.type": "#Outlet.v1_4_4.Outlet", "Id": "1", "Name": "1", "PowerState": "Onn"}
            """
        let old = "{\"@odata.id\": \"/redfish/v1/PowerEquipment/RackPDUs/1/Outlets/1\"}"
        let expanded = try Mutation("", old, member).apply(to: collection)
        #expect(try rules(expanded, .response(uri: "")) == ["schema/enum-member"])
        let wrong = expanded.replacingOccurrences(
            of: "#Outlet.v1_4_4.Outlet", with: "#Role.v1_3_3.Role")
        #expect(try rules(wrong, .response(uri: "")).contains("schema/type-matches"))
    }

    @Test func writeOnlyPropertiesReadAsNull() throws {
        func account(_ password: String) -> String {
            """
            {"@odata.id": "/redfish/v1/AccountService/Accounts/1",
             "@odata.type": "#ManagerAccount.v1_14_1.ManagerAccount", "Id": "1", "Name": "x",
             "UserName": "a", "RoleId": "Administrator", "AccountTypes": ["Redfish"],
             "Password": \(password)}
            """
        }
        #expect(try rules(account("null"), .response(uri: "")) == [])
        #expect(try rules(account("\"secret\""), .response(uri: "")) == ["schema/write-only"])
    }

    @Test func arraysAreNeverNull() throws {
        let account = """
            {"@odata.id": "/redfish/v1/AccountService/Accounts/1",
             "@odata.type": "#ManagerAccount.v1_14_1.ManagerAccount", "Id": "1", "Name": "x",
             "UserName": "a", "RoleId": "Administrator", "AccountTypes": null}
            """
        #expect(try rules(account, .response(uri: "")) == ["schema/null"])
        let text = account.replacingOccurrences(of: "null", with: "\"Redfish\"")
        #expect(try rules(text, .response(uri: "")) == ["schema/array"])
        let duplicated = account.replacingOccurrences(
            of: "\"AccountTypes\": null", with: "\"@odata.id\": \"/redfish/v1/x\"")
        #expect(try rules(duplicated, .response(uri: "")).contains("schema/duplicate-property"))
    }
}

/// Rules on elements that can be referred to, and on names whose form depends on a neighbour.
@Suite struct PlaceRuleTests {
    private let chassis = """
        {"@odata.id": "/redfish/v1/Chassis/1/Power", "@odata.type": "#Power.v1_7_3.Power",
         "Id": "Power", "Name": "Power", "Redundancy": [
          {"@odata.id": "/redfish/v1/Chassis/1/Power#/Redundancy/0", "MemberId": "0",
           "Name": "R", "Mode": "N+m", "MinNumNeeded": 1, "RedundancySet": [],
           "Status": {"State": "Enabled"}}]}
        """
    private let drive = """
        {"@odata.id": "/redfish/v1/Chassis/1/Drives/1", "@odata.type": "#Drive.v1_21_0.Drive",
         "Id": "1", "Name": "Drive", "Identifiers": [
          {"DurableName": "5000C500A0B1C2D3", "DurableNameFormat": "NAA"}]}
        """

    private func found(_ text: String, at uri: String) throws -> [String] {
        try rules(text, .response(uri: uri)).filter { !$0.contains("deprecated") }
    }

    @Test(arguments: [
        Mutation("member-id", "\"MemberId\": \"0\"", "\"MemberId\": \"R\""),
        Mutation("embedded-address", "Power#/Redundancy/0", "Power#/Redundancy/1"),
        Mutation("trailing-slash", "Chassis/1/Power\"", "Chassis/1/Power/\""),
    ])
    func anElementNamesItsPlace(mutation: Mutation) throws {
        let uri = "/redfish/v1/Chassis/1/Power"
        #expect(try found(chassis, at: uri) == [])
        #expect(try found(mutation.apply(to: chassis), at: uri) == [mutation.rule])
    }

    @Test func aVendorsOwnPlaceOnlyWarns() throws {
        let uri = "/redfish/v1/Oem/Contoso/Drives/1"
        let own = drive.replacingOccurrences(of: "/redfish/v1/Chassis/1/Drives/1", with: uri)
        let found = try findings(own, .response(uri: uri))
        #expect(found.map(\.ruleID) == ["schema/uri"])
        #expect(found.map(\.level) == [.warn])
    }

    @Test func aTypeOfAnUnknownVersionIsJudgedAsAnOlderOne() throws {
        let newer = drive.replacingOccurrences(of: "v1_21_0", with: "v1_999_0")
            .replacingOccurrences(of: "\"Name\"", with: "\"Nam\"")
        #expect(
            try found(newer, at: "/redfish/v1/Chassis/1/Drives/1")
                == ["schema/known-type", "schema/unknown-property", "schema/required"])
    }

    @Test(arguments: [
        Mutation("durable-name", "5000C500A0B1C2D3", "5000C500A0B1C2"),
        Mutation("durable-name", "\"NAA\"", "\"UUID\""),
        Mutation("enum-member", "\"NAA\"", "\"Naa\""),
    ])
    func aDurableNameHasTheFormOfItsFormat(mutation: Mutation) throws {
        let uri = "/redfish/v1/Chassis/1/Drives/1"
        #expect(try found(drive, at: uri) == [])
        #expect(try found(mutation.apply(to: drive), at: uri) == [mutation.rule])
    }
}
