import Findings
import Foundation

/// What a reviewer meets when one reading changes, one request is made twice, or a concurrent
/// client sends its requests in another order: lines of a diff, in our format and in others. Lines
/// are counted as `git diff --numstat` does.
struct GoldenFormats: Measurement {
    let name = "golden-formats"

    func measure(_ bench: BenchSetting) async throws -> [BenchRow] {
        guard git != nil else { throw NotMeasurable(reason: "there is no git") }
        let rounds = bench.isQuick ? 20 : 200
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        var table: [String] = []
        var ours: Counts?
        for format in RecordedFormat.allCases {
            let counts = try measure(format, rounds: rounds, in: folder.path)
            if format == .framed { ours = counts }
            table.append("\(format.rawValue.padded(to: 43))\(counts.words)")
        }
        guard let ours else { return [] }
        let head = "\("".padded(to: 43))bytes, lines: value, extra, reorder (removed/added)"
        return [
            BenchRow(
                subject: "changed lines: one reading of 48 × \(rounds) polls",
                ours: .lines(ours.changes[0].most), budget: .atMost(.lines(5)),
                notes: [head] + table),
            BenchRow(
                subject: "changed lines: one request more",
                ours: .lines(ours.changes[1].most), budget: .atMost(.lines(1))),
            BenchRow(
                subject: "changed lines: requests of each poll in another order",
                ours: .lines(ours.changes[2].most), budget: .atMost(.lines(0))),
        ]
    }

    private struct Change {
        var removed: Int
        var added: Int

        var most: Int { max(removed, added) }
        var words: String { "\(removed.grouped)/\(added.grouped)" }
    }

    private struct Counts {
        var bytes: Int
        var lines: Int
        var changes: [Change]

        var words: String {
            "\(Figure.bytes(bytes).text), \(lines.grouped): "
                + changes.map(\.words).joined(separator: ", ")
        }
    }

    private func measure(
        _ format: RecordedFormat, rounds: Int, in folder: String
    ) throws -> Counts {
        func write(_ edit: RecordedPolls.Edit?, to name: String) throws -> [String] {
            let files = format.files(
                of: RecordedPolls(outlets: 48, rounds: rounds, edit: edit))
            for file in files { try Files.write(file.text, to: "\(folder)/\(name)/\(file.name)") }
            return files.map(\.text)
        }
        let texts = try write(nil, to: "before")
        defer { removeAll("\(folder)/before") }
        let changes = try RecordedPolls.Edit.allCases.map { edit in
            _ = try write(edit, to: "after")
            defer { removeAll("\(folder)/after") }
            return try numstat("\(folder)/before", "\(folder)/after")
        }
        return Counts(
            bytes: texts.reduce(0) { $0 + $1.utf8.count },
            lines: texts.reduce(0) { $0 + $1.utf8.count { $0 == UInt8(ascii: "\n") } },
            changes: changes)
    }

    // MARK: Tools

    private var git: String? {
        ["/usr/bin/git", "/usr/local/bin/git", "/opt/homebrew/bin/git"].first(where: Files.exists)
    }

    private func numstat(_ before: String, _ after: String) throws -> Change {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: git ?? "")
        process.arguments = [
            "-c", "core.attributesFile=/dev/null", "diff", "--no-index", "--numstat",
            "--no-renames", before, after,
        ]
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        try process.run()
        let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        var change = Change(removed: 0, added: 0)
        for line in text.split(separator: "\n") {
            let cells = line.split(separator: "\t")
            guard cells.count >= 2 else { continue }
            change.added += Int(cells[0]) ?? 0
            change.removed += Int(cells[1]) ?? 0
        }
        return change
    }

    private func removeAll(_ path: String) {
        try? FileManager.default.removeItem(atPath: path)
    }
}

/// A folder that is gone afterwards.
private struct TemporaryFolder {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "pdu-harness-bench-\(UUID().uuidString)"
        try Files.makeFolder(path)
    }

    func remove() { try? FileManager.default.removeItem(atPath: path) }
}
