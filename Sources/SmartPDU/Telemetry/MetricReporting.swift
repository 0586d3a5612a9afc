import JSONText
import VirtualTime

extension SmartPDU {
    /// Makes the reports that are due at an instant.
    ///
    /// - Parameter now: How far time has come, which may be further.
    mutating func reportMetrics(at instant: VirtualInstant, now: VirtualInstant) -> [Effect] {
        var effects: [Effect] = []
        for definition in telemetry.due(at: instant) {
            effects += report(definition, at: instant)
            telemetry.advance(definition.id, now: now)
        }
        return effects
    }

    private mutating func report(
        _ definition: MetricReportDefinition, at instant: VirtualInstant
    ) -> [Effect] {
        let texts = metricTexts(of: definition.sources, at: instant)
        if definition.kind == .onChange, texts == definition.lastTexts { return [] }
        var values = metricValues(definition.sources, texts, at: instant)
        if definition.suppressesRepeats, let last = definition.lastTexts {
            values = values.indices.filter { texts[$0] != last[$0] }.map { values[$0] }
        }
        telemetry.note(texts, of: definition.id)
        if definition.targets.contains(.collection) {
            telemetry.store(values, of: definition.id, at: instant)
        }
        guard definition.targets.contains(.event) else { return [] }
        var json = JSONWriter(capacity: 128 * values.count + 512)
        json.object {
            $0.metricReport(
                of: definition, MetricReport(instant: instant, values: values))
        }
        return events.publishReport(
            path: "\(Addresses.metricReports)/\(definition.id)",
            definition: "\(Addresses.metricReportDefinitions)/\(definition.id)",
            body: json.bytes, at: instant)
    }

    /// The report of a definition as it reads now; one on request is made here.
    func report(
        of definition: MetricReportDefinition, at instant: VirtualInstant
    ) -> MetricReport? {
        guard definition.kind == .onRequest else { return telemetry.report(of: definition.id) }
        let texts = metricTexts(of: definition.sources, at: instant)
        return MetricReport(
            instant: instant, values: metricValues(definition.sources, texts, at: instant))
    }

    private func metricValues(
        _ sources: [MetricSource], _ texts: [String?], at instant: VirtualInstant
    ) -> [MetricValue] {
        let timestamp = instant.iso8601
        return zip(sources, texts).map { source, text in
            MetricValue(
                metricID: source.metricID, value: text, property: source.uri,
                timestamp: timestamp)
        }
    }

    /// The properties' values, read from the very representation that GET shows.
    private func metricTexts(
        of sources: [MetricSource], at instant: VirtualInstant
    ) -> [String?] {
        var bodies: [String: JSONValue] = [:]
        return sources.map { source in
            if bodies[source.path] == nil {
                bodies[source.path] = body(at: source.path, instant) ?? .null
            }
            return bodies[source.path]?[source.pointer]?.metricText
        }
    }

    /// Nil where nothing is at the path. What telemetry itself makes cannot be reported on.
    private func body(at path: String, _ instant: VirtualInstant) -> JSONValue? {
        guard !path.hasPrefix(Addresses.telemetryService), let node = tree.node(at: path),
            node.action == nil, node.resource.respond == nil, node.resource.exists(self, node.place)
        else { return nil }
        return body(of: node, at: instant)
    }

    // MARK: Definitions

    /// Finds what a definition's properties stand for, and refuses it where one is nowhere to be
    /// found or is no single value.
    func resolve(
        _ definition: inout MetricReportDefinition, at instant: VirtualInstant
    ) throws(RedfishError) {
        let limit = MetricReportDefinition.propertyLimit
        var steps = 4 * limit
        var sources: [MetricSource] = []
        let named =
            [MetricReportDefinition.Metric(id: nil, properties: definition.properties)]
            + definition.metrics
        for metric in named {
            for pattern in metric.properties {
                let uris = try metricURIs(
                    of: pattern, definition.wildcards, limit: limit, steps: &steps)
                for uri in uris {
                    guard let source = MetricSource(uri, metricID: metric.id) else {
                        throw .propertyFormat("MetricProperties", uri)
                    }
                    sources.append(source)
                }
                guard sources.count <= limit else {
                    throw .arrayTooLong("MetricProperties", limit: limit)
                }
            }
        }
        var bodies: [String: JSONValue] = [:]
        for source in sources {
            if bodies[source.path] == nil { bodies[source.path] = body(at: source.path, instant) }
            switch bodies[source.path]?[source.pointer] {
            case nil, .object, .array: throw .propertyValueRefused("MetricProperties", source.uri)
            default: continue
            }
        }
        definition.sources = sources
    }

    /// Refuses a definition whose properties contradict one another.
    func checkConsistency(of definition: MetricReportDefinition) throws(RedfishError) {
        if definition.kind == .periodic, definition.interval == nil {
            throw .propertyConflict("MetricReportDefinitionType", "Schedule/RecurrenceInterval")
        }
        // Nobody could be told of a report that is made when somebody reads it.
        if definition.kind == .onRequest, definition.targets.contains(.event) {
            throw .propertyConflict("ReportActions", "MetricReportDefinitionType")
        }
    }
}
