import ArgumentParser

struct AcceptCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "accept", abstract: "Takes pending goldens over.",
        discussion: """
            A run whose golden is missing or different leaves a pending one in its output folder. \
            Nothing is taken over where CI is set.
            """)

    @Argument(help: "Scenario names; all that are pending where none is named.")
    var scenarios: [String] = []

    @Option(
        name: .customLong("from"),
        help: ArgumentHelp(
            "The output folder of the run, also one downloaded from CI.", valueName: "folder"))
    var from: String?

    @Option(help: ArgumentHelp("The output folder of the run.", valueName: "folder"))
    var out = "pdu-harness-out"

    @OptionGroup var homeOption: HomeOption

    func run() throws {
        guard !Console.isContinuousIntegration else {
            throw CommandFailure.usage("goldens are not accepted where CI is set")
        }
        let folders = try homeOption.locate()
        let goldens = GoldenStore(
            folder: folders.golden, pendingFolder: "\(from ?? out)/pending")
        let names = scenarios.isEmpty ? goldens.pendingScenarios : scenarios
        guard !names.isEmpty else {
            throw CommandFailure.usage("no golden is pending in \(goldens.pendingFolder)")
        }
        for name in names {
            for file in try goldens.accept(name) { Console.say("\(folders.golden)/\(file)") }
        }
    }
}
