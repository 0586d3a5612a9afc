import Foundation
import ReferenceClient
import VirtualTime
import Wire

/// What `run` tells a client program: names of environment variables, and how the reference client
/// reads them.
enum HarnessEnvironment {
    static let prefix = "PDU_HARNESS_"

    static subscript(name: String) -> String? {
        ProcessInfo.processInfo.environment[prefix + name].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The clock that `CLOCK`, `START` and `EPOCH` describe; the wall's where there is none.
    ///
    /// - Throws: A usage failure where they make no sense.
    static func clock() throws -> any RunningClock {
        guard let text = self["CLOCK"] else { return WallClock() }
        guard let pace = PacedClock.pace(of: text),
            let start = self["START"].flatMap({ VirtualInstant(iso8601: $0) }),
            let beginning = self["EPOCH"].flatMap({ VirtualInstant(iso8601: $0) })
        else {
            throw CommandFailure.usage(
                "\(prefix)CLOCK is '\(text)'; paced:N stands beside \(prefix)START and "
                    + "\(prefix)EPOCH, two date-times")
        }
        return PacedClock(pace: pace, start: start, beginning: beginning)
    }
}
