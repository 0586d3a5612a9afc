import ArgumentParser
import Findings
import Reports
import Scenarios
import Wire

struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Plays scenarios, records, checks, compares with the golden, and reports.",
        usage: "pdu-harness run <scenario> ... [<options>] [-- <client> <arguments> ...]",
        discussion: """
            A scenario is a path, or a name that is looked for under Scenarios/, or a folder. \
            The built-in reference client is run on the virtual clock, over loopback sockets.

            What follows -- is the client under test. It is started anew for every scenario, and \
            {url} {user} {password} {ca} {claims} {callback} {carbon} {pollSeconds} in its \
            arguments are replaced; the same stands in its environment as PDU_HARNESS_URL and so \
            on. A manifest says more about a client: pdu-harness.json in the working directory, \
            or --client.

            On --clock stepped time passes only when somebody says so at the control endpoint, \
            {control}: a unit test of the client, for example. Two runs of a client that does the \
            same give the same recording, byte for byte. See serve --help for what the endpoint \
            takes. With --attach nothing is started: the client runs elsewhere, and is judged at \
            --until, or once it has ended on POST /stop, SIGINT or SIGTERM.

            A golden that is missing or differs is left under OUT/pending, for accept to take over; \
            nothing is written under Golden/.

            With --mask the recording, the reports and what the client printed hide what the rules \
            name. The golden is compared all the same, and none is left pending.
            """)

    @Argument(help: ArgumentHelp("Scenario files, names, or folders.", valueName: "scenario"))
    var scenarios: [String]

    @Flag(help: "Hand messages over in memory instead of over sockets.")
    var inProcess = false

    @Option(
        help: ArgumentHelp(
            "virtual for the built-in client; for a program paced:N, N scenario seconds a second, "
                + "or stepped (default: paced:60).", valueName: "clock"))
    var clock: String?

    @Flag(help: "Offer a control endpoint on a paced clock too: {control} and {controlToken}.")
    var control = false

    @Option(
        help: ArgumentHelp(
            "once, or per-poll: start the client anew for every poll of the scenario "
                + "(default: once).", valueName: "how"))
    var invoke: String?

    @Option(
        help: ArgumentHelp(
            "The clock that the client itself reads: wall, or faketime to make it the scenario's "
                + "by libfaketime (default: wall).", valueName: "clock"))
    var clientClock: String?

    @OptionGroup var attachOptions: AttachOptions

    @OptionGroup var clientOptions: ClientOptions

    @Flag(help: "Serve a client program HTTPS; {ca} is the authority to trust.")
    var tls = false

    @Option(help: ArgumentHelp("How many scenarios are played side by side.", valueName: "n"))
    var jobs = 1

    @Option(
        help: ArgumentHelp(
            "Play only the i-th of n parts of the scenarios, so that machines may share them.",
            valueName: "i/n"))
    var shard = Shard()

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

    @Flag(help: "Show whole what the client did: sessions, events, links, samples, requests.")
    var ledgers = false

    @OptionGroup var maskOptions: MaskOptions

    @OptionGroup var homeOption: HomeOption

    func validate() throws {
        guard (1...256).contains(jobs) else {
            throw ValidationError("--jobs \(jobs) is outside 1…256")
        }
        guard clock == nil || clock == "virtual" || ClientClock(clock ?? "") != nil else {
            throw ValidationError(
                "--clock \(clock ?? ""): write virtual, stepped, or paced:N with N in "
                    + "\(PacedClock.paces.lowerBound)…\(PacedClock.paces.upperBound)")
        }
        guard invoke == nil || ClientProgram.Invocation(rawValue: invoke ?? "") != nil else {
            throw ValidationError("--invoke \(invoke ?? ""): write once or per-poll")
        }
        guard clientClock == nil || ClientProgram.OwnClock(rawValue: clientClock ?? "") != nil
        else {
            throw ValidationError("--client-clock \(clientClock ?? ""): write wall or faketime")
        }
    }

    func run() async throws {
        let folders = try homeOption.locate()
        let store = ScenarioStore(folders: folders)
        let asked = try scenarios.flatMap(store.find).map(store.load)
        try rejectDoubleNames(asked)
        let loaded = shard.part(of: asked)
        let bundle = try Bundle(folder: folders.csdl)
        for item in loaded { try store.review(item, bundle) }
        if explain {
            for item in loaded { Console.say(ScenarioExplanation.text(of: item.scenario)) }
            return
        }
        let program = try await clientProgram()
        if let expected = program?.expected {
            ExpectationFile.noteUnusedPlaces(
                of: expected, asked: asked.map(\.scenario.name), in: store)
        }
        if program?.attachment != nil, loaded.count != 1 {
            throw CommandFailure.usage(
                "--attach plays one scenario, for its client starts once; \(loaded.count) are named"
            )
        }
        let masks = try maskOptions.rules()
        let goldens = GoldenStore(folder: folders.golden, pendingFolder: "\(out)/pending")
        let stop = StopRequest()
        var report = try await Interruption.guarding(
            endsBy: program?.attachment == nil ? nil : stop
        ) {
            if let program {
                let run = ClientRun(
                    bundle: bundle, program: program, out: out,
                    words: words(folders, program), offersControl: control,
                    stop: program.attachment == nil ? nil : stop, masks: masks)
                return try await play(loaded, with: run.play)
            }
            let player = ScenarioPlayer(
                bundle: bundle, goldens: goldens, out: out, usesSockets: !inProcess,
                words: words(folders, nil), masks: masks)
            return try await play(loaded, with: player.play)
        }
        if program == nil, shard.number == 1 {
            report.staleGoldens = try staleGoldens(goldens, store, asked)
        }
        show(report)
        try write(report)
        if report.exitStatus != 0 { throw ExitCode(report.exitStatus) }
    }

    /// What of this command decides what is played and how it is judged.
    private func words(_ folders: DataFolders, _ program: ClientProgram?) -> RunWords {
        var options: [String] = []
        if inProcess { options.append("--in-process") }
        options += maskOptions.arguments
        if let home = homeOption.home { options += ["--home", home] }
        if let program {
            options += ["--clock", program.clock.name]
            let named = [
                ("--invoke", invoke), ("--client-clock", clientClock),
                ("--until", attachOptions.until),
            ]
            for case (let name, let value?) in named { options += [name, value] }
            if attachOptions.attach { options.append("--attach") }
            if control { options.append("--control") }
            options += clientOptions.arguments
            if tls { options.append("--tls") }
            if requireGolden { options.append("--require-golden") }
        }
        return RunWords(
            scenarioFolder: folders.scenarios, options: options, client: CommandLineSplit.client)
    }

    /// The client under test; nil is the built-in one.
    private func clientProgram() async throws -> ClientProgram? {
        guard !CommandLineSplit.namesNoClient else {
            throw CommandFailure.usage(
                "nothing stands after --; leave it out to run the built-in client")
        }
        guard
            var program = try ClientProgram.find(
                command: CommandLineSplit.client, manifest: clientOptions.client,
                isAttached: attachOptions.attach)
        else {
            guard clock == nil || clock == "virtual", !clientOptions.areAboutProgram, !tls,
                !control, invoke == nil, clientClock == nil, !attachOptions.attach
            else {
                throw CommandFailure.usage(
                    "--clock paced:N and stepped, --control, --invoke, --client-clock, --attach, "
                        + "--does, --require-claims, --tls and --expected go with a client "
                        + "program; write for example -- pdu-harness client --url {url}")
            }
            return nil
        }
        guard clock != "virtual", !inProcess else {
            throw CommandFailure.usage(
                "a client program has a clock of its own and is reached over sockets; leave out "
                    + "--clock virtual and --in-process")
        }
        if let clock = clock.flatMap(ClientClock.init) { program.clock = clock }
        if let how = invoke.flatMap(ClientProgram.Invocation.init) { program.invocation = how }
        if let own = clientClock.flatMap(ClientProgram.OwnClock.init) { program.ownClock = own }
        program.attachment = attachOptions.attachment
        try clientOptions.apply(to: &program)
        program.requiresGolden = requireGolden
        program.usesTLS = tls
        try program.checkConsistency()
        if program.ownClock == .faketime {
            program.faketime = try await FaketimeProbe.probe(
                program.arguments[0], pace: program.clock.pace)
        }
        return program
    }

    /// Plays the scenarios, some side by side, and shows each in its turn.
    private func play(
        _ loaded: [LoadedScenario],
        with player: @escaping @Sendable (LoadedScenario) async throws -> ScenarioReport
    ) async throws -> RunReport {
        var report = RunReport(harnessVersion: harnessVersion, scenarios: [])
        try await withThrowingTaskGroup(of: (place: Int, report: ScenarioReport).self) { group in
            var next = 0
            func start() {
                guard next < loaded.count else { return }
                let place = next
                group.addTask { (place, try await player(loaded[place])) }
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
                        Console.say(
                            TextReport.render(
                                result, ledgers: ledgerRows, style: Console.style, width: 100))
                    }
                }
            }
        }
        return report
    }

    private var ledgerRows: TextReport.LedgerRows { ledgers ? .all : .concerns }

    /// The end of what `play` has begun to show.
    private func show(_ report: RunReport) {
        let isAlone = report.scenarios.count == 1 && report.staleGoldens.isEmpty
        if report.scenarios.count == 1, !isAlone {
            Console.say(
                TextReport.render(
                    report.scenarios[0], ledgers: ledgerRows, style: Console.style, width: 100))
        }
        Console.say(
            isAlone
                ? TextReport.render(report, ledgers: ledgerRows, style: Console.style, width: 100)
                : TextReport.renderSummary(report, style: Console.style, width: 100))
    }

    private func write(_ report: RunReport) throws {
        for target in reports {
            try Files.write(target.format.render(report), to: target.path)
            Console.note("\(target.format.rawValue) report in \(target.path)")
        }
        if !reports.isEmpty { Console.note("recordings in \(out)") }
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

    /// Goldens that no scenario uses. Only who was asked for all scenarios can tell; whether they
    /// passed, and who plays which of them, makes no difference.
    private func staleGoldens(
        _ goldens: GoldenStore, _ store: ScenarioStore, _ asked: [LoadedScenario]
    ) throws -> [String] {
        let names = Set(asked.map(\.scenario.name))
        guard scenarios.contains(where: Files.isDirectory) else { return [] }
        let all = try store.scenarioPaths().map { try store.load($0).scenario.name }
        guard names.isSuperset(of: all) else { return [] }
        return goldens.unused(by: names.sorted()).map { "Golden/\($0)" }
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
