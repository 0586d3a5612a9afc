/// One line of a CSV file.
///
/// Source: RFC 4180 "Common Format and MIME Type for Comma-Separated Values (CSV) Files", 2. Blanks
/// around a cell without quotes are left out, which the RFC would keep; a cell holds no line break.
enum CSVLine {
    /// The cells without their quotes; nil where a quote is not closed, or stands in the wrong place.
    static func cells(of line: String) -> [String]? {
        var cells: [String] = []
        var rest = Substring(line)
        while true {
            rest = rest.drop(while: \.isWhitespace)
            if rest.first == "\"" {
                guard let cell = quotedCell(&rest) else { return nil }
                cells.append(cell)
            } else {
                let cell = rest.prefix { $0 != "," }
                guard !cell.contains("\"") else { return nil }
                rest = rest.dropFirst(cell.count)
                cells.append(String(cell.reversed().drop(while: \.isWhitespace).reversed()))
            }
            guard let comma = rest.first else { return cells }
            guard comma == "," else { return nil }
            rest = rest.dropFirst()
        }
    }

    /// Takes a cell in quotes, in which two quotes are one, and the blanks that follow.
    private static func quotedCell(_ rest: inout Substring) -> String? {
        var cell = ""
        rest = rest.dropFirst()
        while let character = rest.popFirst() {
            guard character == "\"" else {
                cell.append(character)
                continue
            }
            guard rest.first == "\"" else {
                rest = rest.drop(while: \.isWhitespace)
                return cell
            }
            rest = rest.dropFirst()
            cell.append("\"")
        }
        return nil
    }
}
