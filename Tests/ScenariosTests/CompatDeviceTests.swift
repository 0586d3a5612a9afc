import Electrical
import Findings
import HTTPMessages
import HTTPTypes
import JSONText
import Scenarios
import SmartPDU
import Testing
import VirtualTime

/// The device `smartpdu-compat`, held to what clients of `oabboud/smartPDU-mockup` 0.2.0 rely on.
@Suite struct CompatDeviceTests {
    private static let pdu = "/redfish/v1/PowerEquipment/RackPDUs/2"
    private static let basic = "Basic YWRtaW46MTIzNDU2Nzg5"
    private static let begin = "2026-01-15T10:00:00Z"

    /// The device alone, without a client.
    private struct Unit {
        var device: SmartPDU
        var now: VirtualInstant
        var effects: [Effect] = []
        /// Sent instead of Basic credentials, where there is one.
        var token: String?

        init() throws {
            let scenario = try scenario(
                """
                { "name": "compat", "start": "\(CompatDeviceTests.begin)", "duration": "PT1H",
                  "device": "smartpdu-compat" }
                """)
            now = scenario.start
            device = SmartPDU(
                configuration: scenario.device, loads: scenario.loads, seed: scenario.seed,
                start: scenario.start, catalog: environment.catalog,
                privileges: environment.privileges)
        }

        mutating func send(
            _ method: HTTPRequest.Method, _ path: String, _ body: JSONValue? = nil,
            anonymously: Bool = false
        ) -> ResponseMessage {
            var fields: HTTPFields = [:]
            if let token {
                fields[.xAuthToken] = token
            } else if !anonymously {
                fields[.authorization] = CompatDeviceTests.basic
            }
            if body != nil { fields[.contentType] = "application/json" }
            let (response, effects) = device.handle(
                RequestMessage(method, path, fields: fields, body: body?.compactBytes ?? []),
                at: now)
            self.effects += effects
            return response
        }

        mutating func get(_ path: String) throws -> JSONValue {
            let response = send(.get, path)
            try #require(response.status == 200, "\(path)")
            return try JSONValue(parsing: response.body)
        }

        mutating func reading(_ sensor: String) throws -> Double {
            let sensor = try get("\(CompatDeviceTests.pdu)/Sensors/\(sensor)")
            return try #require(sensor["Reading"]?.number).double
        }

        mutating func wait(_ span: VirtualDuration) {
            now = now + span
            effects += device.wake(at: now)
        }

        mutating func loadSegment(_ segment: Int, _ action: JSONValue) -> ResponseMessage {
            send(
                .post, "/redfish/v1/PowerDistribution/2/PowerControl/Loadsegment/\(segment)/",
                ["Action": action])
        }
    }

    private func json(_ response: ResponseMessage) throws -> JSONValue {
        try JSONValue(parsing: response.body)
    }

    /// What the mock's own heat map asks for at every refresh.
    @Test func theHeatMapRunsUnchanged() throws {
        var unit = try Unit()
        _ = unit.loadSegment(2, "Off")
        unit.wait(.minutes(10))
        var requests = 0
        for outlet in 1...48 {
            let resource = try unit.get("\(Self.pdu)/Outlets/\(outlet)")
            let state = resource["Status"]?["State"]?.string
            let watts = try unit.reading("PowerOUTLET\(outlet)")
            let kilowattHours = try unit.reading("EnergyOUTLET\(outlet)")
            requests += 3
            #expect(state == ((17...32).contains(outlet) ? "Disabled" : "Enabled"))
            let isLoaded = [1, 2, 3, 10, 12, 44].contains(outlet)
            #expect((watts > 0) == isLoaded)
            #expect((kilowattHours > 0) == isLoaded)
        }
        #expect(requests == 144)
    }

    @Test func theOperationsAreThoseOfTheMock() throws {
        var unit = try Unit()
        let response = unit.send(.get, "/redfish/v1/openapi.yaml")
        var path = ""
        var operations: [String: Int] = [:]
        for line in String(decoding: response.body, as: UTF8.self).split(separator: "\n") {
            if line.hasPrefix("  \"/") { path = String(line) }
            let word = line.trimmingPrefix("    ")
            guard line.hasPrefix("    "), !line.hasPrefix("     "), !path.contains("/Actions/"),
                word.hasSuffix(":"), !word.hasPrefix("parameters"), !word.hasPrefix("head")
            else { continue }
            operations[String(word.dropLast()), default: 0] += 1
        }
        // One more than the mock's 29: there the collection of subscriptions cannot be read.
        #expect(operations == ["get": 30, "post": 4, "delete": 3])
    }

