import Findings
import Recordings
import Scenarios
import SmartPDU
import Wire

/// How a reader sees again what went wrong: one command that plays the same, and for every rule
/// that was broken a script of the shortest requests that show it.
struct Reproduction: Sendable {
    /// The folder of the scenarios that are found by name.
    let scenarioFolder: String
    /// Options of `run` that decide what is played and how it is judged.
    let options: [String]
    /// What stood after `--`; empty for the built-in client and for one with a manifest.
    let client: [String]
    /// By which a script's device is served; a script cannot move a stepped one.
    let clock: ClientClock
    /// The output folder.
    let out: String

    /// The report with the command, and its findings with their scripts, which are written here.
    func added(
        to report: ScenarioReport, _ loaded: LoadedScenario, _ entries: [RecordEntry]
    ) throws -> ScenarioReport {
        let scenario = loaded.scenario
        for name in Files.names(in: out)
        where name.hasPrefix("\(scenario.name).") && name.hasSuffix(".sh") {
            Files.remove("\(out)/\(name)")
        }
        // A golden that is missing or differs says by itself what is to be done.
        let isBroken = report.causes.contains { cause in
            switch cause {
            case .check, .client: true
            case .golden, .usage, .harnessFault, .interrupted: false
            }
        }
        guard isBroken || report.count(of: .warn) > 0 else { return report }
        var report = report
        report.command = command(loaded)
        for group in report.groups.indices {
            for result in report.groups[group].results.indices {
                let name = try script(
                    of: report.groups[group].results[result], loaded, entries)
                guard let name else { continue }
                report.groups[group].results[result].findings[name.finding].script = name.file
            }
        }
        return report
    }

    // MARK: The command

    private func command(_ loaded: LoadedScenario) -> String {
        let scenario = loaded.scenario
        let secret = scenario.device.service.password
        var words = ["pdu-harness", "run", argument(loaded)] + options
        if !client.isEmpty { words += ["--"] + Self.withoutSecrets(client, password: secret) }
        let conditions =
            "seed \(scenario.seed), harness \(harnessVersion), model \(ScenarioRun.model)"
        return words.map(shellWord).joined(separator: " ") + "  # " + conditions
    }

    /// The password that the scenario gives becomes its placeholder, which means the same; any
    /// other secret is left out.
    static func withoutSecrets(_ words: [String], password: String) -> [String] {
        var masked: [String] = []
        var followsSecretOption = false
        for word in words {
            let plain = word.replacing(password, with: "{password}")
            let isSecret = followsSecretOption && plain == word && !word.contains("{")
            let parts = word.split(separator: "=", maxSplits: 1)
            let name = (parts.first ?? "").drop { $0 == "-" }
            let isOption = word.hasPrefix("-") && SecretKind(name: name.lowercased().utf8) != nil
            if isOption, parts.count == 2, plain == word, !parts[1].contains("{") {
                masked.append("\(parts[0])=<secret>")
            } else {
                masked.append(isSecret ? "<secret>" : plain)
            }
            followsSecretOption = isOption && parts.count == 1
        }
        return masked
    }

    /// The scenario as a user finds it: by name where it lies with the others.
    private func argument(_ loaded: LoadedScenario) -> String {
        let path = loaded.path
        if path.hasPrefix(scenarioFolder + "/"), path.hasSuffix(".json") {
            return String(path.dropFirst(scenarioFolder.count + 1).dropLast(5))
        }
        let here = Files.workingDirectory + "/"
        return path.hasPrefix(here) ? String(path.dropFirst(here.count)) : path
    }

    // MARK: The scripts

    /// Writes the script of the first exchange that broke the rule.
    private func script(
        of result: RuleResult, _ loaded: LoadedScenario, _ entries: [RecordEntry]
    ) throws -> (finding: Int, file: String)? {
        guard result.verdict == .fail || result.verdict == .warn,
            let finding = result.findings.firstIndex(where: {
                $0.exchange != nil && $0.level != .info
            }),
            let exchange = result.findings[finding].exchange,
            let prefix = RequestPrefix(
                to: exchange.line, in: entries, faults: loaded.scenario.faults)
        else { return nil }
        let rule = result.rule.id.replacing("/", with: "-")
        let file = "\(loaded.scenario.name).\(rule).sh"
        let text = ReproductionScript.text(
            "\(result.rule.id): \(exchange.method) \(exchange.target), line \(exchange.line)",
            prefix,
            of: loaded.scenario, argument: argument(loaded),
            clock: (clock == .stepped ? .usual : clock).name)
        try Files.write(text, to: "\(out)/\(file)")
        return (finding, file)
    }
}
