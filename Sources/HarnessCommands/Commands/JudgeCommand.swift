import ArgumentParser
import Findings
import Reports

struct JudgeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "judge",
        abstract: "Holds recordings or goldens against all rules; no device is needed.",
        discussion: """
            A recording embeds its scenario. A golden is judged with the scenario its header names; \
            where that is gone or has changed since, only the energy registers are judged, by \
            their URIs. Of a recording that run has made, what failed is shown again by the same \
            command and scripts.
            """)

    @Argument(help: "Recordings or goldens.")
    var files: [String]

    @Option(
        name: .customLong("report"),
        help: ArgumentHelp(
            "Write a report: text, json, junit, sarif, html or markdown. Repeatable.",
            valueName: "format=path"))
    var reports: [ReportTarget] = []

    @Option(
        help: ArgumentHelp(
            "Where the scripts go that show a breach again.", valueName: "folder"))
    var out = "pdu-harness-out"

    @Flag(help: "Show whole what the client did: sessions, events, links, samples, requests.")
    var ledgers = false

    @OptionGroup var homeOption: HomeOption

    func run() throws {
        let folders = try homeOption.locate()
        let judge = RecordingJudge(
            bundle: try Bundle(folder: folders.csdl), store: ScenarioStore(folders: folders),
            out: out)
        let report = RunReport(
            harnessVersion: harnessVersion, scenarios: try files.map(judge.report))
        for target in reports { try Files.write(target.format.render(report), to: target.path) }
        Console.say(
            TextReport.render(
                report, ledgers: ledgers ? .all : .concerns, style: Console.style, width: 100))
        if report.exitStatus != 0 { throw ExitCode(report.exitStatus) }
    }
}
