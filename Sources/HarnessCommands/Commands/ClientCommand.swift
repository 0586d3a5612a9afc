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
            line.
            """)

    @Option(help: "The service, for example http://127.0.0.1:8000.")
    var url: String

    @Option(help: "The account to log in with.")
    var user = "admin"

    @Option(help: "Its password.")
    var password = "123456789"

    @Option(help: ArgumentHelp("Polls of the unit and its circuits.", valueName: "duration"))
    var poll = "PT10S"

    @Option(help: ArgumentHelp("Polls of the outlets.", valueName: "duration"))
    var pollOutlets = "PT1M"

    @Option(help: ArgumentHelp("How long to poll.", valueName: "duration"))
    var duration: String?

    @Flag(help: "Do not subscribe to events.")
    var noEvents = false

    func run() async throws {
        guard let origin = Origin(url: url) else {
            throw CommandFailure.usage("--url \(url): write http://host:port")
        }
        var configuration = EnergyAggregator.Configuration(userName: user, password: password)
        configuration.pollInterval = try span(poll, "--poll")
        configuration.outletPollInterval = try span(pollOutlets, "--poll-outlets")
        configuration.subscribes = !noEvents
        configuration.serviceOrigin = origin.description
        let end = try duration.map { WallClock().now() + (try span($0, "--duration")) }
        let outcome = try await LiveClient(
            configuration: configuration, origin: origin, end: end
        ).run()
        if outcome != .done {
            throw CommandFailure(status: 1, description: "the client ended: \(outcome.rawValue)")
        }
    }

    private func span(_ text: String, _ option: String) throws -> VirtualDuration {
        guard let span = VirtualDuration(iso8601: text), span >= .seconds(1) else {
            throw CommandFailure.usage(
                "\(option) \(text): write an ISO 8601 duration of at least PT1S")
        }
        return span
    }
}
