import Findings
import VirtualTime

extension SubscriptionCheck {
    /// Rows of events that a report holds; a flood of them is counted.
    private static let eventLimit = 2_000

    var ledgers: [Ledger] { [subscriptionLedger, eventLedger] }

    private var subscriptionLedger: Ledger {
        let left = isTurnedAway ? 0 : subscriptions.count(where: \.isOpen)
        let stranded = subscriptions.count(where: \.isOpen) - left
        let rows = subscriptions.map { subscription in
            Ledger.Row(
                [
                    .text(subscription.path ?? subscription.destination),
                    .text(subscription.destination), .text(subscription.created.time),
                    .number(subscription.created.line), .number(subscription.deliveries),
                    .init(subscription.ended?.time),
                ], concern: subscription.isOpen && !isTurnedAway ? "left behind" : nil)
        }
        return Ledger(
            "subscriptions",
            summary: "\(grouped(subscriptions.count)) made, "
                + "\(grouped(subscriptions.count - left - stranded)) ended, "
                + "\(grouped(left)) left behind"
                + (stranded > 0 ? ", \(grouped(stranded)) out of reach" : ""),
            columns: ["subscription", "destination", "made", "line", "deliveries", "ended"],
            rows: rows)
    }

    private var eventLedger: Ledger {
        let passages = ledger.passages.map(row)
        let lost = ledger.due.map { item in
            Ledger.Row(
                [
                    .init(item.id), .text(item.message), .init(item.origin),
                    .text((item.instant - facts.start).iso8601), .text(item.destination),
                    .number(0), .none, .none, .none, .number(0),
                ], concern: "lost: never delivered")
        }
        let rows = passages + lost
        return Ledger(
            "events",
            summary: "emitted \(grouped(ledger.emittedCount)), "
                + "delivered \(grouped(ledger.deliveredCount)), "
                + "acknowledged \(grouped(ledger.acknowledgedCount)), "
                + "duplicated \(grouped(ledger.duplicates)), lost \(grouped(lost.count))",
            columns: [
                "event", "message", "origin", "emitted", "destination", "attempts", "delivered",
                "line", "acknowledged", "duplicates",
            ],
            rows: Array(rows.prefix(Self.eventLimit)), omitted: max(0, rows.count - Self.eventLimit)
        )
    }

    private func row(_ passage: EventLedger.Passage) -> Ledger.Row {
        let event = passage.event
        let concern =
            passage.acknowledged == nil
            ? "never acknowledged" : passage.duplicates > 0 ? "delivered again" : nil
        return Ledger.Row(
            [
                .text(event.id), .text(event.message), .init(event.origin),
                .init(event.timestamp.map { ($0 - facts.start).iso8601 }),
                .text(passage.destination), .number(passage.attempts), .text(passage.first.time),
                .number(passage.first.line), .init(passage.acknowledged?.time),
                .number(passage.duplicates),
            ], concern: concern)
    }
}
