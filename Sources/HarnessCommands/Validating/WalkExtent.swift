import Findings
import Validation

/// How far a service has been read. One that names ever new resources, sends without end or keeps
/// silent is left at some point, and whoever reads it says so.
struct WalkExtent {
    /// What is enough of one service.
    struct Limits: Sendable {
        var addresses = 50_000
        var bytes = 512 << 20
        /// Each may have taken half a minute.
        var failures = 20
        var time = Duration.seconds(3600)
    }

    private let limits: Limits
    private let began = ContinuousClock.now
    private(set) var addresses = 0
    private var bytes = 0
    private var failures = 0

    init(_ limits: Limits = Limits()) {
        self.limits = limits
    }

    /// Notes what an address gave.
    mutating func take(_ content: ServedResource.Content) {
        addresses += 1
        switch content {
        case .body(let body): bytes += body.count
        case .failure: failures += 1
        case .status: break
        }
    }

    /// Nil as long as nothing speaks against going on.
    var reasonToLeave: String? {
        if addresses >= limits.addresses { return addresses.counted("address", "addresses") }
        if bytes >= limits.bytes { return "\(bytes >> 20) MiB of payloads" }
        if failures >= limits.failures {
            return "\(failures) requests that were not answered in time or broke off"
        }
        if ContinuousClock.now - began >= limits.time {
            return "\(limits.time.components.seconds / 60) minutes"
        }
        return nil
    }
}
