import Findings
import Foundation
import Testing
import Validation

@Suite struct EventTests {
    private let event = """
        {"@odata.type": "#Event.v1_7_0.Event", "Id": "1", "Name": "Event", "Context": "c",
         "Events": [{"MemberId": "0", "EventId": "1",
           "EventTimestamp": "2026-01-15T10:00:00Z", "Message": "m", "MessageSeverity": "Critical",
           "MessageId": "Power.1.2.CurrentAboveUpperCriticalThreshold",
           "MessageArgs": ["A", "16.1", "16"],
           "OriginOfCondition": {"@odata.id": "/redfish/v1/Chassis/1/Sensors/A"}}]}
        """

    @Test func goodEventIsClean() throws {
        #expect(try findings(event, .event) == [])
        let withoutTrailingErrata = event.replacingOccurrences(
            of: "Power.1.2.C", with: "Power.1.2.0.C")
        #expect(try rules(withoutTrailingErrata, .event) == [])
    }

    @Test(arguments: [
        Mutation("message-id", "CurrentAboveUpperC", "CurrentOverUpperC"),
        Mutation("message-registry", "Power.1.2", "Contoso.1.2"),
        Mutation("message-args", "\"16.1\", \"16\"", "\"16.1\""),
        Mutation("message-args", "\"MessageArgs\": [\"A\", \"16.1\", \"16\"],", ""),
        Mutation("message-args", "\"16.1\"", "\"16.1 A\""),
        Mutation("required", "\"MemberId\": \"0\",", ""),
        Mutation("enum-member", "\"Critical\"", "\"Grave\""),
        Mutation("deprecated-property", "\"EventId\"", "\"Severity\": \"OK\", \"EventId\""),
        Mutation("unknown-property", "\"EventId\"", "\"EventID\""),
        Mutation("known-type", "#Event.v1_7_0", "#Event.v1_77_0"),
        Mutation("type-matches", "#Event.v1_7_0.Event", "#Role.v1_3_3.Role"),
        Mutation("format", "2026-01-15T10:00:00Z", "15.1.2026"),
        Mutation("reference", "\"@odata.id\": \"/redfish/v1/Chassis/1/Sensors/A\"", ""),
    ])
    func oneMutationOneRule(mutation: Mutation) throws {
        #expect(try rules(mutation.apply(to: event), .event) == [mutation.rule])
    }

    @Test func emptyEvent() throws {
        let empty = """
            {"@odata.type": "#Event.v1_7_0.Event", "Id": "1", "Name": "Event", "Events": []}
            """
        #expect(try rules(empty, .event) == ["schema/event"])
    }
}

@Suite struct ErrorBodyTests {
    private let body = """
        {"error": {"code": "Base.1.22.GeneralError", "message": "m", "@Message.ExtendedInfo": [
          {"@odata.type": "#Message.v1_3_0.Message", "MessageId": "Base.1.22.PropertyUnknown",
           "Message": "m", "MessageArgs": ["X"], "MessageSeverity": "Warning",
           "RelatedProperties": ["#/X"], "Resolution": "r"}]}}
        """

    @Test func goodErrorIsClean() throws {
        #expect(try findings(body, .error) == [])
    }

    @Test(arguments: [
        Mutation("required", "\"code\": \"Base.1.22.GeneralError\", ", ""),
        Mutation("json-type", "\"message\": \"m\"", "\"message\": 1"),
        Mutation("unknown-property", "{\"error\":", "{\"err\": 1, \"error\":"),
        Mutation("message-id", "Base.1.22.GeneralError", "Base.1.22.GeneralErr"),
        Mutation("message-id", "Base.1.22.GeneralError", "Base.GeneralError"),
        Mutation("message-args", "[\"X\"]", "[\"X\", \"Y\"]"),
        Mutation(
            "error-messages", "@Message.ExtendedInfo",
            "@Message.ExtendedInfo\": [], \"@odata.context"),
    ])
    func oneMutationOneRule(mutation: Mutation) throws {
        let found = try rules(mutation.apply(to: body), .error)
        #expect(found.contains(mutation.rule), "\(found)")
    }

