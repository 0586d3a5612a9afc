import Findings
import Reports
import Testing

@Suite struct TextReportTests {
    @Test func everyVerdictAndTheGoldenOnOnePage() {
        let expected = #"""
            overload · 48 outlets, branch A past its breaker                               seed 7, virtual clock
              simulated    smartpdu-48: 48 outlets, 3 branches, 230/400 V 50 Hz, 40 min
              recorded     3,214 exchanges, 41 deliveries
              lines in     overload.recording.jsonl

              pass  energy monotonicity  53 registers, 3,120 readings, 0 fell
              FAIL  session lifecycle    4 logins, 4 sessions left open; 1 of 2 rules not exercised
                    client/A04-session-deleted: a session was still open when the client ended
                      at        PT40M  POST /redfish/v1/SessionService/Sessions  line 3214  pointer /Id
                                payload 3:12
                      expected  DELETE of session 1
                      seen      nothing up to the end at PT40M
                      defined   CSDL/Session_v1.xml:41
                      rests on  DSP0266 "Redfish Specification" 1.8.1, 13.3.5 (should)
                    client/A04-session-deleted: a session was still open when the client ended
                      at        PT40M  POST /redfish/v1/SessionService/Sessions  line 3215  pointer /Id
                                payload 3:12
                      expected  DELETE of session 2
                      seen      nothing up to the end at PT40M
                      defined   CSDL/Session_v1.xml:41
                    client/A04-session-deleted: a session was still open when the client ended
                      at        PT40M  POST /redfish/v1/SessionService/Sessions  line 3216  pointer /Id
                                payload 3:12
                      expected  DELETE of session 3
                      seen      nothing up to the end at PT40M
                      defined   CSDL/Session_v1.xml:41
                    … and 1 more, see the JSON report
              warn  logins               1 expiry
                    client/A07-one-relogin: An expired session costs one login, not many (2 logins)
                      rests on  harness rule book, A07 (policy of the harness)
              --    retries              not exercised
              n/a   events               not applicable; no subscription
              FAIL  golden               18 differences, 2 causes, the first at PT5M
                    1  outlet 7 power  +1 W  from PT5M on, 12 values
                       PT5M  outlet 7 power  120.4 │ 121.4  +1 W
                       … and 11 values more
                       follow  branch A power
                               5 values
                    2  POST /events  204 → none  from PT6M on
                    if this is right: pdu-harness accept overload

            FAIL exit 1: client/A04-session-deleted; golden also differs

            """#
        #expect(ReportFormat.text.render(Samples.run(Samples.failing)) == expected)
    }

    @Test func severalScenariosEndInATableAndOneVerdict() {
        let report = Samples.run(Samples.failing, Samples.passing, Samples.crashed)
        let expected = """
            3 scenarios, 2 failed
              FAIL  overload  client/A04-session-deleted; golden also differs
              pass  idle
              FAIL  crash     the client ended with signal 11

            FAIL exit 3: the client ended with signal 11; also client/A04-session-deleted; golden also differs

            """
        let text = TextReport.render(report)
        #expect(TextReport.renderSummary(report) == expected)
        #expect(text.hasPrefix(TextReport.render(Samples.failing) + "\n"))
        #expect(text.hasSuffix("\n" + expected))
    }

    /// Whatever differs, the lines below the golden stay few, and say how much they leave out.
    @Test func manyCausesAreCutShort() {
        var report = Samples.failing
        report.goldenCauses = (1...30).map { outlet in
            var cause = Samples.failing.goldenCauses[0]
            cause.subject = "outlet \(outlet) power"
            return cause
        }
        let lines = TextReport.render(report).split(separator: "\n")
        let golden = lines.firstIndex { $0.hasPrefix("  FAIL  golden") } ?? 0
        let hint = lines.firstIndex { $0.contains("if this is right") } ?? 0
        #expect(hint - golden <= 20)
        #expect(lines[golden].hasSuffix("18 differences, 30 causes, the first at PT5M"))
        #expect(lines[hint - 1].hasSuffix("… and 27 more, see the JSON report"))
    }

    @Test func aClientWithoutAGoldenPasses() {
        let expected = """
            idle                                        seed 1, paced:60 clock, client my-aggregator
              recorded     12 exchanges

              pass  energy  2 registers
              --    golden  none

            PASS

            """
        #expect(TextReport.render(Samples.passing, width: 88) == expected)
    }

    @Test func aCrashHasARowOfItsOwn() {
        let text = TextReport.render(Samples.crashed)
        #expect(text.contains("  FAIL  client  the client ended with signal 11\n"))
        #expect(text.hasSuffix("\nFAIL exit 3: the client ended with signal 11\n"))
    }

    @Test func aRunOfNothingSaysSo() {
        #expect(TextReport.render(Samples.run()) == "no scenarios\n\nPASS\n")
    }

    @Test(arguments: [60, 72, 100, 140])
    func colourChangesNothingButColour(width: Int) {
        let plain = TextReport.render(Samples.failing, style: .plain, width: width)
        let colour = TextReport.render(Samples.failing, style: .colour, width: width)
        #expect(!plain.contains("\u{1B}"))
        #expect(colour.contains("\u{1B}[1;31mFAIL\u{1B}[0m"))
        #expect(colour.replacing(#/\u{1B}\[[0-9;]*m/#, with: "") == plain)
    }

    /// Only a piece that must not be broken, such as a URI, may stand out.
    @Test(arguments: [72, 80, 100])
    func linesKeepToTheWidth(width: Int) {
        let lines = TextReport.render(Samples.failing, width: width).split(separator: "\n")
        #expect(lines.dropLast().allSatisfy { $0.count <= width })
    }

    @Test func payloadsCannotReachTheTerminal() {
        let text = TextReport.render(Samples.run(Samples.hostile))
        let unprintable = text.unicodeScalars.filter {
            $0 != "\n" && ($0.properties.generalCategory == .control || $0 == "\u{202E}")
        }
        #expect(unprintable.isEmpty)
        #expect(text.contains(#"\u{1b}[31m\u{0}\u{202e}\n\u{ffff}é"#))
    }

    @Test func aLongValueIsCutAndItsLengthSaid() {
        var report = Samples.failing
        report.groups[1].results[0].findings[0].seen = String(repeating: "x", count: 5_000)
        let text = TextReport.render(report)
        #expect(text.contains("seen      " + String(repeating: "x", count: 400) + "…"))
        #expect(text.contains("(5,000 characters)"))
    }
}
