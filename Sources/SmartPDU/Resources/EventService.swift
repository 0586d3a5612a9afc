import JSONText
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
            json.member("IncludeOriginOfConditionSupported", true)
            json.member("SSEIncludeOriginOfConditionSupported", false)
            json.member("ServerSentEventUri", Addresses.eventStream)
            json.object("SSEFilterPropertiesSupported") { json in
                for property in StreamFilter.Property.allCases {
                    json.member(property.rawValue, true)
                }
            }
            json.link("Subscriptions", Addresses.subscriptions)
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
                name: SubmittedEvent.action, parameters: SubmittedEvent.parameters
            ) { pdu, context, arguments throws(RedfishError) in
                pdu.submit(try SubmittedEvent(arguments), at: context.instant)
            },
            Action(name: "EventService.TestEventSubscription") {
                pdu, context, _ throws(RedfishError) in
                let test = DeviceEvent(
                    message: RedfishMessage("ResourceEvent.TestMessage"),
                    origin: Addresses.eventService, originType: "EventService",
                    instant: context.instant)
                return pdu.announce([test], at: context.instant)
            },
        ])

    static let subscriptionCollection = Resource.collection(
        "EventDestinationCollection", at: Addresses.subscriptions, name: "Subscriptions",
        create: { pdu, context, body throws(RedfishError) in
            try pdu.subscribe(body, context)
        },
        members: { pdu in
            pdu.events.subscriptions.map { "\(Addresses.subscriptions)/\($0.id)" }
        })
}
