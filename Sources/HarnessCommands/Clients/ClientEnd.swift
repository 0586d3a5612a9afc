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
    /// After it had been told to stop.
    case stopped(ChildProcess.End)
    /// It had to be killed.
    case killed

    /// How long after SIGTERM a client may take, in seconds.
    static let graceSeconds = 10

    var summary: String {
        switch self {
        case .early(let end, let offset): "\(Self.words(end)) at \(offset.iso8601)"
        case .stopped(let end): Self.words(end)
        case .killed: "ignored SIGTERM and was killed"
        }
    }

    /// What is wrong with it; nil where nothing is. A client that rightly gives up on a refused
    /// password is no crash.
    func problem(_ demand: ClientProgram.ExitDemand, expected: Expectation.Outcome) -> String? {
        switch self {
        case .killed:
            return "the client hung: it did not end within \(Self.graceSeconds) s of SIGTERM"
        case .early(.exited, _) where expected == .rejectedCredentials:
            return nil
        case .early(.exited(0), let offset):
            return "the client ended at \(offset.iso8601), before it was told to stop"
        case .early(let end, let offset):
            return "the client crashed: it \(Self.words(end)) at \(offset.iso8601)"
        case .stopped(.signalled(let signal)) where signal != SIGTERM && signal != SIGINT:
            return "the client crashed: it \(Self.words(.signalled(signal))) when told to stop"
        case .stopped(let end):
            let isZero = end == .exited(0)
            switch demand {
            case .zero where !isZero: return "the client \(Self.words(end)), not with status 0"
            case .nonzero where isZero: return "the client ended with status 0, not with another"
            default: return nil
            }
        }
    }

    private static func words(_ end: ChildProcess.End) -> String {
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
