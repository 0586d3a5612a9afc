import JSONText

/// What kind of thing a property's value is, by its name: whether it may be otherwise tomorrow.
///
/// Source: DSP8010 "Redfish Schema Bundle" 2025.4, the properties of Resource, Outlet, Circuit,
/// PowerDistribution, Sensor and Manager.
enum PropertyNature: Sendable, Hashable {
    case time
    case id
    case state
    case reading
    case version
    case link
    case constant

    private static let ids: Set<String> = [
        "@odata.etag", "ServiceIdentification", "SerialNumber", "MACAddress",
        "PermanentMACAddress", "HostName", "FQDN", "Address", "AssetTag", "CertificateString",
        "Fingerprint", "Port",
    ]
    private static let states: Set<String> = [
        "State", "Health", "HealthRollup", "PowerState", "PowerStateInTransition", "PowerEnabled",
        "BreakerState", "LinkStatus", "IndicatorLED", "LocationIndicatorActive", "Conditions",
    ]
    private static let readings: Set<String> = [
        "Reading", "LifetimeReading", "PeakReading", "LowestReading", "HighestReading",
        "AverageReading", "ApparentVA", "ReactiveVAR", "PowerFactor", "ApparentkVAh",
        "ReactivekVARh", "PhaseAngleDegrees", "THDPercent", "CrestFactor", "SpeedRPM",
    ]

    init(of name: String) {
        if name.hasSuffix("Time") || name.hasSuffix("DateTimeLocalOffset")
            || name == "ValidNotAfter" || name == "ValidNotBefore" || name.hasSuffix("Date")
        {
            self = .time
        } else if Self.ids.contains(name) || name.hasSuffix("UUID") {
            self = .id
        } else if Self.states.contains(name) {
            self = .state
        } else if Self.readings.contains(name) {
            self = .reading
        } else if name == "FirmwareVersion" || name == "RedfishVersion" || name == "Version" {
            self = .version
        } else if name == "@odata.id" || name.hasSuffix("Uri") || name == "target" {
            self = .link
        } else {
            self = .constant
        }
    }

    /// The kind of difference that such a property may show without breaking a contract.
    var kind: Drift.Kind {
        switch self {
        case .time: .time
        case .id: .id
        case .state: .state
        case .reading: .reading
        case .version: .version
        case .link, .constant: .contract
        }
    }
}

/// Collections whose members come and go.
enum PassingCollection {
    private static let segments: Set<String> = [
        "Sessions", "Subscriptions", "Entries", "Tasks", "TaskMonitors", "Jobs", "MetricReports",
    ]

    /// Whether the path is such a collection.
    static func isOne(_ path: String) -> Bool {
        path.split(separator: "/").last.map { segments.contains(String($0)) } ?? false
    }

    /// Whether the path lies in one.
    static func holds(_ path: String) -> Bool {
        path.split(separator: "/").dropLast().contains { segments.contains(String($0)) }
    }
}
