import Findings

/// What has become of each rule about subscriptions.
struct SubscriptionTallies {
    var subscribes = RuleTally(SubscriptionCheck.subscribes)
    var body = RuleTally(SubscriptionCheck.body)
    var removal = RuleTally(SubscriptionCheck.removal)
    var single = RuleTally(SubscriptionCheck.single)
    var acknowledges = RuleTally(SubscriptionCheck.acknowledges)
    var nothingLost = RuleTally(SubscriptionCheck.nothingLost)
    var rereads = RuleTally(SubscriptionCheck.rereads)
    var delivered = RuleTally(SubscriptionCheck.delivered)
    var order = RuleTally(SubscriptionCheck.order)
    var context = RuleTally(SubscriptionCheck.context)

    /// The results in the order of the report.
    ///
    /// - Parameter account: How many events were emitted, delivered and so on.
    func results(
        owesSubscription: Bool, hasSubscription: Bool, account: String
    ) -> [RuleResult] {
        let binds = owesSubscription || hasSubscription
        return [
            subscribes.result("duty", "duties", isApplicable: owesSubscription),
            body.result("subscription", isApplicable: binds),
            removal.result("subscription", isApplicable: binds),
            single.result("subscription", isApplicable: binds),
            acknowledges.result("delivery", "deliveries", isApplicable: binds),
            nothingLost.result("event count", isApplicable: binds),
            rereads.result("occasion", isApplicable: binds),
            delivered.result("record", numbers: account), order.result("record"),
            context.result("delivery", "deliveries"),
        ]
    }
}
