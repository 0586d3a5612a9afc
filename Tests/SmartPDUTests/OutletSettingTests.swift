import Electrical
import HTTPMessages
import HTTPTypes
import JSONText
import SmartPDU
import Testing
import VirtualTime

@Suite struct OutletSettingTests {
    private let pduPath = "/redfish/v1/PowerEquipment/RackPDUs/1"
    private var first: String { "\(pduPath)/Outlets/1" }

    @Test func delaysTakeEffectAtOnce() throws {
        var pdu = try SmallPDU()
        let patched = pdu.send(
            .patch, first,
            [
                "PowerOnDelaySeconds": .number(JSONNumber(text: "2.5")),
                "PowerOffDelaySeconds": 3, "PowerCycleDelaySeconds": 7,
            ])
        #expect(patched.status == 200)
        #expect(try patched.json["PowerOnDelaySeconds"]?.number?.text == "2.5")
        let control = "\(first)/Actions/Outlet.PowerControl"
        #expect(pdu.send(.post, control, ["PowerState": "Off"]).status == 204)
        let falling = try pdu.json(first)
        #expect(falling["PowerState"] == "PoweringOff")
        #expect(falling["PowerStateInTransition"] == true)
        pdu.wait(.seconds(3))
        #expect(try pdu.json(first)["PowerState"] == "Off")
        #expect(pdu.send(.post, control, ["PowerState": "On"]).status == 204)
        pdu.wait(.milliseconds(2499))
        #expect(try pdu.json(first)["PowerState"] == "PoweringOn")
        pdu.wait(.milliseconds(1))
        let on = try pdu.json(first)
        #expect(on["PowerState"] == "On")
        #expect(on["PowerStateInTransition"] == false)
    }

    @Test(arguments: [("AlwaysOff", "Off"), ("LastState", "On"), ("AlwaysOn", "On")])
    func restorePolicyAndDelayDecideWhatComesBack(policy: String, state: JSONValue) throws {
        var pdu = try SmallPDU()
        let patched = pdu.send(
            .patch, first,
            ["PowerRestorePolicy": .string(policy), "PowerRestoreDelaySeconds": 20])
        #expect(patched.status == 200)
        pdu.effects += pdu.device.operate(.mains(isPowered: false), at: pdu.now).effects
        pdu.wait(.minutes(1))
        pdu.effects += pdu.device.operate(.mains(isPowered: true), at: pdu.now).effects
        pdu.wait(.seconds(19))
        #expect(try pdu.json(first)["PowerEnabled"] == false)
        pdu.wait(.seconds(1))
        #expect(try pdu.json(first)["PowerState"] == state)
    }

    @Test func lockedOutletsRefuseUntilUnlocked() throws {
        var pdu = try SmallPDU()
        let control = "\(first)/Actions/Outlet.PowerControl"
        #expect(pdu.send(.patch, first, ["PowerControlLocked": true]).status == 200)
        let refused = pdu.send(.post, control, ["PowerState": "Off"])
        #expect(refused.status == 409)
        #expect(refused.messageKey == "ActionParameterValueConflict")
        #expect(try pdu.json(first)["PowerState"] == "On")
        #expect(pdu.send(.patch, first, ["PowerControlLocked": false]).status == 200)
        #expect(pdu.send(.post, control, ["PowerState": "Off"]).status == 204)
    }

    @Test func anOutletOfADeadCircuitCannotBeSwitchedOn() throws {
        var pdu = try SmallPDU()
        pdu.effects += pdu.device.operate(.breaker(0, .trip), at: pdu.now).effects
        let refused = pdu.send(
            .post, "\(first)/Actions/Outlet.PowerControl", ["PowerState": "On"])
        #expect(refused.status == 409)
        #expect(refused.messageKey == "ResourceInStandby")
    }

    @Test(
        arguments: [
            ("PowerOnDelaySeconds", "-1", "PropertyValueOutOfRange"),
            ("PowerOnDelaySeconds", "1e400", "PropertyValueOutOfRange"),
            ("PowerOnDelaySeconds", "86401", "PropertyValueOutOfRange"),
            ("PowerOnDelaySeconds", "0.0001", "PropertyValueFormatError"),
            ("PowerOffDelaySeconds", "\"5\"", "PropertyValueTypeError"),
            ("PowerCycleDelaySeconds", "null", "PropertyValueTypeError"),
            ("PowerRestoreDelaySeconds", "[1]", "PropertyValueTypeError"),
            ("PowerRestorePolicy", "\"Sometimes\"", "PropertyValueNotInList"),
            ("PowerRestorePolicy", "1", "PropertyValueTypeError"),
            ("PowerControlLocked", "\"true\"", "PropertyValueTypeError"),
            ("PowerState", "\"Off\"", "PropertyNotWritable"),
            ("PowerDelay", "1", "PropertyUnknown"),
        ])
    func badValuesChangeNothing(name: String, value: String, key: String) throws {
        var pdu = try SmallPDU()
        let before = try pdu.json(first)
        let body = try JSONValue(parsing: Array("{\"\(name)\": \(value)}".utf8))
        let response = pdu.send(.patch, first, body)
        #expect(response.status == 400)
        #expect(response.messageKey == key)
        #expect(try pdu.json(first) == before)
    }

    @Test func readersMayNotChangeOutlets() throws {
        var pdu = try SmallPDU()
        _ = pdu.send(
            .post, "/redfish/v1/AccountService/Accounts",
            ["UserName": "eve", "Password": "eve-secret", "RoleId": "ReadOnly"])
        let refused = pdu.send(
            .patch, first, ["PowerControlLocked": true], fields: basic("eve", "eve-secret"))
        #expect(refused.status == 403)
    }

    @Test func branchesTakeWhatASchemaLetsBeWritten() throws {
        var pdu = try SmallPDU()
        let branch = "\(pduPath)/Branches/A"
        let patched = pdu.send(
            .patch, branch,
            [
                "UserLabel": "racks", "CriticalCircuit": true, "PowerControlLocked": true,
                "PowerCycleDelaySeconds": 30,
            ])
        #expect(patched.status == 200)
        let body = try patched.json
        #expect(body["UserLabel"] == "racks")
        #expect(body["CriticalCircuit"] == true)
        let control = "\(branch)/Actions/Circuit.PowerControl"
        #expect(
            pdu.send(.post, control, ["PowerState": "PowerCycle"]).messageKey
                == "ActionParameterValueConflict")
        #expect(pdu.send(.patch, branch, ["PowerControlLocked": false]).status == 200)
        #expect(pdu.send(.post, control, ["PowerState": "PowerCycle"]).status == 204)
        pdu.wait(.seconds(29))
        #expect(try pdu.json(branch)["PowerState"] == "Off")
        pdu.wait(.seconds(1))
        #expect(try pdu.json(branch)["PowerState"] == "On")
        #expect(pdu.send(.patch, branch, ["CriticalCircuit": 1]).status == 400)
        #expect(
            pdu.send(.patch, branch, ["RatedCurrentAmps": 99]).messageKey
                == "PropertyNotWritable")
        let mains = "\(pduPath)/Mains/AC1"
        #expect(pdu.send(.patch, mains, ["UserLabel": "feed A"]).status == 200)
        #expect(try pdu.json(mains)["UserLabel"] == "feed A")
    }
}
