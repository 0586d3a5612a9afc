import Findings
import Scenarios
import VirtualTime
import Wire

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// How a client program came to its end, and what to think of that.
enum ClientEnd: Sendable {
    /// By itself, this long after the scenario's start.
    case early(ChildProcess.End, at: VirtualDuration)
    /// By itself, after it had moved the clock as far as it wanted.
    case finished(ChildProcess.End, at: VirtualDuration)
    /// After it had been told to stop.
    case stopped(ChildProcess.End)
    /// It had to be killed.
    case killed
    /// It neither asked for anything nor moved the clock.
    case idle(at: VirtualDuration)
    /// It works when it is scraped, and never listened.
    case unanswered
    /// It was started for every poll.
    case invoked(InvocationTally)
    /// It was started elsewhere, and somebody said that it was over; nil is `--until`, which knows
    /// nothing of the client.
    case detached(by: String?, at: VirtualDuration)

    /// Whether it hung: the scenario went on to its end without a sign of the client.
    var isHang: Bool {
        if case .killed = self { true } else { false }
    }

    /// How long after SIGTERM a client may take, in seconds.
    static let graceSeconds = 10

    /// How it ended, in a few words.
    func summary(expected: Expectation.Outcome) -> String {
        switch self {
        case .early(.exited(let status), let offset) where expected == .rejectedCredentials,
            .finished(.exited(let status), let offset) where expected == .rejectedCredentials:
            "quit with status \(status) at \(offset.iso8601)"
        case .early(let end, let offset), .finished(let end, let offset):
            "\(Self.words(end)) at \(offset.iso8601)"
        case .stopped(let end): Self.words(end)
        case .killed: "ignored SIGTERM and was killed"
        case .idle(let offset): "did nothing more at \(offset.iso8601)"
        case .unanswered: "never listened where it is to be scraped"
        case .invoked(let tally): tally.summary
        case .detached(let someone, let offset):
            "was judged as far as \(offset.iso8601), ended by \(someone ?? "--until")"
        }
    }

    /// Whether the program's own status says that something went wrong.
    var isUnclean: Bool {
        switch self {
        case .early(.exited(let status), _), .finished(.exited(let status), _),
            .stopped(.exited(let status)):
            status != 0
        case .invoked(let tally): tally.failureCount > 0
        default: false
        }
    }

    /// What would be right where the end is not.
    func expectation(_ demand: ClientProgram.ExitDemand) -> String {
        switch (self, demand) {
        case (.invoked(let tally), _) where tally.hung != nil:
            "an end within \(ClientAttendance.invocationSeconds) s"
        case (.invoked, .nonzero): "another status than 0, every time"
        case (.invoked, _): "status 0, every time"
        case (.stopped(.exited), .nonzero), (.finished(.exited, _), .nonzero):
            "another status than 0"
        case (.stopped(.exited), _), (.finished(.exited, _), _): "status 0"
        default: "work until SIGTERM, then an end of its own"
        }
    }

    /// How often it was started after the first time.
    var restarts: Int { if case .invoked(let tally) = self { max(0, tally.count - 1) } else { 0 } }

    /// Whether the client was perhaps still at work when it was over.
    var mayGoOn: Bool { if case .detached(nil, _) = self { true } else { false } }

