import HTTPMessages
import HTTPTypes
import JSONText
import SmartPDU
import Testing
import VirtualTime

@Suite struct OutletGroupTests {
    private let pduPath = "/redfish/v1/PowerEquipment/RackPDUs/1"
    private var groups: String { "\(pduPath)/OutletGroups" }

    private func links(_ outlets: Int...) -> JSONValue {
        .array(outlets.map { ["@odata.id": .string("\(pduPath)/Outlets/\($0)")] })
    }

    private func create(_ pdu: inout SmallPDU, _ outlets: Int...) throws -> String {
        let elements = outlets.map { JSONValue.string("\(pduPath)/Outlets/\($0)") }
        let response = pdu.send(
            .post, groups, ["Links": ["Outlets": .array(elements.map { ["@odata.id": $0] })]])
        #expect(response.status == 201)
        return try #require(response.head.headerFields[.location])
    }

    @Test func clientsMakeChangeAndRemoveGroups() throws {
        var pdu = try SmallPDU()
        let response = pdu.send(
            .post, groups,
            [
                "Name": "Racks", "CreatedBy": "ops", "PowerOnDelaySeconds": 4,
                "Links": ["Outlets": links(3, 1)],
            ])
        #expect(response.status == 201)
        let path = try #require(response.head.headerFields[.location])
        let group = try pdu.json(path)
        #expect(group["Name"] == "Racks")
        #expect(group["CreatedBy"] == "ops")
        #expect(group["OutletGroupType"] == "UserDefined")
        #expect(group["Links"]?["Outlets"] == links(1, 3))
        #expect(group["PowerWatts"]?["Reading"] == 200)
        #expect(group["PowerOnDelaySeconds"] == 4)
        #expect(group["PowerOffDelaySeconds"] == .null)
        #expect(try pdu.json(groups)["Members@odata.count"] == 2)
        let patched = pdu.send(
            .patch, path, ["CreatedBy": "me", "Links": ["Outlets": links(2)]])
        #expect(patched.status == 200)
        #expect(try pdu.json(path)["Links"]?["Outlets"] == links(2))
        #expect(pdu.send(.delete, path).status == 204)
        #expect(pdu.send(.get, path).status == 404)
        // Its URI does not come back with other contents.
        #expect(try create(&pdu, 1) != path)
    }