    @Test func allSensorsAreThereAndConsistent() throws {
        var unit = try Unit()
        unit.wait(.minutes(3))
        var ids = ["FreqMains", "PDUPower"]
        for outlet in 1...48 {
            ids += ["Current", "Voltage", "Power", "Energy"].map { "\($0)OUTLET\(outlet)" }
        }
        ids += (1...3).map { "CurrentMains\($0)" }
        ids += (1...6).flatMap { ["VoltageMains\($0)", "PowerMains\($0)"] }
        #expect(ids.count == 209)
        var readings: [String: Double] = [:]
        for id in ids {
            let sensor = try unit.get("\(Self.pdu)/Sensors/\(id)")
            #expect(sensor["Id"]?.string == id)
            #expect(sensor["@odata.type"] == "#Sensor.v1_7_0.Sensor")
            readings[id] = try #require(sensor["Reading"]?.number).double
        }
        func reading(_ id: String) -> Double { readings[id] ?? .nan }
        var sum = 0.0
        for outlet in 1...48 {
            let power = reading("PowerOUTLET\(outlet)")
            let product = reading("VoltageOUTLET\(outlet)") * reading("CurrentOUTLET\(outlet)")
            #expect(abs(power - product) < 0.15, "outlet \(outlet)")
            sum += power
        }
        #expect(abs(sum - reading("PDUPower")) < 0.05)
        let lines = (1...3).map { reading("PowerMains\($0)") }.reduce(0, +)
        #expect(abs(lines - reading("PDUPower")) < 0.05)
        #expect(reading("VoltageMains4") == reading("VoltageMains1"))
        #expect(abs(reading("FreqMains") - 50) < 0.02)
        #expect((979.7...1040.3).contains(reading("PDUPower")))
        let energy = try unit.get("\(Self.pdu)/Sensors/EnergyOUTLET44")
        #expect(energy["ReadingType"] == "Energy")
        #expect(energy["ReadingUnits"] == "kWh")
        #expect(energy["PhysicalContext"] == "Outlet")
        #expect(unit.send(.get, "\(Self.pdu)/Sensors/PDUEnergy").status == 404)
    }

    @Test func energyHoldsWhileOff() throws {
        var unit = try Unit()
        unit.wait(.minutes(30))
        let before = try unit.reading("EnergyOUTLET44")
        #expect(before > 0.12)
        #expect(unit.loadSegment(3, "off").status == 200)
        unit.wait(.minutes(30))
        #expect(try unit.reading("EnergyOUTLET44") == before)
        #expect(try unit.reading("PowerOUTLET44") == 0)
        #expect(unit.loadSegment(3, "On").status == 200)
        // What passed while it was off is not credited.
        #expect(try unit.reading("EnergyOUTLET44") == before)
        unit.wait(.minutes(30))
        let after = try unit.reading("EnergyOUTLET44")
        #expect((1.9...2.1).contains(after / before))
        let metrics = try unit.get("\(Self.pdu)/Metrics")
        #expect(metrics["@odata.type"] == "#PowerMetrics.v1_0_0.PowerMetrics")
        #expect(try #require(metrics["EnergykWh"]?.number).double > 1)
        #expect(metrics["PowerWatts"]?.number != nil)
        #expect(metrics["FrequencyHz"]?.number != nil)
    }

