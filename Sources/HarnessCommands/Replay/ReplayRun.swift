import Findings
import Foundation
import JSONText
import Judging
import Recordings
import Replaying
import Scenarios
import SmartPDU
import VirtualTime
import Wire

/// Replays a recording to a client program, and judges the client by what it did.
///
/// Of the device's energy only its registers are known, as they were recorded.
struct ReplayRun: Sendable {
    let source: RecordingSource
    let device: ReplayDevice
    /// When the recording ends.
    let end: VirtualInstant
    let bundle: Bundle
    let arguments: [String]
    let pace: Int64
    let usesTLS: Bool
    let isStrict: Bool
    let out: String

    private static let tick = Duration.milliseconds(20)
    private static let outputBytes = 1 << 20

    var name: String {
        arguments[0].split(separator: "/").last.map(String.init) ?? arguments[0]
    }

    private var fileName: String { "\(source.header.scenario).replay.recording.jsonl" }

    func play() async throws -> ScenarioReport {
        let recorder = try LiveRecorder(
            path: "\(out)/\(fileName)", header: header, keepsEntries: true)
        do {
            let (service, problem) = try await play(recorder)
            try recorder.finish()
            return try report(recorder.entries, service, problem)
        } catch {
            recorder.abandon()
            throw error
        }
    }

    /// The recording that the replay leaves is not one of the scenario: its device had other loads
    /// to show if the client had asked at other times.
    private var header: RecordingHeader {
        var header = source.header
        header.client = name
        header.clock = "paced:\(pace)"
        header.resolvedScenario = .null
        header.scenarioDigest = ""
        return header
    }

