import Synchronization

/// The clock that a driver moves. Everybody else only reads it.
package final class VirtualClock: Sendable {
    private let instant: Mutex<VirtualInstant>

    package init(at start: VirtualInstant) {
        instant = Mutex(start)
    }

    package var now: VirtualInstant { instant.withLock { $0 } }

    /// Moves time forward. Time never runs backwards.
    package func advance(to target: VirtualInstant) {
        instant.withLock { now in
            precondition(target >= now, "time would run backwards")
            now = target
        }
    }
}
