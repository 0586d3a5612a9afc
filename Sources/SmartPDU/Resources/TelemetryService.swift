import Electrical
import HTTPMessages
import JSONText
import VirtualTime

extension Resource {
    /// Source: DSP8010 TelemetryService v1_4_1.
    static let telemetryService: Resource = Resource(
        type: "TelemetryService.v1_4_1.TelemetryService", hasEntityTag: true,
        render: { pdu, _, _, json in
            json.head(
                Addresses.telemetryService, .telemetryService, id: "TelemetryService",
                name: "Telemetry service")
            json.status()
            json.member("ServiceEnabled", true)
            json.member("MaxReports", pdu.telemetry.reportLimit)
            json.member("MinCollectionInterval", Telemetry.minimumInterval.iso8601)
            json.link("MetricDefinitions", Addresses.metricDefinitions)
            json.link("MetricReportDefinitions", Addresses.metricReportDefinitions)
            json.link("MetricReports", Addresses.metricReports)
        },
        actions: [
            .submitTestMetricReport,
            Action(name: "TelemetryService.ClearMetricReports") { pdu, _, _ throws(RedfishError) in
                pdu.telemetry.clearReports()
                return []
            },
            Action(name: "TelemetryService.ResetMetricReportDefinitionsToDefaults") {
                pdu, _, _ throws(RedfishError) in
                pdu.telemetry.removeUserDefinitions()
                return []
            },
        ])

    static let metricDefinitionCollection = Resource.collection(
        "MetricDefinitionCollection", at: Addresses.metricDefinitions, name: "Metrics",
        members: { _ in MetricDefinition.all.map { "\(Addresses.metricDefinitions)/\($0.id)" } })

    /// Source: DSP8010 MetricDefinition v1_3_5.
    static let metricDefinition: Resource = Resource(
        type: "MetricDefinition.v1_3_5.MetricDefinition", hasEntityTag: true,
        render: { pdu, place, _, json in
            guard case .member(let id) = place, let definition = MetricDefinition.named(id) else {
                return
            }
            let metered = pdu.meteredOutletNames
            json.head(
                "\(Addresses.metricDefinitions)/\(id)", .metricDefinition, id: id,
                name: definition.name)
            json.member("MetricType", definition.type)
            json.member("MetricDataType", "Decimal")
            json.member("Units", definition.units)
            json.member("Implementation", "PhysicalSensor")
            json.member("Calculable", definition.calculable)
            json.member("IsLinear", true)
            json.array("Wildcards") { json in
                let branches = pdu.configuration.electrical.branches.map(\.name)
                json.wildcard(MetricWildcard(name: "BranchId", values: branches))
                if !metered.isEmpty {
                    json.wildcard(MetricWildcard(name: "OutletId", values: metered))
                }
            }
            json.strings(
                "MetricProperties",
                definition.properties(pdu.addresses, hasMeteredOutlets: !metered.isEmpty))
        })

    static let metricReportCollection = Resource.collection(
        "MetricReportCollection", at: Addresses.metricReports, name: "Metric reports",
        members: { pdu in
            pdu.telemetry.definitions.filter { pdu.telemetry.hasReport($0.id) }
                .map { "\(Addresses.metricReports)/\($0.id)" }
        })

    /// Source: DSP8010 MetricReport v1_5_2.
    static let metricReport: Resource = Resource(
        type: "MetricReport.v1_5_2.MetricReport",
        render: { pdu, place, instant, json in
            guard case .member(let id) = place, let definition = pdu.telemetry[id],
                let report = pdu.report(of: definition, at: instant)
            else { return }
            json.metricReport(of: definition, report)
        },
        exists: { pdu, place in
            guard case .member(let id) = place else { return false }
            return pdu.telemetry.hasReport(id)
        })
}

extension JSONWriter {
    mutating func strings(_ name: String, _ texts: [String]) {
        array(name) { json in
            for text in texts { json.string(text) }
        }
    }

    mutating func wildcard(_ wildcard: MetricWildcard) {
        object { json in
            json.member("Name", wildcard.name)
            json.strings("Values", wildcard.values)
        }
    }

    /// The members of a report.
    mutating func metricReport(of definition: MetricReportDefinition, _ report: MetricReport) {
        head(
            "\(Addresses.metricReports)/\(definition.id)", .metricReport, id: definition.id,
            name: definition.name)
        member("Timestamp", report.instant.iso8601)
        link("MetricReportDefinition", "\(Addresses.metricReportDefinitions)/\(definition.id)")
        array("MetricValues") { json in
            for value in report.values { value.write(to: &json) }
        }
    }
}
