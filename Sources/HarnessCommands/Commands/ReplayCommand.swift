import ArgumentParser
import Findings
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

            What follows -- is a client under test, started and judged as run does: {url} {user} \
            {password} {ca} {claims} {pollSeconds} in its arguments are replaced. Its energy is \
            held against the recorded registers, for nothing else is known. Without a client the \
            recording is served until stopped.
            """)

    @Argument(help: "A full recording, also one that was cut short.")
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
            "wall, or paced:N for N recorded seconds a second (default: as recorded).",
            valueName: "clock"))
    var clock: String?

    @Flag(help: "Answer every client's first request with the first recorded answer, and so on.")
    var sequence = false

    @Option(help: "The password that a login needs.")
    var password: String?

    @Flag(help: "Fail where a recorded request is never made.")
    var strict = false

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
        guard clock == nil || clock == "wall" || Self.pace(of: clock ?? "") != nil else {
            throw ValidationError(
                "--clock \(clock ?? ""): write wall, or paced:N with N in "
                    + "\(PacedClock.paces.lowerBound)…\(PacedClock.paces.upperBound)")
        }
    }

    func run() async throws {
        guard !CommandLineSplit.namesNoClient else {
            throw CommandFailure.usage("nothing stands after --; leave it out to serve")
        }
        var index: ReplayIndex?
        let source = try RecordingSource(file, begin: { index = ReplayIndex(header: $0) }) {
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
        let device = ReplayDevice(
            index, mode: sequence ? .sequence : .byTime, password: password,
            scheme: tls ? "https" : "http", load: { source.entry(at: $0) },
            makeToken: {
                (0..<16).map { _ in String(UInt8.random(in: 16...255), radix: 16) }.joined()
            })
        let report: ScenarioReport
        if CommandLineSplit.client.isEmpty {
            report = try await serve(source, device, index)
        } else {
            let run = ReplayRun(
                source: source, device: device, end: index.end,
                bundle: try Bundle(folder: try homeOption.locate().csdl),
                arguments: CommandLineSplit.client, pace: pace(source.header, usual: 60),
                usesTLS: tls, isStrict: strict, out: out)
            report = try await Interruption.guarding { try await run.play() }
        }
        let whole = RunReport(harnessVersion: harnessVersion, scenarios: [report])
        for target in reports { try Files.write(target.format.render(whole), to: target.path) }
        Console.say(TextReport.render(whole, style: Console.style, width: 100))
        if whole.exitStatus != 0 { throw ExitCode(whole.exitStatus) }
    }

    /// As the option says, or as recorded. The virtual clock has no pace of its own.
    private func pace(_ header: RecordingHeader, usual: Int64) -> Int64 {
        if let clock { return Self.pace(of: clock) ?? 1 }
        if header.clock == "wall" { return 1 }
        return Self.pace(of: header.clock) ?? usual
    }

    private static func pace(of clock: String) -> Int64? {
        if case .paced(let pace)? = ClientClock(clock) { pace } else { nil }
    }

    private func serve(
        _ source: RecordingSource, _ device: ReplayDevice, _ index: ReplayIndex
    ) async throws -> ScenarioReport {
        let pace = pace(source.header, usual: 1)
        let identities = TLSIdentityStore.standard()
        let service = ReplayService(
            device, clock: PacedClock(pace: pace, start: source.header.start),
            identity: tls ? try identities.load(now: WallClock().now()) : nil,
            deliversAnywhere: deliverAnywhere, recorder: nil)
        let (bind, port, tls) = (bind, port, tls)
        let span = (index.end - index.start).iso8601
        let state = source.isComplete ? "" : ", which breaks off"
        try await TerminationSignals.untilStopped {
            try await service.run(bind: bind, port: port) { port in
                Console.say(
                    "\(index.exchangeCount.counted("exchange")) over \(span)\(state), at "
                        + "\(tls ? "https" : "http")://\(Origin(host: bind, port: port).authority)"
                        + "/redfish/v1/; stop with Ctrl-C")
                if tls { Console.say("clients trust \(identities.authorityPath)") }
            }
        }
        let groups = [service.findings(isStrict: strict)]
        let golden = GoldenOutcome.notCompared(reason: "a recording is replayed")
        return ScenarioReport(
            scenario: source.header.scenario, title: "a replay", seed: source.header.seed,
            client: "unknown", clock: pace == 1 ? "wall" : "paced:\(pace)",
            model: source.header.model, simulated: [],
            recorded: [.init("exchanges", index.exchangeCount.grouped)], groups: groups,
            golden: golden, causes: ScenarioReport.causes(groups: groups, golden: golden),
            recordingFile: file.split(separator: "/").last.map(String.init))
    }
}
