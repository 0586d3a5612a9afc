import JSONText
import VirtualTime

extension Resource {
    /// Source: DSP8010 EventDestination v1_16_0. HttpHeaders read as an empty array. The
    /// destination of a stream would be the client's address, which the device does not see.
    static let subscription: Resource = Resource(
        type: "EventDestination.v1_16_0.EventDestination", hasEntityTag: true,
        revision: { pdu, place, _ in
            // The destination never changes and may hold a port of the moment.
            guard case .member(let id) = place, let subscription = pdu.events[id] else { return "" }
            return "\(id) \(subscription.isSuspended) \(subscription.retryPolicy) "
                + subscription.context + subscription.backupDestinations.joined(separator: " ")
                + (subscription.verifiesCertificate ? " verified" : "")
        },
        render: { pdu, place, _, json in
            guard case .member(let id) = place, let subscription = pdu.events[id] else { return }
            let path = "\(Addresses.subscriptions)/\(id)"
            json.head(path, .subscription, id: id, name: "Subscription \(id)")
            json.member("Context", subscription.context)
            json.member("Protocol", "Redfish")
            json.member("EventFormatType", subscription.format.rawValue)
            switch subscription.receiver {
            case .stream: json.member("SubscriptionType", "SSE")
            case .url(let url):
                json.member("SubscriptionType", "RedfishEvent")
                json.member("Destination", url)
                json.pushProperties(of: subscription)
            }
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
            .ofPush("DeliveryRetryPolicy") { subscription, value throws(RedfishError) in
                subscription.retryPolicy = try SubscriptionRequest.retryPolicy(value)
            },
            .ofPush("BackupDestinations") { subscription, value throws(RedfishError) in
                subscription.backupDestinations = try SubscriptionRequest.destinations(
                    "BackupDestinations", value)
            },
            .ofPush("VerifyCertificate") { subscription, value throws(RedfishError) in
                guard let flag = value.bool else {
                    throw .propertyType("VerifyCertificate", value.compactText)
                }
                subscription.verifiesCertificate = flag
            },
        ],
        delete: { pdu, context throws(RedfishError) in
            guard case .member(let id) = context.place, let subscription = pdu.events[id] else {
                return
            }
            if subscription.stream == nil {
                pdu.events[id] = nil
            } else {
                pdu.events.endStream(
                    of: subscription, at: context.instant, catalog: pdu.catalog)
            }
        },
        actions: [
            Action(name: "EventDestination.SuspendSubscription") {
                pdu, context, _ throws(RedfishError) in
                guard let index = pdu.subscriptionIndex(at: context.place) else { return [] }
                pdu.events.suspend(index)
                return []
            },
            Action(
                name: resumption,
                parameters: [.init(name: "DeliverBufferedEventDuration", isRequired: false)]
            ) { pdu, context, arguments throws(RedfishError) in
                let age = try bufferedAge(arguments)
                guard let index = pdu.subscriptionIndex(at: context.place) else { return [] }
                return pdu.events.resume(
                    index, age: age, at: context.instant, catalog: pdu.catalog)
            },
        ])
}

private let resumption = "EventDestination.ResumeSubscription"

/// How old what a resumed subscriber missed may be; nil where it wants all that is left.
private func bufferedAge(_ arguments: JSONObject) throws(RedfishError) -> VirtualDuration? {
    let name = "DeliverBufferedEventDuration"
    guard let value = arguments[name] else { return nil }
    guard let text = value.string else {
        throw .actionParameterType(resumption, name, value.compactText)
    }
    guard let age = VirtualDuration(iso8601: text), age >= .zero else {
        throw .actionParameterFormat(resumption, name, text)
    }
    return age
}

extension SmartPDU {
    fileprivate func subscriptionIndex(at place: Place) -> Int? {
        guard case .member(let id) = place else { return nil }
        return events.subscriptions.firstIndex { $0.id == id }
    }
}

extension WritableProperty {
    /// A property that a subscription has unless it is a stream's.
    fileprivate static func ofPush(
        _ name: String,
        _ set:
            @escaping @Sendable (inout Subscription, JSONValue) throws(RedfishError) -> Void
    ) -> WritableProperty {
        WritableProperty(name: name) { pdu, context, value throws(RedfishError) in
            guard case .member(let id) = context.place, var subscription = pdu.events[id] else {
                return
            }
            guard subscription.stream == nil else { throw .propertyNotWritable(name) }
            try set(&subscription, value)
            pdu.events[id] = subscription
        }
    }
}

extension JSONWriter {
    fileprivate mutating func pushProperties(of subscription: Subscription) {
        member("DeliveryRetryPolicy", subscription.retryPolicy.rawValue)
        array("HttpHeaders") { _ in }
        array("BackupDestinations") { json in
            for destination in subscription.backupDestinations { json.string(destination) }
        }
        member("VerifyCertificate", subscription.verifiesCertificate)
        member("IncludeOriginOfCondition", subscription.includesOrigins)
        if let heartbeat = subscription.heartbeat {
            member("SendHeartbeat", heartbeat.isSent)
            member("HeartbeatIntervalMinutes", Int(heartbeat.intervalMinutes))
        }
        write(subscription.filter)
    }

    private mutating func write(_ filter: SubscriptionFilter) {
        for (name, values) in [
            ("RegistryPrefixes", filter.registryPrefixes),
            ("ExcludeRegistryPrefixes", filter.excludeRegistryPrefixes),
            ("MessageIds", filter.messageIDs), ("ExcludeMessageIds", filter.excludeMessageIDs),
            ("ResourceTypes", filter.resourceTypes), ("Severities", filter.severities),
        ] where !values.isEmpty {
            array(name) { json in
                for value in values { json.string(value) }
            }
        }
        if !filter.originResources.isEmpty { links("OriginResources", filter.originResources) }
        if !filter.reportDefinitions.isEmpty {
            links("MetricReportDefinitions", filter.reportDefinitions)
        }
        member("SubordinateResources", filter.includesSubordinates)
    }
}

extension SmartPDU {
    /// POST to the subscription collection.
    mutating func subscribe(
        _ body: JSONObject, _ context: RequestContext
    ) throws(RedfishError) -> Created {
        let request = try SubscriptionRequest(body)
        let queueLimit = events.queueLimit
        let subscription = try events.subscribe { id in
            request.subscription(
                id: id, owner: context.principal?.accountID ?? "", at: context.instant,
                queueLimit: queueLimit)
        }
        return Created(path: "\(Addresses.subscriptions)/\(subscription.id)")
    }
}
