import Findings
import JSONText
import VirtualTime

/// One subscription that the client made, with what it asked for.
struct ObservedSubscription {
    let path: String?
    /// The path of the destination, by which deliveries are known.
    let destination: String
    let context: String?
    let request: JSONValue
    let created: ExchangeReference
    var deliveries = 0
    /// Whether the client answered the last delivery otherwise than with a success: a service may
    /// then give the subscription up.
    var hasRefused = false
    var isOpen = true
    /// What ended it.
    var ended: ExchangeReference?

    /// Nil where the body has no destination.
    init?(request: JSONValue, location: String?, created: ExchangeReference) {
        guard let destination = request["Destination"]?.string else { return nil }
        path = location.map(servicePath)
        self.destination = servicePath(destination)
        context = request["Context"]?.string
        self.request = request
        self.created = created
    }

    /// Whether the subscription's filters let the event through; nil where that cannot be said
    /// from what was recorded.
    ///
    /// Source: DSP8010 2025.4, EventDestination: an absent or empty filter lets everything through.
    func admits(_ event: EventRecord) -> Bool? {
        if !(request["ResourceTypes"]?.array ?? []).isEmpty { return nil }
        let isAdmitted =
            admits(event.registry, by: "RegistryPrefixes")
            && admits(event.message, by: "MessageIds", shortened: versionless)
            && (event.severity.map { admits($0, by: "Severities") } ?? true)
            && !excludes(event.registry, by: "ExcludeRegistryPrefixes")
            && !excludes(event.message, by: "ExcludeMessageIds")
        return isAdmitted && admitsOrigin(of: event)
    }

    private func admits(
        _ value: String, by filter: String, shortened: (String) -> String = { $0 }
    ) -> Bool {
        let accepted = texts(filter)
        return accepted.isEmpty || accepted.contains { shortened($0) == value }
    }

    private func excludes(_ value: String, by filter: String) -> Bool {
        texts(filter).contains { $0 == value || versionless($0) == value }
    }

    private func admitsOrigin(of event: EventRecord) -> Bool {
        let origins = (request["OriginResources"]?.array ?? []).compactMap {
            $0["@odata.id"]?.string.map(servicePath)
        }
        guard !origins.isEmpty else { return true }
        guard let origin = event.origin else { return false }
        let includesBelow = request["SubordinateResources"]?.bool ?? false
        return origins.contains {
            includesBelow ? isPath(origin, atOrBelow: $0) : origin == $0
        }
    }

    private func texts(_ filter: String) -> [String] {
        (request[filter]?.array ?? []).compactMap(\.string)
    }
}

/// What an EventService says that subscriptions may ask for.
struct AdvertisedFilters {
    private let service: JSONObject

    init(_ service: JSONObject) {
        self.service = service
    }

    /// What a subscription asks for beyond what is advertised: the property and the reason.
    static func violations(
        in request: JSONValue, advertised: AdvertisedFilters?
    ) -> [(property: String, reason: String)] {
        var found: [(String, String)] = []
        for (property, list) in [
            ("RegistryPrefixes", "RegistryPrefixes"), ("ResourceTypes", "ResourceTypes"),
            ("EventTypes", "EventTypesForSubscription"), ("Severities", "Severities"),
        ] {
            let asked = (request[property]?.array ?? []).compactMap(\.string)
            let offered = advertised?.texts(list) ?? []
            if let stranger = asked.first(where: { !offered.contains($0) }) {
                found.append((property, "\(stranger) is not among \(list)"))
            }
        }
        if let format = request["EventFormatType"]?.string,
            !(advertised?.texts("EventFormatTypes") ?? []).contains(format)
        {
            found.append(("EventFormatType", "\(format) is not among EventFormatTypes"))
        }
        for (property, flag) in [
            ("SubordinateResources", "SubordinateResourcesSupported"),
            ("IncludeOriginOfCondition", "IncludeOriginOfConditionSupported"),
            ("ExcludeRegistryPrefixes", "ExcludeRegistryPrefix"),
            ("ExcludeMessageIds", "ExcludeMessageId"),
        ] {
            guard let value = request[property], value.bool != false, value.array != [] else {
                continue
            }
            if advertised?.service[flag]?.bool != true {
                found.append((property, "\(flag) is not true"))
            }
        }
        return found
    }

    private func texts(_ name: String) -> [String] {
        (service[name]?.array ?? []).compactMap(\.string)
    }
}
