import HTTPMessages
import HTTPTypes
import JSONText
import Schema
import VirtualTime

/// Numbers the device's events, keeps the subscriptions and their queues, and says what to send
/// when. One payload at a time is under way to a subscriber, so their order is kept.
///
/// Source: DSP0266 "Redfish Specification" 1.8.1, 12.1 Eventing; DSP8010 EventService v1_12,
/// DeliveryRetryAttempts and DeliveryRetryIntervalSeconds.
struct EventDesk: Sendable {
    var retryAttempts: Int64
    var retryInterval: VirtualDuration
    let subscriptionLimit: Int
    private(set) var subscriptions: [Subscription] = []
    var log = EventLog()
    private var createdSubscriptions = 0
    private var recordCount = 0
    private var payloadCount = 0
    private var groupCount = 0
    private var deliveryCount = 0

    /// A payload stays below this; DSP0266 12.1.1 demands less than 1 MiB.
    private static let payloadLimitBytes = 900_000

    init(retryAttempts: Int64, retryInterval: VirtualDuration, subscriptionLimit: Int) {
        self.retryAttempts = retryAttempts
        self.retryInterval = retryInterval
        self.subscriptionLimit = subscriptionLimit
    }

    subscript(id: String) -> Subscription? {
        get { subscriptions.first { $0.id == id } }
        set {
            guard let index = subscriptions.firstIndex(where: { $0.id == id }) else { return }
            if let newValue {
                subscriptions[index] = newValue
            } else {
                subscriptions.remove(at: index)
            }
        }
    }

    mutating func subscribe(
        _ make: (_ id: String) -> Subscription
    ) throws(RedfishError) -> Subscription {
        guard subscriptions.count < subscriptionLimit else { throw .subscriptionLimitExceeded }
        createdSubscriptions += 1
        let subscription = make(String(createdSubscriptions))
        subscriptions.append(subscription)
        return subscription
    }

    // MARK: Publishing

    /// Queues events that belong to one incident for every subscriber whose filter admits them.
    mutating func publish(
        _ events: [DeviceEvent], at instant: VirtualInstant, catalog: MessageCatalog
    ) -> [Effect] {
        guard !events.isEmpty else { return [] }
        groupCount += 1
        let records = events.enumerated().map { offset, event in
            NumberedEvent(
                event: event, eventID: String(recordCount + offset + 1),
                groupID: events.count > 1 ? groupCount : nil,
                message: catalog.message(event.message.key, arguments: event.message.arguments))
        }
        recordCount += events.count
        for record in records { log.append(record) }
        var effects: [Effect] = []
        for index in subscriptions.indices
        where subscriptions[index].format == .event && !subscriptions[index].isSuspended {
            let filter = subscriptions[index].filter
            let admitted = records.filter {
                filter.admits($0.event, severity: $0.message.severity.rawValue)
            }
            guard !admitted.isEmpty else { continue }
            enqueue(admitted, for: index)
            effects += deliverNext(to: index)
        }
        return effects
    }

    /// Queues a payload that is ready to be sent for every subscriber it is meant for.
    mutating func publish(
        _ body: [UInt8], to isMeant: (Subscription) -> Bool
    ) -> [Effect] {
        var effects: [Effect] = []
        for index in subscriptions.indices
        where !subscriptions[index].isSuspended && isMeant(subscriptions[index]) {
            subscriptions[index].waiting.append(body)
            effects += deliverNext(to: index)
        }
        return effects
    }

    private mutating func enqueue(_ records: [NumberedEvent], for index: Int) {
        var pending = records[...]
        while !pending.isEmpty {
            payloadCount += 1
            var count = pending.count
            var payload = payload(pending.prefix(count), context: subscriptions[index].context)
            while payload.count > Self.payloadLimitBytes, count > 1 {
                count /= 2
                payload = self.payload(pending.prefix(count), context: subscriptions[index].context)
            }
            subscriptions[index].waiting.append(payload)
            pending = pending.dropFirst(count)
        }
    }

    private func payload(_ records: ArraySlice<NumberedEvent>, context: String) -> [UInt8] {
        var json = JSONWriter(capacity: 512 * records.count + 256)
        json.object { json in
            json.member("@odata.type", "#Event.v1_13_0.Event")
            json.member("Id", String(payloadCount))
            json.member("Name", "PDU events")
            json.member("Context", context)
            json.array("Events") { json in
                for (offset, record) in records.enumerated() {
                    record.write(to: &json, memberID: offset)
                }
            }
        }
        return json.bytes
    }

