import Findings
import JSONText
import Judging
import Recordings
import Scenarios
import VirtualTime
import Wire

/// Judges what stands in a file.
struct RecordingJudge {
    let bundle: Bundle
    let store: ScenarioStore
    /// Where scripts go that show a breach again.
    let out: String
    /// What the client takes upon itself; nil is what the recording says.
    var does: [ClientUnderTest.Activity]?
    /// Failures that are accepted.
    var expected: ExpectedFindings?

    func report(_ path: String) throws -> ScenarioReport {
        let reader = try FileReader(path)
        let first = try reader.next() ?? []
        switch RecordingFormat(firstBytesOf: first) {
        case .golden:
            let bytes = try reader.rest(
                after: first, limit: GoldenStore.goldenByteLimit, of: "golden")
            return try golden(bytes, path)
        case .recording, nil: return try recording(RecordingStream(reader, after: first))
        }
    }

    // MARK: Recordings

    private func recording(_ stream: RecordingStream) throws -> ScenarioReport {
        let header = stream.header
        guard header.resolvedScenario != .null else {
            try rejectDoes(stream.path)
            let environment = bundle.environment
            let judge = Judge(
                ofDeviceSince: header.start, schemaRules: environment.schemaRules,
                validatePayload: environment.validatePayload)
            let (counts, state) = try read(stream, judge.observe)
            return report(
                of: counts, GoldenHeader(header), title: "a device", clock: header.clock,
                path: stream.path,
                notes: [
                    .init("judged", (["without a scenario"] + state).joined(separator: "; "))
                ],
                Judgement(groups: judge.finish()))
        }
        let scenario: Scenario
        do {
            scenario = try Scenario(resolved: header.resolvedScenario)
        } catch {
            throw CommandFailure.usage(
                "\(stream.path):1: the embedded scenario: \(error.message) (at \(error.pointer))")
        }
        guard scenario.start == header.start else {
            throw CommandFailure.usage(
                "\(stream.path):1: the recording starts at \(header.start.iso8601), the scenario "
                    + "in it at \(scenario.start.iso8601)")
        }
        let judge = try judge(of: stream, scenario)
        let (counts, state) = try read(stream, judge.observe)
        let conclusion = stream.conclusion
        let judged = report(
            of: counts, GoldenHeader(header), title: scenario.title, clock: header.clock,
            path: stream.path,
            simulated: [.init("device", ScenarioFactsText.device(scenario))],
            notes: unknown(of: header, conclusion)
                + (state.isEmpty ? [] : [.init("state", state.joined(separator: "; "))]),
            Judgement(
                groups: judge.finish(conclusion.map { .init($0, of: scenario) }),
                ledgers: judge.ledgers(), conclusion: conclusion))
        guard let reproduction = reproduction(of: header, scenario),
            !judged.causes.isEmpty || judged.count(of: .warn) > 0
        else { return judged }
        return try reproduction.added(to: judged, firstEntries(of: stream))
    }

    /// What whoever ran the client knew, and the recording does not say.
    private func unknown(
        of header: RecordingHeader, _ conclusion: RunConclusion?
    ) -> [ScenarioReport.Fact] {
        guard header.clock != "virtual" else { return [] }
        var unknown: [ScenarioReport.Fact] = []
        if header.invocation == nil, does == nil {
            unknown.append(
                .init(
                    "client's duties",
                    "not recorded: what the client takes upon itself (polls are judged; --does says "
                        + "more)"))
        }
        if conclusion == nil {
            unknown.append(
                .init(
                    "run's end",
                    "not recorded: how the run ended and how late the machine was "
                        + "(\(ClientUnderTest.unmeasuredDelay.iso8601) is allowed for)"))
        }
        if header.invocation?.acceptsFailures ?? false, expected == nil {
            unknown.append(
                .init(
                    "accepted failures",
                    "not recorded: which failures the run accepted (--expected names them)"))
        }
        return unknown
    }

    /// As many as a script may rest on.
    private func firstEntries(of stream: RecordingStream) throws -> [RecordEntry] {
        var entries: [RecordEntry] = []
        try stream.forEach { entry, place in
            if place.offset < Self.scriptByteLimit { entries.append(entry) }
        }
        return entries
    }

    private static let scriptByteLimit = 64 << 20

    /// How the run that was recorded is seen again; nil where nobody knows how it was made.
    private func reproduction(
        of header: RecordingHeader, _ scenario: Scenario
    ) -> Reproduction? {
        if let invocation = header.invocation {
            return Reproduction(
                scenario: scenario, command: invocation.command, harness: invocation.harness,
                model: header.model, clock: ClientClock(header.clock) ?? .usual, out: out)
        }
        // The built-in client needs no more than the scenario.
        guard header.client == "reference", header.clock == "virtual" else { return nil }
        return Reproduction(
            scenario: scenario, command: ["run", header.scenario], model: header.model,
            clock: .usual, out: out)
    }

    /// Only on the virtual clock does a recording need not be looked at before it is judged: on any
    /// other, what is asked of the client depends on how far it comes and how fast it goes.
    private func judge(of stream: RecordingStream, _ scenario: Scenario) throws -> RunJudge {
        let clock = stream.header.clock
        guard clock != "virtual" else {
            try rejectDoes(stream.path)
            return judge(scenario)
        }
        var survey = ClientSurvey()
        let isComplete = try stream.forEach { entry, _ in survey.note(entry) }
        let client = ClientUnderTest(
            of: survey, does: does, pace: ClientClock(clock)?.pace ?? Self.wallPace,
            invocation: stream.header.invocation, conclusion: stream.conclusion,
            isWhole: isComplete, in: scenario)
        return judge(
            scenario, expectsClaims: clock != "wall",
            isWhole: stream.conclusion != nil
                || survey.last.map { $0 >= scenario.start + scenario.duration } ?? false,
            client: client)
    }