    @Test func bareError() throws {
        let bare = #"{"error": {"code": "Base.1.22.GeneralError", "message": "m"}}"#
        #expect(try findings(bare, .error).map(\.level) == [.warn])
        #expect(try rules(bare, .error) == ["schema/error-messages"])
    }
}

@Suite struct RequestTests {
    @Test(arguments: [
        (#"{"UserName": "a", "Password": "b"}"#, [String]()),
        (#"{"UserName": "a"}"#, ["schema/required-on-create"]),
        (#"{"UserName": "a", "Password": 1}"#, ["schema/json-type"]),
        (
            #"{"UserName": "a", "Pasword": "b"}"#,
            ["schema/required-on-create", "schema/unknown-property"]
        ),
    ])
    func sessionCreation(body: String, expected: [String]) throws {
        #expect(try rules(body, .requestCreate(schema: "Session")) == expected)
    }

    @Test func subscriptionCreationMaySetWhatIsReadOnlyLater() throws {
        let body = """
            {"Destination": "http://127.0.0.1:9000/events", "Protocol": "Redfish", "Context": "c",
             "RegistryPrefixes": ["Power"], "HeartbeatIntervalMinutes": 5,
             "DeliveryRetryPolicy": "RetryForever"}
            """
        let context = PayloadContext.requestCreate(schema: "EventDestination")
        #expect(try rules(body, context) == [])
        let never = body.replacingOccurrences(of: "5", with: "0")
        #expect(try rules(never, context) == ["schema/bounds"])
        let unknown = try rules(body, .requestCreate(schema: "EventDestinatoin"))
        #expect(unknown == ["schema/known-type"])
    }

    @Test(arguments: [
        (#"{"PowerRestorePolicy": "AlwaysOn"}"#, [String]()),
        (#"{"PowerRestorePolicy": "Sometimes"}"#, ["schema/enum-member"]),
        (#"{"PowerRestorePolicy": null}"#, ["schema/null"]),
        (#"{"PowerState": "Off"}"#, ["schema/not-writable"]),
        (#"{"EnergykWh": {"Reading": 0}}"#, ["schema/not-writable"]),
        (#"{"Actions": {}}"#, ["schema/not-writable"]),
        (#"{"Status": {"Health": "OK"}}"#, ["schema/not-writable"]),
        (#"{"UserLabel": "db1", "Nonsense": 1}"#, ["schema/unknown-property"]),
        (#"{"PowerOnDelaySeconds": "4"}"#, ["schema/json-type"]),
        (#"{}"#, []),
    ])
    func outletUpdate(body: String, expected: [String]) throws {
        #expect(try rules(body, .requestUpdate(type: "#Outlet.v1_4_4.Outlet")) == expected)
    }

    @Test func collectionsAreNotPatched() throws {
        let context = PayloadContext.requestUpdate(type: "#OutletCollection.OutletCollection")
        #expect(try rules("{}", context) == ["schema/not-writable"])
    }

    @Test(arguments: [
        (#"{"PowerState": "Off"}"#, [String]()),
        (#"{"PowerState": "Offf"}"#, ["schema/enum-member"]),
        (#"{"PowerState": 0}"#, ["schema/json-type"]),
        (#"{"State": "Off"}"#, ["schema/parameter"]),
        (#"{"PowerState": "Off", "@Redfish.OperationApplyTime": "Immediate"}"#, []),
    ])
    func powerControl(body: String, expected: [String]) throws {
        let context = PayloadContext.action(
            name: "Outlet.PowerControl", type: "#Outlet.v1_4_4.Outlet")
        #expect(try rules(body, context) == expected)
    }

    @Test func parametersThatMustBeThere() throws {
        let context = PayloadContext.action(
            name: "OutletGroup.PowerControl", type: "#OutletGroup.v1_2_0.OutletGroup")
        #expect(try rules("{}", context) == [])
        let submit = PayloadContext.action(
            name: "EventService.SubmitTestEvent", type: "#EventService.v1_12_0.EventService")
        #expect(try rules(#"{"MessageId": "Base.1.22.Success"}"#, submit) == [])
        #expect(try rules("{}", submit) == ["schema/parameter"])
        let unknown = PayloadContext.action(name: "Outlet.Explode", type: "")
        #expect(try rules("{}", unknown) == ["schema/action"])
    }
}
