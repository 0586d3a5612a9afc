import Schema
import VirtualTime

/// A client's wish to be told, and how its deliveries stand.
///
/// Source: DSP8010 EventDestination v1_16; DSP0266 "Redfish Specification" 1.8.1, 12.1.
struct Subscription: Sendable {
    /// How events reach the subscriber.
    enum Receiver: Sendable, Hashable {
        /// They are posted to this URL.
        case url(String)
        /// They are written to the open stream of this number.
        case stream(Int)
    }

    enum RetryPolicy: String, Sendable, CaseIterable, Codable {
        case terminateAfterRetries = "TerminateAfterRetries"
        case suspendRetries = "SuspendRetries"
        case retryForever = "RetryForever"
        case retryForeverWithBackoff = "RetryForeverWithBackoff"
    }

    /// What a subscriber is sent. Only a stream may get both, where its filter says so.
    enum Format: String, Sendable, CaseIterable, Codable {
        case event = "Event"
        case metricReport = "MetricReport"
    }

    struct Heartbeat: Sendable, Hashable, Codable {
        var isSent: Bool
        var intervalMinutes: Int64
        var next: VirtualInstant
    }

    let id: String
    let receiver: Receiver
    var context: String
    var format = Format.event
    var filter = SubscriptionFilter()
    /// Of a stream, in place of the filter.
    var streamFilter: StreamFilter?
    var retryPolicy = RetryPolicy.terminateAfterRetries
    var httpHeaders: [(name: String, value: String)] = []
    /// URLs that are tried in turn where the destination fails.
    var backupDestinations: [String] = []
    var verifiesCertificate = false
    var includesOrigins = false
    var heartbeat: Heartbeat?
    let owner: String

    var isSuspended = false
    /// The first place in the event history that a suspended subscriber has not seen.
    var unseenFrom: Int?
    /// The first is under way while `inFlight` is set.
    var waiting: PayloadQueue
    var inFlight: Int?
    /// 0 is the destination itself, 1 the first of its backups.
    var destinationInUse = 0
    var failedAttempts = 0
    var retryAt: VirtualInstant?

    init(
        id: String, receiver: Receiver, context: String, owner: String, queueLimit: Int
    ) {
        self.id = id
        self.receiver = receiver
        self.context = context
        self.owner = owner
        waiting = PayloadQueue(limit: queueLimit)
    }

    var stream: Int? {
        if case .stream(let id) = receiver { id } else { nil }
    }

    func admits(_ record: NumberedEvent) -> Bool {
        guard stream == nil else { return streamFilter?.admits(record.event) ?? true }
        return format == .event
            && filter.admits(record.event, severity: record.message.severity.rawValue)
    }

    func admits(_ report: MetricReportPayload) -> Bool {
        guard stream == nil else { return streamFilter?.admits(report) ?? false }
        return format == .metricReport && filter.admitsReport(of: report.definition)
    }
}
