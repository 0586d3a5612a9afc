/// Lines of a terminal page: aligned cells, hanging indents, colour that never counts as width.
struct TextPage {
    let style: TextReport.Style
    let width: Int
    private(set) var text = ""

    init(style: TextReport.Style, width: Int) {
        self.style = style
        self.width = width
    }

    /// Colours by their ANSI codes (ECMA-48, "Control Functions for Coded Character Sets", 8.3.117).
    enum Ink: String {
        case bold = "1"
        case faint = "2"
        case red = "1;31"
        case green = "32"
        case yellow = "33"
    }

    /// A text that takes at least so many columns, blanks included.
    struct Cell {
        var text: String
        var columns: Int
        var ink: Ink?

        init(_ text: String, columns: Int, _ ink: Ink? = nil) {
            self.text = text
            self.columns = max(columns, text.count)
            self.ink = ink
        }
    }

    mutating func line(_ content: String = "", _ ink: Ink? = nil) {
        text += painted(content, ink) + "\n"
    }

    /// Cells on one line, however wide.
    mutating func cells(_ cells: [Cell]) {
        var content = ""
        var blank = 0
        for cell in cells {
            if !cell.text.isEmpty {
                content += blanks(blank) + painted(cell.text, cell.ink)
                blank = 0
            }
            blank += cell.columns - cell.text.count
        }
        line(content)
    }

    /// Two texts at the two edges of one line, or below each other where they don't fit.
    mutating func edges(_ left: String, _ leftInk: Ink?, _ right: String, _ rightInk: Ink?) {
        let gap = width - left.count - right.count
        if gap >= 2 {
            text += painted(left, leftInk) + blanks(gap)
            line(right, rightInk)
        } else {
            words([], left, indent: 2, leftInk)
            line("  " + right, rightInk)
        }
    }

    /// Cells and prose after them; further lines of the prose stand `indent` columns in.
    mutating func words(_ cells: [Cell], _ prose: String, indent: Int, _ ink: Ink? = nil) {
        let words = prose.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        pieces(cells, words, separator: " ", indent: indent, ink)
    }

    /// Cells and pieces after them that are never broken; further lines stand `indent` in.
    mutating func pieces(
        _ cells: [Cell], _ pieces: [String], separator: String, indent: Int, _ ink: Ink? = nil
    ) {
        let columns = cells.reduce(0) { $0 + $1.columns }
        let lines = broken(pieces, separator, first: width - columns, others: width - indent)
        for cell in cells {
            text += painted(cell.text, cell.ink) + blanks(cell.columns - cell.text.count)
        }
        for (index, content) in lines.enumerated() {
            if index > 0 { text += blanks(indent) }
            line(content, ink)
        }
    }

    /// At least one line, and a break between two pieces wherever the line would be too long.
    private func broken(
        _ pieces: [String], _ separator: String, first: Int, others: Int
    ) -> [String] {
        var lines: [String] = []
        var current = pieces.first ?? ""
        for piece in pieces.dropFirst() {
            let limit = lines.isEmpty ? first : others
            if current.count + separator.count + piece.count <= limit {
                current += separator + piece
            } else {
                lines.append(current)
                current = piece
            }
        }
        return lines + [current]
    }

    private func painted(_ text: String, _ ink: Ink?) -> String {
        guard style == .colour, let ink, !text.isEmpty else { return text }
        return "\u{1B}[\(ink.rawValue)m\(text)\u{1B}[0m"
    }

    private func blanks(_ count: Int) -> String { String(repeating: " ", count: max(0, count)) }
}
