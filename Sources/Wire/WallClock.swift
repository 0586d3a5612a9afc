package import VirtualTime

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The real time, for devices that are served to people and for pacing.
package struct WallClock: Sendable {
    package init() {}

    package func now() -> VirtualInstant {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return VirtualInstant(
            millisecondsSinceEpoch: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }

    /// Returns once the real time has reached the instant; at once where it is past.
    ///
    /// The clock may be set while we sleep, so it is looked at again at least every second.
    ///
    /// - Throws: `CancellationError` where the task is cancelled.
    package func sleep(until instant: VirtualInstant) async throws {
        while true {
            try Task.checkCancellation()
            let remaining = (instant - now()).milliseconds
            guard remaining > 0 else { return }
            try await Task.sleep(for: .milliseconds(min(remaining, 1000)))
        }
    }
}
