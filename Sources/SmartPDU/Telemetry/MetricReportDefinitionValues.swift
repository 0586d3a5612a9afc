import JSONText
import VirtualTime

// Reads the properties of a report definition, those of a POST and those of a PATCH alike.
extension MetricReportDefinition {
    private static let longestInterval = VirtualDuration.hours(24 * 31)
    private static let nameLimitBytes = 128
    private static let uriLimitBytes = 1024

    /// Properties that PATCH may change; wildcards are set once, with the definition.
    static let changeable = [
        "Schedule/RecurrenceInterval", "MetricReportDefinitionEnabled", "ReportActions",
        "ReportUpdates", "SuppressRepeatedMetricValue", "MetricReportDefinitionType",
        "MetricProperties", "Metrics",
    ]

    mutating func set(_ name: String, to value: JSONValue) throws(RedfishError) {
        switch name {
        case "Name": self.name = try Self.text(name, value)
        case "Wildcards":
            wildcards = []
            for element in try Self.elements(name, value) {
                wildcards.append(try MetricWildcard(element))
            }
        case "Schedule/RecurrenceInterval": interval = try Self.interval(name, value)
        case "MetricReportDefinitionEnabled": isEnabled = try Self.flag(name, value)
        case "SuppressRepeatedMetricValue": suppressesRepeats = try Self.flag(name, value)
        case "MetricReportDefinitionType": kind = try Self.choice(name, value)
        case "ReportUpdates": updates = try Self.choice(name, value)
        case "ReportActions":
            targets = []
            for element in try Self.elements(name, value) {
                let target: Target = try Self.choice(name, element)
                if !targets.contains(target) { targets.append(target) }
            }
        case "MetricProperties": properties = try Self.texts(name, value)
        case "Metrics":
            metrics = []
            for element in try Self.elements(name, value) {
                metrics.append(try Self.metric(element))
            }
        default: throw .propertyUnknown(name)
        }
    }

    private static func metric(_ value: JSONValue) throws(RedfishError) -> Metric {
        guard let object = value.object else { throw .propertyType("Metrics", value.compactText) }
        var metric = Metric(id: nil, properties: [])
        for member in object.members {
            switch member.name {
            case "MetricId": metric.id = try text("Metrics/MetricId", member.value)
            case "MetricProperties":
                metric.properties = try texts("Metrics/MetricProperties", member.value)
            // Nothing is computed over time here.
            default: throw .propertyUnknown("Metrics/\(member.name)")
            }
        }
        return metric
    }

    private static func interval(
        _ name: String, _ value: JSONValue
    ) throws(RedfishError) -> VirtualDuration {
        guard let text = value.string else { throw .propertyType(name, value.compactText) }
        guard let interval = VirtualDuration(iso8601: text) else {
            throw .propertyFormat(name, text)
        }
        guard (Telemetry.minimumInterval...longestInterval).contains(interval) else {
            throw .propertyOutOfRange(name, text)
        }
        return interval
    }

    private static func flag(_ name: String, _ value: JSONValue) throws(RedfishError) -> Bool {
        guard let flag = value.bool else { throw .propertyType(name, value.compactText) }
        return flag
    }

    private static func text(_ name: String, _ value: JSONValue) throws(RedfishError) -> String {
        guard let text = value.string else { throw .propertyType(name, value.compactText) }
        guard text.utf8.count <= nameLimitBytes else { throw .propertyOutOfRange(name, text) }
        return text
    }

    private static func choice<Choice: RawRepresentable<String>>(
        _ name: String, _ value: JSONValue
    ) throws(RedfishError) -> Choice {
        guard let text = value.string else { throw .propertyType(name, value.compactText) }
        guard let choice = Choice(rawValue: text) else { throw .propertyNotInList(name, text) }
        return choice
    }

    private static func elements(
        _ name: String, _ value: JSONValue
    ) throws(RedfishError) -> [JSONValue] {
        guard let elements = value.array else { throw .propertyType(name, value.compactText) }
        guard elements.count <= propertyLimit else {
            throw .arrayTooLong(name, limit: propertyLimit)
        }
        return elements
    }

    private static func texts(
        _ name: String, _ value: JSONValue
    ) throws(RedfishError) -> [String] {
        let elements = try elements(name, value)
        let texts = elements.compactMap(\.string)
        guard texts.count == elements.count else { throw .propertyType(name, value.compactText) }
        if let long = texts.first(where: { $0.utf8.count > uriLimitBytes }) {
            throw .propertyOutOfRange(name, String(long.prefix(80)))
        }
        return texts
    }
}
