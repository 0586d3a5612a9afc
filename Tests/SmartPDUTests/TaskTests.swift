import HTTPMessages
import HTTPTypes
import JSONText
import SmartPDU
import Testing
import VirtualTime

@Suite struct TaskTests {
    private let tasks = "/redfish/v1/TaskService/Tasks"
    private let update = "/redfish/v1/UpdateService/Actions/UpdateService.SimpleUpdate"
    private let export =
        "/redfish/v1/PowerEquipment/RackPDUs/1/Actions/PowerDistribution.ExportConfiguration"
    private let firmware = "/redfish/v1/UpdateService/FirmwareInventory/Controller"
    private let image: JSONValue = ["ImageURI": "https://images.example/small-2.1.0.bin"]

    @Test func anUpdateIsAcceptedWaitedForAndDone() throws {
        var pdu = try SmallPDU()
        let accepted = pdu.send(.post, update, image)
        #expect(accepted.status == 202)
        #expect(accepted.head.headerFields[.retryAfter] == "20")
        #expect(try accepted.json["@odata.id"]?.string == "\(tasks)/1")
        #expect(try accepted.json["TaskState"] == "Running")
        let monitor = try #require(accepted.head.headerFields[.location])
        #expect(try accepted.json["TaskMonitor"]?.string == monitor)

        pdu.wait(.seconds(5))
        let waiting = pdu.send(.get, monitor)
        #expect(waiting.status == 202)
        #expect(waiting.head.headerFields[.location] == monitor)
        #expect(waiting.head.headerFields[.retryAfter] == "15")
        #expect(try waiting.json["PercentComplete"] == 25)
        #expect(try pdu.json(firmware)["Version"] == "1.0")

        pdu.wait(.seconds(15))
        let done = pdu.send(.get, monitor)
        #expect(done.status == 200)
        #expect(done.messageKey == "Success")
        #expect(done.head.headerFields[.location] == firmware)
        #expect(try pdu.json(firmware)["Version"] == "2.1.0")
        #expect(try pdu.json("/redfish/v1/Managers/Manager")["FirmwareVersion"] == "2.1.0")
        let task = try pdu.json("\(tasks)/1")
        #expect(task["TaskState"] == "Completed")
        #expect(task["PercentComplete"] == 100)
        #expect(task["EndTime"]?.string == "2026-01-15T10:00:20Z")
    }

