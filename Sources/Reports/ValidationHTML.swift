import Findings
import JSONText

/// The report of `validate` for a browser. Classes of findings can be shown and hidden, and the
/// resources stand as a tree.
enum ValidationHTML {
    /// Findings of one rule that the page holds.
    private static let shownPerRule = 200

    static func render(_ report: ValidationReport) -> String {
        HTMLPage(
            verdictLine: report.verdictLine, isPass: report.causes.isEmpty,
            harnessVersion: report.harnessVersion, command: "validate",
            sheets: [ValidationHTMLStyle.sheet, ProfileHTML.sheet],
            facts: element("dl", class: "facts", facts(of: report)),
            parts: [filters] + report.groups.map { group($0, in: report) }
                + report.targets.map(tree) + [accepted(in: report)]
        ).text
    }

    private static func section(_ title: String, _ content: String) -> String {
        "<section>\n\(element("h2", title.html))\n\(content)\n</section>"
    }

    private static func facts(of report: ValidationReport) -> String {
        let targets = report.targets.map { ("target", "\($0.name): \($0.summary)") }
        return (targets + [("in all", report.tally)]).map { label, text in
            element("dt", label.html) + element("dd", text.html)
        }.joined()
    }

    /// Boxes that hide levels by style alone.
    private static let filters = ["fail", "warn", "info"].map { level in
        "<input type=\"checkbox\" id=\"show-\(level)\" checked=\"\">"
            + "<label for=\"show-\(level)\">\(level)</label>"
    }.joined(separator: "\n")

    // MARK: Rules

    private static func group(
        _ group: ValidationReport.Group, in report: ValidationReport
    ) -> String {
        guard let profile = group.profile else {
            return section("Findings by rule", classes(of: group))
        }
        return section(
            "Profile \(profile.visible)",
            ProfileHTML.requirements(of: profile, in: report).joined(separator: "\n") + "\n"
                + classes(of: group))
    }

