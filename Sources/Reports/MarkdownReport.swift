package import Findings
import JSONText

/// The report for the summary page of a CI job and for comments: GitHub Flavored Markdown. What
/// passed is folded away, what failed stands open.
package enum MarkdownReport {
    package static func render(_ report: RunReport) -> String {
        var lines = ["## \(report.verdictLine.markdown)", ""]
        if report.scenarios.count != 1 {
            lines += ["\(report.tally).", ""] + table(of: report)
        }
        for scenario in report.scenarios { lines += section(scenario) }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func table(of report: RunReport) -> [String] {
        let rows = report.scenarios.map { scenario in
            "| \(scenario.verdict.markdown) | \(scenario.scenario.visible.markdown)"
                + " | \(ExitCause.words(of: scenario.causes).visible.markdown) |"
        }
        return ["| verdict | scenario | causes |", "|---|---|---|"] + rows + [""]
    }

    private static func section(_ scenario: ScenarioReport) -> [String] {
        let facts = scenario.factLines.map { label, pieces in
            "- \(label): \(pieces.joined(separator: ", ").markdown)"
        }
        var lines = ["### \(scenario.headline.markdown)", "", scenario.conditions.markdown, ""]
        if !facts.isEmpty { lines += facts + [""] }
        lines += breaches(of: scenario)
        let ruleCount = scenario.groups.reduce(0) { $0 + $1.results.count }
        lines += ["<details><summary>\(ruleCount.counted("rule")) checked</summary>", ""]
        lines += checks(of: scenario) + ["", "</details>", ""]
        for ledger in scenario.ledgers { lines += table(of: ledger) }
        return lines
    }

    private static func table(of ledger: Ledger) -> [String] {
        let title = "\(ledger.name): \(ledger.phrase)".markdown
        guard !ledger.rows.isEmpty else { return [title, ""] }
        func row(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |" }
        let shown = ledger.rows.prefix(shownRows).map { row(ledger.texts(of: $0).map(\.markdown)) }
        let rest = ledger.rows.count - shown.count
        return ["<details><summary>\(title)</summary>", "", row(ledger.heads)]
            + [row(ledger.heads.map { _ in "---" })] + shown
            + (rest > 0 ? ["", "… and \(rest.grouped) more, see the JSON report"] : [])
            + ["", "</details>", ""]
    }

    private static func checks(of scenario: ScenarioReport) -> [String] {
        let groups = scenario.groups.map { row($0.verdict, $0.name, $0.measureWithCounts()) }
        let causes = scenario.causesWithoutResult.map { row(.fail, $0.subject, $0.words) }
        let golden = row(scenario.golden.verdict, "golden", scenario.golden.summary)
        return ["| verdict | check | measure |", "|---|---|---|"] + groups + causes + [golden]
    }

    private static func row(_ verdict: Verdict, _ name: String, _ measure: String) -> String {
        "| \(verdict.markdown) | \(name.visible.markdown) | \(measure.visible.markdown) |"
    }

    private static let shownPerRule = 5
    private static let shownDifferences = 10
    /// A job's summary page is cut where it grows too long.
    private static let shownRows = 100

    /// Everything that failed or warned.
    private static func breaches(of scenario: ScenarioReport) -> [String] {
        var lines: [String] = []
        for result in scenario.groups.flatMap(\.results)
        where result.verdict == .fail || result.verdict == .warn {
            lines += breaches(of: result)
        }
        for cause in scenario.causesWithoutResult {
            lines += ["**FAIL** \(cause.words.visible.markdown)", ""]
        }
        if scenario.golden.verdict == .fail { lines += golden(of: scenario) }
        if let command = scenario.command {
            lines += ["To see it again: \(command.visible.markdownCode)", ""]
        }
        return lines
    }

    private static func breaches(of result: RuleResult) -> [String] {
        let findings = result.findingsByGravity
        let head = "\(result.verdict.markdown) \(result.rule.id.markdownCode)"
        var lines: [String] = []
        if findings.isEmpty { lines += ["\(head) \(result.headline.visible.markdown)", ""] }
        for finding in findings.prefix(shownPerRule) {
            lines += ["\(head) \(finding.message.visible.markdown)", ""]
            let facts = finding.facts.map { label, pieces in
                "- \(label) \(pieces.map(\.markdownCode).joined(separator: " "))"
            }
            if !facts.isEmpty { lines += facts + [""] }
        }
        if let rest = result.wordsOfRest(after: shownPerRule) { lines += [rest, ""] }
        return lines + ["Rests on \(result.rule.grounds.markdown)", ""]
    }

    private static func golden(of scenario: ScenarioReport) -> [String] {
        var lines = ["**FAIL** golden: \(scenario.golden.summary.visible.markdown)", ""]
        if case .different = scenario.golden {
            let causes = scenario.goldenCauses
            lines += ["| from | what | change | values | follow |", "|---|---|---|---|---|"]
            lines += causes.prefix(shownDifferences).map { cause in
                let cells = (cause.cells + [cause.follow]).map {
                    $0.isEmpty ? "" : $0.markdownCodeInTable
                }
                return "| " + cells.joined(separator: " | ") + " |"
            }
            lines.append("")
            let rest = causes.count - shownDifferences
            if rest > 0 { lines += ["… and \(rest.grouped) more, see the JSON report", ""] }
        }
        if scenario.pendingGolden != nil {
            let command = "pdu-harness accept \(scenario.scenario.visible)"
            lines += ["If this is right: \(command.markdownCode)", ""]
        }
        return lines
    }
}

extension Verdict {
    fileprivate var markdown: String {
        switch self {
        case .fail: "**FAIL**"
        case .warn: "**warn**"
        case .pass, .notExercised, .notApplicable: rawValue
        }
    }
}

/// Source: "GitHub Flavored Markdown Spec" 0.29-gfm, 4.10 Tables, 6.1 Backslash escapes,
/// 6.3 Code spans.
extension String {
    /// The text as prose in which nothing is markup.
    var markdown: String {
        var text = ""
        for character in self {
            switch character {
            case "\\", "`", "*", "_", "[", "]", "|", "~", "#": text += "\\\(character)"
            case "&": text += "&amp;"
            case "<": text += "&lt;"
            case ">": text += "&gt;"
            default: text.append(character)
            }
        }
        return text
    }

    /// The text as a code span, whatever backticks it holds.
    var markdownCode: String {
        guard !isEmpty else { return "(empty)" }
        let longest = split { $0 != "`" }.map(\.count).max() ?? 0
        let fence = String(repeating: "`", count: longest + 1)
        let padding = longest > 0 || allSatisfy { $0 == " " } ? " " : ""
        return fence + padding + self + padding + fence
    }

    /// A code span in a table cell, where even there a bar would end the cell.
    var markdownCodeInTable: String {
        markdownCode.split(separator: "|", omittingEmptySubsequences: false)
            .joined(separator: "\\|")
    }
}
