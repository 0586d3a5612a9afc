import JSONText
import Testing

@Suite struct WildcardTextTests {
    @Test(arguments: [
        ("/redfish/v1/Chassis/1", "/redfish/v1/*", true), ("a", "a", true), ("a", "", false),
        ("", "*", true), ("abcabd", "*abd", true), ("abcab", "*abd", false), ("abc", "a*c*", true),
        ("a*c", "a*c", true), ("", "", true), ("abc", "*b", false), ("aa", "a*a*a", false),
    ])
    func matches(text: String, pattern: String, matches: Bool) {
        #expect(WildcardText.matches(text, pattern) == matches)
    }

    /// Trying every run for every other one would take longer than the sun burns.
    @Test(.timeLimit(.minutes(1))) func manyRunsTakeNoTime() {
        let text = String(repeating: "a", count: 2_000)
        let pattern = String(repeating: "a*", count: 200) + "b"
        #expect(!WildcardText.matches(text, pattern))
        #expect(WildcardText.matches(text + "b", pattern))
    }
}
