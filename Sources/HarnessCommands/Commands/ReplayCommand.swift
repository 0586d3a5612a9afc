import Interchange
import ArgumentParser
import Findings
import Foundation
import Recordings
import Replaying
import Reports
import Scenarios
import VirtualTime
import Wire

struct ReplayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay", abstract: "Serves a recording as the device it was made of.",
        usage: "pdu-harness replay <file> [<options>] [-- <client> <arguments> ...]",
        discussion: """
            What a resource shows follows time, not how often it is asked: the last value recorded \
            at or before the moment, never one between two; before its first value, that one. An \
            answer like 503 or a broken connection happens once to each client. Tokens are issued \
            anew, and any password is right, unless --password names one. Changes are answered as \
            recorded, each once for every client; what the recording does not hold is refused with \
            the recorded requests that come nearest. Events are sent at their times.

            What was asked without having been recorded fails the replay; what was recorded and \
            never asked is a warning, and with --strict a failure.

            What follows -- is a client under test, or --client names its manifest; it is started, \
            stopped and heard as run does, with the same placeholders. Only the client is judged: \
            the device did what was recorded. Energy is held against the recorded registers, for \
            nothing else is known. Without a client the recording is served until stopped.

            On --clock stepped the control endpoint moves time as for run; its GET /truth knows the \
            registers only. A golden is replayed by running the scenario again that it names.
            """)

    @Argument(
        help: "A full recording, also one that was cut short; a golden, or a scenario's name.")
    var file: String

    @Option(help: "The port to listen on; 0 takes any free one.")
    var port = 8000

    @Option(help: "The address to listen on.")
    var bind = "127.0.0.1"

    @Flag(help: "Serve HTTPS; the first use makes a certificate authority in your data folder.")
    var tls = false

    @Flag(help: "Deliver events to other machines too, not to this one only.")
    var deliverAnywhere = false

    @Option(
        help: ArgumentHelp(
            "wall, paced:N for N recorded seconds a second, or stepped (default: as recorded).",
            valueName: "clock"))
    var clock: String?

    @Flag(help: "Open a control endpoint.")
    var control = false

    @Flag(help: "Answer every client's first request with the first recorded answer, and so on.")
    var sequence = false

    @Option(help: "The password that a login needs.")
    var password: String?

    @Flag(help: "Fail where a recorded request is never made.")
    var strict = false

    @OptionGroup var clientOptions: ClientOptions

    @Option(help: ArgumentHelp("Where the recording of a client goes.", valueName: "folder"))
    var out = "pdu-harness-out"

    @Option(
        name: .customLong("report"),
        help: ArgumentHelp(
            "Write a report: text, json, junit, sarif, html or markdown. Repeatable.",
            valueName: "format=path"))
    var reports: [ReportTarget] = []

    @OptionGroup var homeOption: HomeOption

    func validate() throws {
        guard (0...65_535).contains(port) else {
            throw ValidationError("--port \(port) is outside 0…65535")
        }
        guard clock == nil || clock == "wall" || ClientClock(clock ?? "") != nil else {
            throw ValidationError(
                "--clock \(clock ?? ""): write wall, stepped, or paced:N with N in "
                    + "\(PacedClock.paces.lowerBound)…\(PacedClock.paces.upperBound)")
        }
        guard !clientOptions.areAboutProgram || hasClient else {
            throw ValidationError("--does, --expected and --require-claims go with a client")
        }
    }

    func run() async throws {
        guard !CommandLineSplit.namesNoClient else {
            throw CommandFailure.usage("nothing stands after --; leave it out to serve")
        }
        let program = try clientProgram()
        let (source, index) = try await recording()
        let device = ReplayDevice(
            index, mode: sequence ? .sequence : .byTime, password: password,
            scheme: tls ? "https" : "http", load: { source.entry(at: $0) },
            makeToken: {
                (0..<16).map { _ in String(UInt8.random(in: 16...255), radix: 16) }.joined()
            })
        let report: ScenarioReport
        if var program {
            program.clock = runningClock(of: source.header, for: program)
            var run = ReplayRun(
                source: source, device: device, end: index.end, bundle: try bundle(),
                program: program, out: out)
            run.password = password
            run.isStrict = strict
            run.offersControl = control
            let replay = run
            var played = try await Interruption.guarding { try await replay.play() }
            if !played.causes.isEmpty || played.count(of: .warn) > 0 {
                played.command = command(program.clock)
            }
            report = played
        } else {
            report = try await serve(source, device, index)
        }
        let whole = RunReport(harnessVersion: harnessVersion, scenarios: [report])
        for target in reports { try Files.write(target.format.render(whole), to: target.path) }
        Console.say(TextReport.render(whole, style: Console.style, width: 100))
        if whole.exitStatus != 0 { throw ExitCode(whole.exitStatus) }
    }

    /// What replays the same again.
    private func command(_ clock: ClientClock) -> String {
        var words = ["pdu-harness", "replay", file, "--clock", clock.name]
        let flags = [
            ("--tls", tls), ("--control", control), ("--sequence", sequence), ("--strict", strict),
        ]
        for case (let flag, true) in flags { words.append(flag) }
        words += clientOptions.arguments
        if !CommandLineSplit.client.isEmpty {
            words.append("--")
            words += RunWords.withoutSecrets(
                CommandLineSplit.client, password: password ?? "replayed")
        }
        return words.map(shellWord).joined(separator: " ") + "  # harness \(harnessVersion)"
    }

    private func bundle() throws -> Bundle { try Bundle(folder: try homeOption.locate().csdl) }

    private var hasClient: Bool {
        clientOptions.client != nil || !CommandLineSplit.client.isEmpty
    }

    /// The client under test; nil where the recording is only served.
    private func clientProgram() throws -> ClientProgram? {
        guard hasClient,
            var program = try ClientProgram.find(
                command: CommandLineSplit.client, manifest: clientOptions.client)
        else { return nil }
        try clientOptions.apply(to: &program)
        program.usesTLS = tls
        guard program.ownClock == .wall else {
            throw CommandFailure.usage("a replay does not set a client's own clock; use run")
        }
        try program.checkConsistency()
        return program
    }

    // MARK: What is replayed

    private func recording() async throws -> (RecordingSource, ReplayIndex) {
        let isFile = Files.exists(file)
        let folders = isFile ? try? homeOption.locate() : try homeOption.locate()
        let replay = folders.map { GoldenReplay(folders: $0) }
        guard let replay, let golden = try replay.golden(file) else {
            guard isFile else {
                throw CommandFailure.usage(
                    "there is no file '\(file)', and no golden of a scenario of this name")
            }
            return try read(file)
        }
        // What was opened can be read after its name has gone.
        let path = NSTemporaryDirectory() + "pdu-harness-\(UUID().uuidString).recording.jsonl"
        defer { Files.remove(path) }
        try await Interruption.guarding { try await replay.writeRecording(of: golden, to: path) }
        return try read(path)
    }

    private func read(_ path: String) throws -> (RecordingSource, ReplayIndex) {
        var index: ReplayIndex?
        let source = try RecordingSource(path, begin: { index = ReplayIndex(header: $0) }) {
            index?.note($0, at: $1)
        }
        index?.finish()
        guard let index, index.exchangeCount > 0 else {
            throw CommandFailure.usage("\(file): there is no exchange to replay")
        }
        if index.outOfOrder > 0 {
            Console.complain(
                "\(file): \(index.outOfOrder.counted("entry", "entries")) not in the order of time; "
                    + "answers follow time")
        }
        return (source, index)
    }

    // MARK: The clock

    /// As the option says, as a client demands that moves time itself, or as recorded. The virtual
    /// clock has no pace of its own.
    private func runningClock(
        of header: RecordingHeader, for program: ClientProgram?
    ) -> ClientClock {
        if let clock { return ClientClock(clock) ?? .paced(1) }
        if let program, program.clock == .stepped { return .stepped }
        if header.clock == "wall" { return .paced(1) }
        if case .paced(let pace)? = ClientClock(header.clock) { return .paced(pace) }
        return program == nil ? .paced(1) : .usual
    }

    // MARK: Serving

    private func serve(
        _ source: RecordingSource, _ device: ReplayDevice, _ index: ReplayIndex
    ) async throws -> ScenarioReport {
        let choice = runningClock(of: source.header, for: nil)
        let clockName = choice == .paced(1) ? "wall" : choice.name
        let (clock, stepped) = choice.running(from: source.header.start)
        let identities = TLSIdentityStore.standard()
        let service = ReplayService(
            device, clock: clock, stepped: stepped,
            identity: tls ? try identities.load(now: WallClock().now()) : nil,
            deliversAnywhere: deliverAnywhere, recorder: nil)
        let stop = StopRequest()
        let desk =
            control || stepped != nil
            ? try await ControlDesk.open(
                Control(
                    name: source.header.scenario, start: source.header.start, end: index.end,
                    device: ReplayControl(service: service), clockName: clockName, clock: clock,
                    stepped: stepped, stop: stop)) : nil
        let (bind, port, tls) = (bind, port, tls)
        let span = (index.end - index.start).iso8601
        let state = source.isComplete ? "" : ", which breaks off"
        try await TerminationSignals.untilStopped(stop) {
            try await service.run(bind: bind, port: port) { port in
                Console.say(
                    "\(index.exchangeCount.counted("exchange")) over \(span)\(state), at "
                        + "\(tls ? "https" : "http")://\(Origin(host: bind, port: port).authority)"
                        + "/redfish/v1/; stop with Ctrl-C")
                if tls { Console.say("clients trust \(identities.authorityPath)") }
                if let desk {
                    Console.say(
                        "\(clockName) clock, control at \(desk.url) with Authorization: Bearer "
                            + desk.token)
                }
            }
        }
        await desk?.close()
        let groups = [service.findings(isStrict: strict)]
        let golden = GoldenOutcome.notCompared(reason: "a recording is replayed")
        return ScenarioReport(
            scenario: source.header.scenario, title: "a replay", seed: source.header.seed,
            client: "unknown", clock: clockName, model: source.header.model, simulated: [],
            recorded: [.init("exchanges", index.exchangeCount.grouped)], groups: groups,
            golden: golden, causes: ScenarioReport.causes(groups: groups, golden: golden),
            recordingFile: file.split(separator: "/").last.map(String.init))
    }
}
