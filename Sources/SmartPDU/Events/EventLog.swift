import DequeModule

/// The latest events, whether anybody subscribed or not; the oldest go when it is full.
struct EventLog: Sendable {
    struct Entry: Sendable {
        let number: Int
        let record: NumberedEvent
    }

    static let limit = 1000

    private var kept: Deque<Entry> = []
    /// Entries have been lost since the log was last cleared.
    private(set) var hasOverflowed = false
    private var count = 0

    /// In the order of their numbers, without gaps.
    var entries: [Entry] { Array(kept) }

    /// The entry of a number as it stands in a URI.
    subscript(id: String) -> Entry? {
        guard let number = Int(id), let first = kept.first?.number,
            kept.indices.contains(number - first), String(number) == id
        else { return nil }
        return kept[number - first]
    }

    mutating func append(_ record: NumberedEvent) {
        count += 1
        kept.append(Entry(number: count, record: record))
        if kept.count > Self.limit {
            kept.removeFirst()
            hasOverflowed = true
        }
    }

    /// Empties the log; numbers go on.
    mutating func clear() {
        kept = []
        hasOverflowed = false
    }
}
