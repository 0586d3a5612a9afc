import JSONText
import VirtualTime

extension Action {
    private static let submitName = "TelemetryService.SubmitTestMetricReport"
    private static let valuesName = "GeneratedMetricReportValues"
    private static let nameLimitBytes = 128

    /// Sends subscribers a report with values of the client's choice, without keeping it.
    ///
    /// Source: DSP8010 TelemetryService v1_4, SubmitTestMetricReport.
    static let submitTestMetricReport = Action(
        name: submitName,
        parameters: [Parameter(name: "MetricReportName"), Parameter(name: valuesName)]
    ) { pdu, context, arguments throws(RedfishError) in
        let name = arguments["MetricReportName"] ?? .null
        guard let name = name.string else {
            throw .actionParameterType(submitName, "MetricReportName", name.compactText)
        }
        guard (1...nameLimitBytes).contains(name.utf8.count) else {
            throw .actionParameterFormat(submitName, "MetricReportName", String(name.prefix(80)))
        }
        let report = MetricReport(
            instant: context.instant,
            values: try metricValues(arguments[valuesName] ?? .null, at: context.instant))
        var json = JSONWriter()
        json.object { json in
            json.member("@odata.type", "#\(Resource.metricReport.type)")
            json.member("Id", name)
            json.member("Name", name)
            json.member("Timestamp", report.instant.iso8601)
            json.array("MetricValues") { json in
                for value in report.values { value.write(to: &json) }
            }
        }
        return pdu.events.publishReport(
            path: "\(Addresses.metricReports)/\(name)",
            definition: "\(Addresses.metricReportDefinitions)/\(name)", body: json.bytes,
            at: context.instant)
    }

    private static func metricValues(
        _ value: JSONValue, at instant: VirtualInstant
    ) throws(RedfishError) -> [MetricValue] {
        guard let elements = value.array, elements.count <= MetricReportDefinition.appendLimit
        else { throw .actionParameterType(submitName, valuesName, "") }
        var values: [MetricValue] = []
        for element in elements {
            guard let object = element.object else {
                throw .actionParameterType(submitName, valuesName, element.compactText)
            }
            values.append(try metricValue(object, at: instant))
        }
        return values
    }

    private static func metricValue(
        _ object: JSONObject, at instant: VirtualInstant
    ) throws(RedfishError) -> MetricValue {
        var value = MetricValue(
            metricID: nil, value: nil, property: "", timestamp: instant.iso8601)
        for member in object.members {
            guard member.value.string != nil || member.value.isNull else {
                throw .actionParameterType(submitName, valuesName, member.value.compactText)
            }
            switch member.name {
            case "MetricId": value.metricID = member.value.string
            case "MetricValue": value.value = member.value.string
            case "MetricProperty": value.property = member.value.string ?? ""
            case "Timestamp":
                guard let text = member.value.string, VirtualInstant(iso8601: text) != nil else {
                    throw .actionParameterFormat(
                        submitName, valuesName, member.value.compactText)
                }
                value.timestamp = text
            default: throw .actionParameterUnknown(submitName, "\(valuesName)/\(member.name)")
            }
        }
        return value
    }
}
