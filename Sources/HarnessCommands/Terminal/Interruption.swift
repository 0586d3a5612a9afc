import ArgumentParser
import Findings
import Wire

/// Ends work in good order when the process is told to stop.
enum Interruption {
    private enum Event<Value: Sendable>: Sendable {
        case done(Value)
        case signal(TerminationSignal)
    }

    /// Runs the work; on SIGINT or SIGTERM cancels it, waits until it has cleaned up, and throws
    /// the exit code 130 or 143.
    ///
    /// - Parameter stop: What the first signal asks for instead, where the work can end early and
    ///   still be whole. A second one ends the process.
    static func guarding<Value: Sendable>(
        endsBy stop: StopRequest? = nil,
        _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        let termination = TerminationSignals()
        defer { termination.stop() }
        return try await withThrowingTaskGroup(of: Event<Value>?.self) { group in
            group.addTask { .done(try await work()) }
            group.addTask {
                for await signal in termination.signals { return .signal(signal) }
                return nil
            }
            while let event = try await group.next() {
                switch event {
                case .done(let value):
                    group.cancelAll()
                    termination.stop()
                    return value
                case .signal where stop != nil:
                    stop?.make(by: "a signal")
                case .signal(let signal):
                    group.cancelAll()
                    while (try? await group.next()) != nil {}
                    Console.say(
                        ExitCause.verdictLine(of: [.interrupted(signal: signal.rawValue)]))
                    throw ExitCode(signal.exitStatus)
                case nil: break
                }
            }
            throw CancellationError()
        }
    }
}
