import JSONText

/// What a POST to the subscription collection asks for, checked.
///
/// Source: DSP8010 EventDestination v1_16, properties required or allowed on create.
struct SubscriptionRequest {
    var destination: String
    var context: String
    var format = Subscription.Format.event
    var retryPolicy = Subscription.RetryPolicy.terminateAfterRetries
    var filter = Subscription.Filter()
    var httpHeaders: [(name: String, value: String)] = []

    init(_ body: JSONObject) throws(RedfishError) {
        guard let destination = body["Destination"] else {
            throw .createPropertyMissing("Destination")
        }
        guard let text = destination.string else {
            throw .propertyType("Destination", destination.compactText)
        }
        guard text.hasPrefix("http://") || text.hasPrefix("https://") else {
            throw .propertyFormat("Destination", text)
        }
        self.destination = text
        guard let protocolName = body["Protocol"] else { throw .createPropertyMissing("Protocol") }
        guard protocolName == "Redfish" else {
            throw .propertyNotInList("Protocol", protocolName.string ?? protocolName.compactText)
        }
        context = ""
        for member in body.members { try read(member.name, member.value) }
    }

    private mutating func read(_ name: String, _ value: JSONValue) throws(RedfishError) {
        switch name {
        case "Destination", "Protocol": break
        case _ where name.contains("@"): break
        case "Context":
            context = try string(name, value)
            guard context.utf8.count <= 256 else { throw .propertyOutOfRange(name, "") }
        case "SubscriptionType":
            guard value == "RedfishEvent" else { throw .propertyNotInList(name, value.compactText) }
        case "EventFormatType":
            let text = try string(name, value)
            guard let format = Subscription.Format(rawValue: text) else {
                throw .propertyNotInList(name, text)
            }
            self.format = format
        case "DeliveryRetryPolicy":
            let text = try string(name, value)
            guard let policy = Subscription.RetryPolicy(rawValue: text) else {
                throw .propertyNotInList(name, text)
            }
            retryPolicy = policy
        case "HttpHeaders": httpHeaders = try headers(name, value)
        default: try EventFilterReader.read(name, value, into: &filter)
        }
    }

    private func string(_ name: String, _ value: JSONValue) throws(RedfishError) -> String {
        guard let text = value.string else { throw .propertyType(name, value.compactText) }
        return text
    }

    private func headers(
        _ name: String, _ value: JSONValue
    ) throws(RedfishError) -> [(name: String, value: String)] {
        // The value may be a credential and is never echoed.
        guard let elements = value.array else { throw .propertyType(name, "") }
        var headers: [(name: String, value: String)] = []
        for element in elements {
            guard let object = element.object else { throw .propertyType(name, "") }
            for member in object.members {
                guard let text = member.value.string else { throw .propertyType(name, "") }
                headers.append((member.name, text))
            }
        }
        return headers
    }
}

/// Reads the filter properties of a subscription and says which ones the service knows.
enum EventFilterReader {
    static let registryPrefixes = ["Base", "Power", "ResourceEvent", "TaskEvent"]
    static let resourceTypes = [
        "Circuit", "EventService", "Outlet", "PowerDistribution", "Sensor", "Task",
    ]
    static let severities = ["OK", "Warning", "Critical"]

    static func read(
        _ name: String, _ value: JSONValue, into filter: inout Subscription.Filter
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

    private static func links(
        _ name: String, _ value: JSONValue
    ) throws(RedfishError) -> [String] {
        guard let elements = value.array else { throw .propertyType(name, value.compactText) }
        let paths = elements.compactMap { $0["@odata.id"]?.string }
        guard paths.count == elements.count else { throw .propertyFormat(name, value.compactText) }
        return paths
    }

    private static func strings(
        _ name: String, _ value: JSONValue, among known: [String]? = nil
    ) throws(RedfishError) -> [String] {
        guard let elements = value.array else { throw .propertyType(name, value.compactText) }
        let texts = elements.compactMap(\.string)
        guard texts.count == elements.count else { throw .propertyType(name, value.compactText) }
        if let known, let odd = texts.first(where: { !known.contains($0) }) {
            throw .propertyNotInList(name, odd)
        }
        return texts
    }
}
