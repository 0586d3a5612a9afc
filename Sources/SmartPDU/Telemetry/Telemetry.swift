import VirtualTime

/// Keeps report definitions and their reports, and says when one is due.
///
/// Source: DSP8010 TelemetryService v1_4.
struct Telemetry: Sendable {
    /// Definitions that users may add to those of the device.
    static let userDefinitionLimit = 16
    static let minimumInterval = VirtualDuration.seconds(1)
    /// Reports missed while nobody woke the device that are made up for; those before are lost.
    private static let catchUpLimit: Int64 = 1000

    private(set) var definitions: [MetricReportDefinition]
    private(set) var nextDue: VirtualInstant?
    private var reports: [String: MetricReport] = [:]
    private var createdCount = 0

    init(factoryMade definitions: [MetricReportDefinition], start: VirtualInstant) {
        self.definitions = definitions
        for definition in definitions { schedule(definition.id, from: start) }
    }

    var reportLimit: Int { Self.userDefinitionLimit + definitions.filter(\.isFactoryMade).count }

    subscript(id: String) -> MetricReportDefinition? { definitions.first { $0.id == id } }

    func report(of id: String) -> MetricReport? { reports[id] }

    /// Whether there is a report to be read. One on request is made when it is read.
    func hasReport(_ id: String) -> Bool {
        guard let definition = self[id], definition.targets.contains(.collection) else {
            return false
        }
        return definition.kind == .onRequest ? definition.isEnabled : reports[id] != nil
    }

    var isFull: Bool {
        definitions.count { !$0.isFactoryMade } >= Self.userDefinitionLimit
    }

    /// An id nobody has yet.
    mutating func makeID() -> String {
        repeat { createdCount += 1 } while self["Report\(createdCount)"] != nil
        return "Report\(createdCount)"
    }

    mutating func add(_ definition: MetricReportDefinition, at instant: VirtualInstant) {
        definitions.append(definition)
        schedule(definition.id, from: instant)
    }

    /// Takes a changed definition over; its next report is due at once.
    mutating func replace(_ definition: MetricReportDefinition, at instant: VirtualInstant) {
        guard let index = definitions.firstIndex(where: { $0.id == definition.id }) else { return }
        definitions[index] = definition
        definitions[index].lastTexts = nil
        schedule(definition.id, from: instant)
    }

    mutating func remove(_ id: String) {
        definitions.removeAll { $0.id == id }
        reports[id] = nil
        updateNextDue()
    }

    mutating func removeUserDefinitions() {
        for definition in definitions where !definition.isFactoryMade { remove(definition.id) }
    }

    mutating func clearReports() { reports = [:] }

    // MARK: Time

    func due(at instant: VirtualInstant) -> [MetricReportDefinition] {
        definitions.filter { definition in definition.due.map { $0 <= instant } ?? false }
    }

    private mutating func schedule(_ id: String, from instant: VirtualInstant) {
        guard let index = definitions.firstIndex(where: { $0.id == id }) else { return }
        definitions[index].due = definitions[index].lookInterval == nil ? nil : instant
        updateNextDue()
    }

    /// Sets when a definition is due again after it was looked at.
    ///
    /// - Parameter now: How far time has come, which may be further than what was due.
    mutating func advance(_ id: String, now: VirtualInstant) {
        guard let index = definitions.firstIndex(where: { $0.id == id }),
            let due = definitions[index].due
        else { return }
        definitions[index].due = definitions[index].lookInterval.map { interval in
            let missed = (now - due).milliseconds / interval.milliseconds
            return due + interval * max(1, missed - Self.catchUpLimit)
        }
        updateNextDue()
    }

    private mutating func updateNextDue() { nextDue = definitions.compactMap(\.due).min() }

    // MARK: Reports

    /// Puts values into the report of a definition as that says.
    mutating func store(_ values: [MetricValue], of id: String, at instant: VirtualInstant) {
        guard let definition = self[id] else { return }
        var kept = values
        let limit = MetricReportDefinition.appendLimit
        if let before = reports[id]?.values {
            switch definition.updates {
            case .overwrite: break
            case .appendWraps: kept = (before + values).suffix(limit)
            case .appendStops: kept = Array((before + values).prefix(limit))
            }
        }
        reports[id] = MetricReport(instant: instant, values: kept)
    }

    mutating func note(_ texts: [String?], of id: String) {
        guard let index = definitions.firstIndex(where: { $0.id == id }) else { return }
        definitions[index].lastTexts = texts
    }
}