    @Test func theRegisterCountsSinceCreationAndNeverFalls() throws {
        var pdu = try SmallPDU(watts: [1000, 500, 0, 0])
        pdu.wait(.hours(1))
        let path = try create(&pdu, 1, 2)
        #expect(try pdu.json(path)["EnergykWh"]?["Reading"] == 0)
        pdu.wait(.hours(2))
        #expect(try pdu.json(path)["EnergykWh"]?["Reading"] == 3)
        // The first outlet leaves; what it used in the group stays.
        #expect(pdu.send(.patch, path, ["Links": ["Outlets": links(2)]]).status == 200)
        #expect(try pdu.json(path)["EnergykWh"]?["Reading"] == 3)
        pdu.wait(.hours(2))
        #expect(try pdu.json(path)["EnergykWh"]?["Reading"] == 4)
        #expect(pdu.send(.post, "\(path)/Actions/OutletGroup.ResetMetrics", [:]).status == 204)
        pdu.wait(.hours(2))
        let energy = try pdu.json(path)["EnergykWh"]
        #expect(energy?["Reading"] == 1)
        #expect(energy?["LifetimeReading"] == 5)
        #expect(energy?["SensorResetTime"] == "2026-01-15T15:00:00Z")
        // The outlets' own registers know nothing of it.
        #expect(
            try pdu.json("\(pduPath)/Outlets/2")["EnergykWh"]?["Reading"]?.number?.text == "3.5")
    }

    @Test func groupsSwitchTogetherWithTheirOwnDelays() throws {
        var pdu = try SmallPDU()
        let path = try create(&pdu, 1, 2)
        #expect(
            pdu.send(.patch, path, ["PowerOffDelaySeconds": 5, "PowerOnDelaySeconds": 1]).status
                == 200)
        let control = "\(path)/Actions/OutletGroup.PowerControl"
        #expect(pdu.send(.post, control, ["PowerState": "Off"]).status == 204)
        #expect(try pdu.json(path)["PowerStateInTransition"] == true)
        pdu.wait(.seconds(5))
        #expect(try pdu.json(path)["PowerState"] == "Off")
        #expect(pdu.send(.post, control, ["PowerState": "On"]).status == 204)
        pdu.wait(.seconds(1))
        #expect(try pdu.json("\(pduPath)/Outlets/2")["PowerState"] == "On")
        // By itself the outlet keeps its own delay of ten seconds.
        #expect(try pdu.json("\(pduPath)/Outlets/2")["PowerOnDelaySeconds"] == 10)
    }

    @Test func aGroupSwitchesAllItsOutletsOrNone() throws {
        var pdu = try SmallPDU()
        // Outlet 4 is locked.
        let path = try create(&pdu, 1, 4)
        let control = "\(path)/Actions/OutletGroup.PowerControl"
        let refused = pdu.send(.post, control, ["PowerState": "Off"])
        #expect(refused.status == 409)
        #expect(refused.messageKey == "ActionParameterValueConflict")
        #expect(try pdu.json("\(pduPath)/Outlets/1")["PowerState"] == "On")
        let other = try create(&pdu, 1)
        #expect(pdu.send(.patch, other, ["PowerControlLocked": true]).status == 200)
        let locked = pdu.send(
            .post, "\(other)/Actions/OutletGroup.PowerControl", ["PowerState": "Off"])
        #expect(locked.status == 409)
    }

    @Test func hardwareGroupsStayAsTheyAre() throws {
        var pdu = try SmallPDU()
        let path = "\(groups)/G"
        #expect(try pdu.json(path)["OutletGroupType"] == "HardwareDefined")
        let refused = pdu.send(.delete, path)
        #expect(refused.status == 409)
        #expect(refused.messageKey == "ResourceCannotBeDeleted")
        #expect(
            pdu.send(.patch, path, ["Links": ["Outlets": links(1)]]).messageKey
                == "PropertyNotWritable")
        #expect(pdu.send(.patch, path, ["CreatedBy": "me"]).status == 400)
        #expect(pdu.send(.patch, path, ["PowerCycleDelaySeconds": 9]).status == 200)
        #expect(try pdu.json(path)["PowerCycleDelaySeconds"] == 9)
        pdu.wait(.hours(10))
        #expect(try pdu.json(path)["EnergykWh"]?["Reading"] == 2)
    }

    @Test(
        arguments: [
            (#"{}"#, "CreateFailedMissingReqProperties"),
            (#"{"Links": {}}"#, "CreateFailedMissingReqProperties"),
            (#"{"Links": {"Outlets": []}}"#, "ArraySizeTooShort"),
            (#"{"Links": {"Outlets": "1"}}"#, "PropertyValueTypeError"),
            (#"{"Links": {"Outlets": [1]}}"#, "PropertyValueTypeError"),
            (#"{"Links": {"Outlets": [{"@odata.id": "P/Outlets/5"}]}}"#, "PropertyValueNotInList"),
            (#"{"Links": {"Outlets": [{"@odata.id": "P/Branches/A"}]}}"#, "PropertyValueNotInList"),
            (
                #"{"Links": {"Outlets": [{"@odata.id": "P/Outlets/1"}, {"@odata.id": "P/Outlets/1"}]}}"#,
                "PropertyValueConflict"
            ),
            (#"{"Links": {"Groups": []}}"#, "PropertyUnknown"),
            (#"{"Outlets": []}"#, "PropertyUnknown"),
            (
                #"{"Name": 7, "Links": {"Outlets": [{"@odata.id": "P/Outlets/1"}]}}"#,
                "PropertyValueTypeError"
            ),
            (
                #"{"PowerOnDelaySeconds": -1, "Links": {"Outlets": [{"@odata.id": "P/Outlets/1"}]}}"#,
                "PropertyValueOutOfRange"
            ),
            (
                #"{"OutletGroupType": "HardwareDefined"}"#, "PropertyValueNotInList"
            ),
        ])
    func badGroupsAreRefused(body: String, key: String) throws {
        var pdu = try SmallPDU()
        let text = body.replacing("P/", with: "\(pduPath)/")
        let response = pdu.send(.post, groups, try JSONValue(parsing: Array(text.utf8)))
        #expect(response.status == 400)
        #expect(response.messageKey == key)
        #expect(try pdu.json(groups)["Members@odata.count"] == 1)
    }

    @Test func groupsAreBounded() throws {
        var pdu = try SmallPDU()
        for _ in 0..<32 { _ = try create(&pdu, 1) }
        let response = pdu.send(.post, groups, ["Links": ["Outlets": links(1)]])
        #expect(response.status == 400)
        #expect(response.messageKey == "CreateLimitReachedForResource")
        #expect(pdu.send(.delete, "\(groups)/7").status == 204)
        #expect(pdu.send(.post, groups, ["Links": ["Outlets": links(1)]]).status == 201)
    }
}
