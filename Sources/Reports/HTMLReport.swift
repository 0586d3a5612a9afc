package import Findings

/// The report for a browser. What failed stands open, what passed is folded, and in print everything
/// is unfolded.
package enum HTMLReport {
    package static func render(_ report: RunReport) -> String {
        let sections = report.scenarios.enumerated().map { index, scenario in
            HTMLScenario(
                scenario: scenario, anchor: anchor(index), isAlone: report.scenarios.count == 1
            ).section
        }
        return HTMLPage(
            verdictLine: report.verdictLine, isPass: report.causes.isEmpty,
            harnessVersion: report.harnessVersion,
            facts: report.scenarios.count == 1 ? "" : overview(of: report), parts: sections
        ).text
    }

    private static func anchor(_ index: Int) -> String { "scenario-\(index + 1)" }

    private static func overview(of report: RunReport) -> String {
        let rows = report.scenarios.enumerated().map { index, scenario in
            let link = "<a href=\"#\(anchor(index))\">\(scenario.scenario.html)</a>"
            let tested = Verdict.allCases.compactMap { verdict in
                let count = scenario.count(of: verdict)
                return count == 0 ? nil : "\(count.grouped) \(verdict.rawValue)"
            }
            return element(
                "tr",
                element("td", badge(scenario.verdict)) + element("td", link)
                    + element("td", tested.joined(separator: ", ").html)
                    + element("td", ExitCause.words(of: scenario.causes).html))
        }
        let heads = ["", "scenario", "rules", "causes"].map { element("th", $0) }.joined()
        let table = element("thead", element("tr", heads)) + element("tbody", rows.joined())
        return element("p", report.tally.html) + "\n"
            + element("div", class: "scroll", element("table", class: "overview", table))
    }

    static func badge(_ verdict: Verdict) -> String {
        element("span", class: "badge \(verdict.cssClass)", verdict.rawValue)
    }
}

extension Verdict {
    var cssClass: String {
        switch self {
        case .pass, .fail, .warn: rawValue
        case .notExercised, .notApplicable: "quiet"
        }
    }
}

/// The section of one scenario.
private struct HTMLScenario {
    let scenario: ScenarioReport
    let anchor: String
    /// Whether the page's own headline is this scenario's verdict.
    let isAlone: Bool

    /// Findings of one rule and differences of a golden that the page holds.
    static let shownPerRule = 50
    static let shownDifferences = 100

    var section: String {
        let groups = scenario.groups.map(group)
        let causes = scenario.causesWithoutResult.map { cause in
            element("div", class: "row", row(.fail, cause.subject, cause.words))
        }
        let title = scenario.title.isEmpty ? "" : element("p", class: "title", scenario.title.html)
        let tone = scenario.verdict == .pass ? "pass" : "fail"
        let verdict =
            isAlone ? "" : element("p", class: "verdict \(tone)", scenario.verdictLine.html)
        return """
            <section id="\(anchor)">
            \(element("h2", scenario.scenario.html))
            \(title)
            \(verdict)
            \(facts)
            \((groups + causes + [golden]).joined(separator: "\n"))
            \(reproduction)
            \(scenario.ledgers.map(ledger).joined(separator: "\n"))
            </section>
            """
    }

    private var facts: String {
        let conditions = (
            label: "run with", pieces: ["\(scenario.conditions), model \(scenario.model)"]
        )
        let items = ([conditions] + scenario.factLines).map { label, pieces in
            element("dt", label) + element("dd", pieces.joined(separator: ", ").html)
        }
        return element("dl", class: "facts", items.joined())
    }

    private func row(_ verdict: Verdict, _ name: String, _ measure: String) -> String {
        HTMLReport.badge(verdict) + element("span", class: "name", name.html)
            + element("span", class: "measure", measure.html)
    }

    /// A line that opens to what is behind it.
    private func details(isOpen: Bool, _ summary: String, _ content: String) -> String {
        "<details\(isOpen ? " open=\"\"" : "")>\(element("summary", class: "row", summary))\n"
            + element("div", class: "inside", content) + "</details>"
    }

    private func group(_ group: CheckGroup) -> String {
        details(
            isOpen: group.verdict == .fail || group.verdict == .warn,
            row(group.verdict, group.name, group.measureWithCounts()),
            group.results.map(rule).joined(separator: "\n"))
    }

    private func rule(_ result: RuleResult) -> String {
        let rule = result.rule
        let findings = result.findingsByGravity
        let rest = result.wordsOfRest(after: Self.shownPerRule)
        let parts = [
            element(
                "p",
                HTMLReport.badge(result.verdict) + " " + element("code", rule.id.html) + " "
                    + element("span", class: "measure", result.measure.html)),
            element("p", class: "statement", rule.statement.html),
            element("p", class: "source", "rests on \(rule.grounds.html)"),
            findings.prefix(Self.shownPerRule).map(finding).joined(separator: "\n"),
            rest.map { element("p", class: "source", $0.html) } ?? "",
        ]
        return element(
            "div", class: "rule", parts.filter { !$0.isEmpty }.joined(separator: "\n"))
    }

    private func finding(_ finding: Finding) -> String {
        let facts = finding.facts.map { label, pieces in
            let values = pieces.map { element("code", $0.html) }
            return element("dt", label) + element("dd", values.joined(separator: " "))
        }
        let list = facts.isEmpty ? "" : element("dl", facts.joined())
        return element(
            "div", class: "finding \(finding.level.rawValue)",
            element("p", finding.message.html) + list)
    }

    private var golden: String {
        let golden = scenario.golden
        let summary = row(golden.verdict, "golden", golden.summary)
        let hint = scenario.acceptHint.map { element("p", class: "source", $0.html) } ?? ""
        guard case .different = golden else {
            return element("div", class: "row", summary) + hint
        }
        let causes = scenario.goldenCauses
        let rows = causes.prefix(Self.shownDifferences).map { cause in
            let cells = (cause.cells + [cause.follow]).map { element("td", $0.html) }
            return element("tr", cells.joined())
        }
        let heads = ["from", "what", "change", "values", "follow"].map { element("th", $0) }
        let table = element(
            "table",
            element("thead", element("tr", heads.joined()))
                + element("tbody", rows.joined()))
        let rest = causes.count - Self.shownDifferences
        return details(
            isOpen: true, summary, element("div", class: "scroll", table) + more(rest) + hint)
    }

    private var reproduction: String {
        scenario.command.map { command in
            element("p", class: "source", "to see it again: " + element("code", command.html))
        } ?? ""
    }

    /// What the client did, folded.
    private func ledger(_ ledger: Ledger) -> String {
        let summary =
            element("span", class: "name", ledger.name.html)
            + element("span", class: "measure", ledger.phrase.html)
        guard !ledger.rows.isEmpty else { return element("div", class: "row", summary) }
        let rows = ledger.rows.map { row in
            element("tr", ledger.texts(of: row).map { element("td", $0.html) }.joined())
        }
        let heads = ledger.heads.map { element("th", $0.html) }.joined()
        let table = element(
            "table", element("thead", element("tr", heads)) + element("tbody", rows.joined()))
        return details(isOpen: false, summary, element("div", class: "scroll", table))
    }

    private func more(_ count: Int) -> String {
        count > 0
            ? element("p", class: "source", "… and \(count.grouped) more, see the JSON report") : ""
    }
}
