import Findings
import Validation

/// How far a service has been read. One that names ever new resources, sends without end or keeps
/// silent is left at some point, and the report says so.
struct WalkExtent {
    private let clock = ContinuousClock()
    private let began = ContinuousClock.now
    private var addresses = 0
    private var bytes = 0
    private var failures = 0

    private static let addressLimit = 50_000
    private static let byteLimit = 512 << 20
    /// Each may have taken half a minute.
    private static let failureLimit = 20
    private static let timeLimit = Duration.seconds(3600)

    mutating func take(_ resource: ServedResource) {
        addresses += 1
        switch resource.content {
        case .body(let body): bytes += body.count
        case .failure: failures += 1
        case .status: break
        }
    }

    /// Nil as long as nothing speaks against going on.
    var reasonToLeave: String? {
        if addresses >= Self.addressLimit { return "\(addresses.grouped) addresses" }
        if bytes >= Self.byteLimit { return "\(bytes >> 20) MiB of payloads" }
        if failures >= Self.failureLimit {
            return "\(failures) requests that were not answered in time or broke off"
        }
        if clock.now - began >= Self.timeLimit { return "an hour" }
        return nil
    }
}
