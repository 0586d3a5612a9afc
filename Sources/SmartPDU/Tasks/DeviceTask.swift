import VirtualTime

/// An operation that takes its time, from its acceptance to its result.
///
/// Source: DSP0266 "Redfish Specification" 1.8.1, 12.2 Asynchronous operations; DSP8010 Task v1_7.
struct DeviceTask: Sendable {
    /// What there is to do once the time has passed.
    enum Work: Sendable, Hashable {
        case exportConfiguration(ConfigurationExport.Request)
        case installFirmware(imageURI: String)
    }

    enum Outcome: Sendable, Hashable {
        /// - Parameter location: URI of what has come of it, where there is something.
        case succeeded(location: String?)
        case failed(RedfishError)
    }

    /// Values of `TaskState` that tasks of this device go through.
    enum State: String, Sendable {
        case new = "New"
        case running = "Running"
        case completed = "Completed"
        case exception = "Exception"
    }

    let id: String
    let name: String
    let work: Work
    let duration: VirtualDuration
    let created: VirtualInstant
    /// Tasks run one after the other; until then it waits.
    var begins: VirtualInstant
    var hasBegun = false
    var outcome: Outcome?
    /// When the monitor first told the result.
    var monitorRead: VirtualInstant?
    var hasMonitor = true

    var ends: VirtualInstant { begins + duration }

    var state: State {
        switch outcome {
        case .succeeded: .completed
        case .failed: .exception
        case nil: hasBegun ? .running : .new
        }
    }

    /// 0 before it begins, below 100 until it is done.
    func percentComplete(at instant: VirtualInstant) -> Int {
        guard outcome == nil else { return 100 }
        guard hasBegun else { return 0 }
        let passed = (instant - begins).milliseconds
        return Int(min(99, passed * 100 / max(1, duration.milliseconds)))
    }
}
