import HTTPMessages
import HTTPTypes
import JSONText
import SmartPDU
import Testing
import VirtualTime

@Suite struct TelemetryTests {
    private let service = "/redfish/v1/TelemetryService"
    private let definitions = "/redfish/v1/TelemetryService/MetricReportDefinitions"
    private let reports = "/redfish/v1/TelemetryService/MetricReports"
    private let rack = "/redfish/v1/PowerEquipment/RackPDUs/1"

    private func definition(_ changes: [(String, JSONValue?)] = []) -> JSONValue {
        var object = JSONObject([
            .init(name: "Id", value: "mine"),
            .init(name: "MetricReportDefinitionType", value: "Periodic"),
            .init(name: "Schedule", value: ["RecurrenceInterval": "PT10S"]),
            .init(
                name: "MetricProperties",
                value: [.string("\(rack)/Outlets/{OutletId}#/EnergykWh/Reading")]),
            .init(name: "Wildcards", value: [["Name": "OutletId", "Values": ["*"]]]),
        ])
        for (name, value) in changes { object[name] = value }
        return .object(object)
    }

    private func subscribe(_ pdu: inout SmallPDU) {
        let body: JSONValue = [
            "Destination": "http://127.0.0.1:9/reports", "Protocol": "Redfish",
            "EventFormatType": "MetricReport",
        ]
        #expect(pdu.send(.post, "/redfish/v1/EventService/Subscriptions", body).status == 201)
    }

    /// Bodies of the deliveries so far; deliveries are answered 204.
    private func takeReports(_ pdu: inout SmallPDU) throws -> [JSONValue] {
        var bodies: [JSONValue] = []
        while !pdu.effects.isEmpty {
            guard case .deliver(let delivery) = pdu.effects.removeFirst() else { continue }
            bodies.append(try JSONValue(parsing: delivery.request.body))
            pdu.effects += pdu.device.deliveryEnded(delivery.id, status: 204, at: pdu.now)
        }
        return bodies
    }

    // MARK: What the device brings along

    @Test func theDeviceReportsOnItself() throws {
        var pdu = try SmallPDU()
        pdu.wait(.seconds(90))
        let report = try pdu.json("\(reports)/PowerAndEnergy")
        #expect(report["Timestamp"]?.string == "2026-01-15T10:01:00Z")
        let values = try #require(report["MetricValues"]?.array)
        #expect(values.count == 6)
        #expect(values[0]["MetricId"] == "PowerWatts")
        #expect(values.allSatisfy { Double($0["MetricValue"]?.string ?? "") ?? 0 > 0 })
    }

