import ArgumentParser
import HTTPMessages
import JSONText
import ReferenceClient
import Synchronization
import VirtualTime
import Wire

struct ClientCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "client", abstract: "Runs the reference aggregator as a program of its own.",
        discussion: """
            Polls until told to stop, or for --duration; then prints its claims, one JSON object a \
            line. Under run it takes what is not said here from the environment: PDU_HARNESS_USER, \
            _PASSWORD, _CA, _POLL_SECONDS, _POLL_OUTLETS_SECONDS, _READ_SENSORS, the pace of its clock from \
            _CLOCK, _START and _EPOCH (a stepped one it moves itself, by _CONTROL), the carbon \
            intensity from the file _CARBON_FILE; it keeps its ledgers in the folder _STATE, and appends its \
            claims to the file _CLAIMS.
            """)

    @Option(help: "The service, for example http://127.0.0.1:8000.")
    var url: String

    @Option(help: ArgumentHelp("The account to log in with (default: admin).", valueName: "user"))
    var user: String?

    @Option(help: ArgumentHelp("Its password (default: 123456789).", valueName: "password"))
    var password: String?

    @Option(
        help: ArgumentHelp(
            "Polls of the unit and its circuits (default: PT10S).", valueName: "duration"))
    var poll: String?

    @Option(help: ArgumentHelp("Polls of the outlets (default: PT1M).", valueName: "duration"))
    var pollOutlets: String?

    @Option(help: ArgumentHelp("How long to poll.", valueName: "duration"))
    var duration: String?

    @Option(
        help: ArgumentHelp(
            "Certificate authorities to trust instead of this machine's, as PEM text.",
            valueName: "file"))
    var ca: String?

    @Option(
        help: ArgumentHelp(
            "Keeps its ledgers in this file, and goes on where the last run stopped.",
            valueName: "file"))
    var state: String?

    @Flag(help: "Do not subscribe to events.")
    var noEvents = false

    @Flag(help: "Read the Sensor behind every energy register too, for its ReadingTime and basis.")
    var sensors = false

    func run() async throws {
        guard let origin = Origin(url: url, allowsTLS: true) else {
            throw CommandFailure.usage("--url \(url): write http://host:port or https://host:port")
        }
        let (clock, control) = try HarnessEnvironment.clock()
        var configuration = EnergyAggregator.Configuration(
            userName: user ?? HarnessEnvironment["USER"] ?? "admin",
            password: password ?? HarnessEnvironment["PASSWORD"] ?? "123456789")
        configuration.pollInterval =
            try span(poll, "--poll", orSeconds: "POLL_SECONDS") ?? .seconds(10)
        configuration.outletPollInterval =
            try span(pollOutlets, "--poll-outlets", orSeconds: "POLL_OUTLETS_SECONDS")
            ?? .minutes(1)
        configuration.subscribes = !noEvents
        configuration.readsSensors = sensors || HarnessEnvironment["READ_SENSORS"] != nil
        configuration.serviceOrigin = origin.description
        configuration.carbonIntensity = try HarnessEnvironment["CARBON_FILE"].map {
            try CarbonIntensityFile.read($0)
        }
        let end = try span(duration, "--duration").map { clock.now() + $0 }
        let outcome = try await LiveClient(
            configuration: configuration, origin: origin, trust: try trust(), clock: clock,
            control: control, end: end,
            memory: try memoryFile.flatMap(ClientMemoryFile.read), claim: try claimSink(),
            keep: { [memoryFile] in try ClientMemoryFile.write($0, to: memoryFile) }
        ).run()
        if outcome != .done {
            throw CommandFailure(status: 1, description: "the client ended: \(outcome.rawValue)")
        }
    }

    private func trust() throws -> ServerTrust {
        guard url.hasPrefix("https"), let path = ca ?? HarnessEnvironment["CA"] else {
            return .system
        }
        guard let trust = ServerTrust(authoritiesPEM: try Files.read(path)) else {
            throw CommandFailure.usage("\(path) holds no certificate in PEM form")
        }
        return trust
    }

    private var memoryFile: String? {
        state ?? HarnessEnvironment["STATE"].map { "\($0)/reference-client.json" }
    }

    private func claimSink() throws -> @Sendable (String) throws -> Void {
        guard let path = HarnessEnvironment["CLAIMS"] else { return { Console.say($0) } }
        return { try Files.append($0 + "\n", to: path) }
    }

    /// The option's value, or that of the environment in seconds.
    private func span(
        _ text: String?, _ option: String, orSeconds variable: String? = nil
    ) throws -> VirtualDuration? {
        if let text {
            guard let span = VirtualDuration(iso8601: text), span >= .seconds(1) else {
                throw CommandFailure.usage(
                    "\(option) \(text): write an ISO 8601 duration of at least PT1S")
            }
            return span
        }
        guard let variable, let seconds = HarnessEnvironment[variable] else { return nil }
        guard let span = VirtualDuration(iso8601: "PT\(seconds)S"), span >= .seconds(1) else {
            throw CommandFailure.usage(
                "\(HarnessEnvironment.prefix)\(variable) is '\(seconds)'; write seconds, at least 1"
            )
        }
        return span
    }
}
