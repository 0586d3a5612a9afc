import Foundation
import JSONText
import Scenarios
import Testing

/// What a person reads who wrote a broken scenario: what is wrong, where, and what would be right.
struct MessageTests {
    /// One change to a good document, and the message it brings.
    struct Case: Sendable, CustomTestStringConvertible {
        var old: String
        var new: String
        var message: String

        init(_ old: String, _ new: String, _ message: String) {
            (self.old, self.new, self.message) = (old, new, message)
        }

        var testDescription: String { "\(old) → \(new)" }
    }

    static let good = """
        { "name": "s", "seed": 7,
          "start": "2026-01-15T10:00:00Z", "duration": "PT40M", "device": "smartpdu-48",
          "loads": [
            { "outlets": "1-16", "watts": 120 },
            { "outlets": "17", "profile": [
              { "at": "PT5M", "toWatts": 400, "over": "PT10M" },
              { "at": "PT27M", "watts": 120 } ] } ],
          "carbon": { "unit": "gCO2e/kWh", "series": [ { "at": "PT0S", "value": 100 } ] },
          "timeline": [ { "at": "PT30M", "do": "reset-breaker", "circuit": "A" } ],
          "faults": [ { "on": { "path": "…/Outlets/*" }, "respond": { "status": 503 } } ],
          "expect": { "events": [ { "message": "Power.BreakerReset" } ] } }
        """

