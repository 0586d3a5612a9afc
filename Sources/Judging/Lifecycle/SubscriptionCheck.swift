import Electrical
import Findings
import HTTPMessages
import HTTPTypes
import JSONText
import Recordings
import VirtualTime

/// Follows subscriptions from their making to their end, and every event in between.
final class SubscriptionCheck: Check {
    let facts: DeviceFacts
    let duties: ClientDuties
    let subscriptionsPath: String
    private let points: [String: MeteringPoint]
    private let outletPaths: [Int: String]
    private var advertised: AdvertisedFilters?
    private(set) var subscriptions: [ObservedSubscription] = []
    private(set) var ledger = EventLedger()
    private(set) var unseen: [ExpectedEvent]
    private var lastNumber: [String: Int] = [:]
    private var lastTimestamp: [String: VirtualInstant] = [:]
    /// What the client has yet to read again, with what obliges it.
    private var rereads: [Obligation] = []
    private(set) var eventCount: (claimed: Int64, acknowledged: Int, line: Int, subscriptions: Int)?
    /// What a client counted before the scenario restarted it, and it subscribed again.
    private(set) var earlierEventCount: Int64 = 0

    /// Whether the device turned the client's latest login away. Who may not come in any more cannot
    /// clean up either.
    private(set) var isTurnedAway = false

    var tallies = SubscriptionTallies()

    /// When another unit last took the place of the one there was.
    private var replaced: VirtualInstant?

    private struct Obligation {
        /// The resource concerned; nil where any part of the unit will do.
        var path: String?
        var reason: String
        var reference: ExchangeReference
    }

    init(_ facts: DeviceFacts, _ duties: ClientDuties) {
        self.facts = facts
        self.duties = duties
        unseen = duties.expectedEvents
        subscriptionsPath = servicePath(facts.subscriptionsURI)
        points = normalized(facts.resources)
        var outletPaths: [Int: String] = [:]
        for (path, point) in points.sorted(by: { $0.key < $1.key }) {
            if case .outlet(let index) = point { outletPaths[index] = path }
        }
        self.outletPaths = outletPaths
    }

    func observe(_ exchange: ObservedExchange) {
        forgetReplaced(at: exchange.instant)
        if exchange.isDelivery { return observeDelivery(exchange) }
        if exchange.method == .post, exchange.path == servicePath(facts.sessionsURI) {
            isTurnedAway = exchange.status == 401
        }
        if exchange.isRead {
            learnAdvertised(exchange)
            observeReread(exchange)
            observeLoss(exchange)
        } else if exchange.path == subscriptionsPath
            || exchange.path == subscriptionsPath + "/Members"
        {
            if exchange.method == .post { observeSubscribe(exchange) }
        } else if exchange.method == .delete {
            observeUnsubscribe(exchange)
        }
    }

    // MARK: Making and ending

    private func learnAdvertised(_ exchange: ObservedExchange) {
        for resource in exchange.resources
        where resource.type?.hasPrefix("#EventService.") ?? false {
            advertised = AdvertisedFilters(resource.object)
        }
    }

    /// A unit that stands in the place of another knows nothing of that one's subscriptions.
    private func forgetReplaced(at instant: VirtualInstant) {
        guard
            let last = facts.registerStarts.last(where: {
                $0.isReplacement && $0.instant <= instant
            }),
            last.instant > replaced ?? facts.start
        else { return }
        replaced = last.instant
        for index in subscriptions.indices where subscriptions[index].isOpen {
            subscriptions[index].isOpen = false
            ledger.close(subscriptions[index].destination)
        }
    }

    private func observeSubscribe(_ exchange: ObservedExchange) {
        guard let request = exchange.requestBody.json else { return }
        judgeBody(request, in: exchange)
        guard exchange.isSuccess, !exchange.isFaulted,
            let subscription = ObservedSubscription(
                request: request,
                location: exchange.response.location
                    ?? exchange.responseBody.json?["@odata.id"]?.string,
                created: exchange.reference)
        else { return }
        tallies.single.check()
        if let other = subscriptions.first(where: {
            $0.isOpen && $0.request["Destination"] == subscription.request["Destination"]
        }) {
            tallies.single.find(
                "a second subscription for the same destination, beside that of line "
                    + "\(other.created.line)",
                at: exchange.reference, expected: "the first one adopted or deleted",
                seen: "two open subscriptions")
        }
        subscriptions.append(subscription)
        rereads.append(
            Obligation(
                path: nil, reason: "after subscribing (line \(exchange.line))",
                reference: exchange.reference))
    }