    @Test func loadSegmentsAnswerAsTheMockDoes() throws {
        var unit = try Unit()
        let path = "/redfish/v1/PowerDistribution/2/PowerControl/Loadsegment"
        let response = unit.loadSegment(3, "OFF")
        #expect(response.status == 200)
        let body = try json(response)
        #expect(body["@odata.type"] == "#ActionResponse.v1_0_0.ActionResponse")
        #expect(body["Id"] == "Loadsegment-3")
        #expect(body["PduId"] == "2")
        #expect(body["LoadSegment"] == 3)
        #expect(body["ActionApplied"] == "off")
        #expect(body["OutletsAffected"] == [33, 48])
        let state = { (unit: inout Unit, outlet: Int) in
            try unit.get("\(Self.pdu)/Outlets/\(outlet)")["Status"]?["State"]
        }
        #expect(try state(&unit, 33) == "Disabled")
        #expect(try state(&unit, 32) == "Enabled")
        // Without the slash, and with the key in lower case.
        #expect(unit.send(.post, "\(path)/3", ["action": "cycle"]).status == 200)
        #expect(try state(&unit, 48) == "Enabled")
        let bad: [(String, JSONValue, Int, String)] = [
            ("3/", ["Action": "Toggle"], 400, "PropertyValueNotInList"),
            ("3/", [:], 400, "PropertyValueNotInList"),
            ("3/", ["Action": 1], 400, "PropertyValueNotInList"),
            ("x/", ["Action": "On"], 400, "PropertyValueFormatError"),
            ("4/", ["Action": "On"], 404, "ResourceNotFound"),
            ("0/", ["Action": "On"], 404, "ResourceNotFound"),
            ("-9223372036854775808/", ["Action": "On"], 404, "ResourceNotFound"),
        ]
        for (segment, body, status, key) in bad {
            let refused = unit.send(.post, "\(path)/\(segment)", body)
            #expect(refused.status == status, "\(segment)")
            #expect(try json(refused)["error"]?["code"]?.string == "Base.1.0.\(key)")
            #expect(try json(refused)["error"]?["@Message.ExtendedInfo"] == nil)
        }
        #expect(unit.send(.get, "\(path)/3/").status == 405)
        let elsewhere = path.replacing("/2/", with: "/9/")
        #expect(unit.send(.post, "\(elsewhere)/3/", ["Action": "On"]).status == 404)
        // The clean devices have no load segments.
        #expect(unit.send(.get, "/redfish/v1/Chassis").status == 404)
    }

    @Test func bothHabitsOfAuthenticationWork() throws {
        var unit = try Unit()
        #expect(unit.send(.get, "/redfish/v1/", anonymously: true).status == 401)
        let sessions = "/redfish/v1/SessionService/Sessions"
        let login = unit.send(
            .post, sessions, ["username": "admin", "password": "123456789"], anonymously: true)
        #expect(login.status == 201)
        let body = try json(login)
        let token = try #require(body["X-Auth-Token"]?.string)
        #expect(login.head.headerFields[.xAuthToken] == token)
        #expect(token.count == 32)
        #expect(body["UserName"] == "admin")
        #expect(body["Created"]?.number?.double == 1_768_471_200)
        let location = try #require(login.head.headerFields[.location])
        #expect(try unit.get(location)["X-Auth-Token"] == nil)
        unit.token = token
        #expect(unit.send(.get, "\(Self.pdu)/Outlets/1").status == 200)
        #expect(unit.loadSegment(1, "On").status == 200)
        #expect(unit.send(.delete, location).status == 204)
        #expect(unit.send(.get, "\(Self.pdu)/Outlets/1").status == 401)
        unit.token = nil
        for (bad, status): (JSONValue, Int) in [
            (["username": "admin", "password": "wrong"], 401), (["username": "admin"], 400),
            (["username": 1, "password": "123456789"], 400), ([:], 400),
        ] {
            #expect(unit.send(.post, sessions, bad, anonymously: true).status == status)
        }
    }