    static let cases: [Case] = [
        Case(
            "\"seed\"", "\"sede\"",
            "1:24: unknown key 'sede'; did you mean 'seed'? (at /sede)"),
        Case(
            "\"name\": \"s\"", "\"nmae\": \"s\"",
            "1:11: 'name' is missing; is that what 'nmae' should be? (at /nmae)"),
        Case("\"name\": \"s\", ", "", "1:1: 'name' is missing (at the document)"),
        Case(
            "\"name\": \"s\"", "\"name\": \"My S\"",
            "1:11: 'My S' names files; write a-z, 0-9 and '-' only (at /name)"),
        Case("\"seed\": 7", "\"seed\": -7", "1:24: -7 is outside 0…2147483647 (at /seed)"),
        Case(
            "\"seed\": 7", "\"seed\": 7, \"seed\": 8", "1:24: 'seed' stands here twice (at /seed)"),
        Case(
            "\"PT40M\"", "\"40m\"",
            "2:48: '40m' is no ISO 8601 duration; write for example PT90S, PT5M, PT1H30M "
                + "(at /duration)"),
        Case("\"PT40M\"", "\"PT0S\"", "2:48: PT0S is outside PT0.001S…P366D (at /duration)"),
        Case(
            "T10:00:00Z", "T10:00:00",
            "2:12: '2026-01-15T10:00:00' is no ISO 8601 date-time with zone; write for example "
                + "2026-01-15T10:00:00Z (at /start)"),
        Case(
            "smartpdu-48", "smartpdu-84",
            "2:67: there is no device 'smartpdu-84'; did you mean 'smartpdu-48'? (at /device)"),
        Case(
            "smartpdu-48", "tower",
            "2:67: there is no device 'tower'; known: dc-3, smartpdu-24-single-phase, smartpdu-48, "
                + "smartpdu-compat, switched-only-8 (at /device)"
        ),
        Case(
            "\"watts\": 120 },", "\"watts\": \"120\" },",
            "4:35: expected a number, found string (at /loads/0/watts)"),
        Case(
            "\"watts\": 120 },", "\"watts\": 120.0005 },",
            "4:35: 120.0005 has more than 3 digits after the point (at /loads/0/watts)"),
        Case(
            "\"watts\": 120 },", "\"watts\": 120000 },",
            "4:35: 120000 is outside 0…100000 (at /loads/0/watts)"),
        Case(
            "\"watts\": 120 },", "\"wats\": 120 },",
            "4:34: unknown key 'wats'; did you mean 'watts'? (at /loads/0/wats)"),
        Case(
            "\"watts\": 120 },", "\"watts\": 120, \"day\": [1] },",
            "4:5: a load has exactly one of: watts, profile, sine, day, walk, trace (at /loads/0)"),
        Case(
            "\"1-16\"", "\"1-49\"",
            "4:18: outlet 49 does not exist; there are 1…48 (at /loads/0/outlets)"),
        Case(
            "\"1-16\"", "\"1,3-x\"",
            "4:18: '3-x' names no outlet; write for example 1-16 or 1,3,5-8 or all "
                + "(at /loads/0/outlets)"),
        Case("\"1-16\"", "\"1,1\"", "4:18: outlet 1 is named twice (at /loads/0/outlets)"),
        Case(
            "\"1-16\"", "\"1-17\"", "5:18: outlet 17 already has a load (at /loads/1/outlets)"),
        Case(
            "PT27M", "PT12M",
            "7:7: this entry begins before the one before it has ended (at /loads/1/profile/1)"),
        Case(
            ", \"over\": \"PT10M\"", "",
            "6:7: an entry has either watts, or toWatts and over (at /loads/1/profile/0)"),
        Case(
            "gCO2e/kWh", "kWh/gCO2",
            "8:23: 'kWh/gCO2' is not known here; expected one of: gCO2e/kWh (at /carbon/unit)"),
        Case(
            "\"at\": \"PT0S\"", "\"at\": \"PT1S\"",
            "8:46: a series begins at PT0S, and every entry is later than the last "
                + "(at /carbon/series)"),
        Case(
            "PT30M", "PT41M", "9:25: PT41M is after the end, PT40M (at /timeline/0/at)"),
        Case(
            "reset-breaker", "reset-braker",
            "9:40: 'reset-braker' is not known here; did you mean 'reset-breaker'? "
                + "(at /timeline/0/do)"),
        Case(
            "\"circuit\": \"A\"", "\"circuit\": \"D\"",
            "9:68: there is no circuit 'D'; known: A, B, C (at /timeline/0/circuit)"),
        Case(
            "\"reset-breaker\", \"circuit\": \"A\"", "\"reset-metrics\", \"of\": \"outlet 49\"",
            "9:63: 'outlet 49' is measured nowhere; write for example outlet 7, branch A, mains "
                + "or pdu (at /timeline/0/of)"),
        Case(
            "\"respond\": { \"status\": 503 }",
            "\"respond\": { \"status\": 503 }, \"edit\": []",
            "10:15: a fault has exactly one of: respond, edit, fail (at /faults/0)"),
        Case(
            "\"respond\": { \"status\": 503 }",
            "\"edit\": [ { \"at\": \"Reading\", \"value\": 1 } ]",
            "10:70: 'Reading' is no JSON pointer; write for example /EnergykWh/Reading "
                + "(at /faults/0/edit/0/at)"),
        Case(
            "\"…/Outlets/*\"", "\"Outlets/*\"",
            "10:33: 'Outlets/*' is no path; write for example /redfish/v1/Chassis or …/Outlets/* "
                + "(at /faults/0/on/path)"),
        Case(
            "\"path\": \"…/Outlets/*\"",
            "\"path\": \"/a\", \"from\": \"PT5M\", \"until\": \"PT5M\"",
            "10:64: PT5M is not after from, PT5M (at /faults/0/on/until)"),
        Case("503", "200", "10:75: 200 is outside 400…599 (at /faults/0/respond/status)"),
        Case(
            "Power.BreakerReset", "BreakerReset",
            "11:40: 'BreakerReset' is not registry and key; write for example "
                + "Power.BreakerTripped (at /expect/events/0/message)"),
        Case(
            "Power.BreakerReset\" } ]",
            "Power.BreakerReset\" } ], \"outcome\": \"gone\"",
            "11:77: 'gone' is not known here; did you mean 'done'? "
                + "(at /expect/outcome)"),
        Case(
            "\"seed\": 7", "\"seed\": 7, \"client\": { \"poll\": \"PT0.5S\" }",
            "1:47: PT0.5S is outside PT1S…P1D (at /client/poll)"),
        Case(
            "\"seed\": 7", "\"seed\": 7, \"client\": { \"pollOutlets\": \"PT5S\" }",
            "1:54: outlets are polled no more often than the rest, every PT10S (poll) "
                + "(at /client/pollOutlets)"),
        Case(
            "\"seed\": 7",
            "\"seed\": 7, \"adjust\": { \"service\": { \"sesionTimeout\": \"PT1S\" } }",
            "1:69: unknown key 'sesionTimeout'; did you mean 'sessionTimeout'? "
                + "(at /adjust/service/sesionTimeout)"),
        Case(
            "\"status\": 503 }", "\"status\": 503, }",
            "10:80: expected a member name in quotes, found '}'"),
    ]

