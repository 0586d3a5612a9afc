package import Findings
import JSONText

/// The report for people at a terminal: a few aligned lines a scenario, the findings below the
/// check they belong to, and as its last line the verdict.
package enum TextReport {
    package enum Style: Sendable, Hashable {
        case plain
        /// With ANSI colours.
        case colour
    }

    /// How much of the ledgers is shown.
    package enum LedgerRows: Sendable, Hashable {
        /// Rows with which something is wrong; ledgers in which nothing is are left out.
        case concerns
        case all
    }

    /// The whole run. Of several scenarios a table follows, then the verdict of all.
    package static func render(
        _ report: RunReport, ledgers: LedgerRows = .concerns, style: Style = .plain,
        width: Int = 100
    ) -> String {
        let scenarios = report.scenarios.map {
            render($0, ledgers: ledgers, style: style, width: width)
        }
        guard report.scenarios.count != 1 || !report.staleGoldens.isEmpty else {
            return scenarios[0]
        }
        return (scenarios + [renderSummary(report, style: style, width: width)])
            .joined(separator: "\n")
    }

    /// One scenario, ended by the line with its verdict.
    package static func render(
        _ scenario: ScenarioReport, ledgers: LedgerRows = .concerns, style: Style = .plain,
        width: Int = 100
    ) -> String {
        var page = TextPage(style: style, width: width)
        page.edges(scenario.headline, .bold, scenario.conditions, .faint)
        for fact in scenario.factLines {
            page.pieces(
                [.init("", columns: 2), .init(fact.label, columns: 13, .faint)],
                commaEnded(fact.pieces), separator: " ", indent: 15)
        }
        page.line()
        page.checks(of: scenario)
        page.ledgers(of: scenario, ledgers)
        if let command = scenario.command {
            page.line()
            page.line("  to see it again:")
            // Never broken, so that it can be copied.
            page.line("    \(command.visible)")
        }
        page.line()
        page.verdict(scenario.verdictLine, isPass: scenario.verdict == .pass)
        return page.text
    }

    /// A line a scenario and the verdict of all: what ends a run of several scenarios.
    package static func renderSummary(
        _ report: RunReport, style: Style = .plain, width: Int = 100
    ) -> String {
        var page = TextPage(style: style, width: width)
        page.line(report.tally, .bold)
        let columns = min(40, report.scenarios.map { $0.scenario.count }.max() ?? 0) + 2
        for scenario in report.scenarios {
            let warnings = scenario.count(of: .warn)
            let verdict = scenario.verdict == .pass && warnings > 0 ? .warn : scenario.verdict
            let words =
                scenario.causes.isEmpty
                ? (warnings > 0 ? warnings.counted("warning") : "")
                : ExitCause.words(of: scenario.causes).visible
            page.row(verdict, scenario.scenario.visible, columns: columns, words)
        }
        for file in report.staleGoldens {
            page.row(.fail, "golden", columns: columns, "\(file.visible) belongs to no scenario")
        }
        page.line()
        page.verdict(report.verdictLine, isPass: report.causes.isEmpty)
        return page.text
    }

    /// The pieces of an enumeration, each but the last with its comma.
    private static func commaEnded(_ pieces: [String]) -> [String] {
        pieces.dropLast().map { $0 + "," } + pieces.suffix(1)
    }
}

extension TextPage {
    /// Findings of one rule that are shown in full.
    private static let shownPerRule = 3
    /// What a golden's differences come from takes no more.
    private static let shownCauseLines = 18
    private static let verdictColumns = 8
    private static let factColumns = 10

