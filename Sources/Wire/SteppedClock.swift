package import VirtualTime

/// Scenario time that passes when somebody says so, and then only.
package struct SteppedClock: RunningClock {
    private let time: VirtualClock

    package init(start: VirtualInstant) { time = VirtualClock(at: start) }

    package func now() -> VirtualInstant { time.now }

    package func realTime(until instant: VirtualInstant) -> Duration? {
        instant <= now() ? .zero : nil
    }

    /// Moves time forward, never back. Only whoever sees to what is due on the way may do so.
    package func advance(to instant: VirtualInstant) { time.advance(to: max(instant, time.now)) }
}
