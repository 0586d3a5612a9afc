import VirtualTime

extension EventDesk {
    /// Delivers a metric report to every subscription of that format whose
    /// `MetricReportDefinitions` admit it.
    ///
    /// Source: DSP0266 "Redfish Specification" 1.8.1, 12.1 Eventing; DSP8010 EventDestination
    /// v1_16, EventFormatType.
    ///
    /// - Parameters:
    ///   - path: URI of the report.
    ///   - definition: URI of the definition that it was made by.
    ///   - body: The report as GET shows it.
    mutating func publishReport(
        path: String, definition: String, body: [UInt8], at instant: VirtualInstant
    ) -> [Effect] {
        publish(body) { subscription in
            subscription.format == .metricReport
                && subscription.filter.admitsReport(of: definition)
        }
    }
}
