import Findings
import Reports
import Testing

@Suite struct HTMLReportTests {
    /// The body is written as well-formed XML too, so that an independent parser can read it.
    private func body(_ scenarios: ScenarioReport...) throws -> ParsedXML {
        let report = RunReport(harnessVersion: "0.1.0", scenarios: scenarios)
        let page = HTMLReport.render(report)
        let start = try #require(page.firstRange(of: "<body>"))
        let end = try #require(page.firstRange(of: "</body>"))
        return try ParsedXML(String(page[start.lowerBound..<end.upperBound]))
    }

    @Test func loadsNothingAndRunsNothing() {
        let page = HTMLReport.render(Samples.run(Samples.failing, Samples.passing))
        for word in ["http://", "https://", "src=", "<link", "<script", "@import", "url("] {
            #expect(!page.contains(word), "\(word)")
        }
        #expect(page.contains("default-src 'none'"))
    }

    @Test func hostileTextStaysText() throws {
        let body = try body(Samples.hostile, Samples.failing)
        #expect(body.counts["script"] == nil)
        #expect(!HTMLReport.render(Samples.run(Samples.hostile)).contains("<script"))
        let names: Set = [
            "body", "header", "main", "section", "details", "summary", "div", "span", "p", "h1",
            "h2", "dl", "dt", "dd", "code", "table", "thead", "tbody", "tr", "th", "td", "a",
        ]
        #expect(Set(body.elements.map(\.name)).subtracting(names).isEmpty)
    }

    @Test func whatFailedStandsOpenAndWhatPassedIsFolded() throws {
        let details = try body(Samples.failing).elements.filter { $0.name == "details" }
        #expect(
            details.map { $0.attributes["open"] != nil } == [false, true, true, false, false, true])
    }

    @Test func theTableLeadsToEveryScenario() throws {
        let body = try body(Samples.failing, Samples.passing, Samples.failing)
        let links = body.elements.filter { $0.name == "a" }.compactMap { $0.attributes["href"] }
        let ids = body.elements.compactMap { $0.attributes["id"] }
        #expect(links == ["#scenario-1", "#scenario-2", "#scenario-3"])
        #expect(ids == ["scenario-1", "scenario-2", "scenario-3"])
    }

    @Test func namesTheVerdictInTheTitle() {
        let page = HTMLReport.render(Samples.run(Samples.crashed))
        #expect(
            page.contains(
                "<title>FAIL exit 3: the client ended with signal 11 · pdu-harness</title>"))
    }
}
