import Wire

extension TerminationSignals {
    /// Does work until the process or the control endpoint is told to stop, which is how serving
    /// ends and no failure.
    static func untilStopped(
        _ stop: StopRequest = StopRequest(), _ work: @escaping @Sendable () async throws -> Void
    ) async throws {
        let termination = TerminationSignals()
        defer { termination.stop() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await work() }
            group.addTask { for await _ in termination.signals { break } }
            group.addTask {
                while stop.isMadeBy == nil, !Task.isCancelled {
                    try? await Task.sleep(for: .milliseconds(50))
                }
            }
            try await group.next()
            group.cancelAll()
            while try await group.next() != nil {}
        }
    }
}
