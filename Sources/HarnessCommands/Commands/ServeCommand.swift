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
        var scenario = try loadScenario(ScenarioStore(folders: folders))
        scenario.start = clock.now()
        let host = DeviceHost(
            scenario, catalog: bundle.messages, privileges: bundle.privileges,
            now: { clock.now() })
        try await LiveService(
            host: host, scenario: scenario, clock: clock, deliversAnywhere: deliverAnywhere
        ).run(bind: bind, port: port) { port in
            let identity = scenario.device.service
            Console.say(
                "\(scenario.device.name) at http://\(bind):\(port)/redfish/v1/ "
                    + "(user \(identity.userName), password \(identity.password)); "
                    + "stop with Ctrl-C")
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
