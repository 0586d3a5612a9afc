package import Findings
import JSONText

/// The comparison for people: a cause, its first values side by side, and what follows from it.
package enum ComparisonText {
    private static let shownRows = 4

    package static func render(
        _ report: ComparisonReport, style: TextReport.Style = .plain, width: Int = 100
    ) -> String {
        var page = TextPage(style: style, width: width)
        page.line("left   \(words(report.left))", .faint)
        page.line("right  \(words(report.right))", .faint)
        for (index, cause) in report.causes.enumerated() {
            page.line()
            append(cause, number: index + 1, to: &page)
        }
        for matcher in report.staleMatchers {
            page.line()
            page.line("the matcher for \(matcher.visible) has no use any more", .red)
        }
        page.line()
        page.line(report.verdictLine, report.exitStatus == 0 ? .green : .red)
        return page.text
    }

    /// Causes alone, as `accept` asks about them.
    package static func render(
        _ causes: [ComparisonReport.Cause], from number: Int = 1, style: TextReport.Style,
        width: Int = 100
    ) -> String {
        var page = TextPage(style: style, width: width)
        for (index, cause) in causes.enumerated() {
            append(cause, number: number + index, to: &page)
        }
        return page.text
    }

    /// The first causes, as the report of a run shows them below its golden.
    ///
    /// - Parameter limit: The most lines; one cause at least is begun.
    /// - Returns: The lines, and how many causes are left out.
    static func excerpt(
        _ causes: [ComparisonReport.Cause], lines limit: Int, style: TextReport.Style, width: Int
    ) -> (lines: [String], rest: Int) {
        var lines: [String] = []
        for (index, cause) in causes.enumerated() {
            var page = TextPage(style: style, width: width)
            append(
                cause, number: index + 1, rows: causes.count > 2 ? 1 : shownRows, to: &page)
            let own = page.text.split(separator: "\n").map(String.init)
            guard index == 0 || lines.count + own.count <= limit else {
                return (lines, causes.count - index)
            }
            lines += own.prefix(limit)
        }
        return (lines, 0)
    }

    private static func words(_ side: ComparisonReport.Side) -> String {
        "\(side.name.visible): \(side.kind) of \(side.scenario.visible), client "
            + "\(side.client.visible), model \(side.model.visible), "
            + side.exchangeCount.counted("exchange")
    }

    private static func words(ofChange change: String) -> String {
        let limit = 60
        guard change.count > limit, let sides = DifferingTexts(change: change, limit: limit) else {
            return change.visible(limit: limit)
        }
        return "\(sides.left) → \(sides.right)"
    }

    private static func append(
        _ cause: ComparisonReport.Cause, number: Int, rows rowLimit: Int = shownRows,
        to page: inout TextPage
    ) {
        let label = "\(number)  "
        page.words(
            [.init(label, columns: label.count, .bold)],
            "\(cause.subject.visible)  \(words(ofChange: cause.change))  from \(cause.from) on"
                + (cause.rows.isEmpty ? "" : ", \(cause.count.counted("value"))"),
            indent: label.count, .bold)
        let rows = cause.rows.prefix(rowLimit).map { row in
            let values = DifferingTexts(row.left ?? "–", row.right ?? "–", limit: 40)
            return [
                row.time, row.subject.visible(limit: 40), values.left, values.right,
                row.change.visible,
            ]
        }
        let widths = (0..<5).map { column in rows.map { $0[column].count }.max() ?? 0 }
        for row in rows {
            page.cells([
                .init("", columns: 3), .init(row[0], columns: widths[0] + 2, .faint),
                .init(row[1], columns: widths[1] + 2), .init(row[2], columns: widths[2], .red),
                .init(" │ ", columns: 3, .faint), .init(row[3], columns: widths[3] + 2, .green),
                .init(row[4], columns: 0),
            ])
        }
        let rest = cause.count - rows.count
        if rest > 0, !rows.isEmpty { page.line("   … and \(rest.counted("value")) more", .faint) }
        for (index, line) in cause.consequences.enumerated() {
            page.words(
                [.init(index == 0 ? "   follow  " : "", columns: 11, .faint)], line.visible,
                indent: 13)
        }
        if cause.consequenceCount > 0 {
            page.line("           \(cause.consequenceCount.counted("value"))", .faint)
        }
    }
}
