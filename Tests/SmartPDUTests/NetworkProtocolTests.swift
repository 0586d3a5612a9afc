import HTTPMessages
import HTTPTypes
import JSONText
import Testing

@Suite struct NetworkProtocolTests {
    private let path = "/redfish/v1/Managers/Manager/NetworkProtocol"

    /// Elements of the array before the PATCH, in it, and after it.
    @Test(
        arguments: [
            (["a", "b"], [.null, "b"], ["b"]), (["a", "b"], [[:], "c"], ["a", "c"]),
            (["a", "b"], ["b"], ["b"]), (["a"], ["a", "b", "10.0.0.1"], ["a", "b", "10.0.0.1"]),
            (["a", "b", "c"], [[:], .null, "d", "e"], ["a", "d", "e"]), (["a"], [], []),
        ] as [(JSONValue, JSONValue, JSONValue)])
    func arraysChangeElementByElement(before: JSONValue, patch: JSONValue, after: JSONValue) throws
    {
        var pdu = try SmallPDU()
        #expect(pdu.send(.patch, path, ["NTP": ["NTPServers": before]]).status == 200)
        #expect(pdu.send(.patch, path, ["NTP": ["NTPServers": patch]]).status == 200)
        #expect(try pdu.json(path)["NTP"]?["NTPServers"] == after)
    }

    @Test(
        arguments: [
            (["NTP": 1], "PropertyValueTypeError", "/NTP"),
            (["NTP": ["Port": 1]], "PropertyNotWritable", "/NTP/Port"),
            (["NTP": ["Shoe": 1]], "PropertyUnknown", "/NTP/Shoe"),
            (["NTP": ["NTPServers": [1]]], "PropertyValueTypeError", "/NTP/NTPServers"),
            (["NTP": ["NTPServers": ["a b"]]], "PropertyValueFormatError", "/NTP/NTPServers"),
            (["NTP": ["NTPServers": [[:]]]], "PropertyValueTypeError", "/NTP/NTPServers"),
            (["HTTP": ["Port": 1]], "PropertyNotWritable", "/HTTP"),
        ] as [(JSONValue, String, String)])
    func refusesByName(body: JSONValue, key: String, pointer: String) throws {
        var pdu = try SmallPDU()
        let response = pdu.send(.patch, path, body)
        #expect(response.status == 400)
        #expect(response.messageKey == key)
        let info = try response.json["error"]?["@Message.ExtendedInfo"]?[0]
        #expect(info?["RelatedProperties"] == [.string(pointer)])
    }

    @Test func refusesTooMany() throws {
        var pdu = try SmallPDU()
        let many = JSONValue.array((0..<9).map { .string("host-\($0)") })
        let response = pdu.send(.patch, path, ["NTP": ["NTPServers": many]])
        #expect(response.messageKey == "ArraySizeTooLong")
    }

    @Test func nestedPropertiesChangePartly() throws {
        var pdu = try SmallPDU()
        let response = pdu.send(.patch, path, ["NTP": ["ProtocolEnabled": true, "Port": 1]])
        #expect(response.status == 200)
        let body = try response.json
        #expect(body["NTP"]?["ProtocolEnabled"] == true)
        #expect(body["@Message.ExtendedInfo"]?[0]?["RelatedProperties"] == ["/NTP/Port"])
    }
}
