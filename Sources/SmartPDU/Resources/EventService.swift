import HTTPTypes
import JSONText
import Schema
import VirtualTime

extension Resource {
    /// Source: DSP8010 EventService v1_12_0.
    static let eventService: Resource = Resource(
        type: "EventService.v1_12_0.EventService", hasEntityTag: true,
        render: { pdu, _, _, json in
            json.head(
                Addresses.eventService, .eventService, id: "EventService", name: "Event service")
            json.status()
            json.member("ServiceEnabled", true)
            json.member("DeliveryRetryAttempts", Int(pdu.events.retryAttempts))
            json.member(
                "DeliveryRetryIntervalSeconds",
                Int(pdu.events.retryInterval.milliseconds / 1000))
            json.array("EventFormatTypes") { json in
                for format in Subscription.Format.allCases { json.string(format.rawValue) }
            }
            json.array("RegistryPrefixes") { json in
                for prefix in EventFilterReader.registryPrefixes { json.string(prefix) }
            }
            json.array("ResourceTypes") { json in
                for type in EventFilterReader.resourceTypes { json.string(type) }
            }
            json.array("Severities") { json in
                for severity in EventFilterReader.severities { json.string(severity) }
            }
            json.member("SubordinateResourcesSupported", true)
            json.member("OriginResourcesSupported", true)
            json.member("ExcludeRegistryPrefix", true)
            json.member("ExcludeMessageId", true)
            json.member("IncludeOriginOfConditionSupported", false)
            json.link("Subscriptions", Addresses.subscriptions)
            json.actions(of: .eventService, at: Addresses.eventService)
        },
        writable: [
            .integer("DeliveryRetryAttempts", in: 0...100) { pdu, _, count in
                pdu.events.retryAttempts = count
            },
            .integer("DeliveryRetryIntervalSeconds", in: 1...86_400) { pdu, _, seconds in
                pdu.events.retryInterval = .seconds(seconds)
            },
        ],
        actions: [
            Action(
                name: "EventService.SubmitTestEvent",
                parameters: [
                    Action.Parameter(name: "MessageId"),
                    Action.Parameter(name: "MessageArgs", isRequired: false),
                    Action.Parameter(name: "OriginOfCondition", isRequired: false),
                ]
            ) { pdu, context, arguments throws(RedfishError) in
                try pdu.submitTestEvent(arguments, at: context.instant)
            }
        ])

    static let subscriptionCollection = Resource.collection(
        "EventDestinationCollection", at: Addresses.subscriptions, name: "Subscriptions",
        create: { pdu, context, body throws(RedfishError) in
            try pdu.subscribe(body, owner: context.principal?.accountID ?? "")
        },
        members: { pdu in
            pdu.events.subscriptions.map { "\(Addresses.subscriptions)/\($0.id)" }
        })

    /// Source: DSP8010 EventDestination v1_16_0. HttpHeaders read as an empty array.
    static let subscription: Resource = Resource(
        type: "EventDestination.v1_16_0.EventDestination", hasEntityTag: true,
        revision: { pdu, place, _ in
            // The destination never changes and may hold a port of the moment.
            guard case .member(let id) = place, let subscription = pdu.events[id] else { return "" }
            return "\(id) \(subscription.isSuspended) \(subscription.retryPolicy) "
                + subscription.context
        },
        render: { pdu, place, _, json in
            guard case .member(let id) = place, let subscription = pdu.events[id] else { return }
            json.head(
                "\(Addresses.subscriptions)/\(id)", .subscription, id: id,
                name: "Subscription \(id)")
            json.member("Destination", subscription.destination)
            json.member("Context", subscription.context)
            json.member("Protocol", "Redfish")
            json.member("SubscriptionType", "RedfishEvent")
            json.member("EventFormatType", subscription.format.rawValue)
            json.member("DeliveryRetryPolicy", subscription.retryPolicy.rawValue)
            json.array("HttpHeaders") { _ in }
            subscription.filter.write(to: &json)
            json.status(state: subscription.isSuspended ? "Disabled" : "Enabled")
        },
        exists: { pdu, place in
            guard case .member(let id) = place else { return false }
            return pdu.events[id] != nil
        },
        writable: [
            .string("Context") { pdu, place, text in
                guard case .member(let id) = place else { return }
                pdu.events[id]?.context = text
            },
            WritableProperty(name: "DeliveryRetryPolicy") {
                pdu, context, value throws(RedfishError) in
                guard let text = value.string else {
                    throw .propertyType("DeliveryRetryPolicy", value.compactText)
                }
                guard let policy = Subscription.RetryPolicy(rawValue: text) else {
                    throw .propertyNotInList("DeliveryRetryPolicy", text)
                }
                guard case .member(let id) = context.place else { return }
                pdu.events[id]?.retryPolicy = policy
            },
        ],
        delete: { pdu, context throws(RedfishError) in
            guard case .member(let id) = context.place else { return }
            pdu.events[id] = nil
        })
}

extension Subscription.Filter {
    fileprivate func write(to json: inout JSONWriter) {
        for (name, values) in [
            ("RegistryPrefixes", registryPrefixes),
            ("ExcludeRegistryPrefixes", excludeRegistryPrefixes), ("MessageIds", messageIDs),
            ("ExcludeMessageIds", excludeMessageIDs), ("ResourceTypes", resourceTypes),
            ("Severities", severities),
        ] where !values.isEmpty {
            json.array(name) { json in
                for value in values { json.string(value) }
            }
        }
        if !originResources.isEmpty { json.links("OriginResources", originResources) }
        if !reportDefinitions.isEmpty { json.links("MetricReportDefinitions", reportDefinitions) }
        json.member("SubordinateResources", includesSubordinates)
    }
}

extension SmartPDU {
    /// POST to the subscription collection.
    fileprivate mutating func subscribe(
        _ body: JSONObject, owner: String
    ) throws(RedfishError) -> Created {
        let request = try SubscriptionRequest(body)
        let subscription = try events.subscribe { id in
            Subscription(
                id: id, destination: request.destination, context: request.context,
                format: request.format, filter: request.filter, retryPolicy: request.retryPolicy,
                httpHeaders: request.httpHeaders, owner: owner)
        }
        return Created(path: "\(Addresses.subscriptions)/\(subscription.id)")
    }

    fileprivate mutating func submitTestEvent(
        _ arguments: JSONObject, at instant: VirtualInstant
    ) throws(RedfishError) -> [Effect] {
        let action = "EventService.SubmitTestEvent"
        guard let id = arguments["MessageId"]?.string else {
            throw .actionParameterType(
                action, "MessageId", arguments["MessageId"]?.compactText ?? "null")
        }
        guard catalog.definition(of: id) != nil else {
            throw .actionParameterNotInList(action, "MessageId", id)
        }
        let messageArguments = arguments["MessageArgs"]?.array?.compactMap(\.string) ?? []
        let event = DeviceEvent(
            message: RedfishMessage(withoutVersion(id), arguments: messageArguments),
            origin: arguments["OriginOfCondition"]?.string ?? Addresses.eventService,
            originType: "EventService", instant: instant)
        return events.publish([event], at: instant, catalog: catalog)
    }
}

/// `Power.BreakerTripped` of `Power.1.2.BreakerTripped` or `Power.1.2.0.BreakerTripped`.
func withoutVersion(_ messageID: String) -> String {
    let parts = messageID.split(separator: ".")
    guard let first = parts.first, let last = parts.last, parts.count > 2 else { return messageID }
    return "\(first).\(last)"
}
