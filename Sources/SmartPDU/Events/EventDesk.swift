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
    /// How many payloads may wait for one subscriber.
    let queueLimit: Int
    var subscriptions: [Subscription] = []
    var log = EventLog()
    /// What is to be done besides what the caller at hand learns, in order.
    private var outbox: [Effect] = []
    private(set) var history = EventHistory()
    var counts = Counts()
    var streamCount = 0
    var deliveryCount = 0
    /// When the open streams are next shown that they are alive.
    var nextKeepAlive: VirtualInstant?

    /// How much there has been of everything that has a number.
    struct Counts: Sendable, Hashable, Codable {
        var subscriptions = 0
        var records = 0
        var payloads = 0
        var groups = 0
        /// The latest number given to anything published.
        var published = 0
    }

    /// A payload stays below this; DSP0266 12.1.1 demands less than 1 MiB.
    private static let payloadLimitBytes = 900_000

    init(
        retryAttempts: Int64, retryInterval: VirtualDuration, subscriptionLimit: Int,
        queueLimit: Int
    ) {
        self.retryAttempts = retryAttempts
        self.retryInterval = retryInterval
        self.subscriptionLimit = subscriptionLimit
        self.queueLimit = queueLimit
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
        counts.subscriptions += 1
        let subscription = make(String(counts.subscriptions))
        subscriptions.append(subscription)
        return subscription
    }

    // MARK: Publishing

    /// Whether anybody wants to see the resource that an event is about.
    var wantsOrigins: Bool { subscriptions.contains { $0.includesOrigins } }

    /// Queues events that belong to one incident for every subscriber whose filter admits them.
    ///
    /// - Parameter resource: The representation of the resource at a path, where it is wanted.
    mutating func publish(
        _ events: [DeviceEvent], at instant: VirtualInstant, catalog: MessageCatalog,
        resource: (_ path: String) -> [UInt8]? = { _ in nil }
    ) -> [Effect] {
        guard !events.isEmpty else { return [] }
        counts.groups += 1
        return publish(
            events.map { event in
                NumberedEvent(
                    event: event, eventID: nextRecordID(),
                    groupID: events.count > 1 ? counts.groups : nil,
                    message: catalog.message(event.message.key, arguments: event.message.arguments),
                    originBody: resource(event.origin))
            }, at: instant, catalog: catalog)
    }

    mutating func publish(
        _ records: [NumberedEvent], at instant: VirtualInstant, catalog: MessageCatalog
    ) -> [Effect] {
        let sequence = nextSequence()
        for record in records { log.append(record) }
        history.append(.init(sequence: sequence, instant: instant, content: .records(records)))
        var effects: [Effect] = []
        for index in subscriptions.indices where !subscriptions[index].isSuspended {
            let admitted = records.filter { subscriptions[index].admits($0) }
            guard !admitted.isEmpty else { continue }
            effects += send(admitted, sequence: sequence, to: index, at: instant, catalog: catalog)
        }
        return effects
    }

    /// Publishes a metric report to every subscriber it is meant for.
    mutating func publish(
        _ report: MetricReportPayload, at instant: VirtualInstant
    ) -> [Effect] {
        let sequence = nextSequence()
        history.append(.init(sequence: sequence, instant: instant, content: .report(report)))
        var effects: [Effect] = []
        for index in subscriptions.indices
        where !subscriptions[index].isSuspended && subscriptions[index].admits(report) {
            effects += send(report, sequence: sequence, to: index)
        }
        return effects
    }

    /// Sends one subscriber what it missed, as far as its filter admits it.
    mutating func replay(
        _ missed: (entries: [EventHistory.Entry], isIncomplete: Bool), to index: Int,
        at instant: VirtualInstant, catalog: MessageCatalog
    ) -> [Effect] {
        var effects: [Effect] = []
        if missed.isIncomplete {
            effects += tell("Base.EventBufferExceeded", to: index, at: instant, catalog: catalog)
        }
        for entry in missed.entries {
            switch entry.content {
            case .records(let records):
                let admitted = records.filter { subscriptions[index].admits($0) }
                guard !admitted.isEmpty else { continue }
                effects += send(
                    admitted, sequence: entry.sequence, to: index, at: instant, catalog: catalog)
            case .report(let report):
                guard subscriptions[index].admits(report) else { continue }
                effects += send(report, sequence: entry.sequence, to: index)
            }
        }
        return effects
    }

    /// Tells one subscriber, whatever its filter says, something about its subscription.
    mutating func tell(
        _ key: String, to index: Int, at instant: VirtualInstant, catalog: MessageCatalog
    ) -> [Effect] {
        let record = notice(key, at: instant, catalog: catalog)
        return send(
            [record], sequence: nextSequence(), to: index, at: instant, catalog: catalog)
    }

    /// A record of the service about itself, which no log keeps.
    mutating func notice(
        _ key: String, at instant: VirtualInstant, catalog: MessageCatalog
    ) -> NumberedEvent {
        NumberedEvent(
            event: DeviceEvent(
                message: RedfishMessage(key), origin: Addresses.eventService,
                originType: "EventService", instant: instant),
            eventID: nextRecordID(), message: catalog.message(key))
    }

    mutating func nextRecordID() -> String {
        counts.records += 1
        return String(counts.records)
    }

    mutating func nextPayloadID() -> String {
        counts.payloads += 1
        return String(counts.payloads)
    }

    /// The latest number given to anything published.
    var lastSequence: Int { counts.published }

    mutating func nextSequence() -> Int {
        counts.published += 1
        return counts.published
    }

    // MARK: Sending

    private mutating func send(
        _ records: [NumberedEvent], sequence: Int, to index: Int, at instant: VirtualInstant,
        catalog: MessageCatalog
    ) -> [Effect] {
        if let stream = subscriptions[index].stream {
            let payload = eventPayload(
                records, id: String(sequence), for: subscriptions[index])
            return [.stream(stream, .payload(id: String(sequence), data: payload))]
        }
        tellLoss(to: index, at: instant, catalog: catalog)
        enqueue(records, sequence: sequence, for: index)
        return deliverNext(to: index)
    }

    private mutating func send(
        _ report: MetricReportPayload, sequence: Int, to index: Int
    ) -> [Effect] {
        let body = report.body(withContext: subscriptions[index].context)
        if let stream = subscriptions[index].stream {
            return [.stream(stream, .payload(id: String(sequence), data: body))]
        }
        subscriptions[index].waiting.append(.init(sequence: sequence, body: body))
        return deliverNext(to: index)
    }

    /// Puts the news that events were lost where they would have stood, once there is room.
    mutating func tellLoss(to index: Int, at instant: VirtualInstant, catalog: MessageCatalog) {
        let queue = subscriptions[index].waiting
        guard queue.hasUntoldLoss, queue.hasRoom, subscriptions[index].format == .event else {
            return
        }
        subscriptions[index].waiting.noteLossTold()
        let record = notice("Base.EventBufferExceeded", at: instant, catalog: catalog)
        enqueue([record], sequence: nextSequence(), for: index)
    }

    private mutating func enqueue(_ records: [NumberedEvent], sequence: Int, for index: Int) {
        var pending = records[...]
        while !pending.isEmpty {
            let id = nextPayloadID()
            var count = pending.count
            var payload = eventPayload(pending.prefix(count), id: id, for: subscriptions[index])
            while payload.count > Self.payloadLimitBytes, count > 1 {
                count /= 2
                payload = eventPayload(pending.prefix(count), id: id, for: subscriptions[index])
            }
            subscriptions[index].waiting.append(.init(sequence: sequence, body: payload))
            pending = pending.dropFirst(count)
        }
    }

    // MARK: Effects that no caller takes along

    mutating func post(_ effects: [Effect]) {
        outbox += effects
    }

    mutating func takePosted() -> [Effect] {
        defer { outbox = [] }
        return outbox
    }
}
