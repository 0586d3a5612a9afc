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
            their URIs. A recording that run has made gets the verdict of the run, and what failed \
            is shown again by the same command and scripts. Of any other, such as one that serve \
            has made, the report says what is not known of its client.
            """)

    @Argument(help: "Recordings or goldens.")
    var files: [String]

    @Option(
        help: ArgumentHelp(
            "What the client takes upon itself: poll, subscribe, sse, control, or none (default: as "
                + "recorded by run, otherwise poll).", valueName: "list"))
    var does: String?

    @Option(
        help: ArgumentHelp(
            "Failures that are accepted, each with a reason.", valueName: "file"))
    var expected: String?

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
        var judge = RecordingJudge(
            bundle: try Bundle(folder: folders.csdl), store: ScenarioStore(folders: folders),
            out: out)
        judge.does = try does.map(ClientProgram.activities)
        judge.expected = try expected.map(ExpectationFile.read)
        let report = RunReport(
            harnessVersion: harnessVersion, scenarios: try files.map(judge.report))
        for target in reports { try Files.write(target.format.render(report), to: target.path) }
        Console.say(
            TextReport.render(
                report, ledgers: ledgers ? .all : .concerns, style: Console.style, width: 100))
        if report.exitStatus != 0 { throw ExitCode(report.exitStatus) }
    }
}
