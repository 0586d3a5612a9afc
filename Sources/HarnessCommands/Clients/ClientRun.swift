import Dispatch
import Findings
import Foundation
import JSONText
import Recordings
import ReferenceClient
import Scenarios
import SmartPDU
import VirtualTime
import Wire

/// Plays one scenario to a client program on a paced clock, and turns what came of it into a report.
struct ClientRun: Sendable {
    let bundle: Bundle
    let program: ClientProgram
    /// The output folder.
    let out: String

    /// How often the client is looked after.
    private static let tick = Duration.milliseconds(20)
    /// How much of each of its streams is kept.
    private static let outputBytes = 1 << 20

    /// What keeps a scenario from being played is a cause in its report, and the others go on.
    ///
    /// - Throws: `CancellationError` only.
    @Sendable func play(_ loaded: LoadedScenario) async throws -> ScenarioReport {
        do {
            return try await playOrFail(loaded)
        } catch let error as CancellationError {
            throw error
        } catch let failure as CommandFailure {
            // A report holds no path of the machine.
            return failedReport(loaded.scenario, failure.removing("\(out)/").cause)
        } catch {
            return failedReport(loaded.scenario, .harnessFault("\(error)"))
        }
    }

    private func playOrFail(_ loaded: LoadedScenario) async throws -> ScenarioReport {
        let scenario = loaded.scenario
        let header = RecordingHeader(
            scenario: scenario.name, seed: scenario.seed, start: scenario.start,
            client: program.name, clock: clockName, model: ScenarioRun.model,
            resolvedScenario: loaded.resolved, scenarioDigest: digest(of: loaded.resolved))
        let recorder = try LiveRecorder(
            path: "\(out)/\(scenario.name).recording.jsonl", header: header, keepsEntries: true)
        do {
            let played = try await play(scenario, recorder)
            try recorder.finish()
            let entries = recorder.entries
            return await apart { report(scenario, played, entries) }
        } catch {
            recorder.abandon()
            throw error
        }
    }

    var clockName: String { PacedClock.name(ofPace: program.pace) }

    // MARK: Playing

    /// What a run came to, beside its recording.
    struct Played: Sendable {
        var end: ClientEnd
        var conduct = ScenarioDriver.Result()
        /// By how much we were late at worst, in real time.
        var delay = Duration.zero
    }

