import HTTPMessages
import HTTPTypes
import JSONText
import Testing
import VirtualTime

@testable import ReferenceClient

@Suite struct TextTests {
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
        ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
    ])
    func base64(plain: String, encoded: String) {
        #expect(ReferenceClient.base64(Array(plain.utf8)) == encoded)
    }

    @Test(
        arguments: [
            ("/a/b", "/a/b"), ("/a?x=/y#/z", "/a?x=/y"), ("http://h:1/a?b", "/a?b"),
            ("https://h", "/"), ("a/b", nil), ("", nil),
        ] as [(String, String?)])
    func requestTargets(link: String, target: String?) {
        #expect(requestTarget(of: link) == target)
    }

    @Test func origins() {
        #expect(origin(of: "HTTP://Host:80/a") == "http://host:80")
        #expect(origin(of: "/a") == nil)
    }

    @Test func messageKeysHaveNoVersion() {
        let response = json(
            """
            {"error":{"code":"Base.1.8.GeneralError",
             "@Message.ExtendedInfo":[{"MessageId":"Base.1.22.SessionLimitExceeded"},{}]}}
            """, status: .serviceUnavailable)
        #expect(response.messageKeys == ["SessionLimitExceeded", "GeneralError"])
    }

    @Test(
        arguments: [
            ("6438", 6_438_000_000_000), ("6438.0", 6_438_000_000_000),
            ("6.438E3", 6_438_000_000_000),
            ("1e-7", 100), ("\"12.5\"", 12_500_000_000), ("\"N/A\"", nil), ("null", nil),
            ("\"\"", nil), ("1.797e308", nil), ("-1", nil), ("true", nil),
        ] as [(String, Int64?)])
    func energyInAnyNumberForm(text: String, expected: Int64?) throws {
        for form in ["{\"EnergykWh\":{\"Reading\":\(text)}}", "{\"EnergykWh\":\(text)}"] {
            let reading = MeterReading(resource: try JSONValue(parsing: form))
            #expect(reading.hasRegister)
            #expect(reading.registerMicrowattHours == expected)
        }
    }

    @Test(
        arguments: [
            ("\"kW.h\"", 2_000_000_000), ("\"W.h\"", 2_000_000), ("\"J\"", 556),
            ("\"kV.A.h\"", nil),
        ] as [(String, Int64?)])
    func sensorsByTheirUnit(unit: String, expected: Int64?) throws {
        let sensor = try JSONValue(parsing: "{\"ReadingUnits\":\(unit),\"Reading\":2}")
        #expect(MeterReading(sensor: sensor)?.registerMicrowattHours == expected)
    }

    @Test(arguments: [
        "\"ReadingBasis\":\"Delta\"", "\"Enabled\":false", "\"ReadingType\":\"Power\"",
    ])
    func whatIsNoAbsoluteEnergy(member: String) throws {
        let sensor = try JSONValue(parsing: "{\"Reading\":2,\(member)}")
        #expect(MeterReading(sensor: sensor) == nil)
    }

    @Test func aLoginPageIsNoResource() {
        let page = ResponseMessage(
            status: .ok, fields: [.contentType: "text/html"], body: Array("{}".utf8))
        #expect(throws: PayloadError.notJSON(contentType: "text/html")) { try page.resource() }
        var marked = json("{\"a\":1}")
        marked.body = [0xef, 0xbb, 0xbf] + marked.body
        marked.head.headerFields[.contentType] = "application/JSON; charset=utf-8"
        #expect((try? marked.resource())?["a"] != nil)
    }
}
