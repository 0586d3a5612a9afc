import Electrical
import HTTPMessages
import HTTPTypes
import JSONText
import SmartPDU
import Testing
import VirtualTime

@Suite struct SensorTests {
    private let sensors = "/redfish/v1/Chassis/PDU/Sensors"
    private let pduPath = "/redfish/v1/PowerEquipment/RackPDUs/1"

    @Test func sensorsSayHowTheyMeter() throws {
        var pdu = try SmallPDU()
        pdu.wait(.seconds(90))
        let power = try pdu.json("\(sensors)/PowerOutlet1")
        #expect(power["ReadingTime"] == "2026-01-15T10:01:30Z")
        #expect(power["SensingInterval"] == "PT0.001S")
        #expect(power["ReadingAccuracy"]?.number?.text == "0.05")
        #expect(power["PeakReading"] == 100)
        #expect(power["PeakReadingTime"] == "2026-01-15T10:00:00Z")
        let energy = try pdu.json("\(sensors)/EnergyOutlet1")
        #expect(energy["ReadingAccuracy"]?.number?.text == "0.0005")
        #expect(energy["LifetimeStartDateTime"] == "2026-01-15T10:00:00Z")
        // A sum's peak would depend on every load, so it is not told.
        #expect(try pdu.json("\(sensors)/PowerPDU")["PeakReading"] == nil)
    }

    @Test func readingTimesCanBeHidden() throws {
        var pdu = try SmallPDU()
        _ = pdu.device.operate(.hideReadingTimes, at: pdu.now)
        let sensor = try pdu.json("\(sensors)/EnergyOutlet1")
        #expect(sensor["ReadingTime"] == nil)
        #expect(sensor["SensingInterval"] != nil)
    }

    /// Source: DSP0266 1.8.1, 9.10.2; a client that is told of nothing else learns it by event.
    @Test func anAbsentOutletShowsNothing() throws {
        var pdu = try SmallPDU()
        pdu.wait(.minutes(1))
        for isPresent in [false, true] {
            let operation = DeviceOperation.module(outlet: 0, isPresent: isPresent)
            pdu.effects += pdu.device.operate(operation, at: pdu.now).effects
            let outlet = try pdu.json("\(pduPath)/Outlets/1")
            #expect(outlet["Status"]?["State"] == (isPresent ? "Enabled" : "Absent"))
            #expect((outlet["Status"]?["Health"] != nil) == isPresent)
            #expect((outlet["EnergykWh"] != nil) == isPresent)
            #expect((outlet["PowerWatts"] != nil) == isPresent)
            let sensor = try pdu.json("\(sensors)/EnergyOutlet1")
            #expect(sensor["Status"]?["State"] == (isPresent ? "Enabled" : "Absent"))
            #expect(sensor["Reading"]?.isNull == !isPresent)
            let switching = pdu.send(
                .post, "\(pduPath)/Outlets/1/Actions/Outlet.PowerControl", ["PowerState": "On"])
            #expect((switching.status == 204) == isPresent)
        }
    }

