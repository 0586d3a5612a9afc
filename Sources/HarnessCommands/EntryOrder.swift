import Recordings

/// Keeps entries in the order in which they began.
///
/// A delivery is known whole only once it is answered, and what the client does about it may come
/// first; whatever follows a delivery under way waits for it.
struct EntryOrder: Sendable {
    private enum Slot: Sendable {
        case entry(RecordEntry)
        case open(id: Int)
    }

    private var slots: [Slot] = []
    private var lastID = 0

    mutating func add(_ entry: RecordEntry) { slots.append(.entry(entry)) }

    /// Keeps a place for an entry that is still under way.
    mutating func open() -> Int {
        lastID += 1
        slots.append(.open(id: lastID))
        return lastID
    }

    mutating func close(_ id: Int, with entry: RecordEntry) {
        let index = slots.firstIndex { if case .open(id) = $0 { true } else { false } }
        if let index { slots[index] = .entry(entry) }
    }

    mutating func withdraw(_ id: Int) {
        slots.removeAll { if case .open(id) = $0 { true } else { false } }
    }

    /// Takes out what waits for nothing any more.
    mutating func takeReady() -> [RecordEntry] {
        var ready: [RecordEntry] = []
        for slot in slots {
            guard case .entry(let entry) = slot else { break }
            ready.append(entry)
        }
        slots.removeFirst(ready.count)
        return ready
    }
}
