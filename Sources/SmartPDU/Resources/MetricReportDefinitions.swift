import JSONText
import VirtualTime

extension Resource {
    static let metricReportDefinitionCollection = Resource.collection(
        "MetricReportDefinitionCollection", at: Addresses.metricReportDefinitions,
        name: "Metric report definitions",
        create: { pdu, context, body throws(RedfishError) in
            try pdu.createReportDefinition(body, at: context.instant)
        },
        members: { pdu in
            pdu.telemetry.definitions.map { "\(Addresses.metricReportDefinitions)/\($0.id)" }
        })

    /// What users have made. Source: DSP8010 MetricReportDefinition v1_4_7.
    static let metricReportDefinition: Resource = Resource(
        type: "MetricReportDefinition.v1_4_7.MetricReportDefinition", hasEntityTag: true,
        // That its report has come into being does not change a definition.
        revision: { pdu, place, _ in
            guard case .member(let id) = place, let definition = pdu.telemetry[id] else {
                return ""
            }
            var json = JSONWriter()
            json.object { $0.reportDefinition(definition) }
            return String(decoding: json.bytes, as: UTF8.self)
        },
        render: { pdu, place, _, json in
            guard case .member(let id) = place, let definition = pdu.telemetry[id] else { return }
            json.reportDefinition(definition)
            if pdu.telemetry.hasReport(id) {
                json.link("MetricReport", "\(Addresses.metricReports)/\(id)")
            }
        },
        exists: { pdu, place in
            guard case .member(let id) = place else { return false }
            return pdu.telemetry[id] != nil
        },
        writable: MetricReportDefinition.changeable.map(changing),
        delete: { pdu, context throws(RedfishError) in
            guard case .member(let id) = context.place else { return }
            pdu.telemetry.remove(id)
        })

    /// What the device brings along can be switched off, no more.
    static let factoryReportDefinition: Resource = Resource(
        type: metricReportDefinition.type, hasEntityTag: true,
        revision: metricReportDefinition.revision, render: metricReportDefinition.render,
        writable: [changing("MetricReportDefinitionEnabled")])

    private static func changing(_ name: String) -> WritableProperty {
        WritableProperty(name: name) { pdu, context, value throws(RedfishError) in
            guard case .member(let id) = context.place, var definition = pdu.telemetry[id] else {
                return
            }
            try definition.set(name, to: value)
            try pdu.checkConsistency(of: definition)
            // What has gone meanwhile keeps nobody from changing the rest.
            if ["MetricProperties", "Metrics"].contains(name) {
                try pdu.resolve(&definition, at: context.instant)
            }
            pdu.telemetry.replace(definition, at: context.instant)
        }
    }
}

extension JSONWriter {
    fileprivate mutating func reportDefinition(_ definition: MetricReportDefinition) {
        head(
            "\(Addresses.metricReportDefinitions)/\(definition.id)", .metricReportDefinition,
            id: definition.id, name: definition.name)
        status(state: definition.isEnabled ? "Enabled" : "Disabled")
        member("MetricReportDefinitionEnabled", definition.isEnabled)
        member("MetricReportDefinitionType", ifPresent: definition.kind?.rawValue)
        if let interval = definition.interval {
            object("Schedule") { $0.member("RecurrenceInterval", interval.iso8601) }
        }
        strings("ReportActions", definition.targets.map(\.rawValue))
        member("ReportUpdates", definition.updates.rawValue)
        member("AppendLimit", MetricReportDefinition.appendLimit)
        member("SuppressRepeatedMetricValue", definition.suppressesRepeats)
        array("Wildcards") { json in
            for wildcard in definition.wildcards { json.wildcard(wildcard) }
        }
        strings("MetricProperties", definition.properties)
        array("Metrics") { json in
            for metric in definition.metrics {
                json.object { json in
                    json.member("MetricId", ifPresent: metric.id)
                    json.strings("MetricProperties", metric.properties)
                }
            }
        }
    }
}

extension SmartPDU {
    /// POST to the collection of definitions.
    fileprivate mutating func createReportDefinition(
        _ body: JSONObject, at instant: VirtualInstant
    ) throws(RedfishError) -> Created {
        guard !telemetry.isFull else { throw .collectionFull }
        let id = try newReportID(body["Id"])
        var definition = MetricReportDefinition(id: id, name: "Report \(id)")
        for member in body.members where member.name != "Id" && !member.name.contains("@odata.") {
            if member.name == "Schedule", let schedule = member.value.object {
                for part in schedule.members {
                    try definition.set("Schedule/\(part.name)", to: part.value)
                }
            } else {
                try definition.set(member.name, to: member.value)
            }
        }
        guard definition.kind != nil else {
            throw .createPropertyMissing("MetricReportDefinitionType")
        }
        guard definition.kind != .periodic || definition.interval != nil else {
            throw .createPropertyMissing("Schedule/RecurrenceInterval")
        }
        guard !definition.properties.isEmpty || !definition.metrics.isEmpty else {
            throw .createPropertyMissing("MetricProperties")
        }
        try checkConsistency(of: definition)
        try resolve(&definition, at: instant)
        telemetry.add(definition, at: instant)
        return Created(path: "\(Addresses.metricReportDefinitions)/\(id)")
    }

    /// The id a client wishes for, or one of our own.
    private mutating func newReportID(_ value: JSONValue?) throws(RedfishError) -> String {
        guard let value else { return telemetry.makeID() }
        guard let id = value.string else { throw .propertyType("Id", value.compactText) }
        guard MetricWildcard.isPlain(id) else { throw .propertyFormat("Id", id) }
        guard telemetry[id] == nil else {
            throw .resourceExists("MetricReportDefinition", "Id", id)
        }
        return id
    }
}
