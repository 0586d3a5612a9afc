import Findings
import Recordings
import Scenarios
import VirtualTime

extension ClientRun {
    func report(
        _ scenario: Scenario, _ played: Played, _ entries: [RecordEntry]
    ) -> ScenarioReport {
        let client = ClientUnderTest(
            of: entries, does: program.does, pace: program.pace,
            delay: .milliseconds(Int64(played.delay / .milliseconds(1))),
            requiresClaims: program.requiresClaims)
        let environment = bundle.environment
        let judge = RunJudge(
            scenario, map: ScenarioRun.meteringMap(of: scenario, environment: environment),
            schemaRules: environment.schemaRules, client: client,
            validatePayload: environment.validatePayload)
        var counts = EntryCounts()
        var history = PowerHistory(start: scenario.start)
        // The header is line 1.
        for (index, entry) in entries.enumerated() {
            counts.note(entry)
            history.note(entry)
            judge.observe(entry, line: index + 2)
        }
        var groups = judge.finish(played.conduct)
        if let expected = program.expected {
            groups = expected.applied(
                to: groups, ofScenario: scenario.name, today: ExpectationFile.today)
        }
        let golden = GoldenOutcome.missing(required: program.requiresGolden)
        var causes = ScenarioReport.causes(groups: groups, golden: golden)
        if let problem = played.conduct.program?.problem {
            causes.append(.client(problem))
        } else if client.firstRequest == nil {
            causes.append(.client("the client never sent a request"))
        }
        var recorded = counts.facts
        if !entries.contains(where: \.isClaim) {
            recorded.append(.init("energy", "energy: not exercised, for the client claimed none"))
        }
        return ScenarioReport(
            scenario: scenario.name, title: scenario.title, seed: scenario.seed,
            client: program.name, clock: clockName, model: ScenarioRun.model,
            simulated: ScenarioFactsText.simulated(scenario, history), recorded: recorded,
            groups: groups, golden: golden, causes: causes,
            recordingFile: "\(scenario.name).recording.jsonl")
    }

    func failedReport(_ scenario: Scenario, _ cause: ExitCause) -> ScenarioReport {
        ScenarioReport(
            scenario: scenario.name, title: scenario.title, seed: scenario.seed,
            client: program.name, clock: clockName, model: ScenarioRun.model, simulated: [],
            recorded: [], groups: [], golden: .notCompared(reason: "the run did not end"),
            causes: [cause])
    }
}