    @Test func aReportEqualsTheResourceAtItsInstant() throws {
        var pdu = try SmallPDU()
        pdu.wait(.minutes(1))
        for value in try #require(
            try pdu.json("\(reports)/PowerAndEnergy")["MetricValues"]?.array)
        {
            let parts = try #require(value["MetricProperty"]?.string).split(separator: "#")
            let pointer = try #require(JSONPointer(String(parts[1])))
            let shown = try pdu.json(String(parts[0]))[pointer]
            #expect(shown?.number?.text == value["MetricValue"]?.string, "\(parts)")
        }
    }

    /// Every property that the definitions of metrics name is there.
    @Test func metricDefinitionsPointAtProperties() throws {
        var pdu = try SmallPDU()
        for member in try #require(
            try pdu.json("\(service)/MetricDefinitions")["Members"]?.array)
        {
            let metric = try pdu.json(try #require(member["@odata.id"]?.string))
            let body = definition([
                ("Id", metric["Id"]), ("MetricProperties", metric["MetricProperties"]),
                ("Wildcards", metric["Wildcards"]),
            ])
            #expect(pdu.send(.post, definitions, body).status == 201, "\(metric["Id"] ?? "")")
        }
    }

    @Test func whatTheDeviceBringsCanBeSwitchedOffOnly() throws {
        var pdu = try SmallPDU()
        let own = "\(definitions)/PowerAndEnergy"
        #expect(pdu.send(.delete, own).status == 405)
        let change: JSONValue = ["Schedule": ["RecurrenceInterval": "PT5S"]]
        #expect(pdu.send(.patch, own, change).messageKey == "PropertyNotWritable")
        #expect(pdu.send(.patch, own, ["MetricReportDefinitionEnabled": false]).status == 200)
        pdu.wait(.minutes(5))
        #expect(try pdu.json("\(reports)/PowerAndEnergy")["Timestamp"] == "2026-01-15T10:00:00Z")
    }

    // MARK: Definitions of users

    @Test func usersMakePeriodicReports() throws {
        var pdu = try SmallPDU()
        let created = pdu.send(.post, definitions, definition())
        #expect(created.status == 201)
        #expect(created.head.headerFields[.location] == "\(definitions)/mine")
        #expect(pdu.device.nextWake == pdu.now)
        pdu.wait(.seconds(25))
        let report = try pdu.json("\(reports)/mine")
        #expect(report["Timestamp"]?.string == "2026-01-15T10:00:20Z")
        #expect(
            report["MetricValues"]?.array?.map { $0["MetricProperty"]?.string }
                == (1...4).map { "\(rack)/Outlets/\($0)#/EnergykWh/Reading" })
        #expect(pdu.device.nextWake == start + .seconds(30))
        #expect(pdu.send(.delete, "\(definitions)/mine").status == 204)
        #expect(pdu.send(.get, "\(reports)/mine").status == 404)
    }

    @Test func reportsDoNotDependOnHowOftenTheDeviceWakes() throws {
        func values(steps: Int64) throws -> JSONValue? {
            var pdu = try SmallPDU()
            let body = definition([("ReportUpdates", "AppendWrapsWhenFull")])
            #expect(pdu.send(.post, definitions, body).status == 201)
            for _ in 0..<steps { pdu.wait(.milliseconds(60_000 / steps)) }
            return try pdu.json("\(reports)/mine")["MetricValues"]
        }
        let once = try values(steps: 1)
        #expect(once?.array?.count == 28)
        #expect(once == (try values(steps: 600)))
    }

    @Test func appendingEndsAtItsLimit() throws {
        for (updates, last) in [
            ("AppendWrapsWhenFull", "2026-01-15T11:00:00Z"),
            ("AppendStopsWhenFull", "2026-01-15T10:42:30Z"),
        ] {
            var pdu = try SmallPDU()
            let body = definition([("ReportUpdates", .string(updates))])
            #expect(pdu.send(.post, definitions, body).status == 201)
            pdu.wait(.hours(1))
            let values = try #require(try pdu.json("\(reports)/mine")["MetricValues"]?.array)
            #expect(values.count == 1024)
            #expect(values.last?["Timestamp"]?.string == last, "\(updates)")
        }
    }

    @Test func reportsOnChangeAreMadeWhenSomethingChanged() throws {
        var pdu = try SmallPDU()
        subscribe(&pdu)
        let own: JSONValue = ["MetricReportDefinitionEnabled": false]
        #expect(pdu.send(.patch, "\(definitions)/PowerAndEnergy", own).status == 200)
        let body = definition([
            ("MetricReportDefinitionType", "OnChange"), ("Schedule", nil),
            ("MetricProperties", [.string("\(rack)/Outlets/{OutletId}#/PowerState")]),
            ("ReportActions", ["RedfishEvent"]), ("SuppressRepeatedMetricValue", true),
        ])
        #expect(pdu.send(.post, definitions, body).status == 201)
        pdu.wait(.minutes(1))
        let control = "\(rack)/Outlets/3/Actions/Outlet.PowerControl"
        #expect(pdu.send(.post, control, ["PowerState": "Off"]).status == 204)
        pdu.wait(.minutes(1))
        let sent = try takeReports(&pdu).filter { $0["Id"] == "mine" }
        #expect(sent.map { $0["MetricValues"]?.array?.count } == [4, 1])
        #expect(sent.last?["MetricValues"]?[0]?["MetricValue"] == "Off")
        #expect(pdu.send(.get, "\(reports)/mine").status == 404)
    }

    @Test func reportsOnRequestAreMadeWhenRead() throws {
        var pdu = try SmallPDU()
        let body = definition([("MetricReportDefinitionType", "OnRequest"), ("Schedule", nil)])
        #expect(pdu.send(.post, definitions, body).status == 201)
        pdu.wait(.seconds(7))
        #expect(try pdu.json("\(reports)/mine")["Timestamp"] == "2026-01-15T10:00:07Z")
    }

    @Test func subscribersGetReports() throws {
        var pdu = try SmallPDU()
        subscribe(&pdu)
        pdu.wait(.minutes(2))
        let sent = try takeReports(&pdu)
        #expect(sent.map { $0["Timestamp"] } == ["2026-01-15T10:01:00Z", "2026-01-15T10:02:00Z"])
        #expect(
            sent.last?["MetricValues"]
                == (try pdu.json("\(reports)/PowerAndEnergy"))["MetricValues"])
    }

    @Test func definitionsChange() throws {
        var pdu = try SmallPDU()
        #expect(pdu.send(.post, definitions, definition()).status == 201)
        let change: JSONValue = [
            "Schedule": ["RecurrenceInterval": "PT30S"],
            "MetricProperties": [.string("\(rack)/Metrics#/PowerWatts/Reading")],
        ]
        #expect(pdu.send(.patch, "\(definitions)/mine", change).status == 200)
        pdu.wait(.seconds(29))
        let report = try pdu.json("\(reports)/mine")
        #expect(report["Timestamp"] == "2026-01-15T10:00:00Z")
        #expect(report["MetricValues"]?.array?.count == 1)
        let nowhere: JSONValue = ["MetricProperties": ["/redfish/v1/Nope#/A"]]
        #expect(
            pdu.send(.patch, "\(definitions)/mine", nowhere).messageKey == "PropertyValueError")
        let onRequest: JSONValue = [
            "ReportActions": ["RedfishEvent"], "MetricReportDefinitionType": "OnRequest",
        ]
        let mixed = pdu.send(.patch, "\(definitions)/mine", onRequest)
        #expect(mixed.status == 200)
        #expect(try mixed.json["MetricReportDefinitionType"] == "Periodic")
        #expect(try mixed.json["@Message.ExtendedInfo"]?.array?.count == 1)
    }

    @Test func whatHasGoneReadsAsNull() throws {
        var pdu = try SmallPDU()
        let account: JSONValue = [
            "UserName": "eve", "Password": "Evening-12", "RoleId": "ReadOnly",
        ]
        let created = pdu.send(.post, "/redfish/v1/AccountService/Accounts", account)
        let path = try #require(created.head.headerFields[.location])
        let body = definition([("MetricProperties", [.string("\(path)#/Enabled")])])
        #expect(pdu.send(.post, definitions, body).status == 201)
        #expect(try pdu.json("\(reports)/mine")["MetricValues"]?[0]?["MetricValue"] == "true")
        #expect(pdu.send(.delete, path).status == 204)
        pdu.wait(.seconds(10))
        #expect(try pdu.json("\(reports)/mine")["MetricValues"]?[0]?["MetricValue"] == .null)
        let off: JSONValue = ["MetricReportDefinitionEnabled": false]
        #expect(pdu.send(.patch, "\(definitions)/mine", off).status == 200)
    }

    @Test(
        arguments: [
            ([("MetricReportDefinitionType", nil)], "CreateFailedMissingReqProperties"),
            ([("MetricReportDefinitionType", "Hourly")], "PropertyValueNotInList"),
            ([("Schedule", nil)], "CreateFailedMissingReqProperties"),
            ([("Schedule", ["RecurrenceInterval": "PT0.5S"])], "PropertyValueOutOfRange"),
            ([("Schedule", ["RecurrenceInterval": "often"])], "PropertyValueFormatError"),
            ([("Schedule", ["Lifetime": "PT1H"])], "PropertyUnknown"),
            ([("MetricProperties", nil)], "CreateFailedMissingReqProperties"),
            ([("MetricProperties", ["x"])], "PropertyValueFormatError"),
            ([("MetricProperties", [1])], "PropertyValueTypeError"),
            ([("MetricProperties", ["/redfish/v1/Chassis#/Members"])], "PropertyValueError"),
            ([("MetricProperties", ["/redfish/v1/Chassis#/Nope"])], "PropertyValueError"),
            ([("MetricProperties", ["/redfish/v1/{Unknown}#/Id"])], "PropertyValueError"),
            ([("MetricProperties", ["/redfish/v1/TelemetryService#/Id"])], "PropertyValueError"),
            (
                [("Wildcards", [["Name": "OutletId", "Values": ["{OutletId}"]]])],
                "PropertyValueFormatError"
            ),
            ([("ReportActions", ["Shout"])], "PropertyValueNotInList"),
            ([("ReportUpdates", "NewReport")], "PropertyValueNotInList"),
            ([("Metrics", [["CollectionFunction": "Average"]])], "PropertyUnknown"),
            ([("Id", "PowerAndEnergy")], "ResourceAlreadyExists"),
            ([("Id", "a/b")], "PropertyValueFormatError"),
            ([("Id", "..")], "PropertyValueFormatError"),
            ([("Colour", "red")], "PropertyUnknown"),
            (
                [("MetricReportDefinitionType", "OnRequest"), ("ReportActions", ["RedfishEvent"])],
                "PropertyValueConflict"
            ),
        ] as [([(String, JSONValue?)], String)])
    func refusesByName(changes: [(String, JSONValue?)], key: String) throws {
        var pdu = try SmallPDU()
        let response = pdu.send(.post, definitions, definition(changes))
        #expect((400..<500).contains(response.status))
        #expect(response.messageKey == key)
        #expect(try pdu.json(definitions)["Members@odata.count"] == 1)
    }

    @Test func definitionsAndPropertiesAreBounded() throws {
        var pdu = try SmallPDU()
        let uri = JSONValue.string("\(rack)/{A}/{A}{B}#/Reading")
        let names = JSONValue.array((0..<40).map { .string("n\($0)") })
        let many = definition([
            ("MetricProperties", [uri]),
            ("Wildcards", [["Name": "A", "Values": names], ["Name": "B", "Values": names]]),
        ])
        #expect(pdu.send(.post, definitions, many).messageKey == "ArraySizeTooLong")
        // What leads to nothing is work too.
        let nothing = JSONValue.array(
            (0..<100).map { .string("/redfish/{A}/TaskService/Tasks/{B}#/Id\($0)") })
        let idle = definition([
            ("MetricProperties", nothing),
            (
                "Wildcards",
                [["Name": "A", "Values": names], ["Name": "B", "Values": ["*", "*"]]]
            ),
        ])
        #expect(pdu.send(.post, definitions, idle).messageKey == "ArraySizeTooLong")
        for index in 0..<16 {
            let body = definition([("Id", .string("r\(index)"))])
            #expect(pdu.send(.post, definitions, body).status == 201)
        }
        let full = pdu.send(.post, definitions, definition())
        #expect(full.status == 400)
        #expect(full.messageKey == "CreateLimitReachedForResource")
        let reset = "\(service)/Actions/TelemetryService.ResetMetricReportDefinitionsToDefaults"
        #expect(pdu.send(.post, reset).status == 204)
        #expect(try pdu.json(definitions)["Members@odata.count"] == 1)
    }

    // MARK: Actions

    @Test func testReportsReachSubscribers() throws {
        var pdu = try SmallPDU()
        subscribe(&pdu)
        let submit = "\(service)/Actions/TelemetryService.SubmitTestMetricReport"
        let body: JSONValue = [
            "MetricReportName": "Trial",
            "GeneratedMetricReportValues": [
                ["MetricId": "X", "MetricValue": "42", "Timestamp": "2026-01-01T00:00:00Z"]
            ],
        ]
        #expect(pdu.send(.post, submit, body).status == 204)
        let sent = try takeReports(&pdu)
        #expect(sent.map { $0["Id"] } == ["Trial"])
        #expect(sent.last?["MetricValues"]?[0]?["MetricValue"] == "42")
        #expect(pdu.send(.get, "\(reports)/Trial").status == 404)
        for (name, values, key) in [
            (1, [], "ActionParameterValueTypeError"), ("", [], "ActionParameterValueFormatError"),
            ("T", 1, "ActionParameterValueTypeError"),
            ("T", [["MetricValue": 1]], "ActionParameterValueTypeError"),
            ("T", [["Timestamp": "now"]], "ActionParameterValueFormatError"),
            ("T", [["Colour": "red"]], "ActionParameterUnknown"),
        ] as [(JSONValue, JSONValue, String)] {
            let bad: JSONValue = ["MetricReportName": name, "GeneratedMetricReportValues": values]
            #expect(pdu.send(.post, submit, bad).messageKey == key)
        }
    }

    @Test func clearingTakesReportsUntilTheNextAreDue() throws {
        var pdu = try SmallPDU()
        pdu.wait(.seconds(1))
        let clear = "\(service)/Actions/TelemetryService.ClearMetricReports"
        #expect(pdu.send(.post, clear).status == 204)
        #expect(try pdu.json(reports)["Members@odata.count"] == 0)
        #expect(try pdu.json("\(definitions)/PowerAndEnergy")["MetricReport"] == nil)
        pdu.wait(.minutes(1))
        #expect(try pdu.json(reports)["Members@odata.count"] == 1)
    }
}
