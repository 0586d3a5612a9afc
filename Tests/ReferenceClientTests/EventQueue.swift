import VirtualTime

/// What is to happen at which virtual instant; things of the same instant keep the order in which
/// they were added.
struct EventQueue<Event> {
    private struct Entry {
        var instant: VirtualInstant
        var sequence: UInt64
        var event: Event

        func comesBefore(_ other: Entry) -> Bool {
            instant != other.instant ? instant < other.instant : sequence < other.sequence
        }
    }

    private var heap: [Entry] = []
    private var nextSequence: UInt64 = 0

    init() {}

    var isEmpty: Bool { heap.isEmpty }

    var nextInstant: VirtualInstant? { heap.first?.instant }

    mutating func add(_ event: Event, at instant: VirtualInstant) {
        heap.append(Entry(instant: instant, sequence: nextSequence, event: event))
        nextSequence += 1
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].comesBefore(heap[parent]) else { break }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    mutating func removeFirst() -> (instant: VirtualInstant, event: Event)? {
        guard let first = heap.first else { return nil }
        let last = heap.removeLast()
        if !heap.isEmpty {
            heap[0] = last
            sink()
        }
        return (first.instant, first.event)
    }

    private mutating func sink() {
        var parent = 0
        while true {
            var smallest = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count {
                if heap[child].comesBefore(heap[smallest]) { smallest = child }
            }
            guard smallest != parent else { return }
            heap.swapAt(parent, smallest)
            parent = smallest
        }
    }
}
