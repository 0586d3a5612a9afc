import JSONText
import Testing
import VirtualTime

@testable import Judging

@Suite struct TextTests {
    @Test(arguments: [
        ("/redfish/v1/A", "/redfish/v1/A"), ("/redfish/v1/", "/redfish/v1"), ("/", "/"),
        ("https://pdu:8443/redfish/v1/A/?$top=1#/x", "/redfish/v1/A"), ("http://pdu", "/"),
        ("/redfish/v1/A?u=http://x/", "/redfish/v1/A"),
    ])
    func pathsHaveOneForm(reference: String, path: String) {
        #expect(servicePath(reference) == path)
    }

    @Test func aPathStandsBelowItsAncestorsOnly() {
        #expect(isPath("/a/b/c", atOrBelow: "/a/b"))
        #expect(isPath("/a/b", atOrBelow: "/a/b"))
        #expect(!isPath("/a/bc", atOrBelow: "/a/b"))
    }

    @Test(arguments: [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")])
    func countsAreGrouped(count: Int, text: String) {
        #expect(grouped(count) == text)
    }

    @Test(
        arguments: [
            ("56438", 203_176_800_000_000_000), ("0.000000001", 3600),
            ("6.438E3", 23_176_800_000_000_000),
        ] as [(String, Int64)])
    func kilowattHoursAreExact(text: String, microjoules: Int64) {
        #expect(JSONNumber(text: text).microjoules(.kilowattHours) == microjoules)
    }

    @Test func energyBeyondSixtyFourBitsIsNoNumber() {
        #expect(JSONNumber(text: "1.797e308").microjoules(.kilowattHours) == nil)
    }

    @Test(
        arguments: [
            ("30", 30_000), ("0", 0), ("Thu, 15 Jan 2026 10:00:30 GMT", 30_000),
            ("Thu, 15 Jan 2026 09:00:00 GMT", 0),
        ] as [(String, Int64)])
    func retryAfterIsSecondsOrADate(text: String, milliseconds: Int64) {
        #expect(retryDelay(text, at: Snippet.start)?.milliseconds == milliseconds)
    }

    @Test(arguments: ["soon", "-1", "Thu, 15 Foo 2026 10:00:30 GMT", ""])
    func anythingElseIsNoRetryAfter(text: String) {
        #expect(retryDelay(text, at: Snippet.start) == nil)
    }

    @Test(arguments: [("Power.1.2.BreakerTripped", "Power.BreakerTripped"), ("Odd", "Odd")])
    func messageIdsLoseTheirVersion(id: String, key: String) {
        #expect(versionless(id) == key)
    }
}
