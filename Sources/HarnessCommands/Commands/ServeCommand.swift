import ArgumentParser
import JSONText
import Recordings
import Scenarios
import SmartPDU
import VirtualTime
import Wire

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Plays the PDU alone, on the wall clock, until stopped.")

    @Argument(help: "A scenario whose loads, steps and faults are played from now on.")
    var scenario: String?

    @Option(help: "The device, where no scenario is named.")
    var device = "smartpdu-48"

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

    @OptionGroup var homeOption: HomeOption

    func validate() throws {
        guard mockup == nil || (scenario == nil && record == nil && redirectHTTP == nil) else {
            throw ValidationError("--mockup serves files: no scenario, --record or --redirect-http")
        }
        guard (0...65_535).contains(port) else {
            throw ValidationError("--port \(port) is outside 0…65535")
        }
        guard redirectHTTP == nil || tls else {
            throw ValidationError("--redirect-http goes with --tls")
        }
        guard state == nil || record == nil else {
            throw ValidationError(
                "--record does not go with --state: a recording begins where the registers do")
        }
    }

    func run() async throws {
        if let mockup { return try await serve(try MockupTree(mockup)) }
        let folders = try homeOption.locate()
        let bundle = try Bundle(folder: folders.csdl)
        let clock = WallClock()
        let identities = TLSIdentityStore.standard()
        let plan = try resolvedScenario(ScenarioStore(folders: folders))
        let stateFile = try state.map { path in
            try StateFile(path: path, scenarioDigest: digest(of: laidOut(plan, from: nil, seed: 0)))
        }
        defer { stateFile?.release() }
        let kept = stateFile?.content
        let resolved = laidOut(
            plan, from: kept?.device.start ?? clock.now(),
            seed: kept?.device.seed ?? UInt64.random(in: 1...UInt64(Int32.max)))
        let scenario = try Scenario(resolved: resolved)
        let recorder = try record.map { path in
            try LiveRecorder(
                path: path,
                header: RecordingHeader(
                    scenario: scenario.name, seed: scenario.seed, start: scenario.start,
                    client: "unknown", clock: "wall", model: ScenarioRun.model,
                    resolvedScenario: resolved, scenarioDigest: digest(of: resolved)))
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
            recorder: recorder, identity: tls ? try identities.load(now: clock.now()) : nil,
            redirectPort: redirectHTTP, stateFile: stateFile)
        let (bind, port, scheme) = (bind, port, tls ? "https" : "http")
        let login = scenario.device.service
        let access =
            kept == nil
            ? "user \(login.userName), password \(login.password)" : "accounts as they were left"
        try await untilStopped {
            try await service.run(bind: bind, port: port) { port in
                Console.say(
                    "\(scenario.device.name) at \(scheme)://\(bind):\(port)/redfish/v1/ "
                        + "(\(access)); stop with Ctrl-C")
                if scheme == "https" { Console.say("clients trust \(identities.authorityPath)") }
            }
        }
        try recorder?.finish()
    }

    private func serve(_ tree: MockupTree) async throws {
        let service = try MockupService(tree)
        let identities = TLSIdentityStore.standard()
        let identity = tls ? try identities.load(now: WallClock().now()) : nil
        let (bind, port, scheme) = (bind, port, tls ? "https" : "http")
        try await untilStopped {
            try await service.run(bind: bind, port: port, identity: identity) { port in
                Console.say(
                    "\(tree.name) at \(scheme)://\(bind):\(port)/redfish/v1/; stop with Ctrl-C")
                if scheme == "https" { Console.say("clients trust \(identities.authorityPath)") }
            }
        }
    }

    /// To be told to stop is how serving ends, not a failure.
    private func untilStopped(_ work: @escaping @Sendable () async throws -> Void) async throws {
        let termination = TerminationSignals()
        defer { termination.stop() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await work() }
            group.addTask { for await _ in termination.signals { break } }
            try await group.next()
            group.cancelAll()
            while try await group.next() != nil {}
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

    private func resolvedScenario(_ store: ScenarioStore) throws -> JSONValue {
        guard let scenario else { return try store.scenario(forDeviceAlone: device).resolved }
        let paths = try store.find(scenario)
        guard let path = paths.first, paths.count == 1 else {
            throw CommandFailure.usage("serve plays one scenario; \(scenario) holds several")
        }
        return try store.load(path).resolved
    }
}
