package import VirtualTime

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The clock that a service or a client goes by.
package protocol RunningClock: Sendable {
    func now() -> VirtualInstant

    /// How long it takes in real time until the instant; zero where it is past, nil where nobody
    /// knows, because somebody else moves the clock.
    func realTime(until instant: VirtualInstant) -> Duration?
}

extension RunningClock {
    /// Returns once the clock has reached the instant; at once where it is past.
    ///
    /// The clock may be set while we sleep, so it is looked at again at least every second.
    ///
    /// - Throws: `CancellationError` where the task is cancelled.
    package func sleep(until instant: VirtualInstant) async throws {
        while true {
            try Task.checkCancellation()
            guard now() < instant else { return }
            // A microsecond more, so that a rest below one does not come back again and again.
            let remaining = (realTime(until: instant) ?? .milliseconds(10)) + .microseconds(1)
            try await Task.sleep(for: min(remaining, .seconds(1)))
        }
    }
}

/// The real time, for devices that are served to people and for pacing.
package struct WallClock: RunningClock {
    package init() {}

    package func now() -> VirtualInstant {
        VirtualInstant(millisecondsSinceEpoch: microsecondsSinceEpoch / 1000)
    }

    package func realTime(until instant: VirtualInstant) -> Duration? {
        .milliseconds(max(0, (instant - now()).milliseconds))
    }

    var microsecondsSinceEpoch: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
    }
}
