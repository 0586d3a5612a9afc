import JSONText
import VirtualTime

/// A metric report on its way to subscribers.
struct MetricReportPayload: Sendable {
    /// URI of the report.
    var path: String
    /// URI of the definition that it was made by.
    var definition: String
    /// The report as GET shows it: one JSON object.
    var body: [UInt8]

    /// The body with the subscriber's own word in it.
    ///
    /// Source: DSP8010 MetricReport v1_5, Context.
    func body(withContext context: String) -> [UInt8] {
        guard !context.isEmpty, let end = body.lastIndex(of: UInt8(ascii: "}")) else { return body }
        var json = JSONWriter()
        json.string(context)
        return body[..<end] + Array(#","Context":"#.utf8) + json.bytes + body[end...]
    }
}

extension EventDesk {
    /// Delivers a metric report to every subscription of that format whose
    /// `MetricReportDefinitions` admit it, and to every stream whose filter does.
    ///
    /// Source: DSP0266 "Redfish Specification" 1.8.1, 12.1 Eventing; DSP8010 EventDestination
    /// v1_16, EventFormatType.
    ///
    /// - Parameters:
    ///   - path: URI of the report.
    ///   - definition: URI of the definition that it was made by.
    ///   - body: The report as GET shows it: one JSON object with at least one member.
    mutating func publishReport(
        path: String, definition: String, body: [UInt8], at instant: VirtualInstant
    ) -> [Effect] {
        publish(MetricReportPayload(path: path, definition: definition, body: body), at: instant)
    }
}
