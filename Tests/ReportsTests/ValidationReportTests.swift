import Findings
import JSONText
import Reports
import Testing

/// The reports of `validate`, from values made by hand.
@Suite struct ValidationReportTests {
    private static let enumMember = Rule(
        "schema/enum-member", .shall, .fail, "A value is one of the members.",
        source: "CSDL", peerClasses: ["Property Value Error"])
    private static let units = Rule(
        "schema/reading-units", .shall, .warn, "Units fit the reading.", source: "CSDL")

    private func finding(_ rule: Rule, _ pointer: String, seen: String) -> Finding {
        Finding(
            ruleID: rule.id, level: rule.level, message: "a value is wrong",
            pointer: JSONPointer(pointer), position: TextPosition(offset: 40, line: 3, column: 9),
            expected: "On, Off", seen: seen,
            definition: SourceLocation(file: "Outlet_v1.xml", line: 12))
    }

    private var report: ValidationReport {
        let uri = "/redfish/v1/Outlets/<1>"
        let file = "my mockup/Outlets/1/index.json"
        return ValidationReport(
            harnessVersion: "1.0.0",
            targets: [
                ValidatedTarget(
                    name: "my mockup", kind: "mockup",
                    payloads: [
                        ValidatedPayload(uri: "/redfish/v1", file: "my mockup/index.json"),
                        ValidatedPayload(
                            uri: uri, file: file, type: "Outlet.v1_4_4.Outlet",
                            findings: [
                                PlacedFinding(
                                    finding(
                                        Self.enumMember, "/PowerState", seen: "\"<b>\u{1B}[31m\""),
                                    uri: uri, file: file,
                                    snippet: PayloadSnippet(
                                        before: ["{"], line: "\"PowerState\": \"<b>\"", after: ["}"]
                                    )),
                                PlacedFinding(
                                    finding(Self.units, "/Units", seen: "\"kWh\""), uri: uri,
                                    file: file, acceptance: "known & filed"),
                            ]),
                    ],
                    types: [
                        SeenType(name: "Outlet.v1_4_4.Outlet", payloads: 1, seen: 5, defined: 50)
                    ])
            ], rules: [Self.enumMember, Self.units])
    }

    @Test func textIsGroupedByRuleAndEndsWithTheVerdict() {
        #expect(
            ValidationText.render(report) == """
                my mockup: mockup, 2 payloads

                FAIL  schema/enum-member  1 finding (Redfish Service Validator: Property Value Error)
                      A value is one of the members.
                  my mockup/Outlets/1/index.json:3:9 /redfish/v1/Outlets/<1>#/PowerState: fail \
                schema/enum-member: a value is wrong; expected On, Off; seen "<b>\\u{1b}[31m" \
                [Outlet_v1.xml:12]

                1 failure, 0 warnings, 1 accepted
                FAIL exit 1: schema/enum-member

                """)
    }

    @Test func sarifNamesTheUsersFileAndSuppressesWhatIsAccepted() throws {
        let log = try JSONValue(parsing: ReportFormat.sarif.render(report))
        let results = try #require(log["runs"]?[0]?["results"]?.array)
        #expect(results.count == 2)
        let place = results[0]["locations"]?[0]?["physicalLocation"]
        #expect(
            place?["artifactLocation"]?["uri"]?.string == "my%20mockup/Outlets/1/index.json")
        #expect(place?["region"]?["startLine"]?.number?.exactInteger == 3)
        #expect(place?["region"]?["startColumn"]?.number?.exactInteger == 9)
        #expect(results[0]["suppressions"] == nil)
        #expect(results[1]["suppressions"]?[0]?["justification"]?.string == "known & filed")
        let rules = log["runs"]?[0]?["tool"]?["driver"]?["rules"]?.array
        for result in results {
            let index = try #require(result["ruleIndex"]?.number?.exactInteger)
            #expect(rules?[Int(index)]["id"] == result["ruleId"])
        }
    }

    @Test func jUnitHasACaseForEachPayload() throws {
        let document = try ParsedXML(ReportFormat.junit.render(report))
        #expect(document.counts["testcase"] == 2)
        #expect(document.counts["failure"] == 1)
        #expect(document.attributes(of: "testsuites")?["failures"] == "1")
    }

    @Test func nothingOfAPayloadIsMarkupInAPage() {
        let page = ReportFormat.html.render(report)
        #expect(!page.contains("<b>"))
        #expect(!page.contains("\u{1B}"))
        #expect(page.contains("&lt;b&gt;"))
        #expect(page.contains("known &amp; filed"))
        #expect(!page.contains("://"))
    }

    @Test(arguments: ReportFormat.allCases)
    func theSameFindingsAreTheSameBytes(format: ReportFormat) {
        let text = format.render(report)
        #expect(format.render(report) == text)
        #expect(text.hasSuffix("\n"))
    }

    @Test func aReportWithoutFailuresPasses() {
        var clean = report
        clean.targets[0].payloads[1].findings.removeFirst()
        #expect(clean.exitStatus == 0)
        #expect(clean.verdictLine == "PASS")
    }

    @Test(arguments: [
        ("{\n  \"a\": 1,\n  \"b\": 2\n}", 14, ["{", "  \"a\": 1,"], "  \"b\": 2", ["}"]),
        ("  {\n    \"a\": 1\n  }\n", 8, ["{"], "  \"a\": 1", ["}"]),
        ("{}", 0, [], "{}", []), ("", 0, [], "", []), ("{\"a", 9, [], "{\"a", []),
    ])
    func snippets(
        text: String, offset: Int, before: [String], line: String, after: [String]
    ) {
        let position = TextPosition(offset: offset, line: 1, column: 1)
        let snippet = PayloadSnippet(around: position, in: Array(text.utf8))
        #expect(snippet == PayloadSnippet(before: before, line: line, after: after))
    }

    @Test func aLongLineIsCutAroundThePlace() {
        let bytes = Array(repeating: UInt8(ascii: "x"), count: 1_000)
        let snippet = PayloadSnippet(
            around: TextPosition(offset: 500, line: 1, column: 501), in: bytes)
        #expect(snippet.line == "…" + String(repeating: "x", count: 160) + "…")
    }
}
