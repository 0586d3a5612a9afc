import Findings
import JSONText
import Judging
import Recordings
import Replaying
import Scenarios
import VirtualTime
import Wire

/// Replays a recording to a client program, and judges the client by what it did.
///
/// The device did what was recorded, whatever that is worth, and of its energy only the registers
/// are known.
struct ReplayRun: Sendable {
    let source: RecordingSource
    let device: ReplayDevice
    /// When the recording ends.
    let end: VirtualInstant
    let bundle: Bundle
    let program: ClientProgram
    /// The password that logins need; nil accepts any.
    var password: String?
    var isStrict = false
    /// Whether the client finds a control endpoint where the clock runs by itself, too.
    var offersControl = false
    /// The output folder.
    let out: String

    /// What the client's files and the recording of the replay are named after.
    private var name: String { "\(source.header.scenario).replay" }
    private var fileName: String { "\(name).recording.jsonl" }

    func play() async throws -> ScenarioReport {
        let recorder = try LiveRecorder(
            path: "\(out)/\(fileName)", header: header, keepsEntries: true,
            masksPorts: program.clock == .stepped)
        do {
            let (service, played) = try await play(recorder)
            try recorder.finish()
            return report(recorder.entries, service, played)
        } catch {
            recorder.abandon()
            throw error
        }
    }

    /// The recording that the replay leaves is not one of the scenario: its device had other loads
    /// to show if the client had asked at other times.
    private var header: RecordingHeader {
        var header = source.header
        header.client = program.name
        header.clock = program.clock.name
        header.resolvedScenario = .null
        header.scenarioDigest = ""
        return header
    }

    private func play(
        _ recorder: LiveRecorder
    ) async throws -> (service: ReplayService, played: ClientRun.Played) {
        let identity =
            program.usesTLS ? try TLSIdentityStore.standard().load(now: WallClock().now()) : nil
        let (clock, stepped) = program.clock.running(from: source.header.start)
        let service = ReplayService(
            device, clock: clock, stepped: stepped, identity: identity, deliversAnywhere: false,
            recorder: recorder)
        let control = Control(
            name: source.header.scenario, start: source.header.start, end: end,
            device: ReplayControl(service: service), clockName: program.clock.name, clock: clock,
            stepped: stepped, stop: StopRequest())
        return (service, try await run.play(service, clientScenario, control, recorder))
    }

    private var run: ClientRun {
        ClientRun(bundle: bundle, program: program, out: out, offersControl: offersControl)
    }

    // MARK: The scenario

    /// The scenario that the recording was made of; nil where it was a device of which nothing else
    /// is known.
    private var scenario: Scenario? { try? Scenario(resolved: source.header.resolvedScenario) }

    private func isWhole(_ scenario: Scenario) -> Bool { end >= scenario.end }

    private var clientScenario: ClientScenario {
        var client: ClientScenario
        if let scenario {
            client = ClientScenario(of: scenario)
            client.end = min(end, scenario.end)
            client.timeline.removeAll { scenario.start + $0.offset >= client.end }
        } else {
            client = ClientScenario(
                name: "", start: source.header.start, end: end,
                client: Scenario.ClientPlan(
                    pollInterval: .seconds(10), outletPollInterval: .minutes(1), subscribes: false),
                userName: "admin", password: "replayed")
        }
        client.name = name
        client.password = password ?? client.password
        if device.refusesLastLogin { client.outcome = .rejectedCredentials }
        // How long a recording goes on nobody can know.
        client.mayEndEarly = true
        return client
    }

    // MARK: Report

    private func report(
        _ entries: [RecordEntry], _ service: ReplayService, _ played: ClientRun.Played
    ) -> ScenarioReport {
        let header = source.header
        var counts = EntryCounts()
        for entry in entries { counts.note(entry) }
        let client = ClientUnderTest(
            of: entries, does: program.does, pace: program.clock.pace,
            delay: .milliseconds(Int64(played.delay / .milliseconds(1))),
            restarts: played.end.restarts, requiresClaims: program.requiresClaims)
        var groups = judge(entries, client) + [service.findings(isStrict: isStrict)]
        if let program = played.conduct.program { groups.append(group(program)) }
        if let expected = program.expected {
            groups = expected.applied(
                to: groups, ofScenario: header.scenario, today: ExpectationFile.today)
        }
        let golden = GoldenOutcome.notCompared(reason: "a recording is replayed")
        var causes = ScenarioReport.causes(groups: groups, golden: golden)
        if let problem = played.conduct.program?.problem {
            causes.append(.client(problem))
        } else if client.firstRequest == nil {
            causes.append(.client("the client never sent a request"))
        }
        let knowledge = ScenarioReport.Fact(
            "judged", "the client; of energy only the registers that were recorded are known")
        return ScenarioReport(
            scenario: header.scenario, title: "a replay", seed: header.seed, client: program.name,
            clock: program.clock.name, model: header.model, simulated: [],
            recorded: counts.facts + [knowledge] + run.facts(of: played), groups: groups,
            golden: golden, causes: causes, recordingFile: fileName)
    }

    private func group(_ end: ProgramEnd) -> CheckGroup {
        CheckGroup(
            name: "client program", measure: "client \(end.summary)",
            results: [ConductCheck.programResult(end)])
    }

    private func judge(_ entries: [RecordEntry], _ client: ClientUnderTest) -> [CheckGroup] {
        let environment = bundle.environment
        guard let scenario else {
            var duties = ClientDuties()
            client.allow(in: &duties)
            let judge = Judge(
                ofDeviceSince: source.header.start, duties: duties,
                schemaRules: environment.schemaRules, judgesDevice: false,
                validatePayload: environment.validatePayload)
            for (index, entry) in entries.enumerated() { judge.observe(entry, line: index + 2) }
            return judge.finish()
        }
        let judge = RunJudge(
            scenario, map: ScenarioRun.meteringMap(of: scenario, environment: environment),
            schemaRules: environment.schemaRules, isWhole: isWhole(scenario), isReplay: true,
            client: client, validatePayload: environment.validatePayload)
        for (index, entry) in entries.enumerated() { judge.observe(entry, line: index + 2) }
        return judge.finish(nil)
    }
}
