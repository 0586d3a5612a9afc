import Electrical
import HTTPMessages
import HTTPTypes
import JSONText
import SmartPDU
import Testing
import VirtualTime

@Suite struct EventTests {
    private let subscriptions = "/redfish/v1/EventService/Subscriptions"
    private let test = "/redfish/v1/EventService/Actions/EventService.SubmitTestEvent"

    private func subscribe(
        _ pdu: inout SmallPDU, _ more: [JSONObject.Member] = []
    ) -> ResponseMessage {
        let base: JSONValue = [
            "Destination": "http://127.0.0.1:9/events?x=1", "Protocol": "Redfish",
            "Context": "mine",
        ]
        return pdu.send(
            .post, subscriptions, .object(JSONObject((base.object?.members ?? []) + more)))
    }

    @Test func deliversWithContextAndNumbers() throws {
        var pdu = try SmallPDU()
        let path = try #require(subscribe(&pdu).head.headerFields[.location])
        #expect(try pdu.json(path)["HttpHeaders"] == [])
        #expect(pdu.send(.post, test, ["MessageId": "ResourceEvent.1.4.TestMessage"]).status == 204)
        guard case .deliver(let delivery) = pdu.effects.first else {
            Issue.record("nothing is delivered")
            return
        }
        #expect(delivery.request.target == "/events?x=1")
        let payload = try JSONValue(parsing: delivery.request.body)
        #expect(payload["Context"] == "mine")
        #expect(payload["Events"]?[0]?["MemberId"] == "0")
        #expect(payload["Events"]?[0]?["EventId"] == "1")
        #expect(payload["Events"]?[0]?["EventType"] == "Alert")
    }

    @Test func filtersApply() throws {
        var pdu = try SmallPDU()
        _ = subscribe(&pdu, [.init(name: "RegistryPrefixes", value: ["Power"])])
        _ = pdu.send(.post, test, ["MessageId": "ResourceEvent.1.4.TestMessage"])
        #expect(try pdu.takeEvents().isEmpty)
        pdu.effects += pdu.device.operate(.outlet(0, .off), at: pdu.now).effects
        let ids = try pdu.takeEvents().compactMap { $0["MessageId"]?.string }
        #expect(ids == ["Power.1.2.OutletPoweredOff"])
    }

    @Test(
        arguments: [
            ("Protocol", "FTP", "PropertyValueNotInList"),
            ("Destination", "ftp://x", "PropertyValueFormatError"),
            ("RegistryPrefixes", ["Nope"], "PropertyValueNotInList"),
            ("Nonsense", 1, "PropertyUnknown"),
        ] as [(String, JSONValue, String)])
    func refusesWrongSubscriptions(name: String, value: JSONValue, key: String) throws {
        var pdu = try SmallPDU()
        var body: JSONValue = ["Destination": "http://127.0.0.1:9/", "Protocol": "Redfish"]
        body.replace(JSONPointer(tokens: [name]), with: value)
        let response = pdu.send(.post, subscriptions, body)
        #expect(response.status == 400)
        #expect(response.messageKey == key)
    }

    @Test func limitsSubscriptions() throws {
        var pdu = try SmallPDU()
        for _ in 0..<2 { #expect(subscribe(&pdu).status == 201) }
        #expect(subscribe(&pdu).messageKey == "EventSubscriptionLimitExceeded")
    }

    @Test func retriesAndGivesUp() throws {
        var pdu = try SmallPDU()
        let path = try #require(subscribe(&pdu).head.headerFields[.location])
        _ = pdu.send(.post, test, ["MessageId": "ResourceEvent.1.4.TestMessage"])
        var attempts = 0
        for _ in 0..<5 {
            let effects = pdu.effects
            pdu.effects = []
            for case .deliver(let delivery) in effects {
                attempts += 1
                pdu.effects += pdu.device.deliveryEnded(delivery.id, status: nil, at: pdu.now)
            }
            pdu.wait(.seconds(30))
        }
        // The last one says that the subscription has ended.
        #expect(attempts == 4)
        #expect(pdu.send(.get, path).status == 404)
    }

    @Test func keepsOrderWhileOneIsUnderWay() throws {
        var pdu = try SmallPDU()
        _ = subscribe(&pdu)
        for _ in 0..<3 { _ = pdu.send(.post, test, ["MessageId": "ResourceEvent.1.4.TestMessage"]) }
        #expect(pdu.effects.count == 1)
        let ids = try pdu.takeEvents().compactMap { $0["EventId"]?.string }
        #expect(ids == ["1", "2", "3"])
    }

    @Test func theLogKeepsWhatNobodySubscribedTo() throws {
        var pdu = try SmallPDU()
        let log = "/redfish/v1/Managers/Manager/LogServices/EventLog"
        _ = pdu.device.operate(.outlet(0, .off), at: pdu.now)
        let entry = try pdu.json("\(log)/Entries/1")
        #expect(entry["MessageId"] == "Power.1.2.OutletPoweredOff")
        let expanded = try pdu.json("\(log)/Entries")["Members"]?[0]
        #expect(expanded?["MessageId"] == entry["MessageId"])
        let origin = try #require(entry["Links"]?["OriginOfCondition"]?["@odata.id"]?.string)
        #expect(try pdu.json(origin)["PowerState"] == "Off")
        for id in ["0", "2", "01", "x"] {
            #expect(pdu.send(.get, "\(log)/Entries/\(id)").status == 404)
        }
        _ = pdu.device.operate(
            .emitEvents(count: 1000, over: .zero, perPayload: 100), at: pdu.now)
        #expect(try pdu.json("\(log)/Entries")["Members@odata.count"] == 1000)
        #expect(pdu.send(.get, "\(log)/Entries/1").status == 404)
        #expect(pdu.send(.get, "\(log)/Entries/1001").status == 200)
        #expect(try pdu.json(log)["Overflow"] == true)
        #expect(pdu.send(.post, "\(log)/Actions/LogService.ClearLog", [:]).status == 204)
        #expect(try pdu.json("\(log)/Entries")["Members"] == [])
        #expect(try pdu.json(log)["Overflow"] == false)
    }

    @Test func emitsBurstsEvenly() throws {
        var pdu = try SmallPDU()
        _ = subscribe(&pdu)
        pdu.effects +=
            pdu.device.operate(
                .emitEvents(count: 10, over: .seconds(10), perPayload: 3), at: pdu.now
            ).effects
        var count = try pdu.takeEvents().count
        #expect(count == 3)
        while let wake = pdu.device.nextWake, wake < start + .seconds(20) {
            pdu.wait(wake - pdu.now)
            count += try pdu.takeEvents().count
        }
        #expect(count == 10)
    }
}