    private func judgeBody(_ request: JSONValue, in exchange: ObservedExchange) {
        tallies.body.check()
        for property in ["Destination", "Protocol"] where request[property]?.string == nil {
            tallies.body.find(
                "the subscription has no \(property)", at: exchange.reference,
                pointer: JSONPointer(tokens: [property]), expected: "a text",
                seen: request[property]?.typeName ?? "absent")
        }
        for violation in AdvertisedFilters.violations(in: request, advertised: advertised) {
            tallies.body.find(
                "the subscription asks for what the EventService does not advertise: "
                    + violation.reason,
                at: exchange.reference, pointer: JSONPointer(tokens: [violation.property]),
                expected: advertised == nil
                    ? "no filter before the EventService was read" : "an advertised value",
                seen: request[violation.property]?.compactText ?? "absent")
        }
    }

    private func observeUnsubscribe(_ exchange: ObservedExchange) {
        guard
            let index = subscriptions.firstIndex(where: {
                $0.isOpen && $0.path == exchange.path
            })
        else { return }
        if exchange.isSuccess || exchange.status == 404 || exchange.isFaulted {
            close(index, by: exchange.reference)
        }
    }

    /// What the device says is not there any more nobody has to delete: a restart may have ended it.
    private func observeLoss(_ exchange: ObservedExchange) {
        guard exchange.status == 404 || exchange.status == 410, !exchange.isFaulted else { return }
        for index in subscriptions.indices
        where subscriptions[index].isOpen && subscriptions[index].path == exchange.path {
            close(index, by: exchange.reference)
        }
    }

    private func close(_ index: Int, by reference: ExchangeReference) {
        subscriptions[index].isOpen = false
        subscriptions[index].ended = reference
        ledger.close(subscriptions[index].destination)
    }

    // MARK: Deliveries

    private func observeDelivery(_ exchange: ObservedExchange) {
        guard let payload = exchange.requestBody.json else { return }
        let records = EventRecord.records(of: payload)
        judgeAcknowledgement(exchange)
        for index in subscriptions.indices
        where subscriptions[index].isOpen && subscriptions[index].destination == exchange.path {
            subscriptions[index].deliveries += 1
            subscriptions[index].hasRefused = !exchange.isSuccess && !exchange.isFaulted
        }
        let isOurs = judgeContext(payload, exchange)
        for record in records { observe(record, in: exchange, isOurs: isOurs) }
        if records.contains(where: { $0.message.hasSuffix(".SubscriptionTerminated") }) {
            for index in subscriptions.indices
            where subscriptions[index].destination == exchange.path {
                close(index, by: exchange.reference)
            }
        }
    }

    private func judgeAcknowledgement(_ exchange: ObservedExchange) {
        guard exchange.exchange.fault == nil else { return }
        tallies.acknowledges.check()
        guard !exchange.isSuccess else { return }
        tallies.acknowledges.find(
            "the delivery was not acknowledged", at: exchange.reference, expected: "a status 2xx",
            seen: exchange.status.map(String.init)
                ?? exchange.exchange.failure?.rawValue ?? "no answer")
    }

    /// Whether the delivery is for a subscription that the client made. A forged one counts for
    /// nothing; where no subscription is known, as after a restart, it is taken on trust.
    private func judgeContext(_ payload: JSONValue, _ exchange: ObservedExchange) -> Bool {
        let owners = subscriptions.filter { $0.destination == exchange.path }
        guard !owners.isEmpty else { return true }
        // A service may leave an empty Context out.
        let accepted = owners.map { $0.context ?? "" }
        let seen = payload["Context"]?.string
        let isOurs = accepted.contains(seen ?? "")
        guard !exchange.isFaulted else { return isOurs }
        tallies.context.check()
        if !isOurs {
            tallies.context.find(
                "the delivery does not carry its subscription's Context", at: exchange.reference,
                pointer: JSONPointer(tokens: ["Context"]),
                expected: accepted.joined(separator: " or "), seen: seen ?? "absent")
        }
        return isOurs
    }

