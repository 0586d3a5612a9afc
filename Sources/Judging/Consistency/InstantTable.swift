import Electrical
import VirtualTime

/// What was shown of each metering point at one and the same instant. Sums and equalities hold
/// only between values of one instant, so the table empties itself when time moves.
struct InstantTable {
    struct Slot {
        var value: Int64
        var reading: MeteredReading
        var line: Int
    }

    private let numbering: PointNumbering
    private var slots: [Slot?]
    private var filled: [Int] = []
    private(set) var instant: VirtualInstant?

    init(_ numbering: PointNumbering) {
        self.numbering = numbering
        slots = Array(repeating: nil, count: numbering.count * MeteredQuantity.allCases.count)
    }

    var isEmpty: Bool { filled.isEmpty }

    mutating func put(
        _ reading: MeteredReading, of point: MeteringPoint, at instant: VirtualInstant, line: Int
    ) {
        self.instant = instant
        guard let index = index(point, reading.quantity) else { return }
        if slots[index] == nil { filled.append(index) }
        slots[index] = Slot(value: reading.value, reading: reading, line: line)
    }

    subscript(point: MeteringPoint, quantity: MeteredQuantity) -> Slot? {
        index(point, quantity).flatMap { slots[$0] }
    }

    mutating func removeAll() {
        for index in filled { slots[index] = nil }
        filled.removeAll(keepingCapacity: true)
        instant = nil
    }

    private func index(_ point: MeteringPoint, _ quantity: MeteredQuantity) -> Int? {
        numbering[point].map { $0 * MeteredQuantity.allCases.count + quantity.rawValue }
    }
}
