import Findings
import Testing

@testable import Reports

@Suite struct MarkdownReportTests {
    @Test func everyVerdictAndTheGoldenOnOnePage() {
        let expected = #"""
            ## FAIL exit 1: client/A04-session-deleted; golden also differs

            ### overload · 48 outlets, branch A past its breaker

            seed 7, virtual clock

            - simulated: smartpdu-48: 48 outlets, 3 branches, 230/400 V 50 Hz, 40 min
            - recorded: 3,214 exchanges, 41 deliveries
            - lines in: overload.recording.jsonl

            **FAIL** `client/A04-session-deleted` a session was still open when the client ended

            - at `PT40M` `POST /redfish/v1/SessionService/Sessions` `line 3214` `pointer /Id` `payload 3:12`
            - expected `DELETE of session 1`
            - seen `nothing up to the end at PT40M`
            - defined `CSDL/Session_v1.xml:41`

            **FAIL** `client/A04-session-deleted` a session was still open when the client ended

            - at `PT40M` `POST /redfish/v1/SessionService/Sessions` `line 3215` `pointer /Id` `payload 3:12`
            - expected `DELETE of session 2`
            - seen `nothing up to the end at PT40M`
            - defined `CSDL/Session_v1.xml:41`

            **FAIL** `client/A04-session-deleted` a session was still open when the client ended

            - at `PT40M` `POST /redfish/v1/SessionService/Sessions` `line 3216` `pointer /Id` `payload 3:12`
            - expected `DELETE of session 3`
            - seen `nothing up to the end at PT40M`
            - defined `CSDL/Session_v1.xml:41`

            **FAIL** `client/A04-session-deleted` a session was still open when the client ended

            - at `PT40M` `POST /redfish/v1/SessionService/Sessions` `line 3217` `pointer /Id` `payload 3:12`
            - expected `DELETE of session 4`
            - seen `nothing up to the end at PT40M`
            - defined `CSDL/Session_v1.xml:41`

            Rests on DSP0266 "Redfish Specification" 1.8.1, 13.3.5 (should)

            **warn** `client/A07-one-relogin` An expired session costs one login, not many (2 logins)

            Rests on harness rule book, A07 (policy of the harness)

            **FAIL** golden: 18 differences

            | from | what | change | values | follow |
            |---|---|---|---|---|
            | `PT5M` | `outlet 7 power` | `+1 W` | `12 values` | `branch A power; 5 values` |
            | `PT6M` | `POST /events` | `204 → none` | `1 value` |  |

            If this is right: `pdu-harness accept overload`

            <details><summary>6 rules checked</summary>

            | verdict | check | measure |
            |---|---|---|
            | pass | energy monotonicity | 53 registers, 3,120 readings, 0 fell |
            | **FAIL** | session lifecycle | 4 logins, 4 sessions left open; 1 of 2 rules not exercised |
            | **warn** | logins | 1 expiry |
            | not exercised | retries |  |
            | not applicable | events | no subscription |
            | **FAIL** | golden | 18 differences |

            </details>


            """#
        #expect(MarkdownReport.render(Samples.run(Samples.failing)) == expected)
    }

    @Test func severalScenariosBeginWithATable() {
        let expected = """
            ## FAIL exit 3: the client ended with signal 11

            2 scenarios, 1 failed.

            | verdict | scenario | causes |
            |---|---|---|
            | pass | idle |  |
            | **FAIL** | crash | the client ended with signal 11 |

            ### idle

            """
        let report = Samples.run(Samples.passing, Samples.crashed)
        #expect(MarkdownReport.render(report).hasPrefix(expected))
    }

    @Test(arguments: [
        ("a|b", #"a\|b"#), ("<b> & c", "&lt;b&gt; &amp; c"), ("*a* _b_ `c`", #"\*a\* \_b\_ \`c\`"#),
        ("[x](y) #1", ##"\[x\](y) \#1"##), (#"\"#, #"\\"#),
    ])
    func proseIsNeverMarkup(text: String, markdown: String) {
        #expect(text.markdown == markdown)
    }

    @Test(arguments: [
        ("a", "`a`"), ("a`b", "`` a`b ``"), ("``", "``` `` ```"), ("", "(empty)"), (" ", "`   `"),
    ])
    func codeHoldsAnyBackticks(text: String, markdown: String) {
        #expect(text.markdownCode == markdown)
    }

    @Test func aBarNeverEndsACell() {
        #expect("a|b||".markdownCodeInTable == #"`a\|b\|\|`"#)
        let rows = MarkdownReport.render(Samples.run(Samples.hostile)).split(separator: "\n")
            .filter { $0.hasPrefix("| `PT0S`") }
        #expect(rows.count == 1)
        #expect(rows[0].replacing(#"\|"#, with: "").count { $0 == "|" } == 6)
    }

    @Test func noElementOfAPayloadSurvivesOutsideCode() {
        let text = MarkdownReport.render(Samples.run(Samples.hostile))
        let outsideCode = text.replacing(#/(`+)[^`](.|`(?!`))*?[^`]?\1(?!`)/#, with: "")
        #expect(!outsideCode.contains("<script"))
        #expect(!text.contains("\u{1B}"))
    }
}
