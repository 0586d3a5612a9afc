import Findings
import JSONText

/// The report of `validate` for a CI summary: a table of rules, then the first findings of each.
enum ValidationMarkdown {
    private static let shownPerRule = 5

    static func render(_ report: ValidationReport) -> String {
        var lines = ["## \(report.verdictLine.visible.markdown)", ""]
        for target in report.targets {
            lines.append("- \(target.name.visible.markdownCode): \(target.summary.markdown)")
        }
        lines += ["", report.tally.markdown, ""]
        for group in report.groups { lines += self.lines(of: group, in: report) }
        for entry in report.stale {
            lines += ["**warn** accepted, yet not found: \(entry.words.markdownCode)", ""]
        }
        return lines.joined(separator: "\n")
    }

    private static func lines(
        of group: ValidationReport.Group, in report: ValidationReport
    ) -> [String] {
        var lines: [String] = []
        if let profile = group.profile {
            lines += ["## profile \(profile.visible.markdown)", ""]
            lines += report.summaries(of: profile).map { "- \($0.visible.markdown)" } + [""]
        }
        if let peer = group.classes.first?.rule.peer {
            lines += ["| rule | findings | \(peer) |", "|---|---|---|"]
            lines += group.classes.map { rule, findings in
                let classes = rule.peerClasses.joined(separator: ", ")
                return "| \(rule.id.markdownCodeInTable) | \(findings.count.grouped) | "
                    + "\(classes.markdown) |"
            }
            lines.append("")
        }
        for (rule, findings) in group.classes {
            lines += ["### \(rule.id.markdown)", "", rule.statement.markdown, ""]
            lines += findings.prefix(shownPerRule).map { placed in
                "- **\(placed.finding.level.rawValue)** \(placed.whereabouts.visible.markdownCode) "
                    + placed.sentence.markdown
            }
            let rest = findings.count - shownPerRule
            if rest > 0 { lines.append("- … and \(rest.grouped) more, see the JSON report") }
            lines.append("")
        }
        return lines
    }
}