    @Test func aMonitorGoesSomeTimeAfterItWasRead() throws {
        var pdu = try SmallPDU()
        let monitor = try #require(
            pdu.send(.post, update, image).head.headerFields[.location])
        pdu.wait(.minutes(30))
        #expect(pdu.send(.head, monitor).status == 200)
        pdu.wait(.minutes(5))
        #expect(pdu.send(.get, monitor).status == 200)
        pdu.wait(.seconds(59))
        #expect(pdu.send(.get, monitor).status == 200)
        pdu.wait(.seconds(1))
        #expect(pdu.send(.get, monitor).messageKey == "ResourceMissingAtURI")
        #expect(try pdu.json("\(tasks)/1")["TaskMonitor"] == nil)
        pdu.wait(.hours(24))
        #expect(pdu.send(.get, "\(tasks)/1").status == 404)
    }

    @Test func anImageThatIsNoneEndsInAnException() throws {
        var pdu = try SmallPDU()
        let uri = "http://images.example/readme.txt?v=2.0"
        let monitor = try #require(
            pdu.send(.post, update, ["ImageURI": .string(uri)]).head.headerFields[.location])
        pdu.wait(.seconds(20))
        let failed = pdu.send(.get, monitor)
        #expect(failed.status == 400)
        #expect(failed.messageKey == "ResourceAtUriInUnknownFormat")
        let task = try pdu.json("\(tasks)/1")
        #expect(task["TaskState"] == "Exception")
        #expect(task["TaskStatus"] == "Critical")
        #expect(try pdu.json(firmware)["Version"] == "1.0")
    }

    @Test(
        arguments: [
            ([:], "ActionParameterMissing"), (["ImageURI": 1], "ActionParameterValueTypeError"),
            (["ImageURI": ""], "ActionParameterValueFormatError"),
            (["ImageURI": "ftp://x/a-1.0.bin"], "ActionParameterValueFormatError"),
            (["ImageURI": "http://x/a b"], "ActionParameterValueFormatError"),
            (
                ["ImageURI": "http://x/1.0", "TransferProtocol": "TFTP"],
                "ActionParameterValueNotInList"
            ),
            (
                ["ImageURI": "http://x/1.0", "Targets": ["/redfish/v1/Nope"]],
                "ActionParameterValueNotInList"
            ),
            (["ImageURI": "http://x/1.0", "Targets": "x"], "ActionParameterValueTypeError"),
            (["ImageURI": "http://x/1.0", "Password": 1], "ActionParameterValueTypeError"),
            (["ImageURI": "http://x/1.0", "ForceUpdate": "yes"], "ActionParameterValueTypeError"),
            (["ImageURI": "http://x/1.0", "Colour": 1], "ActionParameterUnknown"),
        ] as [(JSONValue, String)])
    func refusesUpdatesByName(body: JSONValue, key: String) throws {
        var pdu = try SmallPDU()
        let response = pdu.send(.post, update, body)
        #expect(response.status == 400)
        #expect(response.messageKey == key)
        #expect(try pdu.json(tasks)["Members@odata.count"] == 0)
    }

    @Test func oneTaskRunsAtATime() throws {
        var pdu = try SmallPDU()
        #expect(pdu.send(.post, update, image).status == 202)
        #expect(try pdu.send(.post, update, image).json["TaskState"] == "New")
        pdu.wait(.seconds(20))
        #expect(try pdu.json("\(tasks)/1")["TaskState"] == "Completed")
        #expect(try pdu.json("\(tasks)/2")["TaskState"] == "Running")
        pdu.wait(.seconds(20))
        #expect(try pdu.json("\(tasks)/2")["TaskState"] == "Completed")
    }

    @Test func deletingCancelsAndWhatWaitsMovesUp() throws {
        var pdu = try SmallPDU()
        for _ in 0..<2 { #expect(pdu.send(.post, update, image).status == 202) }
        pdu.wait(.seconds(5))
        #expect(pdu.send(.delete, "\(tasks)/1").status == 204)
        #expect(pdu.send(.get, "\(tasks)/1").status == 404)
        #expect(pdu.send(.get, "/redfish/v1/TaskService/TaskMonitors/1").status == 404)
        #expect(try pdu.json("\(tasks)/2")["TaskState"] == "Running")
        #expect(try pdu.json("\(tasks)/2")["StartTime"]?.string == "2026-01-15T10:00:05Z")
        #expect(pdu.send(.delete, "/redfish/v1/TaskService/TaskMonitors/2").status == 204)
        pdu.wait(.minutes(1))
        #expect(try pdu.json(firmware)["Version"] == "1.0")
    }

    @Test func keepsSomeTasksAndLetsTheOldestOneDoneGo() throws {
        var pdu = try SmallPDU()
        for _ in 0..<16 { #expect(pdu.send(.post, update, image).status == 202) }
        let full = pdu.send(.post, update, image)
        #expect(full.status == 400)
        #expect(full.messageKey == "CreateLimitReachedForResource")
        pdu.wait(.seconds(20))
        #expect(pdu.send(.post, update, image).status == 202)
        #expect(pdu.send(.get, "\(tasks)/1").status == 404)
        #expect(try pdu.json(tasks)["Members@odata.count"] == 16)
        pdu.wait(.minutes(1))
        let clear = "/redfish/v1/TaskService/Actions/TaskService.DeleteAllCompletedTasks"
        #expect(pdu.send(.post, clear).status == 204)
        #expect(try pdu.json(tasks)["Members@odata.count"] == 13)
    }

    @Test func subscribersHearOfTasks() throws {
        var pdu = try SmallPDU()
        let subscription: JSONValue = [
            "Destination": "http://127.0.0.1:9/events", "Protocol": "Redfish",
            "RegistryPrefixes": ["TaskEvent"],
        ]
        #expect(
            pdu.send(.post, "/redfish/v1/EventService/Subscriptions", subscription).status == 201)
        #expect(pdu.send(.post, update, image).status == 202)
        pdu.wait(.seconds(20))
        #expect(pdu.send(.post, update, image).status == 202)
        #expect(pdu.send(.delete, "\(tasks)/2").status == 204)
        #expect(pdu.device.nextWake == pdu.now)
        pdu.wait(.zero)
        let events = try pdu.takeEvents()
        #expect(
            events.map { $0["MessageId"]?.string } == [
                "TaskEvent.1.0.TaskStarted", "TaskEvent.1.0.TaskCompletedOK",
                "TaskEvent.1.0.TaskStarted", "TaskEvent.1.0.TaskCancelled",
            ])
        #expect(events.first?["OriginOfCondition"]?["@odata.id"]?.string == "\(tasks)/1")
    }

    @Test func exportsTheConfigurationIntoAFile() throws {
        var pdu = try SmallPDU()
        let outlet = "/redfish/v1/PowerEquipment/RackPDUs/1/Outlets/2"
        #expect(pdu.send(.patch, outlet, ["UserLabel": "router"]).status == 200)
        let accepted = pdu.send(
            .post, export, ["ExportType": "Clone", "Components": ["PowerDistribution"]])
        #expect(accepted.status == 202)
        pdu.wait(.seconds(3))
        let monitor = try #require(accepted.head.headerFields[.location])
        let file = try #require(pdu.send(.get, monitor).head.headerFields[.location])
        let response = pdu.send(.get, file)
        #expect(response.status == 200)
        #expect(try response.json["PowerDistribution"]?["Outlets"]?[1]?["UserLabel"] == "router")
        #expect(try response.json["SerialNumber"] == nil)
        #expect(try response.json["Manager"] == nil)
        #expect(pdu.send(.get, file, fields: [:]).status == 401)
        #expect(pdu.send(.delete, file).status == 405)
    }

    @Test(
        arguments: [
            (["ExportType": "Clone"], "ActionParameterMissing"),
            (["ExportType": "Copy", "Components": ["All"]], "ActionParameterValueNotInList"),
            (["ExportType": "Clone", "Components": "All"], "ActionParameterValueTypeError"),
            (["ExportType": "Clone", "Components": [1]], "ActionParameterValueTypeError"),
            (["ExportType": "Clone", "Components": ["Fans"]], "ActionParameterValueNotInList"),
            (
                ["ExportType": "Clone", "Components": ["All"], "EncryptionPassphrase": "x"],
                "ActionParameterUnknown"
            ),
        ] as [(JSONValue, String)])
    func refusesExportsByName(body: JSONValue, key: String) throws {
        var pdu = try SmallPDU()
        #expect(pdu.send(.post, export, body).messageKey == key)
    }

    @Test func serviceSettingsAreBounded() throws {
        var pdu = try SmallPDU()
        let path = "/redfish/v1/TaskService"
        #expect(pdu.send(.patch, path, ["TaskMonitorAutoExpirySeconds": 0]).status == 200)
        #expect(
            pdu.send(.patch, path, ["TaskAutoDeleteTimeoutMinutes": 0]).messageKey
                == "PropertyValueOutOfRange")
        let monitor = try #require(
            pdu.send(.post, update, image).head.headerFields[.location])
        pdu.wait(.seconds(20))
        #expect(pdu.send(.get, monitor).status == 200)
        #expect(pdu.send(.get, monitor).status == 404)
    }
}
