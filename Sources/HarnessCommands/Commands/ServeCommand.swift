import ArgumentParser
import JSONText
import Recordings
import Scenarios
import SmartPDU
import VirtualTime
import Wire

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Plays the PDU alone, on the wall clock, until stopped.",
        discussion: """
            With --control, and on --clock stepped always, a control endpoint is opened on loopback \
            and its URL and token are printed; every request bears Authorization: Bearer TOKEN.

            GET /            scenario, now, offset, end, steps to come, faults
            GET /truth       power, true energy, register of every point; breakers, outlets
            POST /advance    {"by": "PT10S"} or {"to": "PT5M"} or {"to": "2026-01-15T10:05:00Z"}, \
            with "untilDelivery": true up to the next event; answered when all that was due has \
            happened and been delivered: {"now", "offset", "isOver", "deliveries"}
            POST /trigger    {"step": "expire-sessions"} plays the next such step of the timeline \
            now; {"fault": "its name"} plays it on the next request that it matches
            POST /stop       ends the run or the service

            What is wrong is answered {"error": {"message", "at"}}. Events that a request causes are \
            delivered when time moves, if only by PT0S.
            """)

    @Argument(help: "A scenario whose loads, steps and faults are played from now on.")
    var scenario: String?

    @Option(help: "The device, where no scenario is named (default: smartpdu-48).")
    var device: String?

    @Option(help: "The port to listen on; 0 takes any free one.")
    var port = 8000

    @Option(help: "The address to listen on.")
    var bind = "127.0.0.1"

    @Flag(help: "Deliver events to other machines too, not to this one only.")
    var deliverAnywhere = false

    @Flag(help: "Serve HTTPS; the first use makes a certificate authority in your data folder.")
    var tls = false

    @Option(
        help: ArgumentHelp(
            "With --tls, a port on which plain HTTP is redirected to HTTPS.", valueName: "port"))
    var redirectHTTP: Int?

    @Option(
        help: ArgumentHelp(
            "Record everything here, for judge; complete once the service has been stopped.",
            valueName: "path"))
    var record: String?

    @Option(
        help: ArgumentHelp(
            "Keep accounts, subscriptions, settings and registers here, and go on from there.",
            valueName: "path"))
    var state: String?

    @Option(
        help: ArgumentHelp(
            "Serve the files of a DMTF mockup as they are, and no PDU.", valueName: "folder"))
    var mockup: String?

    @Option(
        help: ArgumentHelp(
            "paced:N, N scenario seconds a second, or stepped by the control endpoint, both from "
                + "the scenario's own start (default: the wall's).", valueName: "clock"))
    var clock: String?

    @Flag(help: "Open a control endpoint.")
    var control = false

    @OptionGroup var overwriteOption: OverwriteOption

    @OptionGroup var maskOptions: MaskOptions

    @OptionGroup var homeOption: HomeOption

    func validate() throws {
        guard record != nil || maskOptions.isEmpty else {
            throw ValidationError("--mask and --mask-file go with --record: clients see all")
        }
        guard record != nil || !overwriteOption.overwrite else {
            throw ValidationError("--overwrite goes with --record")
        }
        guard mockup == nil || (scenario == nil && record == nil && redirectHTTP == nil) else {
            throw ValidationError("--mockup serves files: no scenario, --record or --redirect-http")
        }
        guard device == nil || (scenario == nil && mockup == nil) else {
            throw ValidationError(
                "--device \(device ?? "") goes without a scenario, which names its own device")
        }
        guard (0...65_535).contains(port) else {
            throw ValidationError("--port \(port) is outside 0…65535")
        }
        guard redirectHTTP == nil || tls else {
            throw ValidationError("--redirect-http goes with --tls")
        }
        guard clock == nil || ClientClock(clock ?? "") != nil else {
            throw ValidationError("--clock \(clock ?? ""): write stepped, or paced:N")
        }
        guard clock == nil && !control || mockup == nil && state == nil else {
            throw ValidationError("--clock and --control do not go with --mockup and --state")
        }
        guard state == nil || record == nil else {
            throw ValidationError(
                "--record does not go with --state: a recording begins where the registers do")
        }
    }

    func run() async throws {
        if let mockup { return try await serve(try MockupTree(mockup)) }
        if let record { try overwriteOption.requireFree(record) }
        let folders = try homeOption.locate()
        let bundle = try Bundle(folder: folders.csdl)
        let choice = clock.flatMap(ClientClock.init)
        let identities = TLSIdentityStore.standard()
        let plan = try resolvedScenario(ScenarioStore(folders: folders), bundle)
        let stateFile = try state.map { path in
            try StateFile(path: path, scenarioDigest: digest(of: laidOut(plan, from: nil, seed: 0)))
        }
        defer { stateFile?.release() }
        let kept = stateFile?.content
        let resolved = laidOut(
            plan, from: kept?.device.start ?? start(of: plan, choice),
            seed: kept?.device.seed ?? seed(of: plan, choice))
        let scenario = try Scenario(resolved: resolved)
        let (clock, stepped) = runningClock(choice, start: scenario.start)
        let clockName = choice?.name ?? "wall"
        let masks = try maskOptions.rules()
        let recorder = try record.map { path in
            try LiveRecorder(
                path: path,
                header: RecordingHeader(
                    scenario: scenario.name, seed: scenario.seed, start: scenario.start,
                    client: "unknown", clock: clockName, model: ScenarioRun.model,
                    resolvedScenario: resolved, scenarioDigest: digest(of: resolved)),
                masksPorts: stepped != nil, rules: masks)
        }
        let host = DeviceHost(
            scenario, catalog: bundle.messages, privileges: bundle.privileges,
            records: recorder != nil, playsByItself: true, now: { clock.now() })
        if let kept, let stateFile {
            guard
                host.restore(
                    kept.device, stepsReached: kept.stepsPlayed,
                    sessionSeed: UInt64.random(in: 0...UInt64.max))
            else { throw CommandFailure.usage("\(stateFile.path) belongs to another device") }
        }
        let service = LiveService(
            host: host, clock: clock, deliversAnywhere: deliverAnywhere,
            recorder: recorder, identity: tls ? try identities.load(now: WallClock().now()) : nil,
            redirectPort: redirectHTTP, stateFile: stateFile, stepped: stepped)
        let stop = StopRequest()
        let desk =
            control || stepped != nil
            ? try await ControlDesk.open(
                Control(
                    scenario: scenario, host: host, clockName: clockName, clock: clock,
                    stepped: stepped, stop: stop)) : nil
        let (bind, port, scheme) = (bind, port, tls ? "https" : "http")
        let login = scenario.device.service
        let access =
            kept == nil
            ? "user \(login.userName), password \(login.password)" : "accounts as they were left"
        try await TerminationSignals.untilStopped(stop) {
            try await service.run(bind: bind, port: port) { port in
                Console.say(
                    "\(scenario.device.name) at \(scheme)://\(bind):\(port)/redfish/v1/ "
                        + "(\(access)); stop with Ctrl-C")
                if scheme == "https" { Console.say("clients trust \(identities.authorityPath)") }
                if let desk {
                    Console.say(
                        "\(clockName) clock, control at \(desk.url) with Authorization: Bearer "
                            + desk.token)
                }
            }
        }
        await desk?.close()
        try recorder?.finish()
    }

    // MARK: The clock

    /// On the wall's clock the scenario is played from now on, with ids from a seed of its own.
    private func start(of plan: JSONValue, _ choice: ClientClock?) -> VirtualInstant {
        let own = plan["start"]?.string.flatMap { VirtualInstant(iso8601: $0) }
        return (choice == nil ? nil : own) ?? WallClock().now()
    }

    private func seed(of plan: JSONValue, _ choice: ClientClock?) -> UInt64 {
        let own = plan["seed"]?.number?.exactInteger.flatMap { UInt64(exactly: $0) }
        return (choice == nil ? nil : own) ?? UInt64.random(in: 1...UInt64(Int32.max))
    }

    private func runningClock(
        _ choice: ClientClock?, start: VirtualInstant
    ) -> (any RunningClock, SteppedTime?) {
        guard let choice else { return (WallClock(), nil) }
        return choice.running(from: start)
    }

    private func serve(_ tree: MockupTree) async throws {
        let service = try MockupService(tree)
        let identities = TLSIdentityStore.standard()
        let identity = tls ? try identities.load(now: WallClock().now()) : nil
        let (bind, port, scheme) = (bind, port, tls ? "https" : "http")
        try await TerminationSignals.untilStopped {
            try await service.run(bind: bind, port: port, identity: identity) { port in
                Console.say(
                    "\(tree.name) at \(scheme)://\(bind):\(port)/redfish/v1/; stop with Ctrl-C")
                if scheme == "https" { Console.say("clients trust \(identities.authorityPath)") }
            }
        }
    }

    /// The scenario with its loads laid out from an instant, and tokens and ids from a seed.
    private func laidOut(
        _ resolved: JSONValue, from start: VirtualInstant?, seed: UInt64
    ) -> JSONValue {
        var resolved = resolved
        resolved.replace(
            JSONPointer(tokens: ["start"]), with: start.map { .string($0.iso8601) } ?? .null)
        resolved.replace(
            JSONPointer(tokens: ["seed"]), with: .number(JSONNumber(UInt32(clamping: seed))))
        return resolved
    }

    private func resolvedScenario(_ store: ScenarioStore, _ bundle: Bundle) throws -> JSONValue {
        guard let scenario else {
            return try store.scenario(forDeviceAlone: device ?? "smartpdu-48").resolved
        }
        let paths = try store.find(scenario)
        guard let path = paths.first, paths.count == 1 else {
            throw CommandFailure.usage("serve plays one scenario; \(scenario) holds several")
        }
        let loaded = try store.load(path)
        try store.review(loaded, bundle)
        return loaded.resolved
    }
}
