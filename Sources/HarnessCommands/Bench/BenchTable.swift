import JSONText

/// The results as an aligned table, and as JSON.
enum BenchTable {
    private static let heads = ["name", "what", "ours", "peer", "ratio", "budget", "verdict"]

    static func text(of results: [BenchResult]) -> String {
        let rows = results.flatMap { result in
            result.rows.map { row in
                [
                    result.name, row.subject, row.ours.text, row.peer?.text ?? "–",
                    row.ratio?.text ?? "–", row.budget.text, row.verdict,
                ]
            }
        }
        let widths = heads.indices.map { column in
            ([heads] + rows).map { $0[column].count }.max() ?? 0
        }
        func line(_ cells: [String]) -> String {
            let padded = zip(cells, widths).map { $0.padded(to: $1) }
            return trimmedEnd(padded.joined(separator: "  "))
        }
        var lines = [line(heads)]
        for result in results {
            if let reason = result.reason {
                lines.append("\(result.name.padded(to: widths[0]))  not measured: \(reason)")
            }
            for (row, cells) in zip(result.rows, rows.filter { $0[0] == result.name }) {
                lines.append(line(cells))
                lines += row.notes.map { String(repeating: " ", count: widths[0] + 4) + $0 }
            }
        }
        return lines.joined(separator: "\n")
    }

    private static func trimmedEnd(_ line: String) -> String {
        var line = line
        while line.last == " " { line.removeLast() }
        return line
    }

    /// An array with one object a budget; seconds and bytes are plain numbers.
    static func json(of results: [BenchResult]) -> String {
        var writer = JSONWriter()
        writer.array { json in
            for result in results {
                for row in result.rows { write(row, named: result.name, to: &json) }
                if let reason = result.reason {
                    json.object { json in
                        json.member("name", result.name)
                        json.member("notMeasured", reason)
                    }
                }
            }
        }
        return String(decoding: writer.bytes, as: UTF8.self) + "\n"
    }

    private static func write(
        _ row: BenchRow, named name: String, to json: inout JSONWriter
    ) {
        json.object { json in
            json.member("name", name)
            json.member("what", row.subject)
            json.member("unit", row.ours.unit.rawValue)
            json.figure("ours", row.ours)
            if let peer = row.peer { json.figure("peer", peer) }
            if let ratio = row.ratio { json.figure("ratio", ratio) }
            json.member("budget", row.budget.text)
            json.member("verdict", row.verdict)
            json.array("notes") { json in
                for note in row.notes { json.string(note) }
            }
        }
    }
}

extension JSONWriter {
    fileprivate mutating func figure(_ name: String, _ figure: Figure) {
        member(name, units: Int64((figure.value * 1e6).rounded()), decimals: 6)
    }
}
