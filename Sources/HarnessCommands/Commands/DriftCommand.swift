import ArgumentParser
import Findings
import JSONText
import Recordings
import Replaying
import Reports
import Wire

struct DriftCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drift",
        abstract: "Sends a recording's requests to a device, and classifies what differs.",
        discussion: """
            Every address that the recording reads is read once and held against its last recorded \
            answer. Times, ids, states, firmware versions and readings may differ; a reading must \
            lie within what ratings, the supply, the payload's other readings and the recording \
            allow. Everything else is a contract: statuses, header fields, types, properties, \
            links, units and other constants, and what the schemas say.

            Where the recorded readings made volts times amperes volt-amperes, and these times the \
            power factor watts, they have to again, within a twentieth, the resolution of each and \
            2 VA. What has been off for a minute takes no more than a hundredth of its rating, or \
            what something took that was off when it was recorded.

            --tolerate names a file of accepted differences, \
            {"tolerated": [{"at": "/redfish/v1/*/Outlets/*", "pointer": "/PowerOnDelaySeconds", \
            "within": 5, "reason": "…"}]}: * stands for any text, within is for numbers, and an \
            entry that nothing needs is a warning.

            A password may also stand in PDU_HARNESS_PASSWORD. Exit status 1 where a contract is \
            broken.
            """)

    @Argument(help: "A full recording.")
    var file: String

    @Option(help: ArgumentHelp("The device, http or https.", valueName: "url"))
    var against: String

    @Flag(
        help: """
            Make the recorded changes again too, sessions and subscriptions apart, with what was \
            read between them; settings and what was created are put back afterwards.
            """)
    var writes = false

    @Option(help: ArgumentHelp("Differences that are accepted.", valueName: "file"))
    var tolerate: String?

    @Option(
        name: .customLong("report"),
        help: ArgumentHelp(
            "Write a report: text, json, junit, sarif, html or markdown. Repeatable.",
            valueName: "format=path"))
    var reports: [ReportTarget] = []

    @OptionGroup var access: DeviceAccess

    @OptionGroup var homeOption: HomeOption

    func run() async throws {
        let origin = try DeviceAccess.origin(against, "--against")
        let bundle = try Bundle(folder: try homeOption.locate().csdl)
        let tolerances = try tolerate.map(Self.tolerances) ?? DriftTolerances()
        var configuration = HTTPSender.Configuration()
        configuration.trust = try access.trust()
        let login = try access.login()
        var plan = DriftPlan()
        let source = try RecordingSource(file) { plan.note($0, at: $1) }
        guard !plan.reads.isEmpty else {
            throw CommandFailure.usage("\(file): there is no read to send again")
        }
        let sender = HTTPSender(configuration)
        let run = DriftRun(
            origin: origin, sender: sender, login: login, bundle: bundle, writes: writes)
        let finished = plan
        let outcome: DriftRun.Outcome
        do {
            outcome = try await Interruption.guarding {
                try await run.run(
                    finished, start: source.header.start, tolerances: tolerances,
                    load: { source.entry(at: $0) })
            }
            await sender.shutdown()
        } catch {
            await sender.shutdown()
            throw error
        }
        let report = RunReport(
            harnessVersion: harnessVersion, scenarios: [self.report(source, outcome)])
        for target in reports { try Files.write(target.format.render(report), to: target.path) }
        Console.say(TextReport.render(report, style: Console.style, width: 100))
        if report.exitStatus != 0 { throw ExitCode(report.exitStatus) }
    }

    private static func tolerances(_ path: String) throws -> DriftTolerances {
        let bytes = try Files.read(path)
        do {
            return try DriftTolerances(try JSONValue(parsing: bytes))
        } catch let error as JSONSyntaxError {
            throw CommandFailure.usage("\(path):\(error)")
        } catch let error as ConfigurationError {
            throw CommandFailure.usage("\(path):\(error.description(in: bytes))")
        }
    }

    // MARK: Report

    private func report(_ source: RecordingSource, _ outcome: DriftRun.Outcome) -> ScenarioReport {
        var counts: [Drift.Kind: Int] = [:]
        for (_, drift) in outcome.differences { counts[drift.kind, default: 0] += 1 }
        let passing = Drift.Kind.allCases.filter { $0 != .contract && $0 != .tolerated }
        let volatile = passing.compactMap { kind in
            counts[kind].map { "\($0.grouped) \(kind.rawValue)" }
        }
        let skipped = outcome.skipped.sorted { $0.key < $1.key }
            .map { "\($0.value.grouped) \($0.key)" }
        let groups = [group(outcome, tolerated: counts[.tolerated] ?? 0)]
        let golden = GoldenOutcome.notCompared(reason: "a device is compared with a recording")
        let header = source.header
        return ScenarioReport(
            scenario: header.scenario, title: "a device against its recording", seed: header.seed,
            client: "pdu-harness", clock: "wall", model: header.model, simulated: [],
            recorded: [
                .init("compared", "\(outcome.asked.counted("request"))"),
                .init(
                    "volatile",
                    "volatile: "
                        + (volatile.isEmpty ? "none" : volatile.joined(separator: ", "))),
                .init(
                    "not sent",
                    "not sent: "
                        + (skipped.isEmpty ? "none" : skipped.joined(separator: ", "))),
            ] + changes(outcome), groups: groups, golden: golden,
            causes: ScenarioReport.causes(groups: groups, golden: golden),
            recordingFile: file.split(separator: "/").last.map(String.init))
    }

    /// What became of the changes that were made again.
    private func changes(_ outcome: DriftRun.Outcome) -> [ScenarioReport.Fact] {
        guard writes else { return [] }
        return [
            .init(
                "changes",
                "changes: \(outcome.undone.grouped) undone, \(outcome.lasting.grouped) that last")
        ]
    }

    private func group(_ outcome: DriftRun.Outcome, tolerated: Int) -> CheckGroup {
        let contracts = outcome.differences.filter { $0.drift.kind == .contract }
        let results = DriftRules.all.map { rule -> RuleResult in
            var findings = contracts.filter { $0.drift.rule == rule }.map { place, drift in
                Finding(
                    ruleID: rule.id, level: rule.level,
                    message: drift.pointer.isEmpty
                        ? "the answer differs" : "\(drift.pointer) differs",
                    exchange: place, pointer: JSONPointer(drift.pointer),
                    expected: drift.recorded, seen: drift.seen)
            }
            if rule == DriftRules.stale {
                findings = outcome.stale.map { entry in
                    Finding(
                        ruleID: rule.id, level: rule.level,
                        message: "nothing at \(entry.at) \(entry.pointer) differs any more",
                        expected: entry.reason, seen: "no difference")
                }
            }
            return RuleResult(
                rule: rule,
                verdict: findings.isEmpty ? .pass : rule.level == .fail ? .fail : .warn,
                measure: findings.count.counted("difference"), findings: findings)
        }
        return CheckGroup(
            name: "drift",
            measure: "\(outcome.asked.counted("request")), "
                + "\(contracts.count.counted("broken contract")), \(tolerated.grouped) tolerated",
            results: results)
    }
}
