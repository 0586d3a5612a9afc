import ArgumentParser
import JSONText
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

    @OptionGroup var homeOption: HomeOption

    func validate() throws {
        guard (0...65_535).contains(port) else {
            throw ValidationError("--port \(port) is outside 0…65535")
        }
    }

    func run() async throws {
        let folders = try homeOption.locate()
        let bundle = try Bundle(folder: folders.csdl)
        let clock = WallClock()
        var loaded = try loadScenario(ScenarioStore(folders: folders))
        loaded.start = clock.now()
        let scenario = loaded
        let host = DeviceHost(
            scenario, catalog: bundle.messages, privileges: bundle.privileges,
            records: false, now: { clock.now() })
        let service = LiveService(
            host: host, scenario: scenario, clock: clock, deliversAnywhere: deliverAnywhere)
        let (bind, port) = (bind, port)
        try await untilStopped {
            try await service.run(bind: bind, port: port) { port in
                let identity = scenario.device.service
                Console.say(
                    "\(scenario.device.name) at http://\(bind):\(port)/redfish/v1/ "
                        + "(user \(identity.userName), password \(identity.password)); "
                        + "stop with Ctrl-C")
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

    private func loadScenario(_ store: ScenarioStore) throws -> Scenario {
        if let scenario {
            let paths = try store.find(scenario)
            guard let path = paths.first, paths.count == 1 else {
                throw CommandFailure.usage("serve plays one scenario; \(scenario) holds several")
            }
            return try store.load(path).scenario
        }
        return try store.scenario(forDeviceAlone: device)
    }
}
