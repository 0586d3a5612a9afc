import ArgumentParser
import Findings
import Reports
import Scenarios
import Wire

struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Plays scenarios, records, checks, compares with the golden, and reports.",
        discussion: """
            A scenario is a path, or a name that is looked for under Scenarios/, or a folder. \
            The built-in reference client is run on the virtual clock, over loopback sockets.

            A golden that is missing or differs is left under OUT/pending, for accept to take over; \
            nothing is written under Golden/.
            """)

    @Argument(help: ArgumentHelp("Scenario files, names, or folders.", valueName: "scenario"))
    var scenarios: [String]

    @Flag(help: "Hand messages over in memory instead of over sockets.")
    var inProcess = false

    @Option(
        help: ArgumentHelp(
            "The clock of the run. In this version only: virtual.", valueName: "clock"))
    var clock = "virtual"

    @Option(help: ArgumentHelp("How many scenarios are played side by side.", valueName: "n"))
    var jobs = 1

    @Flag(help: "Fail where no golden is on file. The built-in client always does.")
    var requireGolden = false

    @Option(help: ArgumentHelp("Where recordings and pending goldens go.", valueName: "folder"))
    var out = "pdu-harness-out"

    @Option(
        name: .customLong("report"),
        help: ArgumentHelp(
            "Write a report: text, json, junit, sarif, html or markdown. Repeatable.",
            valueName: "format=path"))
    var reports: [ReportTarget] = []

    @Flag(help: "Print the plan as a timeline, computed trips included, and run nothing.")
    var explain = false

    @OptionGroup var homeOption: HomeOption

    func validate() throws {
        guard clock == "virtual" else {
            throw ValidationError("--clock \(clock): in this version the clock is always virtual")
        }
        guard (1...256).contains(jobs) else {
            throw ValidationError("--jobs \(jobs) is outside 1…256")
        }
        // The parser takes what follows -- for more scenarios.
        guard !CommandLine.arguments.contains("--") else {
            throw ValidationError(
                "a client under test, after --, is not in this version: it runs the built-in one")
        }
    }

    func run() async throws {
        let folders = try homeOption.locate()
        let store = ScenarioStore(folders: folders)
        let loaded = try scenarios.flatMap(store.find).map(store.load)
        try rejectDoubleNames(loaded)
        if explain {
            for item in loaded { Console.say(ScenarioExplanation.text(of: item.scenario)) }
            return
        }
        let bundle = try Bundle(folder: folders.csdl)
        let player = ScenarioPlayer(
            bundle: bundle,
            goldens: GoldenStore(folder: folders.golden, pendingFolder: "\(out)/pending"),
            out: out, usesSockets: !inProcess)
        let report = try await Interruption.guarding { try await play(loaded, with: player) }
        try write(report)
        reportUnusedGoldens(player.goldens, store)
        if report.exitStatus != 0 { throw ExitCode(report.exitStatus) }
    }

    /// Plays the scenarios, some side by side, and shows each in its turn.
    private func play(
        _ loaded: [LoadedScenario], with player: ScenarioPlayer
    ) async throws -> RunReport {
        var report = RunReport(harnessVersion: harnessVersion, scenarios: [])
        try await withThrowingTaskGroup(of: (place: Int, report: ScenarioReport).self) { group in
            var next = 0
            func start() {
                guard next < loaded.count else { return }
                let place = next
                group.addTask { (place, try await player.play(loaded[place])) }
                next += 1
            }
            var finished: [Int: ScenarioReport] = [:]
            for _ in 0..<jobs { start() }
            while let played = try await group.next() {
                start()
                finished[played.place] = played.report
                while let result = finished.removeValue(forKey: report.scenarios.count) {
                    report.scenarios.append(result)
                    if loaded.count > 1 {
                        Console.say(TextReport.render(result, style: Console.style, width: 100))
                    }
                }
            }
        }
        Console.say(
            loaded.count > 1
                ? TextReport.renderSummary(report, style: Console.style, width: 100)
                : TextReport.render(report, style: Console.style, width: 100))
        return report
    }

    private func write(_ report: RunReport) throws {
        for target in reports {
            try Files.write(target.format.render(report), to: target.path)
        }
    }

    /// A golden is found by the scenario's name, so names are unique.
    private func rejectDoubleNames(_ loaded: [LoadedScenario]) throws {
        var pathByName: [String: String] = [:]
        for item in loaded {
            if let other = pathByName.updateValue(item.path, forKey: item.scenario.name) {
                throw CommandFailure.usage(
                    "\(item.path) and \(other) are both named '\(item.scenario.name)'")
            }
        }
    }

    /// Only a run of a whole folder can tell that nobody uses a golden.
    private func reportUnusedGoldens(_ goldens: GoldenStore, _ store: ScenarioStore) {
        guard scenarios.contains(where: Files.isDirectory) else { return }
        let names = (try? store.scenarioPaths().map { try store.load($0).scenario.name }) ?? []
        for file in goldens.unused(by: names) {
            Console.complain("Golden/\(file) belongs to no scenario")
        }
    }
}

/// `json=path`.
struct ReportTarget: ExpressibleByArgument {
    var format: ReportFormat
    var path: String

    init?(argument: String) {
        guard let equals = argument.firstIndex(of: "="),
            let format = ReportFormat(rawValue: String(argument[..<equals]))
        else { return nil }
        self.format = format
        path = String(argument[argument.index(after: equals)...])
        guard !path.isEmpty else { return nil }
    }
}