    @Test func accountsTakeEitherSpelling() throws {
        var unit = try Unit()
        let accounts = "/redfish/v1/AccountService/Accounts"
        let first = unit.send(
            .post, accounts, ["username": "eve", "password": "eve-secret", "role": "ReadOnly"])
        #expect(first.status == 201)
        #expect(first.head.headerFields[.location] == "\(accounts)/eve")
        let second = unit.send(
            .post, accounts, ["UserName": "bob", "Password": "bob-secret"])
        #expect(try json(second)["RoleId"] == "Operator")
        #expect(try unit.get("\(accounts)/eve")["RoleId"] == "ReadOnly")
        #expect(try unit.get(accounts)["Members@odata.count"] == 3)
        #expect(
            unit.send(.post, accounts, ["username": "eve", "password": "eve-secret"]).status
                == 409)
        #expect(unit.send(.post, accounts, ["password": "eve-secret"]).status == 400)
        #expect(
            unit.send(.post, accounts, ["username": "a/b", "password": "eve-secret"]).status
                == 400)
        #expect(unit.send(.delete, "\(accounts)/eve").status == 204)
        #expect(unit.send(.delete, "\(accounts)/eve").status == 404)
        #expect(unit.send(.delete, "\(accounts)/admin").status == 403)
    }

    @Test func subscriptionsAreDelivered() throws {
        var unit = try Unit()
        let subscriptions = "/redfish/v1/EventService/Subscriptions"
        let made = unit.send(
            .post, subscriptions,
            ["destination": "http://127.0.0.1:9/e", "context": "mine", "protocol": "redfish"])
        #expect(made.status == 201)
        let body = try json(made)
        #expect(body["EventTypes"] == ["Alert"])
        #expect(body["Context"] == "mine")
        #expect(body["Destination"] == "http://127.0.0.1:9/e")
        #expect(try unit.get(subscriptions)["Members@odata.count"] == 1)
        unit.effects = []
        #expect(unit.loadSegment(2, "Off").status == 200)
        let isDelivered = unit.effects.contains {
            if case .deliver = $0 { true } else { false }
        }
        #expect(isDelivered)
        let location = try #require(made.head.headerFields[.location])
        #expect(unit.send(.delete, location).status == 204)
        #expect(unit.send(.get, location).status == 404)
        // An id is not given again.
        let next = unit.send(.post, subscriptions, ["destination": "http://127.0.0.1:9/e"])
        #expect(next.head.headerFields[.location] != location)
        #expect(unit.send(.post, subscriptions, ["context": "x"]).status == 400)
        #expect(
            unit.send(
                .post, subscriptions, ["destination": "http://127.0.0.1:9/e", "event": 1]
            ).status == 400)
    }

    @Test(
        arguments: [
            ("", "ServiceRoot.v1_15_0.ServiceRoot", "RootService"),
            ("/SessionService", "SessionService.v1_1_0.SessionService", "SessionService"),
            ("/AccountService/Roles/Operator", "Role.v1_3_0.Role", "Operator"),
            ("/Managers/manager", "Manager.v1_11_0.Manager", "manager"),
            (
                "/Managers/managers/NetworkProtocol",
                "ManagerNetworkProtocol.v1_6_0.ManagerNetworkProtocol", "NetworkProtocol"
            ),
            ("/Managers/1/LogServices/Log", "LogService.v1_2_0.LogService", "Log"),
            ("/PowerEquipment", "PowerEquipment.v1_0_0.PowerEquipment", "PowerEquipment"),
            (
                "/PowerEquipment/RackPDUs/2", "PowerDistribution.v1_1_0.PowerDistribution", "2"
            ),
            ("/PowerEquipment/RackPDUs/2/Branches/3", "Circuit.v1_0_0.Circuit", "3"),
            ("/PowerEquipment/RackPDUs/2/Outlets/44/", "Outlet.v1_0_0.Outlet", "44"),
            ("/PowerEquipment/RackPDUs/2/Mains/AC1", "PowerSupply.v1_5_0.PowerSupply", "AC1"),
            ("/PowerEquipment/RackPDUs/2/Sensors", "SensorCollection.SensorCollection", "Sensors"),
            ("/EventService", "EventService.v1_6_0.EventService", "EventService"),
        ])
    func resourcesHaveTheMocksTypes(path: String, type: String, id: String) throws {
        var unit = try Unit()
        let resource = try unit.get("/redfish/v1\(path)")
        #expect(resource["@odata.type"]?.string == "#\(type)")
        #expect(resource["Id"]?.string == id)
    }

    @Test func identityIsFixed() throws {
        var unit = try Unit()
        #expect(
            try unit.get("/redfish/v1/")["UUID"] == "b2a6f2b7-5c4a-4ab3-a8df-51c6c5f3db66")
        let pdu = try unit.get(Self.pdu)
        #expect(pdu["SerialNumber"] == "SE-MOCK-0002")
        let outlet = try unit.get("\(Self.pdu)/Outlets/44")
        #expect(outlet["RatedLoadWatts"] == 260)
        #expect(outlet["Connected"] == true)
        let entries = try unit.get("/redfish/v1/Managers/1/LogServices/Log/Entries")
        #expect(entries["Members@odata.count"] == 2)
        for wrong in ["Outlets/49", "Outlets/x", "Branches/A", "Sensors/PowerOUTLET49"] {
            #expect(unit.send(.get, "\(Self.pdu)/\(wrong)").status == 404)
        }
    }

    /// It is not for spec-clean scenarios, and playing one on it ends with findings, not with a
    /// crash.
    @Test(.timeLimit(.minutes(1))) func playingAScenarioOnItEnds() async throws {
        let outcome = try await play(
            """
            { "name": "compat", "start": "\(Self.begin)", "duration": "PT2M",
              "device": "smartpdu-compat", "client": { "poll": "PT10S", "pollOutlets": "PT20S" } }
            """)
        #expect(!outcome.exchanges.isEmpty)
        let findings = outcome.groups.flatMap(\.results).flatMap(\.findings)
        #expect(!findings.isEmpty)
    }
}
