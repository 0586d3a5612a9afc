import Findings
import JSONText
import Reports
import Testing

@Suite struct LedgerReportTests {
    private let report = Samples.run(Samples.withLedgers)

    @Test func textShowsWhatIsWrongUnlessAskedForAll() {
        let text = TextReport.render(report)
        #expect(
            text.contains(
                """
                  sessions  2 opened, 1 leaked
                    /Sessions/|2|  requests 3  ← never deleted

                  to see it again:
                    pdu-harness run idle -- sh 'a b'

                """))
        #expect(!text.contains("samples"))
        let all = TextReport.render(report, ledgers: .all)
        #expect(all.contains("    /Sessions/1  requests 1,200  last use PT5M\n"))
        #expect(all.contains("samples   1 reading; 4 rows left out\n"))
        #expect(all.contains("events    emitted 0\n"))
    }

    @Test func jsonHoldsEveryRow() throws {
        let scenario = try JSONValue(parsing: JSONReport.render(report))["scenarios"]?[0]
        let ledgers = scenario?["ledgers"]
        #expect(
            ledgers?[0]?["rows"] == [
                ["session": "/Sessions/1", "requests": 1200, "lastUse": "PT5M"],
                ["session": "/Sessions/|2|", "requests": 3, "concern": "never deleted"],
            ])
        #expect(ledgers?[1]?["omitted"] == 4)
        #expect(scenario?["command"] == "pdu-harness run idle -- sh 'a b'")
    }

    @Test func markdownAndHTMLHaveTables() throws {
        let markdown = MarkdownReport.render(report)
        #expect(markdown.contains("| session | requests | last use | concern |\n"))
        #expect(markdown.contains("| /Sessions/\\|2\\| | 3 |  | never deleted |\n"))
        #expect(markdown.contains("To see it again: `pdu-harness run idle -- sh 'a b'`"))
        let page = HTMLReport.render(report)
        #expect(page.contains("<td>/Sessions/1</td><td>1,200</td><td>PT5M</td>"))
        #expect(page.contains("<th>last use</th>"))
    }
}
