import Findings
import JSONText

extension TextPage {
    private static let shownConcerns = 5

    /// What the client did: a line a ledger and below it its rows.
    mutating func ledgers(of scenario: ScenarioReport, _ rows: TextReport.LedgerRows) {
        let shown = scenario.ledgers.filter { rows == .all || !$0.concerns.isEmpty }
        guard !shown.isEmpty else { return }
        line()
        let columns = shown.map { $0.name.count + 2 }.max() ?? 0
        for ledger in shown {
            words(
                [.init("", columns: 2), .init(ledger.name, columns: columns, .faint)],
                ledger.phrase, indent: columns + 2)
            let listed = rows == .all ? ledger.rows : ledger.concerns
            let limit = rows == .all ? listed.count : Self.shownConcerns
            for row in listed.prefix(limit) {
                pieces(
                    [.init("", columns: 4)], cells(of: row, in: ledger), separator: "  ", indent: 6)
            }
            let rest = listed.count - limit
            if rest > 0 { line("    … and \(rest.grouped) more, see --ledgers", .faint) }
        }
    }

    /// What the row is about, then what is known of it by its column's name.
    private func cells(of row: Ledger.Row, in ledger: Ledger) -> [String] {
        let named = zip(ledger.heads, ledger.texts(of: row)).enumerated().compactMap {
            index, cell -> String? in
            guard !cell.1.isEmpty, cell.0 != "concern" else { return nil }
            return index == 0 ? cell.1 : "\(cell.0) \(cell.1)"
        }
        return named + (row.concern.map { ["← \($0.visible)"] } ?? [])
    }
}