    private static func classes(of group: ValidationReport.Group) -> String {
        guard !group.classes.isEmpty else { return element("p", "Nothing was found.") }
        return group.classes.map { rule, findings in
            let fails = findings.contains { $0.finding.level == .fail }
            let summary =
                HTMLReport.badge(fails ? .fail : .warn)
                + element("span", class: "name", rule.id.html)
                + element(
                    "span", class: "measure",
                    "\(findings.count.counted("finding")) · \(rule.peerWords)".html)
            let rest = findings.count - shownPerRule
            let more =
                rest > 0
                ? element("p", class: "source", "… and \(rest.grouped) more, see the JSON report")
                : ""
            let content =
                element("p", class: "statement", rule.statement.html)
                + element("p", class: "source", "rests on \(rule.grounds)".html)
                + findings.prefix(shownPerRule).map(finding).joined(separator: "\n") + more
            return "<details\(fails ? " open=\"\"" : "")>"
                + element("summary", class: "row", summary) + "\n"
                + element("div", class: "inside", content) + "</details>"
        }.joined(separator: "\n")
    }

    private static func finding(_ placed: PlacedFinding) -> String {
        let finding = placed.finding
        var facts: [(String, String)] = []
        if let file = placed.filePlace { facts.append(("in", file)) }
        if let expected = finding.expected { facts.append(("expected", expected)) }
        if let seen = finding.seen { facts.append(("seen", seen)) }
        if let definition = finding.definition {
            facts.append(
                (placed.profile == nil ? "defined" : "demanded", definition.description))
        }
        if let reason = placed.acceptance { facts.append(("accepted", reason)) }
        let list = facts.map { label, text in
            element("dt", label)
                + element("dd", element("code", text.visible(limit: Finding.valueLimit).html))
        }
        let pointer = finding.pointer.map { "#\($0)" } ?? ""
        let snippet = placed.snippet.map(source) ?? ""
        return element(
            "div", class: "finding \(finding.level.rawValue)",
            element("p", finding.message.html)
                + element("p", element("code", (placed.uri + pointer).html)) + snippet
                + (list.isEmpty ? "" : element("dl", list.joined())))
    }

    /// The lines of a payload, the one that is meant marked.
    private static func source(_ snippet: PayloadSnippet) -> String {
        let lines =
            snippet.before.map(\.html) + [element("mark", snippet.line.html)]
            + snippet.after.map(\.html)
        return element("pre", lines.joined(separator: "\n"))
    }

    private static func accepted(in report: ValidationReport) -> String {
        let accepted = report.findings.filter { !$0.counts }
        let stale = report.stale.map {
            element("p", "accepted, yet not found: \($0.words)".html)
        }
        guard !accepted.isEmpty || !stale.isEmpty else { return "" }
        return section(
            "Accepted", stale.joined() + accepted.map(finding).joined(separator: "\n"))
    }

    // MARK: The tree

    private static func tree(_ target: ValidatedTarget) -> String {
        let rows = target.payloads.map { payload in
            let depth = max(0, payload.uri.split(separator: "/").count - 2)
            let failures = payload.count(of: .fail)
            let warnings = payload.count(of: .warn)
            let verdict: Verdict = failures > 0 ? .fail : warnings > 0 ? .warn : .pass
            let counts = [
                failures > 0 ? failures.counted("failure") : nil,
                warnings > 0 ? warnings.counted("warning") : nil,
            ].compactMap { $0 }.joined(separator: ", ")
            // Below the root a resource is called by the last segment of its address.
            let last = payload.uri.split(separator: "/").last.map(String.init) ?? payload.uri
            let label = element("code", (depth == 0 ? payload.uri : last).html)
            let style = "padding-left:\(min(depth, 12))rem"
            let name = "<td title=\"\(payload.uri.html)\" style=\"\(style)\">\(label)</td>"
            return element(
                "tr",
                name + element("td", (payload.type ?? "").html)
                    + element("td", class: "badge \(verdict.cssClass)", counts.html))
        }
        let heads = ["resource", "type", "found"].map { element("th", $0) }.joined()
        let table = element("thead", element("tr", heads)) + element("tbody", rows.joined())
        return section(
            target.name, element("div", class: "scroll", element("table", class: "tree", table)))
            + types(of: target)
    }

    /// How much of each type the payloads use.
    private static func types(of target: ValidatedTarget) -> String {
        guard !target.types.isEmpty else { return "" }
        let rows = target.types.map { type in
            let share = type.defined == 0 ? 100 : type.seen * 100 / type.defined
            let cells = [
                type.name, type.payloads.grouped, "\(type.seen) of \(type.defined)", "\(share) %",
            ]
            return element("tr", cells.map { element("td", $0.html) }.joined())
        }
        let heads = ["type", "payloads", "properties seen", ""].map { element("th", $0) }.joined()
        let table = element("thead", element("tr", heads)) + element("tbody", rows.joined())
        let names = target.unseenSchemas.joined(separator: ", ")
        let unseen =
            names.isEmpty
            ? ""
            : element(
                "p", class: "source", "in the metadata, yet no payload is of it: \(names)".html)
        return section(
            "Types in \(target.name)",
            element("div", class: "scroll", element("table", table)) + unseen)
    }
}

/// What the page of `validate` has beyond the common style.
enum ValidationHTMLStyle {
    static let sheet = """
        pre { margin: 0.4rem 0; overflow-x: auto; color: var(--soft);
          font: 0.87em/1.5 ui-monospace, SFMono-Regular, Menlo, "DejaVu Sans Mono", monospace; }
        mark { background: none; color: var(--ink); font-weight: 600;
          border-left: 3px solid var(--warn); margin-left: -0.6rem; padding-left: 0.4rem; }
        .finding.fail mark { border-color: var(--fail); }
        .tree td { border-bottom: none; padding-top: 0.05rem; padding-bottom: 0.05rem; }
        main > input { margin: 0 0.35rem 0 0; }
        main > label { margin-right: 1.25rem; }
        #show-fail:not(:checked) ~ section .finding.fail,
        #show-warn:not(:checked) ~ section .finding.warn,
        #show-info:not(:checked) ~ section .finding.info { display: none; }
        @media print { main > input, main > label { display: none; } }
        """
}