    @Test func aReadingOfAnotherBasisIsNoRegister() throws {
        var pdu = try SmallPDU(watts: [360, 360, 360, 360]) {
            $0.electrical.meter.energyLatch = .minutes(1)
            $0.electrical.meter.outletReadings = [
                0: .difference, 1: .headroom(ofMicrojoules: 36_000_000_000_000), 2: .disabled,
            ]
        }
        pdu.wait(.minutes(10))
        let delta = try pdu.json("\(sensors)/EnergyOutlet1")
        #expect(delta["ReadingBasis"] == "Delta")
        #expect(delta["Reading"]?.number?.text == "0.006")
        #expect(delta["LifetimeReading"] == nil)
        let headroom = try pdu.json("\(sensors)/EnergyOutlet2")
        #expect(headroom["ReadingBasis"] == "Headroom")
        #expect(headroom["Reading"]?.number?.text == "9.94")
        let disabled = try pdu.json("\(sensors)/EnergyOutlet3")
        #expect(disabled["Enabled"] == false)
        #expect(disabled["Status"]?["State"] == "Disabled")
        #expect(disabled["Reading"] == nil)
        let register = try pdu.json("\(sensors)/EnergyOutlet4")
        #expect(register["ReadingBasis"] == nil)
        #expect(register["Reading"]?.number?.text == "0.06")
        // An excerpt is a copy of its Sensor.
        for outlet in 1...4 {
            let excerpt = try pdu.json("\(pduPath)/Outlets/\(outlet)")["EnergykWh"]
            #expect(
                try excerpt?["Reading"] == pdu.json("\(sensors)/EnergyOutlet\(outlet)")["Reading"])
        }
    }

    @Test func thePeakDoesNotDependOnWhoAsked() throws {
        var seldom = try SmallPDU()
        var often = try SmallPDU()
        for pdu in 0..<2 {
            for _ in 0..<30 {
                if pdu == 0 {
                    seldom.wait(.seconds(1))
                } else {
                    often.wait(.seconds(1))
                    _ = try often.json("\(sensors)/PowerOutlet1")
                }
            }
        }
        #expect(
            try seldom.json("\(sensors)/PowerOutlet1") == often.json("\(sensors)/PowerOutlet1"))
    }

    @Test func resettingAPeakLeavesTheRegister() throws {
        var pdu = try SmallPDU(watts: [1000, 0, 0, 0])
        pdu.wait(.hours(1))
        let off = pdu.send(
            .post, "\(pduPath)/Outlets/1/Actions/Outlet.PowerControl", ["PowerState": "Off"])
        #expect(off.status == 204)
        pdu.wait(.minutes(1))
        #expect(try pdu.json("\(sensors)/PowerOutlet1")["PeakReading"] == 1000)
        let reset = pdu.send(
            .post, "\(sensors)/PowerOutlet1/Actions/Sensor.ResetMetrics", [:])
        #expect(reset.status == 204)
        let power = try pdu.json("\(sensors)/PowerOutlet1")
        #expect(power["PeakReading"] == 0)
        #expect(power["SensorResetTime"] == "2026-01-15T11:01:00Z")
        let energy = try pdu.json("\(sensors)/EnergyOutlet1")
        #expect(energy["Reading"] == 1)
        #expect(energy["SensorResetTime"] == nil)
        // The outlet's own reset takes both.
        pdu.wait(.minutes(1))
        let both = pdu.send(.post, "\(pduPath)/Outlets/1/Actions/Outlet.ResetMetrics", [:])
        #expect(both.status == 204)
        #expect(try pdu.json("\(sensors)/EnergyOutlet1")["Reading"] == 0)
        #expect(
            try pdu.json("\(sensors)/PowerOutlet1")["SensorResetTime"] == "2026-01-15T11:02:00Z")
    }

    @Test func writtenThresholdsAreWatched() throws {
        var pdu = try SmallPDU(watts: [100, 100, 1000, 0])
        let subscription = pdu.send(
            .post, "/redfish/v1/EventService/Subscriptions",
            ["Destination": "http://127.0.0.1:9/e", "Protocol": "Redfish"])
        #expect(subscription.status == 201)
        // Branch B draws about 4.6 A and had no thresholds.
        let sensor = "\(sensors)/CurrentBranchB"
        #expect(try pdu.json(sensor)["Thresholds"] == nil)
        let patched = pdu.send(
            .patch, sensor,
            ["Thresholds": ["UpperCaution": ["Reading": 4], "UpperCritical": ["Reading": 10]]])
        #expect(patched.status == 200)
        #expect(try patched.json["Thresholds"]?["UpperCritical"]?["Reading"] == 10)
        pdu.wait(.seconds(5))
        let keys = try pdu.takeEvents().compactMap {
            $0["MessageId"]?.string?.split(separator: ".").last.map(String.init)
        }
        #expect(keys == ["CurrentAboveUpperCautionThreshold"])
        #expect(try pdu.json(sensor)["Status"]?["Health"] == "Warning")
        let lifted = pdu.send(
            .patch, sensor, ["Thresholds": ["UpperCaution": ["Reading": nil]]])
        #expect(lifted.status == 200)
        pdu.wait(.seconds(5))
        #expect(try pdu.json(sensor)["Status"]?["Health"] == "OK")
        #expect(try pdu.json(sensor)["Thresholds"]?["UpperCaution"] == nil)
    }

    @Test func theUnitsPowerIsWatchedToo() throws {
        var pdu = try SmallPDU()
        let sensor = "\(sensors)/PowerPDU"
        let patched = pdu.send(
            .patch, sensor, ["Thresholds": ["UpperCritical": ["Reading": 400]]])
        #expect(patched.status == 200)
        pdu.wait(.seconds(5))
        #expect(try pdu.json(sensor)["Status"]?["Health"] == "Critical")
    }

    @Test(
        arguments: [
            (#"{"Thresholds": 4}"#, "PropertyValueTypeError"),
            (#"{"Thresholds": {"UpperCaution": 4}}"#, "PropertyValueTypeError"),
            (#"{"Thresholds": {"UpperCaution": {"Reading": "4"}}}"#, "PropertyValueTypeError"),
            (#"{"Thresholds": {"UpperCaution": {"Reading": -4}}}"#, "PropertyValueOutOfRange"),
            (#"{"Thresholds": {"UpperCaution": {"Reading": 1e400}}}"#, "PropertyValueOutOfRange"),
            (#"{"Thresholds": {"UpperCaution": {"Reading": 0.0001}}}"#, "PropertyValueOutOfRange"),
            (#"{"Thresholds": {"UpperCaution": {"Reading": 4.0001}}}"#, "PropertyValueFormatError"),
            (
                #"{"Thresholds": {"UpperCaution": {"Activation": "Either"}}}"#,
                "PropertyValueNotInList"
            ),
            (#"{"Thresholds": {"UpperCaution": {"DwellTime": "PT1S"}}}"#, "PropertyNotWritable"),
            (#"{"Thresholds": {"LowerCaution": {"Reading": 1}}}"#, "PropertyUnknown"),
            (
                #"{"Thresholds": {"UpperCaution": {"Reading": 9}, "UpperCritical": {"Reading": 8}}}"#,
                "PropertyValueConflict"
            ),
            (#"{"Reading": 1}"#, "PropertyNotWritable"),
        ])
    func badThresholdsChangeNothing(body: String, key: String) throws {
        var pdu = try SmallPDU()
        let sensor = "\(sensors)/CurrentBranchA"
        let before = try pdu.json(sensor)
        let response = pdu.send(.patch, sensor, try JSONValue(parsing: Array(body.utf8)))
        #expect(response.status == 400)
        #expect(response.messageKey == key)
        #expect(try pdu.json(sensor) == before)
        // Sensors that are not watched have nothing to write.
        #expect(
            pdu.send(.patch, "\(sensors)/VoltageOutlet1", ["Thresholds": [:]]).status == 405)
    }
}
