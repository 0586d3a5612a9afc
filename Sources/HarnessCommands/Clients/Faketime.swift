import JSONText
import VirtualTime
import Wire

/// How the library libfaketime makes a program's own clock the scenario's.
///
/// It is put in front of libc, so it reaches what asks libc for the time. Offsets are relative to
/// the wall, in seconds, and the factor counts from the start of the process.
///
/// Source: libfaketime 0.9.10, README, "Advanced features".
struct Faketime: Sendable {
    /// The library, to be loaded first.
    var library: String
    /// What was found when it was tried, for the report.
    var words: String

    /// Where packages put it.
    private static let folders = [
        "/usr/lib/x86_64-linux-gnu/faketime", "/usr/lib/aarch64-linux-gnu/faketime",
        "/usr/lib64/faketime", "/usr/lib/faketime", "/usr/local/lib/faketime",
        "/opt/homebrew/lib/faketime",
    ]
    private static let names = ["libfaketime.so.1", "libfaketime.1.dylib"]

    /// The path of the library; nil where it is not installed.
    static func find() -> String? {
        folders.flatMap { folder in names.map { "\(folder)/\($0)" } }.first(where: Files.exists)
    }

    /// Variables that make the time `now`, and let it run so many times as fast.
    func environment(pace: Int64, now: VirtualInstant) -> [String] {
        Self.environment(library: library, pace: pace, now: now)
    }

    static func environment(
        library: String, pace: Int64, now: VirtualInstant
    ) -> [String] {
        let offset = now - WallClock().now()
        let seconds = JSONNumber(units: offset.milliseconds, decimals: 3).text
        return [
            "LD_PRELOAD=\(library)", "DYLD_INSERT_LIBRARIES=\(library)",
            "FAKETIME=\(offset >= .zero ? "+" : "")\(seconds) x\(pace)",
            "FAKETIME_DONT_FAKE_MONOTONIC=0",
        ]
    }
}
