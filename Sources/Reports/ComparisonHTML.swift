package import Findings

/// The comparison for a browser.
package enum ComparisonHTML {
    private static let shownRows = 100

    package static func render(_ report: ComparisonReport) -> String {
        let causes = report.causes.enumerated().map { index, cause in
            section(cause, number: index + 1)
        }
        let stale = report.staleMatchers.map {
            element("p", class: "fail", "the matcher for \($0.html) has no use any more")
        }
        let sides = side("left", report.left) + side("right", report.right)
        return HTMLPage(
            verdictLine: report.verdictLine, isPass: report.exitStatus == 0,
            harnessVersion: report.harnessVersion, command: "diff",
            sheets: ["td.left { color: var(--fail); } td.right { color: var(--pass); }"],
            facts: element("dl", class: "facts", sides), parts: causes + stale
        ).text
    }

    private static func side(_ label: String, _ side: ComparisonReport.Side) -> String {
        let words =
            "\(side.name): \(side.kind) of \(side.scenario), client \(side.client), model "
            + "\(side.model), \(side.exchangeCount.counted("exchange"))"
        return element("dt", label) + element("dd", words.html)
    }

    private static func section(_ cause: ComparisonReport.Cause, number: Int) -> String {
        let rows = cause.rows.prefix(shownRows).map { row in
            element(
                "tr",
                code(row.time) + element("td", row.subject.html)
                    + code("\(row.exchange) \(row.place)") + code(row.left ?? "–", "left")
                    + code(row.right ?? "–", "right") + code(row.change))
        }
        let heads = ["at", "what", "in", "left", "right", "change"].map { element("th", $0) }
        let table = element(
            "table",
            element("thead", element("tr", heads.joined()))
                + element("tbody", rows.joined(separator: "\n")))
        let rest = cause.count - rows.count
        let more =
            rest > 0 ? element("p", class: "source", "… and \(rest.grouped) more") : ""
        let follow =
            cause.consequences.isEmpty
            ? ""
            : element(
                "p",
                "follow, \(cause.consequenceCount.counted("value")): "
                    + cause.consequences.joined(separator: "; ").html)
        return """
            <section>
            \(element("h2", "\(number). \(cause.subject.html) \(cause.change.html)"))
            \(element("p", class: "title", "from \(cause.from) on, \(cause.count.counted("value"))"))
            \(follow)
            \(element("div", class: "scroll", table))
            \(more)
            </section>
            """
    }

    private static func code(_ text: String, _ name: String? = nil) -> String {
        element("td", class: name, element("code", text.html))
    }
}
