import Electrical
import HTTPMessages
import HTTPTypes
import JSONText
import SmartPDU
import Testing
import VirtualTime

/// How events reach receivers: retries, limits, heartbeats, and what is refused at subscription.
@Suite struct DeliveryTests {
    private let subscriptions = "/redfish/v1/EventService/Subscriptions"
    private let events = "/redfish/v1/EventService/Actions"

    private func subscribe(
        _ pdu: inout SmallPDU, _ more: KeyValuePairs<String, JSONValue> = [:]
    ) -> ResponseMessage {
        var body: JSONValue = ["Destination": "http://127.0.0.1:9/", "Protocol": "Redfish"]
        for (name, value) in more { body.replace(JSONPointer(tokens: [name]), with: value) }
        return pdu.send(.post, subscriptions, body)
    }

    private func emit(_ pdu: inout SmallPDU, _ count: Int = 1) {
        pdu.effects +=
            pdu.device.operate(
                .emitEvents(count: count, over: .zero, perPayload: 1), at: pdu.now
            ).effects
    }

    /// Every delivery that is under way fails; their payloads' message keys.
    private func fail(_ pdu: inout SmallPDU) throws -> [String] {
        let effects = pdu.effects
        pdu.effects = []
        var keys: [String] = []
        for case .deliver(let delivery) in effects {
            keys += try messageKeys(delivery.request.body)
            pdu.effects += pdu.device.deliveryEnded(delivery.id, status: nil, at: pdu.now)
        }
        return keys
    }

    private func messageKeys(_ body: [UInt8]) throws -> [String] {
        try JSONValue(parsing: body)["Events"]?.array?.compactMap {
            $0["MessageId"]?.string?.split(separator: ".").last.map(String.init)
        } ?? []
    }

    // MARK: Policies

    @Test func aTerminatedSubscriptionIsToldSoLast() throws {
        var pdu = try SmallPDU()
        _ = subscribe(&pdu)
        emit(&pdu)
        for _ in 0..<2 {
            #expect(try fail(&pdu) == ["TestMessage"])
            pdu.wait(.seconds(30))
        }
        #expect(try fail(&pdu) == ["TestMessage"])
        #expect(pdu.send(.get, "\(subscriptions)/1").status == 404)
        #expect(try fail(&pdu) == ["SubscriptionTerminated"])
        #expect(pdu.effects.isEmpty)
    }

    @Test func backoffDoublesAndSettles() throws {
        var pdu = try SmallPDU()
        _ = subscribe(&pdu, ["DeliveryRetryPolicy": "RetryForeverWithBackoff"])
        emit(&pdu)
        var waits: [Int64] = []
        for _ in 0..<9 {
            _ = try fail(&pdu)
            let from = pdu.now
            while pdu.effects.isEmpty, let wake = pdu.device.nextWake {
                pdu.wait(wake - pdu.now)
            }
            waits.append((pdu.now - from).milliseconds / 1000)
        }
        #expect(waits == [30, 60, 120, 240, 480, 960, 1920, 1920, 1920])
        #expect(pdu.send(.get, "\(subscriptions)/1").status == 200)
    }

    @Test func suspendsAndResumesWithWhatWasMissed() throws {
        var pdu = try SmallPDU()
        _ = subscribe(&pdu, ["DeliveryRetryPolicy": "SuspendRetries"])
        emit(&pdu)
        for _ in 0..<3 {
            _ = try fail(&pdu)
            pdu.wait(.seconds(30))
        }
        let path = "\(subscriptions)/1"
        #expect(try pdu.json(path)["Status"]?["State"] == "Disabled")
        emit(&pdu)
        #expect(pdu.effects.isEmpty)
        let resume = "\(path)/Actions/EventDestination.ResumeSubscription"
        #expect(pdu.send(.post, resume, [:]).status == 204)
        #expect(try pdu.json(path)["Status"]?["State"] == "Enabled")
        #expect(try pdu.takeEvents().compactMap { $0["EventId"]?.string } == ["1", "2"])
    }

