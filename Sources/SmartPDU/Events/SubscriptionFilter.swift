/// Which events and reports a subscription lets through.
///
/// Source: DSP8010 EventDestination v1_16, RegistryPrefixes, MessageIds, ResourceTypes,
/// OriginResources, SubordinateResources, Severities, MetricReportDefinitions and the Exclude
/// properties.
struct SubscriptionFilter: Sendable, Hashable, Codable {
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

    /// Whether a report made by a definition passes; an empty list lets all through.
    func admitsReport(of definition: String) -> Bool {
        reportDefinitions.isEmpty || reportDefinitions.contains(definition)
    }

    /// Whether a record passes. Empty lists let everything through; prefixes and message ids given
    /// together are a union, versions are ignored.
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
        return originResources.contains { event.isAbout($0, orBelow: includesSubordinates) }
    }
}

extension DeviceEvent {
    /// Whether the event arose at a resource, or at one below it where that counts too.
    func isAbout(_ path: String, orBelow includesSubordinates: Bool) -> Bool {
        origin == path || (includesSubordinates && origin.hasPrefix(path + "/"))
    }
}
