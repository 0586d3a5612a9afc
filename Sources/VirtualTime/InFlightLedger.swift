import Synchronization

/// Counts what is under way outside the event queue: requests, deliveries, connection events.
///
/// On the virtual clock time moves only while nothing is in flight. Whoever begins something
/// raises the ledger, whoever ends it lowers it; nobody guesses by sleeping.
package final class InFlightLedger: Sendable {
    private struct State {
        var count = 0
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    package init() {}

    package var count: Int { state.withLock { $0.count } }

    package func raise() {
        state.withLock { $0.count += 1 }
    }

    package func lower() {
        let waiters = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            state.count -= 1
            precondition(state.count >= 0, "lowered more often than raised")
            guard state.count == 0 else { return [] }
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Returns once nothing is in flight.
    package func quiescence() async {
        await withCheckedContinuation { continuation in
            let isQuiet = state.withLock { state in
                if state.count > 0 { state.waiters.append(continuation) }
                return state.count == 0
            }
            if isQuiet { continuation.resume() }
        }
    }
}
