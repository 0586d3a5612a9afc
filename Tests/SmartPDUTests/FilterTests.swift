import HTTPMessages
import HTTPTypes
import JSONText
import SmartPDU
import Testing

private let outlets = "/redfish/v1/PowerEquipment/RackPDUs/1/Outlets"

/// `$filter` over four outlets: 100, 200, 300 and 0 W, the last one locked.
@Suite struct FilterTests {
    @Test(arguments: [
        ("Id eq '2'", "2"),
        ("Id ne '2'", "1 3 4"),
        ("Id gt '2'", "3 4"),
        ("Id ge '2' and Id lt '4'", "2 3"),
        ("Id le '1' or Id eq '4'", "1 4"),
        ("not (Id eq '1')", "2 3 4"),
        ("not(Id eq '1')and(Id ne '2')", "3 4"),
        // `and` binds tighter than `or`.
        ("Id eq '1' or Id eq '2' and Id eq '3'", "1"),
        ("(Id eq '1' or Id eq '2') and Id eq '3'", ""),
        ("PowerWatts/Reading gt 150", "2 3"),
        ("PowerWatts/Reading eq 2.00e2", "2"),
        ("100 eq PowerWatts/Reading", "1"),
        ("PowerWatts/Reading gt -1", "1 2 3 4"),
        ("Status/State eq 'Enabled'", "1 2 3 4"),
        // A property that is not there is null.
        ("Nonsense eq 'x'", ""),
        ("Nonsense ne 'x'", "1 2 3 4"),
        ("Nonsense/Deeper eq null", "1 2 3 4"),
        ("Id eq null", ""),
        ("PowerWatts/PowerFactor ne null", "1 2 3"),
        ("Nonsense", ""),
        ("true", "1 2 3 4"),
        ("Id eq 'it''s'", ""),
        ("@odata.id eq '\(outlets)/3'", "3"),
    ])
    func matches(expression: String, expected: String) throws {
        var pdu = try SmallPDU(watts: [100, 200, 300, 0])
        let found = try pdu.json("\(outlets)?$filter=\(expression)")
        let ids = found["Members"]?.array?.compactMap {
            $0["@odata.id"]?.string?.split(separator: "/").last
        }
        #expect(ids?.joined(separator: " ") == expected)
        #expect(found["Members@odata.count"]?.number?.exactInteger == Int64(ids?.count ?? -1))
    }

    @Test(arguments: [
        "", "Id", "Id eq", "eq '1'", "Id eq '1", "Id eq '1' or", "(Id eq '1'", "Id eq '1')",
        "Id = '1'", "Id eq \"1\"", "Id '1'", "Id eq '1' '2'", "Id eq eq", "and", "not", "()",
        "/Id eq '1'", "Id/ eq '1'", "Id eq [1]", "Id eq 0x1",
        String(repeating: "(", count: 5000), String(repeating: "not ", count: 5000) + "true",
    ])
    func refusesWhatIsNoExpression(expression: String) throws {
        var pdu = try SmallPDU()
        let response = pdu.send(.get, "\(outlets)?$filter=\(expression)")
        #expect(response.status == 400)
        // A lone property is an expression, but no truth.
        let isTyped = expression == "Id"
        #expect(
            response.messageKey
                == (isTyped ? "QueryParameterValueTypeError" : "QueryParameterValueFormatError"))
    }

    @Test(arguments: ["Id eq 1", "PowerWatts/Reading eq '1'", "Id lt true", "true gt false"])
    func refusesComparisonsBetweenTypes(expression: String) throws {
        var pdu = try SmallPDU()
        let response = pdu.send(.get, "\(outlets)?$filter=\(expression)")
        #expect(response.status == 400)
        #expect(response.messageKey == "QueryParameterValueTypeError")
    }

    @Test(arguments: ["contains(Id,'1')", "PowerWatts/Reading add 1 eq 2", "Id in ('1','2')"])
    func saysWhatOfODataIsMissing(expression: String) throws {
        var pdu = try SmallPDU()
        let response = pdu.send(.get, "\(outlets)?$filter=\(expression)")
        #expect(response.status == 501)
        #expect(response.messageKey == "QueryParameterUnsupported")
    }

    @Test func readsEscapesAndPlusSigns() throws {
        var pdu = try SmallPDU()
        let found = try pdu.json("\(outlets)?%24filter=Id+eq+%27%32%27")
        #expect(found["Members"]?[0]?["@odata.id"]?.string == "\(outlets)/2")
    }

    @Test func comesBeforeSkipTopAndExpand() throws {
        var pdu = try SmallPDU()
        let found = try pdu.json("\(outlets)?$expand=.&$top=1&$skip=1&$filter=Id gt '1'")
        #expect(found["Members"]?.array?.map { $0["Id"] } == ["3"])
        #expect(found["Members@odata.count"] == 3)
    }
}
