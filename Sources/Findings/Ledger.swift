/// One account of what a client did in a run: its sessions, its subscriptions, every event, where
/// it had its URIs from, what it read, what it cost the device. Not a verdict; what verdicts rest
/// on.
package struct Ledger: Sendable, Hashable {
    /// What stands in one column of one row.
    package enum Cell: Sendable, Hashable {
        case text(String)
        case number(Int)
        case none

        /// Nothing for a nil text.
        package init(_ text: String?) { self = text.map(Cell.text) ?? .none }
        /// Nothing for a nil number.
        package init(_ number: Int?) { self = number.map(Cell.number) ?? .none }
    }

    package struct Row: Sendable, Hashable {
        package var cells: [Cell]
        /// What is wrong with what the row tells of, in a few words; nil where nothing is.
        package var concern: String?

        package init(_ cells: [Cell], concern: String? = nil) {
            self.cells = cells
            self.concern = concern
        }
    }

    /// For example `sessions`.
    package var name: String
    /// All of it in one phrase: `2 opened, 1 renewed, 2 ended, 0 leaked`.
    package var summary: String
    /// Names of one word each; the first names what a row is about.
    package var columns: [String]
    package var rows: [Row]
    /// Rows that were counted and not kept.
    package var omitted: Int

    package init(
        _ name: String, summary: String, columns: [String], rows: [Row], omitted: Int = 0
    ) {
        self.name = name
        self.summary = summary
        self.columns = columns
        self.rows = rows
        self.omitted = omitted
    }

    /// The rows with which something is wrong.
    package var concerns: [Row] { rows.filter { $0.concern != nil } }
}
