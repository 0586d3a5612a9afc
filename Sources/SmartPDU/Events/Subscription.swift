import VirtualTime

/// A client's wish to be told, and how its deliveries stand.
///
/// Source: DSP8010 EventDestination v1_16; DSP0266 "Redfish Specification" 1.8.1, 12.1.
struct Subscription: Sendable {
    enum RetryPolicy: String, Sendable, CaseIterable {
        case terminateAfterRetries = "TerminateAfterRetries"
        case suspendRetries = "SuspendRetries"
        case retryForever = "RetryForever"
        case retryForeverWithBackoff = "RetryForeverWithBackoff"
    }

    /// What a subscriber is sent: one or the other, never both.
    enum Format: String, Sendable, CaseIterable {
        case event = "Event"
        case metricReport = "MetricReport"
    }

    struct Filter: Sendable, Hashable {
        var registryPrefixes: [String] = []
        var excludeRegistryPrefixes: [String] = []
        var messageIDs: [String] = []
        var excludeMessageIDs: [String] = []
        var resourceTypes: [String] = []
        var originResources: [String] = []
        var includesSubordinates = false
        var severities: [String] = []
        /// Paths of metric report definitions; they pick reports, not events.
        var reportDefinitions: [String] = []
    }

    var id: String
    var destination: String
    var context: String
    var format = Format.event
    var filter: Filter
    var retryPolicy: RetryPolicy
    var httpHeaders: [(name: String, value: String)]
    var owner: String
    var isSuspended = false

    /// Payloads that wait, the oldest first; the first is under way while `inFlight` is set.
    var waiting: [[UInt8]] = []
    var inFlight: Int?
    var failedAttempts = 0
    var retryAt: VirtualInstant?
}

extension Subscription.Filter {
    /// Whether a report made by a definition passes; an empty list lets all through.
    ///
    /// Source: DSP8010 EventDestination v1_16, MetricReportDefinitions.
    func admitsReport(of definition: String) -> Bool {
        reportDefinitions.isEmpty || reportDefinitions.contains(definition)
    }

    /// Whether a record passes. Empty lists let everything through; prefixes and message ids given
    /// together are a union, versions are ignored.
    ///
    /// Source: DSP8010 EventDestination v1_16, RegistryPrefixes, MessageIds, ResourceTypes,
    /// OriginResources, SubordinateResources, Severities and the Exclude properties.
    func admits(_ event: DeviceEvent, severity: String) -> Bool {
        let key = event.message.key
        let prefix = String(key.prefix { $0 != "." })
        if !registryPrefixes.isEmpty || !messageIDs.isEmpty {
            guard registryPrefixes.contains(prefix) || messageIDs.contains(where: { $0 == key })
            else { return false }
        }
        if excludeRegistryPrefixes.contains(prefix) || excludeMessageIDs.contains(key) {
            return false
        }
        if !resourceTypes.isEmpty, !resourceTypes.contains(event.originType) { return false }
        if !severities.isEmpty, !severities.contains(severity) { return false }
        guard !originResources.isEmpty else { return true }
        return originResources.contains { origin in
            event.origin == origin || (includesSubordinates && event.origin.hasPrefix(origin + "/"))
        }
    }
}
