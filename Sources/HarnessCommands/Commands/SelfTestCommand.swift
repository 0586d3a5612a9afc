import ArgumentParser
import Findings
import ReferenceClient

struct SelfTestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "self-test",
        abstract:
            "Plays the reference client with planted faults, and shows the rule that names each.",
        discussion: """
            Every scenario is played once without a fault, which must break no rule, and once with \
            each fault, which must break the rule intended. Exit status 1 where one escapes.
            """)

    @Argument(help: ArgumentHelp("Only faults or rules whose name begins so.", valueName: "prefix"))
    var prefix = ""

    @OptionGroup var homeOption: HomeOption

    func run() async throws {
        let folders = try homeOption.locate()
        let store = ScenarioStore(folders: folders)
        let environment = try Bundle(folder: folders.csdl).environment
        let faults = PlantedFault.all.filter {
            $0.fault.hasPrefix(prefix) || $0.rule.hasPrefix(prefix)
        }
        guard !faults.isEmpty else {
            throw CommandFailure.usage(
                "no fault or rule begins with '\(prefix)'; faults: "
                    + Array(Set(PlantedFault.all.map(\.fault))).sorted().joined(separator: ", "))
        }
        var escaped = 0
        func say(_ fault: String, _ scenario: String, _ rule: String, _ outcome: String) {
            Console.say(
                "  \(fault.padded(to: 29))  \(scenario.padded(to: 23))  "
                    + "\(rule.padded(to: 31))  \(outcome)")
        }
        say("fault", "scenario", "rule", "outcome")
        var played: [String: FaultyRun] = [:]
        for name in Array(Set(faults.map(\.scenario))).sorted() {
            let loaded = try load(name, from: store)
            let clean = try await FaultyRun(loaded, [], environment: environment)
            if !clean.broken.isEmpty {
                escaped += 1
                say(
                    "none", name, "none",
                    "breaks \(clean.broken.keys.sorted().joined(separator: ", "))")
            }
            for fault in faults where fault.scenario == name {
                let key = fault.fault + name
                let run: FaultyRun
                if let known = played[key] {
                    run = known
                } else {
                    run = try await FaultyRun(loaded, fault.misbehaviour, environment: environment)
                    played[key] = run
                }
                let verdict = run.broken[fault.rule]
                if verdict == nil { escaped += 1 }
                let others = run.broken.keys.filter { $0 != fault.rule }.sorted()
                say(
                    fault.fault, name, fault.rule,
                    (verdict.map { "caught, \($0.rawValue)" } ?? "ESCAPED")
                        + (others.isEmpty ? "" : "; also \(others.joined(separator: ", "))"))
            }
        }
        let scenarios = Set(faults.map(\.scenario)).count
        Console.say(
            "\(faults.count.counted("planted fault")) in \(scenarios.counted("scenario")), "
                + (escaped == 0 ? "all caught" : "\(escaped) not as it should be"))
        if escaped > 0 { throw ExitCode(1) }
    }

    private func load(_ name: String, from store: ScenarioStore) throws -> LoadedScenario {
        guard let path = try store.find(name).first else {
            throw CommandFailure.usage("there is no scenario '\(name)'")
        }
        return try store.load(path)
    }
}