    private func play(_ scenario: Scenario, _ recorder: LiveRecorder) async throws -> Played {
        let inbox = ClaimInbox(adapter: program.claims)
        let desk = try await ClientDesk.open(scenario: scenario, inbox: inbox)
        var surroundings = try ClientSurroundings()
        defer { surroundings.remove() }
        let clock = PacedClock(pace: program.pace, start: scenario.start)
        let host = DeviceHost(
            scenario, catalog: bundle.messages, privileges: bundle.privileges,
            playsByItself: true, now: { clock.now() })
        let identity =
            program.usesTLS ? try TLSIdentityStore.standard().load(now: WallClock().now()) : nil
        let service = LiveService(
            host: host, clock: clock, deliversAnywhere: false, recorder: recorder,
            identity: identity)
        let (ports, port) = AsyncStream<Int>.makeStream()
        do {
            let played = try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    defer { port.finish() }
                    try await service.run(bind: "127.0.0.1", port: 0) { port.yield($0) }
                }
                guard let number = await ports.first(where: { _ in true }) else {
                    try await group.next()
                    throw CancellationError()
                }
                try prepare(&surroundings, scenario, clock, port: number, desk)
                let played = try await accompany(
                    scenario, surroundings, clock, host, inbox, recorder)
                group.cancelAll()
                while try await group.next() != nil {}
                return played
            }
            await desk.close()
            return conclude(played, scenario, host)
        } catch {
            await desk.close()
            throw error
        }
    }

    private func conclude(_ played: Played, _ scenario: Scenario, _ host: DeviceHost) -> Played {
        var played = played
        played.conduct.stepsReached = host.stepsReached
        played.conduct.faultCounts = host.faultCounts
        let isWell = played.conduct.program?.problem == nil
        let outcome = EnergyAggregator.Outcome(rawValue: scenario.expectation.outcome.rawValue)
        played.conduct.clientOutcome = isWell ? outcome : nil
        return played
    }

    /// Starts the client, listens to what it claims, and sees it to its end.
    private func accompany(
        _ scenario: Scenario, _ surroundings: ClientSurroundings, _ clock: PacedClock,
        _ host: DeviceHost, _ inbox: ClaimInbox, _ recorder: LiveRecorder
    ) async throws -> Played {
        let child = try start(surroundings, inbox)
        defer { child.tearDown() }
        let claims = ClaimFile(path: claimsPath(scenario), inbox: inbox)
        var delay = Duration.zero
        func look() async throws {
            let before = ContinuousClock.now
            try await Task.sleep(for: Self.tick)
            delay = max(delay, ContinuousClock.now - before - Self.tick)
            claims.read()
            takeClaims()
        }
        func takeClaims() {
            let times = ClaimTimes(clock: clock, scenario: scenario)
            host.note { now in
                inbox.drain(at: now).map { .claim(times.onScenarioTime($0)) }
            }
        }
        while child.end == nil, clock.now() < scenario.end { try await look() }
        var end: ClientEnd
        if let ended = child.end {
            end = .early(ended, at: clock.now() - scenario.start)
        } else {
            child.signal(SIGTERM)
            let deadline = ContinuousClock.now + .seconds(ClientEnd.graceSeconds)
            let delayBefore = delay
            while child.end == nil, ContinuousClock.now < deadline { try await look() }
            delay = delayBefore
            end = child.end.map { .stopped($0) } ?? .killed
        }
        child.tearDown()
        claims.read()
        for way in ClaimInbox.Way.allCases { inbox.endLine(of: way) }
        takeClaims()
        var played = Played(end: end, delay: delay)
        played.conduct.program = try programEnd(end, child, scenario, recorder)
        return played
    }

    private func programEnd(
        _ end: ClientEnd, _ child: ChildProcess, _ scenario: Scenario, _ recorder: LiveRecorder
    ) throws -> ScenarioDriver.ProgramEnd {
        for (stream, ending) in [(child.output, "out"), (child.complaint, "err")]
        where stream.count > 0 {
            var text = masked(String(decoding: stream.kept, as: UTF8.self), scenario, recorder)
            let missing = stream.count - stream.kept.count
            if missing > 0 { text += "\n… and \(missing.grouped) bytes more\n" }
            try Files.write(text, to: "\(out)/\(scenario.name).client.\(ending)")
        }
        let complaint = child.complaint.lastLines(3)
        let lines = complaint.isEmpty ? child.output.lastLines(3) : complaint
        return ScenarioDriver.ProgramEnd(
            summary: end.summary,
            problem: end.problem(program.exit, expected: scenario.expectation.outcome),
            lastLines: lines.map { masked($0, scenario, recorder) })
    }

    /// What a client said, without the secrets it sent and the password we gave it.
    private func masked(_ text: String, _ scenario: Scenario, _ recorder: LiveRecorder) -> String {
        recorder.masked(text).replacing(scenario.device.service.password, with: "<password>")
    }

    private func start(
        _ surroundings: ClientSurroundings, _ inbox: ClaimInbox
    ) throws -> ChildProcess {
        let arguments = program.arguments.map(surroundings.filled)
        do {
            return try ChildProcess.start(
                arguments, environment: surroundings.environment,
                output: CapturedOutput(keepingUpTo: Self.outputBytes) { bytes in
                    inbox.take(Array(bytes), by: .output)
                },
                complaint: CapturedOutput(keepingUpTo: Self.outputBytes))
        } catch {
            throw CommandFailure.usage("cannot start \(program.arguments[0]): \(error.reason)")
        }
    }

    // MARK: Surroundings

    private func claimsPath(_ scenario: Scenario) -> String {
        absolute("\(out)/\(scenario.name).claims.jsonl")
    }

    private func absolute(_ path: String) -> String {
        path.hasPrefix("/") ? path : "\(Files.workingDirectory)/\(path)"
    }

    private func prepare(
        _ surroundings: inout ClientSurroundings, _ scenario: Scenario, _ clock: PacedClock,
        port: Int, _ desk: ClientDesk
    ) throws {
        let claims = claimsPath(scenario)
        for ending in ["claims.jsonl", "client.out", "client.err"] {
            Files.remove("\(out)/\(scenario.name).\(ending)")
        }
        let service = scenario.device.service
        surroundings.add("url", "\(program.usesTLS ? "https" : "http")://127.0.0.1:\(port)")
        surroundings.add("user", service.userName)
        surroundings.add("password", service.password)
        surroundings.add("ca", TLSIdentityStore.standard().authorityPath)
        surroundings.add("claims", claims)
        surroundings.add("callback", desk.callbackURL)
        surroundings.add("carbon", desk.carbonURL)
        let intervals = [
            ("poll", scenario.client.pollInterval),
            ("pollOutlets", scenario.client.outletPollInterval),
        ]
        for (name, interval) in intervals {
            surroundings.add("\(name)Seconds", seconds(interval.milliseconds * 1000))
            surroundings.add(
                "\(name)WallSeconds", seconds(interval.milliseconds * 1000 / clock.pace))
        }
        surroundings.add("clock", clockName)
        surroundings.add("start", clock.start.iso8601)
        surroundings.add("epoch", clock.beginning.iso8601)
        if !scenario.carbon.isEmpty {
            let carbon = absolute("\(out)/\(scenario.name).carbon.json")
            try Files.write(CarbonIntensityFile.text(of: scenario), to: carbon)
            surroundings.add("carbonFile", carbon)
        }
        guard let template = program.configurationTemplate else { return }
        let text = String(decoding: try Files.read(template), as: UTF8.self)
        let ending = template.hasSuffix(".in") ? String(template.dropLast(3)) : template
        let name = ending.split(separator: "/").last.map(String.init) ?? "config"
        let path = absolute("\(out)/\(scenario.name).\(name)")
        try Files.write(surroundings.filled(text), to: path)
        surroundings.add("config", path)
    }

    private func seconds(_ microseconds: Int64) -> String {
        JSONNumber(units: microseconds, decimals: 6).text
    }
}

/// Does work that takes long on a thread of its own, so that other scenarios are not kept waiting.
private func apart<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async -> Value {
    await withCheckedContinuation { continuation in
        DispatchQueue(label: "judging").async { continuation.resume(returning: work()) }
    }
}