    // MARK: Delivering

    private mutating func deliverNext(to index: Int) -> [Effect] {
        let subscription = subscriptions[index]
        guard subscription.inFlight == nil, subscription.retryAt == nil, !subscription.isSuspended,
            let payload = subscription.waiting.first
        else { return [] }
        deliveryCount += 1
        subscriptions[index].inFlight = deliveryCount
        var fields: HTTPFields = [
            .contentType: "application/json; charset=utf-8", .odataVersion: "4.0",
            .userAgent: "pdu-harness",
        ]
        for header in subscription.httpHeaders {
            guard let name = HTTPField.Name(header.name) else { continue }
            fields[name] = header.value
        }
        let request = RequestMessage(
            .post, pathOfURL(subscription.destination), fields: fields, body: payload)
        return [
            .deliver(
                Delivery(
                    id: deliveryCount, subscriptionID: subscription.id,
                    destination: subscription.destination, request: request))
        ]
    }

    /// Takes note of how a delivery went. A status outside 2xx counts as failed, as does none.
    mutating func deliveryEnded(
        _ id: Int, succeeded: Bool, at instant: VirtualInstant
    ) -> [Effect] {
        guard let index = subscriptions.firstIndex(where: { $0.inFlight == id }) else { return [] }
        subscriptions[index].inFlight = nil
        if succeeded {
            subscriptions[index].waiting.removeFirst()
            subscriptions[index].failedAttempts = 0
            return deliverNext(to: index)
        }
        subscriptions[index].failedAttempts += 1
        let failures = Int64(subscriptions[index].failedAttempts)
        switch subscriptions[index].retryPolicy {
        case .retryForever: subscriptions[index].retryAt = instant + retryInterval
        case .retryForeverWithBackoff:
            let factor = Int64(1) << min(failures - 1, 6)
            subscriptions[index].retryAt = instant + retryInterval * factor
        case .terminateAfterRetries, .suspendRetries:
            if failures <= retryAttempts {
                subscriptions[index].retryAt = instant + retryInterval
            } else {
                giveUp(index)
            }
        }
        return []
    }

    private mutating func giveUp(_ index: Int) {
        if subscriptions[index].retryPolicy == .terminateAfterRetries {
            subscriptions.remove(at: index)
        } else {
            subscriptions[index].isSuspended = true
            subscriptions[index].waiting = []
            subscriptions[index].failedAttempts = 0
        }
    }

    /// When the next retry is due.
    var nextRetry: VirtualInstant? { subscriptions.compactMap(\.retryAt).min() }

    mutating func retryDue(at instant: VirtualInstant) -> [Effect] {
        var effects: [Effect] = []
        for index in subscriptions.indices {
            guard let due = subscriptions[index].retryAt, due <= instant else { continue }
            subscriptions[index].retryAt = nil
            effects += deliverNext(to: index)
        }
        return effects
    }
}

/// An event with its numbers and its text.
struct NumberedEvent: Sendable {
    var event: DeviceEvent
    var eventID: String
    var groupID: Int?
    var message: RegistryMessage

    /// Source: DSP8010 Event v1_13, EventRecord. EventType is deprecated and yet required.
    func write(to json: inout JSONWriter, memberID: Int) {
        json.object { json in
            json.member("EventType", "Alert")
            json.member("EventId", eventID)
            if let groupID { json.member("EventGroupId", groupID) }
            json.member("EventTimestamp", event.instant.iso8601)
            json.member("MemberId", String(memberID))
            json.member("MessageId", message.id)
            json.member("Message", message.text)
            json.array("MessageArgs") { json in
                for argument in message.arguments { json.string(argument) }
            }
            json.member("MessageSeverity", message.severity.rawValue)
            json.member("Resolution", message.resolution)
            json.object("OriginOfCondition") { $0.member("@odata.id", event.origin) }
        }
    }
}

/// Path and query of an absolute URL; `/` where it has none.
private func pathOfURL(_ url: String) -> String {
    guard let scheme = url.firstRange(of: "://"),
        let slash = url[scheme.upperBound...].firstIndex(of: "/")
    else { return "/" }
    return String(url[slash...])
}