    /// All checks of a scenario, the golden and whatever else decided its exit status.
    fileprivate mutating func checks(of scenario: ScenarioReport) {
        let bare = scenario.causesWithoutResult
        let names = scenario.groups.map(\.name) + bare.map(\.subject) + ["golden"]
        let columns = min(34, names.map { $0.visible.count }.max() ?? 0) + 2
        for group in scenario.groups {
            row(
                group.verdict, group.name.visible, columns: columns,
                group.measureWithCounts(spelling: true))
            for result in group.results { breaches(of: result) }
        }
        for cause in bare {
            row(.fail, cause.subject.visible, columns: columns, cause.words.visible)
        }
        let golden = scenario.golden
        let causes = scenario.goldenCauses
        let from = causes.first.map { first in
            ", \(causes.count.counted("cause")), the first at \(first.from)"
        }
        row(golden.verdict, "golden", columns: columns, (golden.summary + (from ?? "")).visible)
        goldenCauses(causes)
        if let hint = scenario.acceptHint { note(hint) }
    }

    fileprivate mutating func row(
        _ verdict: Verdict, _ name: String, columns: Int, _ measure: String
    ) {
        let ink = verdict.ink
        let isQuiet = verdict == .notExercised || verdict == .notApplicable
        let nameColumns = measure.isEmpty ? 0 : max(columns, name.count + 2)
        let cells: [Cell] = [
            .init("", columns: 2), .init(verdict.mark, columns: 6, ink),
            .init(name, columns: nameColumns, isQuiet ? .faint : nil),
        ]
        words(
            cells, measure, indent: Self.verdictColumns + columns, isQuiet ? .faint : nil)
    }

    /// The verdict, never broken: the last line holds all of it.
    fileprivate mutating func verdict(_ line: String, isPass: Bool) {
        self.line(line, isPass ? .green : .red)
    }

    /// The findings of a rule that failed or warned; nothing for any other.
    private mutating func breaches(of result: RuleResult) {
        guard result.verdict == .fail || result.verdict == .warn else { return }
        let findings = result.findingsByGravity
        if findings.isEmpty {
            headline(result, result.headline)
            grounds(of: result.rule)
        }
        for (index, finding) in findings.prefix(Self.shownPerRule).enumerated() {
            headline(result, finding.message)
            for item in finding.facts { fact(item.label, item.pieces) }
            if index == 0 { grounds(of: result.rule) }
        }
        if let rest = result.wordsOfRest(after: Self.shownPerRule) { note(rest) }
    }

    private mutating func headline(_ result: RuleResult, _ message: String) {
        let id = result.rule.id.visible + ": "
        words(
            [
                .init("", columns: Self.verdictColumns),
                .init(id, columns: 0, result.verdict.ink),
            ], message.visible, indent: Self.verdictColumns + 2)
    }

    private mutating func grounds(of rule: Rule) {
        fact("rests on", [rule.grounds])
    }

    /// A label and what it names; several pieces are kept whole, a single one breaks at blanks.
    private mutating func fact(_ label: String, _ values: [String]) {
        let margin = Self.verdictColumns + 2
        let cells: [Cell] = [
            .init("", columns: margin), .init(label, columns: Self.factColumns, .faint),
        ]
        let indent = margin + Self.factColumns
        if values.count == 1 {
            words(cells, values[0], indent: indent)
        } else {
            pieces(cells, values, separator: "  ", indent: indent)
        }
    }

    private mutating func goldenCauses(_ causes: [ComparisonReport.Cause]) {
        let margin = String(repeating: " ", count: Self.verdictColumns)
        let excerpt = ComparisonText.excerpt(
            causes, lines: Self.shownCauseLines, style: style, width: width - Self.verdictColumns)
        for content in excerpt.lines { line(margin + content) }
        if excerpt.rest > 0 { note("… and \(excerpt.rest.grouped) more, see the JSON report") }
    }

    private mutating func note(_ text: String) {
        words([.init("", columns: Self.verdictColumns)], text, indent: Self.verdictColumns, .faint)
    }
}

extension Verdict {
    /// The word at the head of a row; the two quiet verdicts stand out by having none.
    fileprivate var mark: String {
        switch self {
        case .pass: "pass"
        case .fail: "FAIL"
        case .warn: "warn"
        case .notExercised: "--"
        case .notApplicable: "n/a"
        }
    }

    fileprivate var ink: TextPage.Ink {
        switch self {
        case .pass: .green
        case .fail: .red
        case .warn: .yellow
        case .notExercised, .notApplicable: .faint
        }
    }
}