    @Test(arguments: [("PT0S", []), ("PT1M", ["2"]), ("PT1H", ["1", "2"])])
    func resumesWithWhatIsYoungEnough(age: String, ids: [String]) throws {
        var pdu = try SmallPDU()
        _ = subscribe(&pdu)
        let actions = "\(subscriptions)/1/Actions"
        let suspend = "\(actions)/EventDestination.SuspendSubscription"
        #expect(pdu.send(.post, suspend, [:]).status == 204)
        emit(&pdu)
        pdu.wait(.minutes(10))
        emit(&pdu)
        let response = pdu.send(
            .post, "\(actions)/EventDestination.ResumeSubscription",
            ["DeliverBufferedEventDuration": .string(age)])
        #expect(response.status == 204)
        #expect(try pdu.takeEvents().compactMap { $0["EventId"]?.string } == ids)
    }

    @Test(
        arguments: [
            (5, "ActionParameterValueTypeError"), ("soon", "ActionParameterValueFormatError"),
        ] as [(JSONValue, String)])
    func refusesAnAgeThatIsNone(age: JSONValue, key: String) throws {
        var pdu = try SmallPDU()
        _ = subscribe(&pdu)
        let response = pdu.send(
            .post, "\(subscriptions)/1/Actions/EventDestination.ResumeSubscription",
            ["DeliverBufferedEventDuration": age])
        #expect(response.status == 400)
        #expect(response.messageKey == key)
    }

    @Test func triesBackupsBeforeItWaits() throws {
        var pdu = try SmallPDU()
        let backups: JSONValue = ["http://127.0.0.1:10/", "http://[::1]:11/x"]
        _ = subscribe(&pdu, ["BackupDestinations": backups])
        emit(&pdu)
        var tried: [String] = []
        for _ in 0..<3 {
            guard case .deliver(let delivery) = pdu.effects.removeFirst() else { continue }
            tried.append(delivery.destination)
            pdu.effects += pdu.device.deliveryEnded(delivery.id, status: 503, at: pdu.now)
        }
        #expect(tried == ["http://127.0.0.1:9/", "http://127.0.0.1:10/", "http://[::1]:11/x"])
        #expect(pdu.effects.isEmpty)
    }

    // MARK: Limits

    @Test func aDeadReceiverCostsBoundedMemoryAndLearnsOfTheLoss() throws {
        var pdu = try SmallPDU(eventQueueLimit: 10)
        _ = subscribe(&pdu, ["DeliveryRetryPolicy": "RetryForever"])
        emit(&pdu, 500)
        _ = try fail(&pdu)
        pdu.wait(.seconds(30))
        let keys = try pdu.takeEvents().compactMap {
            $0["MessageId"]?.string?.split(separator: ".").last.map(String.init)
        }
        #expect(keys.count { $0 == "TestMessage" } == 10)
        #expect(keys.count { $0 == "EventBufferExceeded" } == 1)
        emit(&pdu)
        #expect(try pdu.takeEvents().count == 1)
    }

    @Test(.timeLimit(.minutes(2))) func manyRecordsGoOutInOrder() throws {
        var pdu = try SmallPDU(eventQueueLimit: 65_536)
        _ = subscribe(&pdu)
        emit(&pdu, 20_000)
        var ids: [Int] = []
        while case .deliver(let delivery) = pdu.effects.popLast() {
            let id = try JSONValue(parsing: delivery.request.body)["Events"]?[0]?["EventId"]
            ids.append(Int(id?.string ?? "") ?? 0)
            pdu.effects = pdu.device.deliveryEnded(delivery.id, status: 204, at: pdu.now)
        }
        #expect(ids == Array(1...20_000))
    }

    // MARK: Heartbeats

    @Test func sendsHeartbeatsWhateverTheFilter() throws {
        var pdu = try SmallPDU()
        _ = subscribe(
            &pdu,
            [
                "SendHeartbeat": true, "HeartbeatIntervalMinutes": 2,
                "RegistryPrefixes": ["Power"],
            ])
        #expect(try pdu.json("\(subscriptions)/1")["HeartbeatIntervalMinutes"] == 2)
        var instants: [VirtualInstant] = []
        while let wake = pdu.device.nextWake, wake <= start + .minutes(7) {
            pdu.wait(wake - pdu.now)
            for record in try pdu.takeEvents() {
                #expect(record["MessageId"] == "HeartbeatEvent.1.1.RedfishServiceFunctional")
                instants.append(pdu.now)
            }
        }
        #expect(instants == [2, 4, 6].map { start + .minutes($0) })
    }

