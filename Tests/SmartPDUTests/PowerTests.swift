import Electrical
import HTTPMessages
import HTTPTypes
import JSONText
import SmartPDU
import Testing
import VirtualTime

@Suite struct PowerTests {
    private let pduPath = "/redfish/v1/PowerEquipment/RackPDUs/1"

    @Test func excerptsEqualTheirSensors() throws {
        var pdu = try SmallPDU()
        pdu.wait(.minutes(7))
        for path in ["Outlets/1", "Branches/A", "Mains/AC1", "Metrics"] {
            let resource = try pdu.json("\(pduPath)/\(path)")
            var count = 0
            try compareExcerpts(in: resource, &pdu, &count)
            #expect(count >= 3)
        }
    }

    private func compareExcerpts(
        in value: JSONValue, _ pdu: inout SmallPDU, _ count: inout Int
    ) throws {
        guard let object = value.object else { return }
        if let source = object["DataSourceUri"]?.string {
            let sensor = try pdu.json(source)
            for member in object.members where member.name != "DataSourceUri" {
                #expect(sensor[member.name] == member.value, "\(source) \(member.name)")
            }
            count += 1
        }
        for member in object.members { try compareExcerpts(in: member.value, &pdu, &count) }
    }

    @Test func energyIsTheIntegralOfPower() throws {
        var pdu = try SmallPDU(watts: [1000, 0, 0, 0])
        pdu.wait(.hours(2))
        let outlet = try pdu.json("\(pduPath)/Outlets/1")
        #expect(outlet["PowerWatts"]?["Reading"] == 1000)
        #expect(outlet["EnergykWh"]?["Reading"] == 2)
        let metrics = try pdu.json("\(pduPath)/Metrics")
        #expect(metrics["EnergykWh"]?["Reading"]?.number?.text == "2.01")
    }

    @Test func switchingObeysDelaysAndLocks() throws {
        var pdu = try SmallPDU()
        let outlet = "\(pduPath)/Outlets/2"
        let action = "\(outlet)/Actions/Outlet.PowerControl"
        #expect(pdu.send(.post, action, ["PowerState": "Off"]).status == 204)
        #expect(try pdu.json(outlet)["PowerState"] == "Off")
        #expect(pdu.send(.post, action, ["PowerState": "On"]).status == 204)
        let rising = try pdu.json(outlet)
        #expect(rising["PowerState"] == "PoweringOn")
        #expect(rising["PowerStateInTransition"] == true)
        #expect(rising["PowerWatts"]?["Reading"] == 0)
        pdu.wait(.seconds(10))
        #expect(try pdu.json(outlet)["PowerState"] == "On")
        let locked = "\(pduPath)/Outlets/4/Actions/Outlet.PowerControl"
        #expect(pdu.send(.post, locked, ["PowerState": "Off"]).status == 409)
    }

    @Test(
        arguments: [
            (["PowerState": "Cycle"], "ActionParameterValueNotInList"),
            (["PowerState": 1], "ActionParameterValueTypeError"),
            (["State": "On"], "ActionParameterUnknown"), ([:], "ActionParameterMissing"),
        ] as [(JSONValue, String)])
    func actionsCheckParameters(body: JSONValue, key: String) throws {
        var pdu = try SmallPDU()
        let response = pdu.send(
            .post, "\(pduPath)/Outlets/1/Actions/Outlet.PowerControl", body)
        #expect(response.status == 400)
        #expect(response.messageKey == key)
    }

    @Test func resetZeroesTheReadingAndKeepsTheLifetime() throws {
        var pdu = try SmallPDU(watts: [1000, 0, 0, 0])
        pdu.wait(.hours(1))
        let response = pdu.send(
            .post, "\(pduPath)/Outlets/1/Actions/Outlet.ResetMetrics", [:])
        #expect(response.status == 204)
        pdu.wait(.hours(1))
        let energy = try pdu.json("\(pduPath)/Outlets/1")["EnergykWh"]
        #expect(energy?["Reading"] == 1)
        #expect(energy?["LifetimeReading"] == 2)
        #expect(energy?["SensorResetTime"] == "2026-01-15T11:00:00Z")
    }

    @Test func aTrippedBreakerHoldsEnergyAndIsTold() throws {
        var pdu = try SmallPDU(watts: [1000, 500, 100, 100])
        let subscription = pdu.send(
            .post, "/redfish/v1/EventService/Subscriptions",
            [
                "Destination": "http://127.0.0.1:9/events", "Protocol": "Redfish",
                "Context": "test",
            ])
        #expect(subscription.status == 201)
        pdu.wait(.minutes(6))
        pdu.effects += pdu.device.operate(.breaker(0, .trip), at: pdu.now).effects
        let keys = try pdu.takeEvents().compactMap {
            $0["MessageId"]?.string?.split(separator: ".").last.map(String.init)
        }
        #expect(keys.filter { $0 == "BreakerTripped" }.count == 1)
        #expect(keys.filter { $0 == "OutletPoweredOff" }.count == 2)
        #expect(keys.contains("ResourceStatusChangedCritical"))
        let before = try pdu.json("\(pduPath)/Outlets/1")
        pdu.wait(.hours(1))
        let after = try pdu.json("\(pduPath)/Outlets/1")
        #expect(after["EnergykWh"]?["Reading"] == before["EnergykWh"]?["Reading"])
        #expect(after["PowerState"] == "Off")
        #expect(try pdu.json("\(pduPath)/Branches/A")["BreakerState"] == "Tripped")
        let control = "\(pduPath)/Branches/A/Actions/Circuit.BreakerControl"
        #expect(pdu.send(.post, control, ["PowerState": "On"]).status == 204)
        pdu.wait(.seconds(10))
        #expect(try pdu.json("\(pduPath)/Outlets/2")["PowerState"] == "On")
    }
}
