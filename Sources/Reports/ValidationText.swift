package import Findings
import JSONText

/// The text report of `validate`: findings grouped by rule, a line each, and as its last line the
/// verdict.
package enum ValidationText {
    /// - Parameter limit: How many findings of a rule are shown.
    package static func render(
        _ report: ValidationReport, style: TextReport.Style = .plain, width: Int = 100,
        limit: Int = 10
    ) -> String {
        var page = TextPage(style: style, width: width)
        for target in report.targets {
            page.line("\(target.name.visible): \(target.summary)", .bold)
        }
        for group in report.groups {
            if let profile = group.profile {
                page.line()
                page.line("profile \(profile.visible)", .bold)
                for summary in report.summaries(of: profile) { page.line("  \(summary.visible)") }
            }
            for (rule, findings) in group.classes {
                page.line()
                page.findings(findings, of: rule, limit: limit)
            }
        }
        for entry in report.stale {
            page.line()
            page.line("warn  accepted, yet not found: \(entry.words)", .yellow)
        }
        page.line()
        page.line(report.tally)
        page.line(
            report.verdictLine.visible, report.causes.isEmpty ? .green : .red)
        return page.text
    }
}

extension TextPage {
    fileprivate mutating func findings(_ findings: [PlacedFinding], of rule: Rule, limit: Int) {
        let fails = findings.contains { $0.finding.level == .fail }
        let mark =
            fails ? "FAIL" : findings.contains { $0.finding.level == .warn } ? "warn" : "info"
        line(
            "\(mark)  \(rule.id)  \(findings.count.counted("finding")) (\(rule.peerWords))",
            fails ? .red : .yellow)
        line("      \(rule.statement)", .faint)
        for placed in findings.prefix(limit) {
            let level = placed.finding.level.rawValue
            line("  \(placed.whereabouts.visible): \(level) \(rule.id): \(placed.sentence)")
        }
        more(findings.count - limit)
    }

    fileprivate mutating func more(_ count: Int) {
        if count > 0 { line("  … and \(count.grouped) more, see the JSON report", .faint) }
    }
}