    /// On the wall's clock a second is a second.
    private static let wallPace: Int64 = 1

    private func rejectDoes(_ path: String) throws {
        guard does != nil else { return }
        throw CommandFailure.usage(
            "\(path): --does goes with the recording of a client under test and its scenario; "
                + "the built-in client does what the scenario says, and of no other the duties "
                + "are known")
    }

    /// Returns also what is wrong with the recording itself, in words.
    private func read(
        _ stream: RecordingStream, _ observe: (RecordEntry, Int) -> Void
    ) throws -> (counts: EntryCounts, state: [String]) {
        var counts = EntryCounts()
        var latest = stream.header.start
        var early = 0
        let isComplete = try stream.forEach { entry, place in
            counts.note(entry)
            if entry.instant < latest { early += 1 }
            latest = max(latest, entry.instant)
            observe(entry, place.line)
        }
        guard counts.exchanges > 0 || stream.conclusion?.program != nil else {
            throw CommandFailure.usage(
                "\(stream.path) holds no exchange: there is nothing to judge")
        }
        var state: [String] = []
        if !isComplete { state.append("the recording breaks off") }
        if early > 0 {
            state.append("\(early.counted("entry", "entries")) not in the order of time")
        }
        return (counts, state)
    }

    private func judge(
        _ scenario: Scenario, expectsClaims: Bool = true, isWhole: Bool = true,
        hasAllHeaderFields: Bool = true, client: ClientUnderTest? = nil
    ) -> RunJudge {
        let environment = bundle.environment
        return RunJudge(
            scenario, map: ScenarioRun.meteringMap(of: scenario, environment: environment),
            schemaRules: environment.schemaRules, expectsClaims: expectsClaims, isWhole: isWhole,
            hasAllHeaderFields: hasAllHeaderFields, client: client,
            validatePayload: environment.validatePayload)
    }

    private struct Judgement {
        var groups: [CheckGroup]
        var ledgers: [Ledger] = []
        var conclusion: RunConclusion?
    }

    // MARK: Goldens

    private func golden(_ bytes: [UInt8], _ path: String) throws -> ScenarioReport {
        try rejectDoes(path)
        let document: GoldenDocument
        do {
            document = try GoldenReader.read(bytes)
        } catch {
            throw CommandFailure.golden("\(path):\(error.line): \(error.message)")
        }
        let header = document.header
        let lines = document.expandLines()
        var counts = EntryCounts()
        for line in lines { counts.note(line.entry) }
        switch try context(of: header) {
        case .known(let scenario):
            let judge = judge(scenario, hasAllHeaderFields: false)
            for line in lines { judge.observe(line.entry, line: line.line) }
            return report(
                of: counts, header, title: scenario.title, path: path,
                simulated: [.init("device", ScenarioFactsText.device(scenario))],
                Judgement(groups: judge.finish(nil), ledgers: judge.ledgers()))
        case .unknown(let reason):
            let judge = Judge(ofRegistersSince: header.start)
            for line in lines { judge.observe(line.entry, line: line.line) }
            return report(
                of: counts, header, title: "", path: path,
                notes: [.init("judged", "energy registers only, because \(reason)")],
                Judgement(groups: judge.finish()))
        }
    }

    private enum GoldenContext {
        case known(Scenario)
        case unknown(reason: String)
    }

    /// What a golden can be held against: the scenario it was taken with, if that is at hand.
    private func context(of header: GoldenHeader) throws -> GoldenContext {
        if let phase = header.phase {
            return .unknown(reason: "this is only the phase '\(phase)' of a golden")
        }
        guard let path = try store.path(ofScenarioNamed: header.scenario) else {
            return .unknown(reason: "there is no scenario '\(header.scenario)'")
        }
        let loaded = try store.load(path)
        guard digest(of: loaded.resolved) == header.scenarioDigest else {
            return .unknown(reason: "the scenario has changed since")
        }
        guard loaded.scenario.start == header.start else {
            return .unknown(reason: "it starts at another time than its scenario")
        }
        return .known(loaded.scenario)
    }

    // MARK: Report

    private func report(
        of counts: EntryCounts, _ header: GoldenHeader, title: String,
        clock: String = "virtual", path: String, simulated: [ScenarioReport.Fact] = [],
        notes: [ScenarioReport.Fact] = [], _ judgement: Judgement
    ) -> ScenarioReport {
        let golden = GoldenOutcome.notCompared(reason: "a recording is judged")
        let verdict = ClientVerdict(
            judgement.groups, of: counts, judgement.conclusion, golden: golden, expected: expected,
            scenario: header.scenario)
        return ScenarioReport(
            scenario: header.scenario, title: title, seed: header.seed, client: header.client,
            clock: clock, model: header.model, simulated: simulated,
            recorded: counts.facts + verdict.facts + notes, groups: verdict.groups, golden: golden,
            causes: verdict.causes, ledgers: judgement.ledgers,
            recordingFile: path.split(separator: "/").last.map(String.init))
    }
}

extension EntryCounts {
    /// For a report.
    var facts: [ScenarioReport.Fact] {
        [
            .init("exchanges", exchanges.grouped), .init("deliveries", deliveries.grouped),
            .init("claims", claims.grouped),
        ]
    }
}
