import Findings
import Interchange
import Recordings
import Scenarios
import SmartPDU
import Wire

/// How a reader sees again what went wrong: one command that plays the same, and for every rule
/// that was broken a script of the shortest requests that show it.
struct Reproduction {
    let scenario: Scenario
    /// The words of the command, the scenario second.
    let command: [String]
    /// Version of the harness that plays the same.
    var harness = harnessVersion
    var model = ScenarioRun.model
    /// By which a script's device is served; a script cannot move a stepped one.
    let clock: ClientClock
    /// The output folder.
    let out: String

    /// The report with the command, and its findings with their scripts, which are written here.
    func added(
        to report: ScenarioReport, _ entries: [RecordEntry]
    ) throws -> ScenarioReport {
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
        report.command =
            (["pdu-harness"] + command).map(shellWord).joined(separator: " ")
            + "  # seed \(scenario.seed), harness \(harness), model \(model)"
        for group in report.groups.indices {
            for result in report.groups[group].results.indices {
                let name = try script(of: report.groups[group].results[result], entries)
                guard let name else { continue }
                report.groups[group].results[result].findings[name.finding].script = name.file
            }
        }
        return report
    }

    // MARK: The scripts

    /// Writes the script of the first exchange that broke the rule.
    private func script(
        of result: RuleResult, _ entries: [RecordEntry]
    ) throws -> (finding: Int, file: String)? {
        guard result.verdict == .fail || result.verdict == .warn,
            let finding = result.findings.firstIndex(where: {
                $0.exchange != nil && $0.level != .info
            }),
            let exchange = result.findings[finding].exchange,
            let prefix = RequestPrefix(
                to: exchange.line, in: entries, faults: scenario.faults)
        else { return nil }
        let rule = result.rule.id.replacing("/", with: "-")
        let file = "\(scenario.name).\(rule).sh"
        let script = curlScript(
            "\(result.rule.id): \(exchange.method) \(exchange.target), line \(exchange.line)",
            prefix)
        try Files.write(script.text, to: "\(out)/\(file)")
        return (finding, file)
    }

    private func curlScript(_ title: String, _ prefix: RequestPrefix) -> CurlScript {
        let clock = (clock == .stepped ? .usual : clock).name
        var script = CurlScript(
            title: title,
            serving: "pdu-harness serve \(shellWord(command[1])) --clock \(clock) --port 8000, "
                + "from its start, with the password it prints",
            start: scenario.start, userName: scenario.device.service.userName)
        for step in prefix.steps {
            if step.dependsOnTime { script.wait(until: step.exchange.instant) }
            script.note(step.exchange, line: step.line)
        }
        script.showAnswer()
        return script
    }
}