    @Test(arguments: cases) func aBrokenScenarioSaysWhatWhereAndWhatWouldBeRight(
        _ broken: Case
    ) throws {
        let range = try #require(Self.good.range(of: broken.old), "'\(broken.old)' does not occur")
        let text = Self.good.replacingCharacters(in: range, with: broken.new)
        let message = try message(of: text)
        #expect(message == broken.message)
    }

    @Test func theGoodOneIsGood() throws {
        #expect(try message(of: Self.good) == nil)
    }

    private func message(of text: String) throws -> String? {
        do {
            let document = try json(text)
            do {
                _ = try scenario(document)
                return nil
            } catch let error as ConfigurationError {
                let (device, error) = resolver().origin(of: error, in: document)
                #expect(device == nil)
                return error.description(in: Array(text.utf8))
            }
        } catch let error as JSONSyntaxError {
            return "\(error)"
        }
    }
}

/// The same for device files.
struct DeviceMessageTests {
    typealias Case = MessageTests.Case

    static let cases: [Case] = [
        Case(
            "\"outlets\": \"4-6\"", "\"outlets\": \"4-5\"",
            "outlet 6 is on no branch (at /branches)"),
        Case(
            "\"outlets\": \"4-6\"", "\"outlets\": \"3-6\"",
            "outlet 3 is on two branches (at /branches/1/outlets)"),
        Case(
            "\"name\": \"B\"", "\"name\": \"A\"", "two branches are named 'A' (at /branches/1/name)"
        ),
        Case(
            "\"name\": \"B\"", "\"name\": \"B/2\"",
            "'B/2' stands in a URI; write letters, digits, '-', '_' and '.' only "
                + "(at /branches/1/name)"),
        Case("three-phase-5-wire", "one-phase-3-wire", "2 is outside 1…1 (at /branches/1/line)"),
        Case(
            "three-phase-5-wire", "3-phase",
            "'3-phase' is not known here; expected one of: three-phase-5-wire, one-phase-3-wire, "
                + "direct-current (at /supply/wiring)"),
        Case(
            "\"breaker\": \"C\"", "\"breaker\": \"K\"",
            "'K' is not known here; did you mean 'B'? (at /branches/0/breaker)"),
        Case(
            "\"driftVolts\": 1.5", "\"driftVolts\": 231",
            "231 is outside 0…229.999 (at /supply/driftVolts)"),
        Case(
            "\"interval\": \"PT1S\"", "\"interval\": \"PT2H\"",
            "PT2H is outside PT0.001S…PT1H (at /sensing/interval)"),
        Case(", \"powerCapacityVA\": 22000", "", "'powerCapacityVA' is missing (at /identity)"),
        Case("\"outletCount\": 6", "\"outletCount\": 0", "0 is outside 1…512 (at /outletCount)"),
    ]

    @Test(arguments: cases) func aBrokenDeviceSaysWhatAndWhere(_ broken: Case) throws {
        let range = try #require(EveryKey.device.range(of: broken.old), "'\(broken.old)'")
        let text = EveryKey.device.replacingCharacters(in: range, with: broken.new)
        let error = #expect(throws: ConfigurationError.self) {
            _ = try DeviceFile(Located(value: try json(text), pointer: JSONPointer()))
        }
        #expect(error.map { "\($0.message) (at \($0.pointer))" } == broken.message)
    }

    /// What a device that the scenario names says wrong stands in the device's file.
    @Test func anErrorOfTheDeviceIsFoundThere() throws {
        let document = try json(
            #"{ "device": "smartpdu-48", "adjust": { "supply": { "volts": 0 } } }"#)
        func origin(_ tokens: String...) -> (device: String?, pointer: String) {
            let error = ConfigurationError("", at: JSONPointer(tokens: tokens))
            let (device, found) = resolver().origin(of: error, in: document)
            return (device, found.pointer.description)
        }
        #expect(origin("device", "supply", "volts") == (nil, "/adjust/supply/volts"))
        #expect(origin("device", "supply", "hertz") == ("smartpdu-48", "/supply/hertz"))
        #expect(origin("device", "branches", "0") == ("smartpdu-48", "/branches/0"))
        #expect(origin("loads", "0") == (nil, "/loads/0"))
    }
}
