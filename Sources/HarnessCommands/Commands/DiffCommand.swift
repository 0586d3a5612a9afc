import ArgumentParser
import Findings
import Foundation
import Recordings
import Reports

struct DiffCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Compares two recordings or goldens by meaning.",
        discussion: """
            Each is a file, or the name of a scenario whose golden is meant. With one argument, the \
            golden on file is compared with the pending one. Differences are collapsed under what \
            they follow from, and the matchers of the left side say what may differ.

            Exit status: 0 where nothing differs beyond what is allowed, 2 where something does, 64 \
            where a file cannot be read.

            For git, so that diffs of goldens read like this too:
              echo '*.golden.jsonl text eol=lf diff=pdugolden' >> .gitattributes
              git config diff.pdugolden.textconv 'pdu-harness diff --textconv'
            """)

    @Argument(
        help: ArgumentHelp(
            "A recording, a golden or one of its parts, or a scenario's name.", valueName: "left"))
    var left: String

    @Argument(help: ArgumentHelp("What it is compared with.", valueName: "right"))
    var right: String?

    @Option(
        name: .customLong("report"),
        help: ArgumentHelp(
            "Write a report: text, json or html. Repeatable.", valueName: "format=path"))
    var reports: [ReportTarget] = []

    @Flag(help: "Print one file for reading, as git's textconv wants it.")
    var textconv = false

    @Option(help: ArgumentHelp("The output folder of the run.", valueName: "folder"))
    var out = "pdu-harness-out"

    @OptionGroup var homeOption: HomeOption

    func validate() throws {
        guard !textconv || right == nil && reports.isEmpty else {
            throw ValidationError("--textconv takes one file and nothing else")
        }
        for report in reports where !ReportFormat.ofComparisons.contains(report.format) {
            throw ValidationError(
                "--report \(report.format.rawValue)=…: diff reports as text, json or html")
        }
    }

    func run() throws {
        if textconv { return Console.say(try textForReading()) }
        let left = try file(self.left)
        let right = try right.map(file) ?? pending(of: self.left)
        let report = try ComparisonReport(left: left, right: right)
        for target in reports {
            guard let text = target.format.render(report) else { continue }
            try Files.write(text, to: target.path)
        }
        Console.write(
            ComparisonText.render(report, style: Console.style), to: FileHandle.standardOutput)
        if report.exitStatus != 0 { throw ExitCode(report.exitStatus) }
    }

    /// What git compares. A golden that holds the markers of a merge is shown as it is: git would
    /// give up the diff of the whole repository where this command failed.
    private func textForReading() throws -> String {
        // Of a golden that is split git shows every part by itself.
        if let file = try? ComparedFile.read(left, joinsParts: false),
            case .exchanges(let document) = file.content
        {
            return SemanticView.lines(of: document).joined(separator: "\n")
        }
        return String(decoding: try Files.read(left), as: UTF8.self)
    }

    private func file(_ argument: String) throws -> ComparedFile {
        if !Files.exists(argument), !argument.contains("/"),
            let golden = try ComparedFile.golden(argument, in: store())
        {
            return golden
        }
        return try ComparedFile.read(argument)
    }

    private func pending(of scenario: String) throws -> ComparedFile {
        let store = GoldenStore(folder: "\(out)/pending", pendingFolder: "\(out)/pending")
        guard let pending = try ComparedFile.golden(scenario, in: store) else {
            throw CommandFailure.usage(
                "name what \(scenario) is compared with; no golden of it is pending in "
                    + store.folder)
        }
        var named = pending
        named.name = "\(scenario), pending"
        return named
    }

    private func store() throws -> GoldenStore {
        let folders = try homeOption.locate()
        return GoldenStore(folder: folders.golden, pendingFolder: "\(out)/pending")
    }
}
