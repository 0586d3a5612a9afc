import HTTPMessages
import HTTPTypes
import JSONText
import SmartPDU
import Testing

/// SubmitTestEvent: what is given is told, and nothing else.
@Suite struct TestEventTests {
    private let action = "/redfish/v1/EventService/Actions/EventService.SubmitTestEvent"

    private func subscribed(_ filter: JSONValue? = nil) throws -> SmallPDU {
        var pdu = try SmallPDU()
        var body: JSONValue = ["Destination": "http://127.0.0.1:9/", "Protocol": "Redfish"]
        if let filter { body.replace(JSONPointer(tokens: ["Severities"]), with: filter) }
        #expect(pdu.send(.post, "/redfish/v1/EventService/Subscriptions", body).status == 201)
        return pdu
    }

    @Test func tellsAllThatIsGiven() throws {
        var pdu = try subscribed()
        let given: JSONValue = [
            "EventGroupId": 12, "EventId": "e-7", "EventTimestamp": "2026-01-15T11:00:00+01:00",
            "EventType": "StatusChange", "Message": "A lamp went out.",
            "MessageArgs": ["lamp", "3"],
            "MessageId": "Lamps.1.0.Out", "MessageSeverity": "Warning", "Severity": "Warning",
        ]
        var all = given
        let origin = "/redfish/v1/Chassis/PDU"
        all.replace(JSONPointer(tokens: ["OriginOfCondition"]), with: .string(origin))
        #expect(pdu.send(.post, action, all).status == 204)
        let record = try #require(try pdu.takeEvents().first)
        for member in given.object?.members ?? [] {
            #expect(record[member.name] == member.value, "\(member.name)")
        }
        #expect(record["OriginOfCondition"] == ["@odata.id": .string(origin)])
        #expect(record["MemberId"] == "0")
    }

    @Test func leavesOutWhatIsNotGiven() throws {
        var pdu = try subscribed()
        #expect(
            pdu.send(.post, action, ["MessageId": "ResourceEvent.1.4.TestMessage"]).status == 204)
        let record = try #require(try pdu.takeEvents().first?.object)
        #expect(record.members.map(\.name) == ["EventType", "EventId", "MemberId", "MessageId"])
    }

    @Test func filtersLookAtWhatIsGiven() throws {
        var pdu = try subscribed(["Critical"])
        for severity in ["OK", "Critical"] as [JSONValue] {
            _ = pdu.send(
                .post, action,
                ["MessageId": "ResourceEvent.1.4.TestMessage", "MessageSeverity": severity])
        }
        let severities = try pdu.takeEvents().compactMap { $0["MessageSeverity"]?.string }
        #expect(severities == ["Critical"])
    }

    @Test(
        arguments: [
            ("MessageId", 1, "ActionParameterValueTypeError"),
            ("MessageId", "TestMessage", "ActionParameterValueFormatError"),
            ("MessageId", "A.1.B", "ActionParameterValueFormatError"),
            ("EventId", 7, "ActionParameterValueTypeError"),
            ("EventGroupId", "7", "ActionParameterValueTypeError"),
            ("EventGroupId", ["1"], "ActionParameterValueTypeError"),
            ("EventTimestamp", "yesterday", "ActionParameterValueFormatError"),
            ("EventTimestamp", "2026-01-15T10:00:00", "ActionParameterValueFormatError"),
            ("EventType", "Party", "ActionParameterValueNotInList"),
            ("Message", ["x"], "ActionParameterValueTypeError"),
            ("MessageArgs", "x", "ActionParameterValueTypeError"),
            ("MessageArgs", [1], "ActionParameterValueTypeError"),
            ("MessageSeverity", "Bad", "ActionParameterValueNotInList"),
            ("MessageSeverity", 1, "ActionParameterValueTypeError"),
            ("OriginOfCondition", ["@odata.id": "/x"], "ActionParameterValueTypeError"),
            ("OriginOfCondition", "x y", "ActionParameterValueFormatError"),
            ("Severity", true, "ActionParameterValueTypeError"),
            ("Colour", "red", "ActionParameterUnknown"),
        ] as [(String, JSONValue, String)])
    func refusesWrongValues(name: String, value: JSONValue, key: String) throws {
        var pdu = try subscribed()
        var body: JSONValue = ["MessageId": "ResourceEvent.1.4.TestMessage"]
        body.replace(JSONPointer(tokens: [name]), with: value)
        let response = pdu.send(.post, action, body)
        #expect(response.status == 400)
        #expect(response.messageKey == key)
        #expect(pdu.effects.isEmpty)
    }

    @Test func theLogKeepsItReadable() throws {
        var pdu = try subscribed()
        _ = pdu.send(.post, action, ["MessageId": "ResourceEvent.1.4.TestMessage"])
        let log = "/redfish/v1/Managers/Manager/LogServices/EventLog/Entries/1"
        #expect(try pdu.json(log)["Message"]?.string?.isEmpty == false)
    }
}
