import VirtualTime

/// Which values a report holds, when it is made, and where it goes.
///
/// Source: DSP8010 MetricReportDefinition v1_4.
struct MetricReportDefinition: Sendable, Hashable, Codable {
    enum Kind: String, Sendable, CaseIterable, Codable {
        case periodic = "Periodic"
        case onChange = "OnChange"
        case onRequest = "OnRequest"
    }

    enum Target: String, Sendable, CaseIterable, Codable {
        case collection = "LogToMetricReportsCollection"
        case event = "RedfishEvent"
    }

    enum Updates: String, Sendable, CaseIterable, Codable {
        case overwrite = "Overwrite"
        case appendWraps = "AppendWrapsWhenFull"
        case appendStops = "AppendStopsWhenFull"
    }

    /// Properties under a name of the user's choice.
    struct Metric: Sendable, Hashable, Codable {
        var id: String?
        var properties: [String]
    }

    /// How many properties a definition may name, wildcards replaced.
    static let propertyLimit = 512
    /// How many values a report holds at most.
    static let appendLimit = 1024

    let id: String
    var name: String
    /// Made by the device, and not for users to change.
    var isFactoryMade = false
    var isEnabled = true
    var kind: Kind?
    var interval: VirtualDuration?
    var targets: [Target] = [.collection]
    var updates: Updates = .overwrite
    var suppressesRepeats = false
    var wildcards: [MetricWildcard] = []
    var properties: [String] = []
    var metrics: [Metric] = []

    /// What the properties stand for, in their order.
    var sources: [MetricSource] = []
    /// When it is looked at next; nil where nothing is due by itself.
    var due: VirtualInstant?
    /// Texts of the sources in the report before.
    var lastTexts: [String?]?

    /// What follows from the rest, or passes, is not kept.
    private enum CodingKeys: String, CodingKey {
        case id, name, isFactoryMade, isEnabled, kind, interval, targets, updates
        case suppressesRepeats, wildcards, properties, metrics
    }

    init(id: String, name: String) {
        self.id = id
        self.name = name
    }

    /// How often it is looked at by itself. What is to tell of changes is looked at as often as the
    /// service allows.
    var lookInterval: VirtualDuration? {
        guard isEnabled else { return nil }
        return switch kind {
        case .periodic: interval
        case .onChange: Telemetry.minimumInterval
        case .onRequest, nil: nil
        }
    }
}

/// The latest report of a definition.
struct MetricReport: Sendable {
    var instant: VirtualInstant
    var values: [MetricValue]
}
