import HTTPMessages
import HTTPTypes
import JSONText
import VirtualTime

/// The one event subscription of this client.
///
/// Source: DSP0266, "Redfish Specification" 1.8.1, clause 12.1.1; DSP8010 2025.4, EventService and
/// EventDestination.
struct SubscriptionKeeper {
    /// More entries than this are not looked through for one's own.
    static let entryLimit = 64

    var collection: String?
    var uri: String?
    /// Whether it is decided that there is one or that there will be none.
    var isSettled = false
    var offersEventFormat = false
    /// Optional properties were refused.
    var isMinimal = false
    var unreadEntries = 0
    var uncertainAttempts = 0
}

extension Purpose {
    var concernsSubscription: Bool {
        switch self {
        case .eventService, .listing(.subscriptions), .subscriptionEntry, .subscribe,
            .deleteStaleSubscription:
            true
        default: false
        }
    }
}

extension EnergyAggregator {
    mutating func takeEventService(_ service: JSONValue) {
        subscription.collection = service.link("Subscriptions")
        subscription.offersEventFormat =
            service["EventFormatTypes"]?.array?.contains("Event") ?? false
        guard let collection = subscription.collection,
            service["ServiceEnabled"]?.bool != false
        else {
            log("the event service takes no subscriptions")
            settleSubscription()
            return
        }
        jobs.add(Job(listing: .subscriptions, of: collection))
    }

    /// Looks through the subscriptions for one that an earlier run has left.
    mutating func readSubscriptions(_ entries: [String]) {
        let read = entries.prefix(SubscriptionKeeper.entryLimit)
        subscription.unreadEntries = read.count
        for uri in read { jobs.add(Job(.subscriptionEntry(uri), uri)) }
        if read.isEmpty { addSubscription() }
    }

    /// Adopts an own subscription that is in order, and deletes what else is its own.
    mutating func takeSubscriptionEntry(_ entry: JSONValue, uri: String) {
        let isOurContext = entry["Context"]?.string == configuration.subscriptionContext
        let isOurDestination = entry["Destination"]?.string == configuration.callbackURL
        if isOurContext, isOurDestination, subscription.uri == nil, !isSuspended(entry) {
            log("adopted the subscription \(uri)")
            subscription.uri = uri
        } else if isOurContext || isOurDestination {
            log("deletes the stale subscription \(uri)")
            jobs.add(Job(.deleteStaleSubscription(uri), .delete, uri))
        }
        finishSubscriptionEntry()
    }

    mutating func finishSubscriptionEntry() {
        subscription.unreadEntries -= 1
        guard subscription.unreadEntries == 0 else { return }
        if subscription.uri == nil { addSubscription() } else { settleSubscription() }
    }

    mutating func addSubscription() {
        guard phase == .working, let collection = subscription.collection,
            let destination = configuration.callbackURL
        else { return }
        var body = JSONObject()
        body["Destination"] = .string(destination)
        body["Protocol"] = "Redfish"
        body["Context"] = .string(configuration.subscriptionContext)
        if subscription.offersEventFormat, !subscription.isMinimal {
            body["EventFormatType"] = "Event"
        }
        jobs.add(Job(.subscribe, .post, collection, body: .object(body)))
    }

    mutating func acceptSubscription(_ response: ResponseMessage) {
        let named = (try? response.resource())?["@odata.id"]?.string
        let location = response.head.headerFields[.location] ?? named
        subscription.uri = location.flatMap(requestTarget)
        if subscription.uri == nil { log("the subscription came without a Location") }
        settleSubscription()
    }

    /// Tries once more without what is optional; a refusal of that is final, and polling goes on.
    mutating func refuseSubscription(_ job: Job, _ response: ResponseMessage, keys: [String]) {
        log(describe(job, "status \(response.status)", keys: keys))
        if response.status == 400, subscription.offersEventFormat, !subscription.isMinimal,
            !keys.contains("EventSubscriptionLimitExceeded")
        {
            subscription.isMinimal = true
            addSubscription()
        } else {
            log("goes on without events")
            settleSubscription()
        }
    }

    /// The answer to the POST was lost, so what it did is looked up before it is repeated.
    mutating func lookForUncertainSubscription() {
        subscription.uncertainAttempts += 1
        guard let collection = subscription.collection, subscription.uncertainAttempts < 3,
            phase == .working
        else {
            settleSubscription()
            return
        }
        let delay = retry.delay(afterFailures: subscription.uncertainAttempts)
        jobs.park(Job(listing: .subscriptions, of: collection), until: now + delay)
    }

    /// What happened before the subscription was in force is read, because no history is sent.
    mutating func settleSubscription() {
        subscription.isSettled = true
        if plant.isDiscoveryBegun {
            if subscription.uri != nil { resynchronize() }
        } else {
            beginPlantDiscovery()
        }
    }

    /// A service that stopped sending shows it by the state of the subscription.
    mutating func takeSubscriptionCheck(_ entry: JSONValue) {
        guard isSuspended(entry), let uri = subscription.uri else { return }
        jobs.add(Job(.deleteStaleSubscription(uri), .delete, uri))
        renewSubscription()
    }

    mutating func renewSubscription() {
        guard phase == .working else { return }
        log("the subscription is over and is made anew")
        subscription.uri = nil
        addSubscription()
    }

    mutating func addUnsubscription() {
        guard let uri = subscription.uri,
            !configuration.misbehaviour.contains(.leavesSubscription)
        else { return }
        jobs.add(Job(.unsubscribe, .delete, uri))
    }

    private func isSuspended(_ entry: JSONValue) -> Bool {
        entry["Status"]?["State"]?.string == "Disabled"
    }
}
