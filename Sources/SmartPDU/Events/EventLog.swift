/// The latest events, whether anybody subscribed or not; the oldest go when it is full.
struct EventLog: Sendable {
    struct Entry: Sendable {
        let number: Int
        let record: NumberedEvent
    }

    static let limit = 1000

    /// In the order of their numbers, without gaps.
    private(set) var entries: [Entry] = []
    /// Entries have been lost since the log was last cleared.
    private(set) var hasOverflowed = false
    private var count = 0

    /// The entry of a number as it stands in a URI.
    subscript(id: String) -> Entry? {
        guard let number = Int(id), let first = entries.first?.number,
            entries.indices.contains(number - first), String(number) == id
        else { return nil }
        return entries[number - first]
    }

    mutating func append(_ record: NumberedEvent) {
        count += 1
        entries.append(Entry(number: count, record: record))
        if entries.count > Self.limit {
            entries.removeFirst()
            hasOverflowed = true
        }
    }

    /// Empties the log; numbers go on.
    mutating func clear() {
        entries = []
        hasOverflowed = false
    }
}
