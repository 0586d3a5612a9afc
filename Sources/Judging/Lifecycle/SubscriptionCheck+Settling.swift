import Findings
import JSONText
import Recordings
import VirtualTime

// The end of a run: what never came, and what was left behind.

extension SubscriptionCheck {
    func finish(at end: VirtualInstant) -> CheckGroup {
        let lost = ledger.due.count
        settleDue()
        settleEventCount()
        settleSubscriptions()
        let account =
            "emitted \(grouped(ledger.emittedCount)), delivered \(grouped(ledger.deliveredCount)), "
            + "acknowledged \(grouped(ledger.acknowledgedCount)), "
            + "duplicated \(grouped(ledger.duplicates)), lost \(grouped(lost))"
        return CheckGroup(
            name: "subscription lifecycle",
            measure: "\(subscriptions.count.counted("subscription")); events: \(account)",
            results: tallies.results(
                owesSubscription: duties.subscribes,
                hasSubscription: !subscriptions.isEmpty, account: account))
    }

    private func settleDue() {
        let refusing = Set(subscriptions.filter(\.hasRefused).map(\.destination))
        for item in ledger.due where !refusing.contains(item.destination) {
            let origin = item.origin.map { " of \($0)" } ?? ""
            tallies.delivered.find(
                "\(item.message)\(origin) at \((item.instant - facts.start).iso8601) never "
                    + "reached the subscription to \(item.destination)",
                at: nil, expected: "one delivery", seen: "none")
        }
        // What a client refuses is its own loss (V05), and what is not sent to it any more then.
        guard subscriptions.contains(where: { !$0.hasRefused }) else { return }
        for event in unseen {
            let origin = event.originSuffix.map { " of \($0)" } ?? ""
            tallies.delivered.find(
                "the scenario expects \(event.message)\(origin), which was never delivered",
                at: nil, expected: "at least one delivery", seen: "none")
        }
    }

    private func settleEventCount() {
        guard let eventCount else { return }
        tallies.nothingLost.check()
        let acknowledged = Int64(eventCount.acknowledged)
        let isWhole =
            eventCount.claimed == acknowledged
            || eventCount.claimed + earlierEventCount == acknowledged
        guard !isWhole else { return }
        tallies.nothingLost.find(
            "the client counts \(eventCount.claimed) distinct events (line \(eventCount.line)), "
                + "it acknowledged \(eventCount.acknowledged)",
            at: nil, expected: "\(eventCount.acknowledged)", seen: "\(eventCount.claimed)")
    }

    private func settleSubscriptions() {
        if duties.subscribes {
            tallies.subscribes.check()
            if subscriptions.isEmpty {
                tallies.subscribes.find(
                    "the client never subscribed", at: nil,
                    expected: "POST \(subscriptionsPath) that is answered 201", seen: "none")
            }
        }
        for subscription in subscriptions {
            guard subscription.isOpen else {
                tallies.removal.check()
                continue
            }
            guard !isTurnedAway, !duties.mayGoOn else { continue }
            tallies.removal.check()
            tallies.removal.find(
                "the subscription was left behind", at: subscription.created,
                expected: "DELETE \(subscription.path ?? "of the subscription")", seen: "no DELETE")
        }
    }
}