    private func play(
        _ recorder: LiveRecorder
    ) async throws -> (service: ReplayService, problem: String?) {
        var surroundings = try ClientSurroundings()
        defer { surroundings.remove() }
        let identity =
            usesTLS ? try TLSIdentityStore.standard().load(now: WallClock().now()) : nil
        let clock = PacedClock(pace: pace, start: source.header.start)
        let service = ReplayService(
            device, clock: clock, identity: identity, deliversAnywhere: false, recorder: recorder)
        let (ports, port) = AsyncStream<Int>.makeStream()
        let problem = try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { port.finish() }
                try await service.run(bind: "127.0.0.1", port: 0) { port.yield($0) }
            }
            guard let number = await ports.first(where: { _ in true }) else {
                try await group.next()
                throw CancellationError()
            }
            try prepare(&surroundings, clock, port: number)
            let problem = try await accompany(surroundings, clock, recorder)
            group.cancelAll()
            while try await group.next() != nil {}
            return problem
        }
        return (service, problem)
    }

    private func prepare(
        _ surroundings: inout ClientSurroundings, _ clock: PacedClock, port: Int
    ) throws {
        let scenario = try? Scenario(resolved: source.header.resolvedScenario)
        let intervals = [
            ("poll", scenario?.client.pollInterval ?? .seconds(10)),
            ("pollOutlets", scenario?.client.outletPollInterval ?? .minutes(1)),
        ]
        surroundings.add("url", "\(usesTLS ? "https" : "http")://127.0.0.1:\(port)")
        surroundings.add("user", scenario?.device.service.userName ?? "admin")
        surroundings.add("password", scenario?.device.service.password ?? "replayed")
        surroundings.add("ca", TLSIdentityStore.standard().authorityPath)
        surroundings.add("claims", claimsPath)
        for (name, interval) in intervals {
            surroundings.add("\(name)Seconds", "\(interval.milliseconds / 1000)")
            surroundings.add(
                "\(name)WallSeconds",
                "\(Double(interval.milliseconds) / Double(1000 * clock.pace))")
        }
        surroundings.add("clock", "paced:\(clock.pace)")
        surroundings.add("start", clock.start.iso8601)
        surroundings.add("epoch", clock.beginning.iso8601)
        guard let scenario, !scenario.carbon.isEmpty else { return }
        let carbon = absolute("\(out)/\(scenario.name).carbon.json")
        try Files.write(CarbonIntensityFile.text(of: scenario), to: carbon)
        surroundings.add("carbonFile", carbon)
    }

    private var claimsPath: String { absolute("\(out)/\(source.header.scenario).claims.jsonl") }

    private func absolute(_ path: String) -> String {
        path.hasPrefix("/") ? path : "\(Files.workingDirectory)/\(path)"
    }

    /// Starts the client, and sees it to its end: its own, or that of the recording.
    ///
    /// - Returns: What was wrong with how it ended, or nil.
    private func accompany(
        _ surroundings: ClientSurroundings, _ clock: PacedClock, _ recorder: LiveRecorder
    ) async throws -> String? {
        Files.remove(claimsPath)
        let inbox = ClaimInbox(adapter: nil)
        let file = ClaimFile(path: claimsPath, inbox: inbox)
        let child: ChildProcess
        let words = try arguments.map(surroundings.filled)
        do {
            child = try ChildProcess.start(
                words, environment: surroundings.environment,
                output: CapturedOutput(keepingUpTo: Self.outputBytes) {
                    inbox.take(Array($0), by: .output)
                }, complaint: CapturedOutput(keepingUpTo: Self.outputBytes))
        } catch {
            throw CommandFailure.usage("cannot start \(arguments[0]): \(error.reason)")
        }
        defer { child.tearDown() }
        while child.end == nil, clock.now() < end { try await Task.sleep(for: Self.tick) }
        let early = child.end
        if early == nil { child.signal(SIGTERM) }
        let deadline = ContinuousClock.now + .seconds(ClientEnd.graceSeconds)
        while child.end == nil, ContinuousClock.now < deadline {
            try await Task.sleep(for: Self.tick)
        }
        let last = child.end
        child.tearDown()
        file.read()
        for way in ClaimInbox.Way.allCases { inbox.endLine(of: way) }
        recorder.take(inbox.drain(ClaimInbox.Way.allCases, at: clock.now()).map { .claim($0) })
        try keep(child, recorder)
        return problem(early: early, last: last)
    }

    /// A client may end before the recording does: how long that goes on it cannot know. One whose
    /// password was refused may give up.
    private func problem(
        early: ChildProcess.End?, last: ChildProcess.End?
    ) -> String? {
        switch early ?? last {
        case nil: "the client hung: it did not end within \(ClientEnd.graceSeconds) s of SIGTERM"
        case .signalled(let signal)? where early != nil || (signal != SIGTERM && signal != SIGINT):
            "the client crashed: it was ended by signal \(signal)"
        case .exited(let status)? where early != nil && status != 0 && !expectsRefusal:
            "the client ended with status \(status)"
        default: nil
        }
    }

    private var expectsRefusal: Bool {
        let scenario = try? Scenario(resolved: source.header.resolvedScenario)
        return scenario?.expectation.outcome == .rejectedCredentials
            || device.refusesLastLogin
    }

    private func keep(_ child: ChildProcess, _ recorder: LiveRecorder) throws {
        for (stream, ending) in [(child.output, "out"), (child.complaint, "err")]
        where stream.count > 0 {
            let text = recorder.masked(String(decoding: stream.kept, as: UTF8.self))
            try Files.write(text, to: "\(out)/\(source.header.scenario).replay.client.\(ending)")
        }
    }

    // MARK: Report

    private func report(
        _ entries: [RecordEntry], _ service: ReplayService, _ problem: String?
    ) throws -> ScenarioReport {
        let header = source.header
        var counts = EntryCounts()
        for entry in entries { counts.note(entry) }
        let groups = judge(entries) + [service.findings(isStrict: isStrict)]
        let golden = GoldenOutcome.notCompared(reason: "a recording is replayed")
        var causes = ScenarioReport.causes(groups: groups, golden: golden)
        if let problem { causes.append(.client(problem)) }
        return ScenarioReport(
            scenario: header.scenario, title: "a replay", seed: header.seed, client: name,
            clock: "paced:\(pace)", model: header.model, simulated: [],
            recorded: counts.facts + [
                .init(
                    "judged", "energy by the registers that were recorded; the truth is not known")
            ], groups: groups, golden: golden, causes: causes, recordingFile: fileName)
    }

    private func judge(_ entries: [RecordEntry]) -> [CheckGroup] {
        let environment = bundle.environment
        let client = ClientUnderTest(of: entries, pace: pace)
        guard let scenario = try? Scenario(resolved: source.header.resolvedScenario) else {
            let judge = Judge(
                ofDeviceSince: source.header.start, schemaRules: environment.schemaRules,
                validatePayload: environment.validatePayload)
            for (index, entry) in entries.enumerated() { judge.observe(entry, line: index + 2) }
            return judge.finish()
        }
        let judge = RunJudge(
            scenario, map: ScenarioRun.meteringMap(of: scenario, environment: environment),
            schemaRules: environment.schemaRules,
            isWhole: end >= scenario.start + scenario.duration, knowsTruth: false, client: client,
            validatePayload: environment.validatePayload)
        for (index, entry) in entries.enumerated() { judge.observe(entry, line: index + 2) }
        return judge.finish(nil)
    }
}
