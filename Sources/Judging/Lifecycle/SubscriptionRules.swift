import Findings

extension SubscriptionCheck {
    static let subscribes = Rule(
        "client/subscribes", .policy, .fail,
        "A client told to subscribe does.",
        source: RuleSource.policy("the scenario's client duties"))

    static let body = Rule(
        "client/V01-subscribe-body", .shall, .fail,
        "A subscription names Destination and Protocol, and only filters that the EventService "
            + "advertises.",
        source: RuleSource.schema("EventDestination: Destination and Protocol required on create"))

    static let removal = Rule(
        "client/V03-unsubscribes", .shall, .fail,
        "Every subscription that a client made is deleted when it stops.",
        source: RuleSource.subscriptions)

    static let single = Rule(
        "client/V04-one-subscription", .policy, .warn,
        "A client keeps one subscription for one destination.",
        source: RuleSource.policy("stale targets overload services (ibm-openbmc/bmcweb#228)"))

    static let acknowledges = Rule(
        "client/V05-acknowledges", .shall, .fail,
        "Every delivery is answered with a success.",
        source: RuleSource.subscriptions)

    static let nothingLost = Rule(
        "client/V08-nothing-lost", .policy, .fail,
        "The client counts every distinct event that it acknowledged, once.",
        source: RuleSource.policy("an acknowledged event is the client's to keep (V06, V08)"))

    static let rereads = Rule(
        "client/V10-rereads", .policy, .fail,
        "After subscribing, and after an event about a breaker or outlet, the client reads what "
            + "it concerns before it claims anything.",
        source: RuleSource.policy("no event tells of what was before the subscription"))

    static let delivered = Rule(
        "service/event-delivered", .shall, .fail,
        "Every event of the device reaches every matching subscription, once.",
        source: RuleSource.subscriptions)

    static let order = Rule(
        "service/event-order", .policy, .fail,
        "The events of one subscription come in the order in which they happened.",
        source: RuleSource.policy("EventIds count up; redeliveries are set aside"))

    static let context = Rule(
        "service/event-context", .shall, .fail,
        "A delivery carries the Context of its subscription.",
        source: RuleSource.schema("EventDestination and Event: Context"))

    static let rules = [
        subscribes, body, removal, single, acknowledges, nothingLost, rereads, delivered, order,
        context,
    ]
}
