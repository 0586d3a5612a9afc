package import VirtualTime

/// Scenario time that runs by itself: so many scenario seconds pass in a real second.
///
/// It is computed from the wall clock, so that another process of this machine that knows its three
/// numbers reads the same time from it.
package struct PacedClock: RunningClock {
    package let pace: Int64
    /// The scenario time at which it began, and the real time of that moment.
    package let start: VirtualInstant
    package let beginning: VirtualInstant

    /// Paces beyond this say nothing about a client any more.
    package static let paces: ClosedRange<Int64> = 1...100_000

    package init(
        pace: Int64, start: VirtualInstant, beginning: VirtualInstant = WallClock().now()
    ) {
        self.pace = pace
        self.start = start
        self.beginning = beginning
    }

    package func now() -> VirtualInstant {
        let elapsed =
            WallClock().microsecondsSinceEpoch - beginning.millisecondsSinceEpoch * 1000
        return start + .milliseconds(elapsed * pace / 1000)
    }

    package func realTime(until instant: VirtualInstant) -> Duration? {
        .microseconds(max(0, (instant - now()).milliseconds) * 1000 / pace)
    }
}
