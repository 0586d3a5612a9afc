import JSONText

/// Reads the filter properties of a subscription and says which ones the service knows.
enum EventFilterReader {
    static let registryPrefixes = [
        "Base", "HeartbeatEvent", "Power", "ResourceEvent", "TaskEvent",
    ]
    static let resourceTypes = [
        "Circuit", "EventService", "Outlet", "PowerDistribution", "Sensor", "Task",
    ]
    static let severities = ["OK", "Warning", "Critical"]
    /// How many values a filter property may have.
    private static let valueLimit = 256

    static func read(
        _ name: String, _ value: JSONValue, into filter: inout SubscriptionFilter
    ) throws(RedfishError) {
        switch name {
        case "RegistryPrefixes":
            filter.registryPrefixes = try strings(name, value, among: registryPrefixes)
        case "ExcludeRegistryPrefixes":
            filter.excludeRegistryPrefixes = try strings(name, value, among: registryPrefixes)
        case "MessageIds": filter.messageIDs = try strings(name, value).map(withoutVersion)
        case "ExcludeMessageIds":
            filter.excludeMessageIDs = try strings(name, value).map(withoutVersion)
        case "ResourceTypes":
            filter.resourceTypes = try strings(name, value, among: resourceTypes)
        case "Severities": filter.severities = try strings(name, value, among: severities)
        case "SubordinateResources":
            guard let flag = value.bool else { throw .propertyType(name, value.compactText) }
            filter.includesSubordinates = flag
        case "OriginResources": filter.originResources = try links(name, value)
        case "MetricReportDefinitions": filter.reportDefinitions = try links(name, value)
        default: throw .propertyUnknown(name)
        }
    }

    private static func elements(
        _ name: String, _ value: JSONValue
    ) throws(RedfishError) -> [JSONValue] {
        guard let elements = value.array else { throw .propertyType(name, value.compactText) }
        guard elements.count <= valueLimit else { throw .arrayTooLong(name, limit: valueLimit) }
        return elements
    }

    private static func links(
        _ name: String, _ value: JSONValue
    ) throws(RedfishError) -> [String] {
        let elements = try self.elements(name, value)
        let paths = elements.compactMap { $0["@odata.id"]?.string }
        guard paths.count == elements.count else { throw .propertyFormat(name, value.compactText) }
        return paths
    }

    private static func strings(
        _ name: String, _ value: JSONValue, among known: [String]? = nil
    ) throws(RedfishError) -> [String] {
        let elements = try self.elements(name, value)
        let texts = elements.compactMap(\.string)
        guard texts.count == elements.count else { throw .propertyType(name, value.compactText) }
        if let known, let odd = texts.first(where: { !known.contains($0) }) {
            throw .propertyNotInList(name, odd)
        }
        return texts
    }
}
