import ArgumentParser
import Foundation
import JSONText
import Recordings

struct AcceptCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "accept", abstract: "Takes pending goldens over.",
        discussion: """
            A run whose golden is missing or different leaves a pending one in its output folder. \
            On a terminal, and with nothing named, every change is shown and asked about; elsewhere \
            what is named is taken over, or all where nothing is. Nothing is taken over where CI is \
            set: download its output folder and name it with --from.

            Goldens of scenarios go to Golden/ beside Scenarios/, those of a client under test to \
            Golden/<client>/ of the working directory.
            """)

    @Argument(help: "Scenario names, or <client>/<scenario>.")
    var scenarios: [String] = []

    @Flag(help: "All that are pending, without asking.")
    var all = false

    @Flag(help: "Throw pending goldens away instead.")
    var reject = false

    @Flag(help: "Print what is pending as JSON, and change nothing.")
    var list = false

    @Flag(
        help: """
            Take over only where all that differs follows from a new model of the harness: what the \
            device shows, and nothing that the client does.
            """)
    var modelUpgrade = false

    @Option(
        name: .customLong("from"),
        help: ArgumentHelp(
            "The output folder of the run, also one downloaded from CI.", valueName: "folder"))
    var from: String?

    @Option(help: ArgumentHelp("The output folder of the run.", valueName: "folder"))
    var out = "pdu-harness-out"

    @OptionGroup var homeOption: HomeOption

    func validate() throws {
        guard scenarios.isEmpty || !all else {
            throw ValidationError("--all and names of scenarios exclude one another")
        }
        guard !reject || !modelUpgrade else {
            throw ValidationError("--reject and --model-upgrade exclude one another")
        }
        guard !reject || !scenarios.isEmpty || all else {
            throw ValidationError("--reject wants names of scenarios, or --all")
        }
    }

    func run() throws {
        guard list || !Console.isContinuousIntegration else {
            throw CommandFailure.usage("goldens are not accepted where CI is set")
        }
        if let from, !Files.exists(from) {
            throw CommandFailure.usage("--from \(from): there is no such folder")
        }
        let stores = GoldenStore.all(
            golden: try homeOption.locate().golden, pendingFolder: "\(from ?? out)/pending")
        let pending = try chosen(stores)
        if list {
            Console.say(try json(pending))
            return
        }
        guard !pending.isEmpty else {
            throw CommandFailure.usage("no golden is pending in \(stores[0].pendingFolder)")
        }
        if reject {
            for (name, store) in pending {
                store.removePending(name)
                Console.say("rejected \(store.qualified(name))")
            }
        } else if isInteractive {
            let goldens = try pending.map { try PendingGolden($0.name, in: $0.store) }
            guard try GoldenReview().run(goldens) else {
                Console.say("stopped")
                return
            }
        } else if modelUpgrade {
            try upgrade(pending)
        } else {
            // All are read and checked before the first is written.
            let goldens = try pending.map { try PendingGolden($0.name, in: $0.store) }
            for golden in goldens {
                for file in try golden.accept() { Console.say(file) }
            }
        }
    }

    private var isInteractive: Bool {
        scenarios.isEmpty && !all && !modelUpgrade && isatty(STDIN_FILENO) == 1
            && isatty(STDOUT_FILENO) == 1
    }

    private func chosen(
        _ stores: [GoldenStore]
    ) throws -> [(name: String, store: GoldenStore)] {
        let known = stores.flatMap { store in
            store.pendingScenarios.map { (name: $0, store: store) }
        }
        guard !scenarios.isEmpty else { return known }
        return try scenarios.flatMap { scenario in
            let found = known.filter {
                $0.name == scenario || $0.store.qualified($0.name) == scenario
            }
            guard !found.isEmpty else {
                let names = known.map { $0.store.qualified($0.name) }
                let hint = nearMiss(for: scenario, among: names).map { "; did you mean '\($0)'?" }
                throw CommandFailure.usage(
                    "no golden of '\(scenario)' is pending in \(stores[0].pendingFolder)"
                        + (hint ?? ""))
            }
            return found
        }
    }

    private func upgrade(_ pending: [(name: String, store: GoldenStore)]) throws {
        var refused = 0
        for item in pending {
            let golden = try PendingGolden(item.name, in: item.store)
            if golden.isExplainedByModel {
                for file in try golden.accept() { Console.say(file) }
            } else {
                refused += 1
                let reasons = golden.unexplainedByModel
                let why =
                    reasons.isEmpty ? golden.state.word : reasons.prefix(3).joined(separator: "; ")
                Console.complain("\(golden.name) is not explained by the model: \(why)")
            }
        }
        guard refused == 0 else { throw ExitCode(2) }
    }

    private func json(_ pending: [(name: String, store: GoldenStore)]) throws -> String {
        let goldens = try pending.map { item -> JSONValue in
            let golden = try PendingGolden(item.name, in: item.store)
            return [
                "scenario": .string(item.name),
                "client": .string(golden.header.client),
                "model": .string(golden.header.model),
                "state": .string(golden.state.word),
                "files": .array(item.store.pendingFiles(of: item.name).map { .string($0) }),
            ]
        }
        return JSONValue.array(goldens).compactText
    }
}
