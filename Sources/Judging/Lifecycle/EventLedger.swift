import Findings
import Recordings
import VirtualTime

/// Keeps account of events from the device to each subscription: what must come, what came, what
/// was acknowledged, and how often.
struct EventLedger {
    /// An event that a subscription must be offered.
    struct Due {
        var destination: String
        /// The event's id where it is known from another delivery, else what it must say.
        var id: String?
        var message: String
        var origin: String?
        var instant: VirtualInstant
    }

    private struct Key: Hashable {
        var destination: String
        var id: String
    }

    /// What became of one event on its way to one subscription.
    struct Passage {
        let event: EventRecord
        let destination: String
        /// The delivery that offered it first.
        let first: ExchangeReference
        var attempts = 0
        /// The delivery that the client acknowledged first.
        var acknowledged: ExchangeReference?
        /// Deliveries after the device knew it acknowledged.
        var duplicates = 0
    }

    /// In the order of the first delivery.
    private(set) var passages: [Passage] = []
    private var passageOf: [Key: Int] = [:]
    /// Acknowledged, and the device knows.
    private var settled: Set<Key> = []
    private var emitted: Set<String> = []
    private var acknowledged: Set<String> = []
    private(set) var duplicates = 0
    private(set) var due: [Due] = []
    /// Deliveries of the current instant, for truth that is recorded after them.
    private var recent: [Due] = []

    /// Distinct events that any delivery has shown.
    var emittedCount: Int { emitted.count }
    /// Distinct events that reached a subscription, by subscription.
    var deliveredCount: Int { passages.count }
    /// Distinct events that the client acknowledged.
    var acknowledgedCount: Int { acknowledged.count }

    /// What one record of a delivery meant.
    struct Outcome {
        /// The event had not been offered to this subscription before.
        var isFirstAttempt: Bool
        /// The client acknowledged the event and had not before.
        var isNewlyAcknowledged: Bool
        /// The device delivered what had been acknowledged to it.
        var isDuplicate: Bool
    }

    /// Takes one record of a delivery in.
    ///
    /// - Parameters:
    ///   - isAcknowledged: The client answered with a success.
    ///   - hasReachedDevice: The answer got back to the device, as far as the scenario let it.
    mutating func record(
        _ event: EventRecord, to destination: String, by delivery: ExchangeReference,
        at instant: VirtualInstant, isAcknowledged: Bool, hasReachedDevice: Bool
    ) -> Outcome {
        let key = Key(destination: destination, id: event.id)
        emitted.insert(event.id)
        let isFirst = passageOf[key] == nil
        if isFirst {
            match(event, to: destination, at: instant)
            passageOf[key] = passages.count
            passages.append(Passage(event: event, destination: destination, first: delivery))
        }
        let isDuplicate = settled.contains(key)
        if isDuplicate { duplicates += 1 }
        if let index = passageOf[key] {
            passages[index].attempts += 1
            if isDuplicate { passages[index].duplicates += 1 }
            if isAcknowledged, passages[index].acknowledged == nil {
                passages[index].acknowledged = delivery
            }
        }
        if isAcknowledged, hasReachedDevice { settled.insert(key) }
        let isNew = isAcknowledged && acknowledged.insert(event.id).inserted
        return Outcome(
            isFirstAttempt: isFirst, isNewlyAcknowledged: isNew, isDuplicate: isDuplicate)
    }

    /// Whether any delivery has shown this event before.
    func isKnown(_ event: EventRecord) -> Bool { emitted.contains(event.id) }

    /// An event that a subscription must be offered before the end, or was at this instant.
    mutating func expect(_ item: Due) {
        if let index = recent.firstIndex(where: { $0.instant == item.instant && item.fits($0) }) {
            recent.remove(at: index)
        } else {
            due.append(item)
        }
    }

    private mutating func match(
        _ event: EventRecord, to destination: String, at instant: VirtualInstant
    ) {
        recent.removeAll { $0.instant != instant }
        let seen = Due(
            destination: destination, id: event.id, message: event.message, origin: event.origin,
            instant: instant)
        if let index = due.firstIndex(where: { $0.fits(seen) }) {
            due.remove(at: index)
        } else {
            recent.append(seen)
        }
    }

    /// A subscription is gone: nothing has to reach it any more.
    mutating func close(_ destination: String) {
        due.removeAll { $0.destination == destination }
    }
}

extension EventLedger.Due {
    /// Whether a delivered record is what was due.
    fileprivate func fits(_ seen: EventLedger.Due) -> Bool {
        guard destination == seen.destination else { return false }
        if let id { return id == seen.id }
        return message == seen.message && (origin == nil || origin == seen.origin)
    }
}
