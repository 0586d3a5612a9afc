import ArgumentParser
import Findings
import HTTPMessages
import HTTPTypes
import JSONText
import Recordings
import Scenarios
import VirtualTime
import Wire

struct RecordCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "record",
        abstract: "Stands in front of a PDU as a proxy, and records what clients do with it.",
        discussion: """
            Point your client at the proxy instead of at the device and let it work; stop with \
            Ctrl-C. With --crawl nobody else is needed: the service is read once, from its root by \
            links, and that is all.

            Payloads pass as they are, but for absolute links to the device, which lead to the \
            proxy, and destinations of subscriptions, so that events are recorded on their way; \
            the client sees what it wrote. The device is asked for no content coding. Streams of \
            events pass live. Tokens and passwords are masked before they reach the disk.

            Until it is complete the recording is called FILE.partial; what a killed recording \
            leaves can be judged, replayed and compared all the same, and neither is replaced \
            unless --overwrite says so. Under run the recording takes its clock from \
            PDU_HARNESS_CLOCK, _START and _EPOCH.
            """)

    @Argument(help: "The recording to write.")
    var file: String

    @Option(help: ArgumentHelp("The device, http or https.", valueName: "url"))
    var upstream: String

    @Option(help: "The port to listen on; 0 takes any free one.")
    var port = 8000

    @Option(help: "The address to listen on.")
    var bind = "127.0.0.1"

    @Flag(help: "Serve HTTPS; the first use makes a certificate authority in your data folder.")
    var tls = false

    @Option(
        help: ArgumentHelp(
            "The name or address under which the device reaches this machine, for events.",
            valueName: "host"))
    var callback: String?

    @Flag(help: "Deliver events to clients on other machines too, not to this one only.")
    var deliverAnywhere = false

    @Flag(help: "Read the whole service, and end.")
    var crawl = false

    @OptionGroup var overwriteOption: OverwriteOption

    @OptionGroup var maskOptions: MaskOptions

    @OptionGroup var access: DeviceAccess

    func validate() throws {
        guard (0...65_535).contains(port) else {
            throw ValidationError("--port \(port) is outside 0…65535")
        }
        guard crawl || access.user == nil else {
            throw ValidationError("--user goes with --crawl; clients log in by themselves")
        }
        guard callback.map({ Origin(authority: $0, usualPort: 1)?.port == 1 }) ?? true else {
            throw ValidationError("--callback \(callback ?? ""): write a host without a port")
        }
    }

    func run() async throws {
        try overwriteOption.requireFree(file)
        let origin = try DeviceAccess.origin(upstream, "--upstream")
        let clock = try HarnessEnvironment.clock().0
        let trust = try access.trust()
        let masks = try maskOptions.rules()
        try await requireService(origin, trust)
        let identities = TLSIdentityStore.standard()
        var configuration = RecordingProxy.Configuration(upstream: origin)
        configuration.trust = trust
        configuration.identity = tls ? try identities.load(now: WallClock().now()) : nil
        configuration.callbackHost = callbackHost(for: origin)
        configuration.deliversAnywhere = deliverAnywhere
        let recorder = try LiveRecorder(
            path: file,
            header: .ofDevice(named: Self.name(ofFile: file), start: clock.now(), clock: clock),
            rules: masks)
        let proxy = RecordingProxy(configuration, recorder: recorder, clock: clock)
        let command = self
        do {
            try await Self.untilStopped(serving: proxy, command) { port in
                Console.say(
                    "\(origin) at \(command.scheme)://\(Origin(host: command.bind, port: port).authority)"
                        + "/redfish/v1/" + (command.crawl ? "" : "; stop with Ctrl-C"))
                if command.tls { Console.say("clients trust \(identities.authorityPath)") }
            }
        } catch {
            // Nobody has been served: there is nothing to keep.
            recorder.abandon()
            throw error
        }
        let counts = recorder.counts
        try recorder.finish()
        Console.say("recorded \(Self.words(counts)) in \(file)")
    }

    private static func words(_ counts: EntryCounts) -> String {
        let exchanges = counts.exchanges.counted("exchange")
        let deliveries = counts.deliveries.counted("delivery", "deliveries")
        guard counts.streamedEvents > 0 else { return "\(exchanges) and \(deliveries)" }
        return "\(exchanges), \(deliveries) and \(counts.streamedEvents.counted("streamed event"))"
    }

    private var scheme: String { tls ? "https" : "http" }

    /// `lab.recording.jsonl` is named `lab`.
    static func name(ofFile file: String) -> String {
        let name = file.split(separator: "/").last.map(String.init) ?? file
        return name.replacing(".recording.jsonl", with: "").replacing(".jsonl", with: "")
    }

    /// A device that is not there, or not trusted, is told at once and not to every client.
    private func requireService(_ origin: Origin, _ trust: ServerTrust) async throws {
        var configuration = HTTPSender.Configuration()
        configuration.trust = trust
        let sender = HTTPSender(configuration)
        let answer = await sender.send(
            RequestMessage(.get, "/redfish/v1/", fields: [.accept: "application/json"]), to: origin)
        await sender.shutdown()
        if case .failure(let failure) = answer {
            throw CommandFailure.usage("--upstream \(upstream): \(failure.words)")
        }
    }

    /// The device has to be able to call back. Where it cannot, it keeps calling its clients.
    private func callbackHost(for origin: Origin) -> String? {
        if let callback { return callback }
        let own = Origin(host: bind, port: 1)
        if own.isLoopback == origin.isLoopback, bind != "0.0.0.0", bind != "::" { return bind }
        if origin.isLoopback { return "127.0.0.1" }
        Console.complain(
            "events go past the recording: --callback names this machine to the device, and --bind "
                + "lets it in")
        return nil
    }

    // MARK: The end

    private enum Event: Sendable {
        case ended
        case crawled(ServiceCrawl.Outcome)
        case signal
    }

    /// Serves until told to stop, until the walk is over, or until nothing can be recorded.
    private static func untilStopped(
        serving proxy: RecordingProxy, _ command: RecordCommand,
        ready: @escaping @Sendable (Int) -> Void
    ) async throws {
        let termination = TerminationSignals()
        defer { termination.stop() }
        let (ports, port) = AsyncStream<Int>.makeStream()
        try await withThrowingTaskGroup(of: Event.self) { group in
            group.addTask {
                try await proxy.run(bind: command.bind, port: command.port) { number in
                    ready(number)
                    port.yield(number)
                }
                return .ended
            }
            group.addTask {
                for await _ in termination.signals { break }
                return .signal
            }
            if command.crawl {
                group.addTask {
                    guard let number = await ports.first(where: { _ in true }) else {
                        return .signal
                    }
                    return try await command.walk(port: number)
                }
            }
            let first = try await group.next()
            group.cancelAll()
            while (try? await group.next()) != nil {}
            if case .crawled(let outcome)? = first {
                let end = outcome.reasonToLeave.map { "; not read to its end: left after \($0)" }
                Console.say(
                    "read \(outcome.read.counted("address", "addresses")), "
                        + "\(outcome.refused) refused\(end ?? "")")
            }
        }
    }

    private func walk(port: Int) async throws -> Event {
        var configuration = HTTPSender.Configuration()
        configuration.trust = .anybody
        let sender = HTTPSender(configuration)
        let host = bind == "0.0.0.0" || bind == "::" ? "127.0.0.1" : bind
        let crawl = ServiceCrawl(
            origin: Origin(host: host, port: port, isSecure: tls), sender: sender,
            login: try access.login())
        do {
            let outcome = try await crawl.run()
            await sender.shutdown()
            return .crawled(outcome)
        } catch {
            await sender.shutdown()
            throw error
        }
    }
}

extension RecordingHeader {
    /// The header of a recording of a device of which no scenario is known.
    static func ofDevice(
        named name: String, start: VirtualInstant, clock: any RunningClock
    ) -> RecordingHeader {
        RecordingHeader(
            scenario: name, seed: 0, start: start, client: "unknown",
            clock: (clock as? PacedClock).map { "paced:\($0.pace)" } ?? "wall",
            model: "device", resolvedScenario: .null, scenarioDigest: "")
    }
}
