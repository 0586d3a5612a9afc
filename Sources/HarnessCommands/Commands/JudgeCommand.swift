import ArgumentParser
import Findings
import JSONText
import Recordings
import Reports
import Scenarios

struct JudgeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "judge",
        abstract: "Holds recordings or goldens against all rules; no device is needed.",
        discussion: """
            A recording embeds its scenario. A golden is judged with the scenario its header names.
            """)

    @Argument(help: "Recordings or goldens.")
    var files: [String]

    @Option(
        name: .customLong("report"),
        help: ArgumentHelp(
            "Write a report: text, json, junit, sarif, html or markdown. Repeatable.",
            valueName: "format=path"))
    var reports: [ReportTarget] = []

    @OptionGroup var homeOption: HomeOption

    func run() throws {
        let folders = try homeOption.locate()
        let judge = RecordingJudge(
            bundle: try Bundle(folder: folders.csdl), store: ScenarioStore(folders: folders))
        let report = RunReport(
            harnessVersion: harnessVersion, scenarios: try files.map(judge.report))
        for target in reports { try Files.write(target.format.render(report), to: target.path) }
        Console.say(
            TextReport.render(
                report, style: Console.usesColour ? .colour : .plain, width: 100))
        if report.exitStatus != 0 { throw ExitCode(report.exitStatus) }
    }
}

/// Judges what stands in a file.
struct RecordingJudge {
    let bundle: Bundle
    let store: ScenarioStore

    func report(_ path: String) throws -> ScenarioReport {
        let bytes = try Files.read(path)
        switch RecordingFormat(firstBytesOf: bytes) {
        case .golden: return try golden(bytes, path)
        default: return try recording(bytes, path)
        }
    }

    private func recording(_ bytes: [UInt8], _ path: String) throws -> ScenarioReport {
        let recording: Recording
        do {
            recording = try RecordingReader.read(bytes)
        } catch {
            throw CommandFailure.usage("\(path):\(error.line): \(error.message)")
        }
        let scenario: Scenario
        do {
            scenario = try Scenario(resolved: recording.header.resolvedScenario)
        } catch {
            throw CommandFailure.usage(
                "\(path):1: the embedded scenario: \(error.message) (at \(error.pointer))")
        }
        return judged(
            recording.lines, scenario, client: recording.header.client,
            clock: recording.header.clock, model: recording.header.model,
            note: recording.isComplete ? nil : "incomplete: the recording breaks off", path: path)
    }

    private func golden(_ bytes: [UInt8], _ path: String) throws -> ScenarioReport {
        let document: GoldenDocument
        do {
            document = try GoldenReader.read(bytes)
        } catch {
            throw CommandFailure.golden("\(path):\(error.line): \(error.message)")
        }
        let header = document.header
        guard let scenarioPath = try store.find(header.scenario).first else {
            throw CommandFailure.usage("there is no scenario '\(header.scenario)'")
        }
        return judged(
            document.expandLines(), try store.load(scenarioPath).scenario, client: header.client,
            clock: "virtual", model: header.model, note: nil, path: path)
    }

    private func judged(
        _ lines: [RecordedLine], _ scenario: Scenario, client: String, clock: String,
        model: String, note: String?, path: String
    ) -> ScenarioReport {
        let judge = RunJudge(
            scenario, map: ScenarioRun.meteringMap(of: scenario, environment: bundle.environment),
            schemaRules: bundle.environment.schemaRules, expectsClaims: clock != "wall",
            validatePayload: bundle.environment.validatePayload)
        var counts = EntryCounts()
        for line in lines {
            counts.note(line.entry)
            judge.observe(line.entry, line: line.line)
        }
        let groups = judge.finish(nil)
        let golden = GoldenOutcome.notCompared(reason: "a recording is judged")
        var recorded = [
            ScenarioReport.Fact("exchanges", counts.exchanges.grouped),
            ScenarioReport.Fact("deliveries", counts.deliveries.grouped),
            ScenarioReport.Fact("claims", counts.claims.grouped),
        ]
        if let note { recorded.append(ScenarioReport.Fact("state", note)) }
        return ScenarioReport(
            scenario: scenario.name, title: scenario.title, seed: scenario.seed, client: client,
            clock: clock, model: model,
            simulated: [ScenarioReport.Fact("device", ScenarioFactsText.device(scenario))],
            recorded: recorded, groups: groups, golden: golden,
            causes: ScenarioReport.causes(groups: groups, golden: golden),
            recordingFile: path.split(separator: "/").last.map(String.init))
    }
}