    private func observe(_ event: EventRecord, in exchange: ObservedExchange, isOurs: Bool) {
        let isNew = !ledger.isKnown(event)
        let outcome = ledger.record(
            event, to: exchange.path, by: exchange.reference, at: exchange.instant,
            isAcknowledged: exchange.isSuccess && isOurs, hasReachedDevice: !exchange.isFaulted)
        unseen.removeAll {
            $0.message == event.message
                && ($0.originSuffix.map { event.origin?.hasSuffix($0) ?? false } ?? true)
        }
        if outcome.isNewlyAcknowledged { oblige(event, exchange) }
        guard exchange.exchange.fault == nil else { return }
        tallies.delivered.check()
        if outcome.isDuplicate {
            tallies.delivered.find(
                "event \(event.id) was delivered again after it had been acknowledged",
                at: exchange.reference, expected: "one acknowledged delivery", seen: "another")
        }
        if isNew { expectElsewhere(event, exchange) }
        if outcome.isFirstAttempt { judgeOrder(event, exchange) }
    }

    private func expectElsewhere(_ event: EventRecord, _ exchange: ObservedExchange) {
        for subscription in subscriptions
        where subscription.isOpen && subscription.destination != exchange.path
            && subscription.admits(event) == true
        {
            ledger.expect(
                EventLedger.Due(
                    destination: subscription.destination, id: event.id, message: event.message,
                    origin: event.origin, instant: exchange.instant))
        }
    }

    private func judgeOrder(_ event: EventRecord, _ exchange: ObservedExchange) {
        if let number = Int(event.id) {
            defer { lastNumber[exchange.path] = number }
            guard let last = lastNumber[exchange.path] else { return }
            tallies.order.check()
            guard number < last else { return }
            reportDisorder("event \(number) came after event \(last)", event, exchange)
        } else if let timestamp = event.timestamp {
            defer { lastTimestamp[exchange.path] = timestamp }
            guard let last = lastTimestamp[exchange.path] else { return }
            tallies.order.check()
            guard timestamp < last else { return }
            reportDisorder(
                "an event of \(timestamp.iso8601) came after one of \(last.iso8601)", event,
                exchange)
        }
    }

    private func reportDisorder(
        _ message: String, _ event: EventRecord, _ exchange: ObservedExchange
    ) {
        tallies.order.find(
            message, at: exchange.reference, expected: "events in the order they happened",
            seen: "\(event.message) (EventId \(event.id))")
    }

    // MARK: What the device must send

    func observe(_ truth: TruthRecord) {
        guard facts.announcesOutletPower, let outlet = truth.outlet,
            let origin = outletPaths[outlet]
        else { return }
        let event = EventRecord(
            id: "", message: truth.isPowered ? "Power.OutletPoweredOn" : "Power.OutletPoweredOff",
            severity: nil, origin: origin, timestamp: truth.instant)
        for subscription in subscriptions
        where subscription.isOpen && subscription.admits(event) == true {
            ledger.expect(
                EventLedger.Due(
                    destination: subscription.destination, message: event.message, origin: origin,
                    instant: truth.instant))
        }
    }

    // MARK: Reading again

    private func oblige(_ event: EventRecord, _ exchange: ObservedExchange) {
        guard let origin = event.origin, let point = points[origin],
            !event.message.hasSuffix(".TestMessage")
        else { return }
        switch point {
        case .outlet, .branch, .mains: break
        case .phase, .unit: return
        }
        guard !rereads.contains(where: { $0.path == origin }) else { return }
        rereads.append(
            Obligation(
                path: origin, reason: "after \(event.message) (line \(exchange.line))",
                reference: exchange.reference))
    }

    private func observeReread(_ exchange: ObservedExchange) {
        guard !rereads.isEmpty, exchange.isSuccess else { return }
        rereads.removeAll { obligation in
            let isMet = exchange.resources.contains { resource in
                guard let path = obligation.path else {
                    return points[resource.path] != nil || !resource.readings.isEmpty
                }
                return isPath(resource.path, atOrBelow: path)
            }
            if isMet { tallies.rereads.check() }
            return isMet
        }
    }

    // MARK: Claims

    func observe(_ claim: ClaimRecord, line: Int) {
        if claim.claim["scope"]?.string == "events" {
            guard let distinct = claim.claim["distinct"]?.number?.exactInteger else { return }
            if let last = eventCount, !duties.absences.isEmpty,
                subscriptions.count > last.subscriptions
            {
                earlierEventCount += last.claimed
            }
            eventCount = (distinct, ledger.acknowledgedCount, line, subscriptions.count)
            return
        }
        for obligation in rereads {
            tallies.rereads.check()
            tallies.rereads.find(
                "a claim was made (line \(line)) before the state was read again "
                    + obligation.reason,
                at: obligation.reference,
                expected: "GET \(obligation.path ?? "of the unit") before the next claim",
                seen: "a claim")
        }
        rereads.removeAll()
    }
}
