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

    /// The clock that `CLOCK`, `START` and `EPOCH` describe; the wall's where there is none. One
    /// that is stepped is the client's to move, by `CONTROL` and `CONTROL_TOKEN`.
    ///
    /// - Throws: A usage failure where they make no sense.
    static func clock() throws -> (any RunningClock, ControlClient?) {
        guard let text = self["CLOCK"] else { return (WallClock(), nil) }
        if text == ClientClock.stepped.name, let start = self["START"],
            let instant = VirtualInstant(iso8601: start),
            let origin = self["CONTROL"].flatMap({ Origin(url: $0) }),
            let token = self["CONTROL_TOKEN"]
        {
            let clock = SteppedClock(start: instant)
            return (clock, ControlClient(origin: origin, token: token, clock: clock))
        }
        guard case .paced(let pace)? = ClientClock(text),
            let start = self["START"].flatMap({ VirtualInstant(iso8601: $0) }),
            let beginning = self["EPOCH"].flatMap({ VirtualInstant(iso8601: $0) })
        else {
            throw CommandFailure.usage(
                "\(prefix)CLOCK is '\(text)'; paced:N stands beside \(prefix)START and "
                    + "\(prefix)EPOCH, two date-times; stepped beside \(prefix)START, "
                    + "\(prefix)CONTROL and \(prefix)CONTROL_TOKEN")
        }
        return (PacedClock(pace: pace, start: start, beginning: beginning), nil)
    }
}
