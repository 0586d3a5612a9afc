import Scenarios
import VirtualTime
import Wire

/// Accompanies a client through its run: sees to it that time passes, hears what it claims, and
/// notices when it is over.
///
/// How a client works is told apart by the extensions: as a program that is started once, for every
/// poll, or elsewhere.
final class ClientAttendance {
    let program: ClientProgram
    let scenario: ClientScenario
    let surroundings: ClientSurroundings
    let clock: any RunningClock
    /// What moves the clock, where it does not run by itself.
    let stepped: SteppedTime?
    let intake: ClaimIntake
    let recorder: LiveRecorder
    let stop: StopRequest
    /// What the client said, in all its processes.
    private(set) var words = ClientWords()
    /// Processes that it left behind where its group does not reach.
    private(set) var leftovers = 0
    /// How often it was scraped, where it was.
    var scrapes: ScrapeTally?
    /// By how much we were late at worst, in real time.
    private(set) var delay = Duration.zero
    private var isDelayCounted = true

    /// How often the client is looked after.
    private static let tick = Duration.milliseconds(20)
    /// How long, in real time, nothing may happen on a clock that the client moves.
    static let patienceSeconds = 120
    /// How long, in real time, a client may take that is started for one poll.
    static let invocationSeconds = 60

    init(
        _ program: ClientProgram, _ scenario: ClientScenario, _ surroundings: ClientSurroundings,
        clock: any RunningClock, stepped: SteppedTime?, intake: ClaimIntake,
        recorder: LiveRecorder, stop: StopRequest
    ) {
        self.program = program
        self.scenario = scenario
        self.surroundings = surroundings
        self.clock = clock
        self.stepped = stepped
        self.intake = intake
        self.recorder = recorder
        self.stop = stop
        // On a clock that is moved claims have their place before the step, whenever they came. What
        // a pipe brings has none until its other end is closed.
        stepped?.beforeEachStep { intake.take([.file, .callback]) }
    }

    /// Sees the client to its end.
    func attend() async throws -> ClientEnd {
        if program.attachment != nil { return try await attendElsewhere() }
        return switch program.invocation {
        case .once: try await attendProgram()
        case .perPoll: try await attendPolls()
        }
    }

    // MARK: Time

    /// Lets a little real time pass, and hears what the client claims.
    func look() async throws {
        let before = ContinuousClock.now
        try await Task.sleep(for: Self.tick)
        if isDelayCounted { delay = max(delay, ContinuousClock.now - before - Self.tick) }
        if stepped == nil { intake.take() }
    }

    /// Lets scenario time pass until the instant, or until there is a reason to stop.
    func pass(until instant: VirtualInstant, unless isOver: () -> Bool) async throws {
        if let stepped {
            if !isOver() { await stepped.advance(to: instant) }
            return
        }
        while clock.now() < instant, !isOver() { try await look() }
    }

    var offset: VirtualDuration { clock.now() - scenario.start }

    // MARK: The program's process

    private func start() throws -> ChildProcess {
        isDelayCounted = true
        let arguments = try program.arguments.map(surroundings.filled)
        let inbox = intake.inbox
        do {
            return try ChildProcess.start(
                arguments, environment: surroundings.environment + ownClock(),
                output: CapturedOutput(keepingUpTo: ClientWords.bound) { bytes in
                    inbox.take(Array(bytes), by: .output)
                }, complaint: CapturedOutput(keepingUpTo: ClientWords.bound))
        } catch {
            let reason = MissingInterpreter.words(for: arguments[0]) ?? error.reason
            throw CommandFailure.usage("cannot start \(program.arguments[0]): \(reason)")
        }
    }

    /// What makes the program's own clock the scenario's, where it is to be.
    private func ownClock() -> [String] {
        guard let faketime = program.faketime else { return [] }
        return faketime.environment(pace: program.clock.pace, now: clock.now())
    }

    /// Starts the program, and ends what is left of it when the work is done, fails or is cancelled.
    func withProgram<Value>(_ work: (ChildProcess) async throws -> Value) async throws -> Value {
        let child = try start()
        return try await ensuring {
            try await work(child)
        } finally: {
            await tearDown(child)
        }
    }

    /// Ends what is left of the client, and hears its last words.
    private func tearDown(_ child: ChildProcess) async {
        let mark = surroundings.mark
        leftovers += await apart {
            child.tearDown()
            return Leftovers.end(markedBy: mark)
        }
        words.take(child)
    }

    /// Tells the client to stop, and waits until it has.
    func end(_ child: ChildProcess) async throws -> ClientEnd {
        child.signal(TerminationSignal.terminate.rawValue)
        let deadline = ContinuousClock.now + .seconds(ClientEnd.graceSeconds)
        // Whoever is ending does not poll, so that it is late matters no more.
        isDelayCounted = false
        while child.end == nil, ContinuousClock.now < deadline { try await look() }
        return child.end.map { .stopped($0) } ?? .killed
    }
}
