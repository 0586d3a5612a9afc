import Dispatch
import Findings
import Recordings
import ReferenceClient
import Scenarios
import SmartPDU
import VirtualTime
import Wire

/// Plays one scenario to a client program, and turns what came of it into a report.
struct ClientRun: Sendable {
    let bundle: Bundle
    let program: ClientProgram
    /// The output folder.
    let out: String
    /// How a reader plays a scenario again in which something went wrong; nil for a replay.
    var words: RunWords?
    /// Whether the client finds a control endpoint where the clock runs by itself, too.
    var offersControl = false
    /// Ends the run early, where somebody outside may; nil is a new one for every scenario.
    var stop: StopRequest?
    /// What is masked beside secrets. As with the built-in client, no golden is then left pending.
    var masks = MaskRules()

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
            client: program.name, clock: program.clock.name, model: ScenarioRun.model,
            resolvedScenario: loaded.resolved, scenarioDigest: digest(of: loaded.resolved),
            invocation: words.map { program.invocation(by: $0.command(for: loaded)) })
        let recorder = try LiveRecorder(
            path: "\(out)/\(scenario.name).recording.jsonl", header: header, keepsEntries: true,
            masksPorts: program.clock == .stepped, rules: masks)
        do {
            let played = try await play(scenario, recorder)
            try recorder.finish(conclusion(of: played, scenario))
            let entries = recorder.entries
            let golden = try compareConduct(
                header, recorder, isComplete: played.conduct.program?.problem == nil)
            let judged = await apart(on: judgingQueue) { report(scenario, played, entries, golden) }
            guard let words else { return judged }
            return try Reproduction(
                scenario: scenario, command: words.command(for: loaded), clock: program.clock,
                out: out
            ).added(to: judged, entries)
        } catch {
            recorder.abandon()
            throw error
        }
    }

    // MARK: Playing

    /// What a run came to, beside its recording.
    struct Played: Sendable {
        var end: ClientEnd
        var conduct = ScenarioDriver.Result()
        /// By how much we were late at worst, in real time.
        var delay = Duration.zero
        var scrapes: ScrapeTally?
        /// Why nothing of what the client said became a claim, where it said something.
        var unclaimed: String?
        var traffic = ServerTraffic.Counts()
    }

    private func play(_ scenario: Scenario, _ recorder: LiveRecorder) async throws -> Played {
        let (clock, stepped) = program.clock.running(from: scenario.start)
        let host = DeviceHost(
            scenario, catalog: bundle.messages, privileges: bundle.privileges,
            playsByItself: true, now: { clock.now() })
        let identity =
            program.usesTLS ? try TLSIdentityStore.standard().load(now: WallClock().now()) : nil
        var service = LiveService(
            host: host, clock: clock,
            deliversAnywhere: program.attachment?.deliversAnywhere ?? false, recorder: recorder,
            identity: identity, stepped: stepped)
        let traffic = ServerTraffic()
        service.traffic = traffic
        let control = Control(
            scenario: scenario, host: host, clockName: program.clock.name, clock: clock,
            stepped: stepped, stop: stop ?? StopRequest())
        var played = try await play(service, ClientScenario(of: scenario), control, recorder)
        played.conduct.stepsReached = host.stepsReached
        played.conduct.stepsMissed = host.stepsToCome
        played.conduct.faultCounts = host.faultCounts
        played.traffic = traffic.counts
        return played
    }

    /// Plays a device to the client, and sees the client to its end.
    func play(
        _ device: some PlayedDevice, _ scenario: ClientScenario, _ control: Control,
        _ recorder: LiveRecorder
    ) async throws -> Played {
        let home = try ClientSurroundings()
        defer { home.remove() }
        let clock = control.clock
        return try await serving(device, scenario, control) {
            (addresses: Addresses, inbox: ClaimInbox) async throws -> Played in
            var surroundings = home
            try await prepare(&surroundings, scenario, clock, addresses)
            let intake = ClaimIntake(
                inbox: inbox, file: ClaimFile(path: home.claimsPath, inbox: inbox),
                device: device, scenario: scenario, clock: clock as? PacedClock)
            let attendance = ClientAttendance(
                program, scenario, surroundings, clock: clock, stepped: control.stepped,
                intake: intake, recorder: recorder, stop: control.stop)
            let end = try await attendance.attend()
            intake.takeLast()
            return try conclude(attendance, end)
        }
    }

    /// Opens everything that a client may reach, and closes it again.
    private func serving(
        _ device: some PlayedDevice, _ scenario: ClientScenario, _ control: Control,
        _ body: (Addresses, ClaimInbox) async throws -> Played
    ) async throws -> Played {
        let inbox = ClaimInbox(adapter: program.claims)
        let attachment = program.attachment ?? Attachment()
        let desk = try await ClientDesk.open(
            scenario: scenario, inbox: inbox, bind: attachment.bind, host: attachment.host)
        return try await ensuring {
            let controlDesk = hasControl ? try await ControlDesk.open(control) : nil
            return try await ensuring {
                try await serving(device, at: attachment) { authority in
                    let scheme = program.usesTLS ? "https" : "http"
                    return try await body(
                        Addresses(
                            url: "\(scheme)://\(authority)", desk: desk, control: controlDesk),
                        inbox)
                }
            } finally: {
                await controlDesk?.close()
            }
        } finally: {
            await desk.close()
        }
    }

    /// Serves the device for as long as the work takes, which is told its host and port.
    private func serving(
        _ device: some PlayedDevice, at attachment: Attachment,
        _ work: (String) async throws -> Played
    ) async throws -> Played {
        let (ports, port) = AsyncStream<Int>.makeStream()
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { port.finish() }
                try await device.run(bind: attachment.bind, port: attachment.port) {
                    port.yield($0)
                }
            }
            guard let number = await ports.first(where: { _ in true }) else {
                try await group.next()
                throw CancellationError()
            }
            let played = try await work(Origin(host: attachment.host, port: number).authority)
            group.cancelAll()
            while try await group.next() != nil {}
            return played
        }
    }

    /// Whether there is a control endpoint: always where the clock stands still without one.
    private var hasControl: Bool { offersControl || program.clock == .stepped }

    private func conclude(
        _ attendance: ClientAttendance, _ end: ClientEnd
    ) throws -> Played {
        let scenario = attendance.scenario
        var played = Played(end: end, delay: attendance.delay, scrapes: attendance.scrapes)
        played.unclaimed = attendance.intake.inbox.unclaimedWords(played.scrapes).map {
            masked($0, scenario, attendance.recorder)
        }
        played.conduct.program = try programEnd(attendance, end)
        if attendance.leftovers > 0 {
            played.conduct.program?.summary +=
                "; \(attendance.leftovers.counted("process", "processes")) that it left behind ended"
        }
        let isWell = played.conduct.program?.problem == nil
        let outcome = EnergyAggregator.Outcome(rawValue: scenario.outcome.rawValue)
        played.conduct.clientOutcome = isWell ? outcome : nil
        return played
    }

    private func programEnd(
        _ attendance: ClientAttendance, _ end: ClientEnd
    ) throws -> ProgramEnd {
        let (scenario, recorder) = (attendance.scenario, attendance.recorder)
        let words = attendance.words
        for (stream, ending) in [(words.output, "out"), (words.complaint, "err")]
        where stream.count > 0 {
            let text = masked(String(decoding: stream.kept, as: UTF8.self), scenario, recorder)
            try Files.write(
                text + Self.words(forMissing: stream.count - stream.kept.count),
                to: "\(out)/\(scenario.name).client.\(ending)")
        }
        try keepClaims(of: attendance)
        let ending = words.complaint.lastLines.isEmpty ? "out" : "err"
        return ProgramEnd(
            summary: end.summary(expected: scenario.outcome),
            problem: end.problem(program.exitDemand, expected: scenario.outcome),
            expected: end.expectation(program.exitDemand),
            lastLines: words.lastLines.map { masked($0, scenario, recorder) },
            outputFile: "\(scenario.name).client.\(ending)")
    }

    /// What stands in the client's file of claims.
    private func keepClaims(of attendance: ClientAttendance) throws {
        let path = attendance.surroundings.claimsPath
        var position = 0
        // What cannot be read has its finding already.
        guard Files.exists(path),
            let bytes = try? Files.read(path, goingOnAt: &position, limit: Self.keptClaimBytes)
        else { return }
        let size = Files.size(of: path)
        // Half a secret could not be recognised.
        let lastLineEnd = bytes.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 }
        let end = bytes.count < size ? lastLineEnd ?? 0 : bytes.count
        let text = masked(
            String(decoding: bytes[..<end], as: UTF8.self), attendance.scenario,
            attendance.recorder)
        try Files.write(
            text + Self.words(forMissing: size - end),
            to: "\(out)/\(attendance.scenario.name).claims.jsonl")
    }

    /// How much of a client's claims file is kept beside the recording, in bytes.
    private static let keptClaimBytes = 64 << 20

    private static func words(forMissing byteCount: Int) -> String {
        byteCount > 0 ? "\n… and \(byteCount.grouped) bytes more\n" : ""
    }

    /// What a client said, without the secrets it sent and the password we gave it.
    private func masked(_ text: String, _ scenario: ClientScenario, _ recorder: LiveRecorder)
        -> String
    {
        recorder.masked(text.replacing(scenario.password, with: "<password>"))
    }
}

/// One run's at a time: scenarios still at play, and their clients, need the other cores.
private let judgingQueue = DispatchQueue(label: "judging")
