import Findings
import Recordings
import Scenarios
import VirtualTime
import Wire

extension ClientRun {
    func report(
        _ scenario: Scenario, _ played: Played, _ entries: [RecordEntry],
        _ conduct: ComparedConduct
    ) -> ScenarioReport {
        let conclusion = conclusion(of: played, scenario)
        let client = ClientUnderTest(
            of: ClientSurvey(of: entries), does: nil, pace: program.clock.pace,
            invocation: program.invocation(by: []), conclusion: conclusion, isWhole: true,
            in: scenario)
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
        let verdict = ClientVerdict(
            judge.finish(played.conduct, at: played.end.isHang ? scenario.end : nil), of: counts,
            conclusion, golden: conduct.outcome, expected: program.expected, scenario: scenario.name
        )
        // On a stepped clock the report is the same bytes every time, and this need not be.
        let traffic = program.clock == .stepped ? [] : [played.traffic.ledger]
        let ledgers = judge.ledgers() + traffic
        var recorded = counts.facts + verdict.facts + facts(of: played, scenario) + masks.facts
        if let words = lastWords(played, claimsNothing: counts.claims == 0) {
            recorded.append(.init("client output", words))
        }
        return ScenarioReport(
            scenario: scenario.name, title: scenario.title, seed: scenario.seed,
            client: program.name, clock: program.clock.name, model: ScenarioRun.model,
            simulated: ScenarioFactsText.simulated(scenario, history), recorded: recorded,
            groups: verdict.groups, golden: conduct.outcome, goldenCauses: conduct.causes,
            causes: verdict.causes,
            ledgers: ledgers, recordingFile: "\(scenario.name).recording.jsonl",
            pendingGolden: conduct.pending)
    }

    /// What is recorded of how the run ended.
    func conclusion(of played: Played, _ scenario: Scenario) -> RunConclusion {
        var conclusion = RunConclusion(played.conduct, of: scenario)
        // On a stepped clock the recording is the same bytes every time, and the machine is not.
        if program.clock != .stepped {
            conclusion.delayMilliseconds = Int64(played.delay / .milliseconds(1))
        }
        conclusion.restarts = played.end.restarts
        conclusion.mayGoOn = played.end.mayGoOn
        conclusion.unclaimed = played.unclaimed
        return conclusion
    }

    /// What the client said last, where its status or its silence asks for it and no finding quotes
    /// it already.
    private func lastWords(_ played: Played, claimsNothing: Bool) -> String? {
        guard let end = played.conduct.program, end.problem == nil,
            played.end.isUnclean || claimsNothing
        else { return nil }
        return end.lastWords.map { "client \(end.summary); \($0)" }
    }

    /// What a report says of the run beside its verdicts.
    ///
    /// - Parameter scenario: Nil for a replay, which has no timeline.
    func facts(of played: Played, _ scenario: Scenario? = nil) -> [ScenarioReport.Fact] {
        var facts: [ScenarioReport.Fact] = []
        if !program.isRestartable, let scenario,
            scenario.timeline.contains(where: { $0.clientPause != nil })
        {
            let reason =
                program.attachment == nil
                ? "the client is started anew for every poll, and what it keeps stays"
                : "the client is started by somebody else"
            facts.append(.init("restart-client", "restart-client: not applicable, for \(reason)"))
        }
        if let scrapes = played.scrapes {
            let failures = scrapes.firstFailure.map {
                ", \(scrapes.failures.grouped) in vain (\($0))"
            }
            facts.append(
                .init("scrapes", scrapes.count.counted("scrape") + (failures ?? "")))
        }
        if let faketime = program.faketime { facts.append(.init("client clock", faketime.words)) }
        return facts
    }

    func failedReport(_ scenario: Scenario, _ cause: ExitCause) -> ScenarioReport {
        ScenarioReport(
            scenario: scenario.name, title: scenario.title, seed: scenario.seed,
            client: program.name, clock: program.clock.name, model: ScenarioRun.model,
            simulated: [],
            recorded: [], groups: [], golden: .notCompared(reason: "the run did not end"),
            causes: [cause])
    }
}

extension ServerTraffic.Counts {
    /// For a report. Connections and bytes are those of this run; another may have others.
    fileprivate var ledger: Ledger {
        Ledger(
            "connections",
            summary: "\(connections.counted("connection")), at most "
                + "\(mostConnections.grouped) open and \(mostRequests.counted("request")) under way "
                + "at a time, \(receivedBytes.counted("byte")) received, "
                + "\(sentBytes.grouped) sent",
            columns: ["figure", "value"],
            rows: [
                .init([.text("connections"), .number(connections)]),
                .init([.text("most open at a time"), .number(mostConnections)]),
                .init([.text("most requests at a time"), .number(mostRequests)]),
                .init([.text("bytes received by the device"), .number(receivedBytes)]),
                .init([.text("bytes sent by the device"), .number(sentBytes)]),
            ])
    }
}