    /// What is wrong with it; nil where nothing is. A client that rightly gives up on a refused
    /// password is no crash.
    func problem(_ demand: ClientProgram.ExitDemand, expected: Expectation.Outcome) -> String? {
        switch self {
        case .killed:
            return "the client hung: it did not end within \(Self.graceSeconds) s of SIGTERM"
        case .idle(let offset):
            return "the client hung at \(offset.iso8601): it asked for nothing and moved no clock "
                + "for \(ClientAttendance.patienceSeconds) s"
        case .unanswered:
            return "the client hung: nobody listened where it is to be scraped within "
                + "\(Scrape.patienceSeconds) s"
        case .early(.exited, _) where expected == .rejectedCredentials:
            return nil
        case .finished(.exited, _) where expected == .rejectedCredentials:
            return nil
        case .early(.exited(0), let offset):
            return "the client ended at \(offset.iso8601), before it was told to stop"
        case .early(let end, let offset):
            return "the client crashed: it \(Self.words(end)) at \(offset.iso8601)"
        case .finished(.signalled(let signal), let offset):
            return "the client crashed: it \(Self.words(.signalled(signal))) at \(offset.iso8601)"
        case .stopped(.signalled(let signal)) where signal != SIGTERM && signal != SIGINT:
            return "the client crashed: it \(Self.words(.signalled(signal))) when told to stop"
        case .finished(let end, _):
            return Self.problem(end, demand == .any ? .zero : demand)
        case .stopped(let end):
            return Self.problem(end, demand)
        case .invoked(let tally):
            return tally.problem(demand, expected: expected)
        case .detached:
            return nil
        }
    }

    /// Whether nothing is to come after that, though the scenario would start the client again.
    func isFinal(_ demand: ClientProgram.ExitDemand) -> Bool {
        if case .finished = self { return true }
        return problem(demand, expected: .done) != nil
    }

    /// What is wrong with a status.
    static func problem(_ end: ChildProcess.End, _ demand: ClientProgram.ExitDemand) -> String? {
        let isZero = end == .exited(0)
        return switch demand {
        case .zero where !isZero: "the client \(words(end)), not with status 0"
        case .nonzero where isZero: "the client ended with status 0, not with another"
        default: nil
        }
    }

    static func words(_ end: ChildProcess.End) -> String {
        switch end {
        case .exited(let status): "ended with status \(status)"
        case .signalled(let signal): "was ended by signal \(signal) (\(name(of: signal)))"
        }
    }

    private static func name(of signal: Int32) -> String {
        switch signal {
        case SIGSEGV: "SIGSEGV"
        case SIGABRT: "SIGABRT"
        case SIGBUS: "SIGBUS"
        case SIGILL: "SIGILL"
        case SIGFPE: "SIGFPE"
        case SIGKILL: "SIGKILL"
        case SIGTERM: "SIGTERM"
        case SIGINT: "SIGINT"
        case SIGPIPE: "SIGPIPE"
        default: "another"
        }
    }
}

/// How often a client was started that is started for every poll, and what came of it.
struct InvocationTally: Sendable {
    private(set) var count = 0
    /// Ends that are not as demanded, the first of them with its time.
    private(set) var failureCount = 0
    private(set) var firstFailure: (end: ChildProcess.End, number: Int, offset: VirtualDuration)?
    /// The one that did not end by itself.
    private(set) var hung: (number: Int, offset: VirtualDuration)?
    /// Polls that found the one before still at work.
    var skipped = 0

    mutating func note(
        _ end: ChildProcess.End, at offset: VirtualDuration, _ demand: ClientProgram.ExitDemand
    ) {
        count += 1
        var isFailure = ClientEnd.problem(end, demand) != nil
        if case .signalled = end { isFailure = true }
        guard isFailure else { return }
        failureCount += 1
        firstFailure = firstFailure ?? (end, count, offset)
    }

    mutating func noteHung(at offset: VirtualDuration) {
        count += 1
        hung = (count, offset)
    }

    var summary: String {
        "was started \(count.counted("time"))"
            + (failureCount > 0 ? ", failed \(failureCount.counted("time"))" : "")
            + (skipped > 0 ? ", missed \(skipped.counted("poll"))" : "")
    }

    func problem(_ demand: ClientProgram.ExitDemand, expected: Expectation.Outcome) -> String? {
        if let hung {
            return "the client hung: number \(hung.number), started at \(hung.offset.iso8601), did "
                + "not end within \(ClientAttendance.invocationSeconds) s"
        }
        guard let failure = firstFailure else { return nil }
        if case .exited = failure.end, expected == .rejectedCredentials { return nil }
        let words = ClientEnd.words(failure.end)
        return "the client \(words) when it was started for the \(failure.number). time, at "
            + "\(failure.offset.iso8601); so it did \(failureCount.counted("time")) of \(count)"
    }
}
