import Recordings
import Scenarios
import VirtualTime

/// A device that is played to a client under test: a scenario's, or that of a recording.
protocol PlayedDevice: Sendable {
    /// Serves until the task is cancelled.
    ///
    /// - Parameter ready: Called with the port once requests are answered.
    func run(bind: String, port: Int, ready: (Int) -> Void) async throws

    /// Records what happened beside the exchanges, in its place among them.
    ///
    /// - Parameter entries: Makes them, given the time.
    func note(_ entries: (VirtualInstant) -> [RecordEntry])
}

extension LiveService: PlayedDevice {
    func note(_ entries: (VirtualInstant) -> [RecordEntry]) { host.note(entries) }
}