    // MARK: What is in an event

    @Test func carriesTheOriginWhereThatIsWanted() throws {
        var pdu = try SmallPDU()
        _ = subscribe(&pdu, ["IncludeOriginOfCondition": true])
        pdu.effects += pdu.device.operate(.outlet(0, .off), at: pdu.now).effects
        let origin = try #require(try pdu.takeEvents().first?["OriginOfCondition"])
        #expect(origin["PowerState"] == "Off")
        #expect(origin["@odata.id"]?.string?.hasSuffix("/Outlets/1") == true)
    }

    // MARK: Subscription bodies

    @Test(
        arguments: [
            ("Destination", "https://127.0.0.1:9/x", nil), ("Destination", "http://[::1]:9/x", nil),
            ("Destination", "http://", "PropertyValueFormatError"),
            ("Destination", "http://u:p@127.0.0.1/", "PropertyValueFormatError"),
            ("Destination", "http://127.0.0.1:0/", "PropertyValueFormatError"),
            ("Destination", "http://127.0.0.1:99999/", "PropertyValueFormatError"),
            ("Destination", "http://[::1/", "PropertyValueFormatError"),
            ("Destination", "http://127.0.0.1/a b", "PropertyValueFormatError"),
            ("Destination", "http://127.0.0.1/\r\nX: y", "PropertyValueFormatError"),
            ("HttpHeaders", [["X-Key": "value"]], nil),
            ("HttpHeaders", [["X-Key": "a\r\nX-Other: b"]], "PropertyValueFormatError"),
            ("HttpHeaders", [["X Key": "a"]], "PropertyValueFormatError"),
            ("HttpHeaders", [["Content-Length": "5"]], "PropertyValueFormatError"),
            ("HttpHeaders", [["X-Key": 1]], "PropertyValueTypeError"),
            ("HttpHeaders", ["X-Key"], "PropertyValueTypeError"),
            ("EventFormatType", "MetricReport", nil),
            ("EventFormatType", "Letter", "PropertyValueNotInList"),
            ("SubscriptionType", "SSE", "PropertyValueNotInList"),
            ("HeartbeatIntervalMinutes", 5, "PropertyValueConflict"),
            ("HeartbeatIntervalMinutes", 0, "PropertyValueOutOfRange"),
            ("SendHeartbeat", "yes", "PropertyValueTypeError"),
            ("BackupDestinations", ["ftp://x"], "PropertyValueFormatError"),
            ("VerifyCertificate", 1, "PropertyValueTypeError"),
            ("MetricReportDefinitions", [["@odata.id": "/x"]], nil),
            ("MetricReportDefinitions", ["/x"], "PropertyValueFormatError"),
            ("EventTypes", ["Alert"], "PropertyUnknown"),
        ] as [(String, JSONValue, String?)])
    func looksAtEveryProperty(name: String, value: JSONValue, key: String?) throws {
        var pdu = try SmallPDU()
        var body: JSONValue = ["Destination": "http://127.0.0.1:9/", "Protocol": "Redfish"]
        body.replace(JSONPointer(tokens: [name]), with: value)
        let response = pdu.send(.post, subscriptions, body)
        #expect(response.status == (key == nil ? 201 : 400))
        #expect(response.messageKey == key)
    }

    @Test func boundsFilters() throws {
        var pdu = try SmallPDU()
        let many = JSONValue.array(Array(repeating: "Power.1.2.BreakerTripped", count: 10_000))
        let response = subscribe(&pdu, ["MessageIds": many])
        #expect(response.status == 400)
        #expect(response.messageKey == "ArraySizeTooLong")
    }

    @Test func changesOnlyWhatAStreamHas() throws {
        var pdu = try SmallPDU()
        pdu.openStream()
        let response = pdu.send(
            .patch, "\(subscriptions)/1", ["DeliveryRetryPolicy": "RetryForever"])
        #expect(response.status == 400)
        #expect(pdu.send(.patch, "\(subscriptions)/1", ["Context": "mine"]).status == 200)
        #expect(try pdu.json("\(subscriptions)/1")["Context"] == "mine")
    }
}
