import CSDL
import Foundation
import Schema
import Testing

@testable import Validation

@Suite struct TextFormatTests {
    @Test(arguments: [
        ("2026-01-15T10:00:00Z", true), ("2026-01-15T10:00:00.123456+02:00", true),
        ("2024-02-29T23:59:60z", true), ("2026-02-29T10:00:00Z", false),
        ("2026-01-15T10:00:00", false), ("2026-01-15 10:00:00Z", false),
        ("2026-13-01T10:00:00Z", false), ("2026-01-15T24:00:00Z", false),
        ("2026-01-15T10:00:00.Z", false), ("2026-01-15T10:00:00Zx", false), ("", false),
        ("2026-01-15T10:00Z", false), ("2026-01-15T14:44.30-05:00", false),
    ])
    func dateTimes(text: String, isValid: Bool) {
        #expect(TextFormats.isValid(text, .dateTimeOffset) == isValid)
    }

    @Test(arguments: [
        ("PT8M20S", true), ("P1DT2H", true), ("PT0.25S", true), ("-PT1S", true), ("P3D", true),
        ("P", false), ("PT", false), ("P1DT", false), ("PT1.5H", false), ("PT1S1M", false),
        ("1H", false), ("PT1", false), ("P1Y", false),
    ])
    func durations(text: String, isValid: Bool) {
        #expect(TextFormats.isValid(text, .duration) == isValid)
    }

    @Test(arguments: [
        ("8e6b6e2c-9d2e-4c8e-9b7e-3b5d1c1a2f00", true),
        ("8E6B6E2C-9D2E-4C8E-9B7E-3B5D1C1A2F00", true),
        ("8e6b6e2c9d2e4c8e9b7e3b5d1c1a2f00", false),
        ("8e6b6e2c-9d2e-4c8e-9b7e-3b5d1c1a2f0g", false), ("", false),
    ])
    func uuids(text: String, isValid: Bool) {
        #expect(TextFormats.isValid(text, .guid) == isValid)
    }

    @Test(arguments: [
        ("/redfish/v1/Chassis/1#/Sensors/0", true), ("http://[::1]:80/a?b=c&d=%20", true),
        ("/a b", false), ("/a%2", false), ("/ä", false), ("/a|b", false), ("/{Id}", false),
    ])
    func uriReferences(text: String, isValid: Bool) {
        #expect(TextFormats.isURIReference(text) == isValid)
    }

    @Test(arguments: [
        ("::", true), ("::1/128", true), ("2001:db8::8:800:200c:417a", true),
        ("1:2:3:4:5:6:7:8", true), ("::ffff:192.0.2.1", true), ("1:2:3:4:5:6:7", false),
        ("1::2::3", false), ("12345::", false), ("::1/129", false), ("1.2.3.4", false),
    ])
    func ipv6(text: String, isValid: Bool) {
        #expect(TextFormats.isIPv6(text) == isValid)
    }

    @Test(arguments: [
        ("/redfish/v1/A/1", "/redfish/v1/A/{Id}", true),
        ("/redfish/v1/A/1/", "/redfish/v1/A/{Id}", true),
        ("/redfish/v1/A/1/B", "/redfish/v1/A/{Id}/B", true),
        ("/redfish/v1/A//B", "/redfish/v1/A/{Id}/B", false),
        ("/redfish/v1/A/1/B", "/redfish/v1/A/{Id}", false),
        ("/redfish/v1/A", "/redfish/v1/A/{Id}", false), ("/redfish/v1", "/redfish/v1/", false),
    ])
    func uriPatterns(uri: String, pattern: String, matches: Bool) {
        #expect(URIPattern.matches(uri, pattern) == matches)
    }
}

@Suite struct PatternMatcherTests {
    @Test(arguments: [
        ("^[A-Za-z0-9]+$", "abc9", true), ("^[A-Za-z0-9]+$", "abc 9", false),
        ("^[A-Za-z0-9]+$", "", false), ("b", "abc", true), ("^b", "abc", false),
        ("^a.c$", "abc", true), ("^a.c$", "a\nc", false), ("^(ab|cd)*$", "abcdab", true),
        ("^(ab|cd)*$", "abc", false), ("^x{2,3}$", "xx", true), ("^x{2,3}$", "xxxx", false),
        ("^x{2,}$", "xxxxx", true), ("^x{0,}$", "", true), ("^colou?r$", "color", true),
        ("^[^/]+$", "a/b", false), (#"^\d+\.\d+$"#, "1.22", true), (#"^\w\s\S$"#, "a b", true),
        (#"^[0-9A-Fa-f:\-]+$"#, "0a-:", true), ("(^a$)|(^$)", "", true), ("^[]a]$", "]", true),
        ("^[+-]$", "-", true), ("^ä+$", "ää", true), ("^[a-zä]$", "ä", true),
        (#"^(?:[0-9]{1,3}\.){3}[0-9]{1,3}$"#, "192.168.0.1", true),
        (#"^([0-9A-Fa-f]{2}[:-]){5}([0-9A-Fa-f]{2})$"#, "00:1b:63:84:45:e6", true),
        (#"^\d+\.\d+$|^NONE$|^ALL$"#, "ALL", true),
    ])
    func matches(pattern: String, text: String, expected: Bool) throws {
        let matcher = try #require(PatternMatcher(pattern))
        #expect(matcher.matches(text) == expected)
    }

    @Test(arguments: ["(", "a)", "[a", "*", "a**", "(?=a)", #"\1"#, "x{3,1}", "x{", "[b-a]"])
    func refusesWhatItDoesNotKnow(pattern: String) {
        #expect(PatternMatcher(pattern) == nil)
    }

    @Test(.timeLimit(.minutes(1)))
    func hostileTextsTakeLinearTime() throws {
        let matcher = try #require(PatternMatcher("^(a|a)*(a*)*b$"))
        #expect(!matcher.matches(String(repeating: "a", count: 20_000)))
    }

    @Test func everyPatternOfTheBundleCompiles() throws {
        let folder = packageRoot.appendingPathComponent("CSDL")
        var count = 0
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path)
        where name.hasSuffix(".xml") {
            let document = try SchemaDocument(
                csdl: bytes(of: folder.appendingPathComponent(name)), fileName: name)
            let types = document.namespaces.flatMap(\.structuredTypes)
            let patterns =
                types.flatMap(\.properties).compactMap(\.limits.pattern)
                + types.flatMap(\.dynamicPatterns).map(\.pattern)
            count += patterns.count
            for pattern in patterns { #expect(PatternMatcher(pattern) != nil, "\(pattern)") }
        }
        #expect(count > 100)
    }
}
