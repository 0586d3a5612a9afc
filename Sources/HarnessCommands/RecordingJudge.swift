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

    func report(_ path: String) throws -> ScenarioReport {
        let bytes = try Files.read(path) { RecordingFormat(firstBytesOf: $0) != nil }
        switch RecordingFormat(firstBytesOf: bytes) {
        case .golden: return try golden(bytes, path)
        default: return try recording(bytes, path)
        }
    }

    // MARK: Recordings

    private func recording(_ bytes: [UInt8], _ path: String) throws -> ScenarioReport {
        let recording: Recording
        do {
            recording = try RecordingReader.read(bytes)
        } catch {
            throw CommandFailure.usage("\(path):\(error.line): \(error.message)")
        }
        guard recording.header.resolvedScenario != .null else {
            return report(
                of: recording.lines, GoldenHeader(recording.header), title: "a device",
                clock: recording.header.clock, path: path,
                note: .init(
                    "judged",
                    "without a scenario"
                        + (recording.isComplete ? "" : "; the recording breaks off")),
                Judgement(groups: judgeDevice(recording)))
        }
        let scenario: Scenario
        do {
            scenario = try Scenario(resolved: recording.header.resolvedScenario)
        } catch {
            throw CommandFailure.usage(
                "\(path):1: the embedded scenario: \(error.message) (at \(error.pointer))")
        }
        let judged = report(
            of: recording.lines, GoldenHeader(recording.header), title: scenario.title,
            clock: recording.header.clock, path: path,
            simulated: [.init("device", ScenarioFactsText.device(scenario))],
            note: recording.isComplete
                ? nil : .init("state", "incomplete: the recording breaks off"),
            judge(
                recording.lines, scenario, expectsClaims: recording.header.clock != "wall",
                isWhole: recording.header.clock == "virtual"
                    || recording.entries.contains {
                        $0.instant >= scenario.start + scenario.duration
                    },
                client: ClientClock(recording.header.clock).map { clock in
                    ClientUnderTest(
                        of: recording.entries, pace: clock.pace,
                        invocation: recording.header.invocation, in: scenario)
                }))
        return try reproduction(of: recording.header, scenario)?
            .added(to: judged, recording.entries) ?? judged
    }

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

    /// A device of which nothing but its recording is known.
    private func judgeDevice(_ recording: Recording) -> [CheckGroup] {
        let environment = bundle.environment
        let judge = Judge(
            ofDeviceSince: recording.header.start, schemaRules: environment.schemaRules,
            validatePayload: environment.validatePayload)
        for line in recording.lines { judge.observe(line.entry, line: line.line) }
        return judge.finish()
    }

    private func judge(
        _ lines: [RecordedLine], _ scenario: Scenario, expectsClaims: Bool = true,
        isWhole: Bool = true, hasAllHeaderFields: Bool = true, client: ClientUnderTest? = nil
    ) -> Judgement {
        let environment = bundle.environment
        let judge = RunJudge(
            scenario, map: ScenarioRun.meteringMap(of: scenario, environment: environment),
            schemaRules: environment.schemaRules, expectsClaims: expectsClaims, isWhole: isWhole,
            hasAllHeaderFields: hasAllHeaderFields, client: client,
            validatePayload: environment.validatePayload)
        for line in lines { judge.observe(line.entry, line: line.line) }
        return Judgement(groups: judge.finish(nil), ledgers: judge.ledgers())
    }

    private struct Judgement {
        var groups: [CheckGroup]
        var ledgers: [Ledger] = []
    }

    // MARK: Goldens

    private func golden(_ bytes: [UInt8], _ path: String) throws -> ScenarioReport {
        let document: GoldenDocument
        do {
            document = try GoldenReader.read(bytes)
        } catch {
            throw CommandFailure.golden("\(path):\(error.line): \(error.message)")
        }
        let header = document.header
        let lines = document.expandLines()
        switch try context(of: header) {
        case .known(let scenario):
            return report(
                of: lines, header, title: scenario.title, path: path,
                simulated: [.init("device", ScenarioFactsText.device(scenario))],
                judge(lines, scenario, hasAllHeaderFields: false))
        case .unknown(let reason):
            let judge = Judge(ofRegistersSince: header.start)
            for line in lines { judge.observe(line.entry, line: line.line) }
            return report(
                of: lines, header, title: "", path: path,
                note: .init("judged", "energy registers only, because \(reason)"),
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
        return .known(loaded.scenario)
    }

    // MARK: Report

    private func report(
        of lines: [RecordedLine], _ header: GoldenHeader, title: String, clock: String = "virtual",
        path: String, simulated: [ScenarioReport.Fact] = [], note: ScenarioReport.Fact? = nil,
        _ judgement: Judgement
    ) -> ScenarioReport {
        var counts = EntryCounts()
        for line in lines { counts.note(line.entry) }
        let golden = GoldenOutcome.notCompared(reason: "a recording is judged")
        return ScenarioReport(
            scenario: header.scenario, title: title, seed: header.seed, client: header.client,
            clock: clock, model: header.model, simulated: simulated,
            recorded: counts.facts + (note.map { [$0] } ?? []),
            groups: judgement.groups, golden: golden,
            causes: ScenarioReport.causes(groups: judgement.groups, golden: golden),
            ledgers: judgement.ledgers,
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
