import Electrical
import VirtualTime

/// The register histories of all metering points, and what they add up to.
struct RegisterAccount {
    let facts: DeviceFacts
    private let oracle: RegisterOracle?
    private let numbering: PointNumbering
    private(set) var histories: [RegisterHistory]
    private var showsPower: [Bool]

    /// - Parameter sampleTolerance: How far a stated sample may be from the one it is.
    init(
        _ facts: DeviceFacts, truth: (any EnergyTruth)?, sampleTolerance: VirtualDuration = .zero
    ) {
        self.facts = facts
        oracle = truth.map { RegisterOracle(facts: facts, truth: $0) }
        numbering = PointNumbering(facts)
        histories = Array(
            repeating: RegisterHistory(sampleTolerance: sampleTolerance), count: numbering.count)
        showsPower = Array(repeating: false, count: numbering.count)
    }

    mutating func observe(_ exchange: ObservedExchange) {
        for resource in exchange.resources {
            for reading in resource.readings where reading.isWhole {
                guard let point = reading.point, let number = numbering[point] else { continue }
                if reading.quantity == .power { showsPower[number] = true }
                guard reading.quantity == .energy else { continue }
                if exchange.isFaulted, !isCredible(reading, number, exchange) { continue }
                histories[number].add(
                    reading, at: exchange.instant,
                    modulus: facts.registers[point]?.modulusMicrojoules)
            }
        }
    }

    /// Whether an answer that the scenario tampered with still tells what the register showed:
    /// a delayed one does, a falsified one does not.
    private func isCredible(
        _ reading: MeteredReading, _ number: Int, _ exchange: ObservedExchange
    ) -> Bool {
        if let last = histories[number].last, reading.value < last { return false }
        guard let oracle, let point = reading.point,
            let range = oracle.range(
                of: point, at: exchange.instant, resetTime: reading.resetTime)
        else { return true }
        return oracle.admits(reading.value, in: range, of: point)
    }

    subscript(point: MeteringPoint) -> RegisterHistory {
        numbering[point].map { histories[$0] } ?? RegisterHistory()
    }

    /// Whether the point's energy or power was ever shown.
    func isKnown(_ point: MeteringPoint) -> Bool {
        numbering[point].map { !histories[$0].isEmpty || showsPower[$0] } ?? false
    }

    /// The points whose registers stand for this one: itself or, for the unit, the highest level
    /// that was shown whole. Empty where nothing was.
    func level(for point: MeteringPoint) -> [MeteringPoint] {
        let candidates = point == .unit ? levels.reversed() : [[point]]
        return candidates.first { level in
            !level.isEmpty && level.allSatisfy { self[$0].instants.count > 1 }
        } ?? []
    }

    /// Every level at which the unit's whole energy passes, leaf first.
    var levels: [[MeteringPoint]] {
        [
            facts.meteredOutlets.map { .outlet($0) },
            (0..<facts.branchCount).map { .branch($0) }, [.mains], [.unit],
        ]
    }

    /// When the register of a point was sampled that a claim between two instants is held against;
    /// nil where several registers stand for it, each sampled at another time.
    func samples(
        for point: MeteringPoint, from: VirtualInstant, to: VirtualInstant
    ) -> (first: VirtualInstant, last: VirtualInstant)? {
        let level = level(for: point)
        guard let register = level.first, level.count == 1,
            let span = self[register].span(from: from, to: to)
        else { return nil }
        let instants = self[register].instants
        return (instants[span.first], instants[span.last])
    }

    /// What a level's registers counted together; nil where one of them was not shown.
    func span(
        of level: [MeteringPoint], from: VirtualInstant, to: VirtualInstant
    ) -> LevelSpan? {
        guard !level.isEmpty else { return nil }
        var sum = LevelSpan()
        for point in level {
            guard let span = self[point].span(from: from, to: to),
                let register = facts.registers[point]
            else { return nil }
            sum.low += span.low
            sum.high += span.high
            sum.nearest += span.nearest
            sum.bound += register.quantumMicrojoules * span.segments
            sum.isLossy = sum.isLossy || span.isLossy
        }
        return sum
    }
}

/// What one level's registers allow to be claimed, in microjoules.
struct LevelSpan {
    var low: Int64 = 0
    var high: Int64 = 0
    var nearest: Int64 = 0
    /// One quantum for each register and each stretch between resets.
    var bound: Int64 = 0
    var isLossy = false

    /// Whether a claim lies within so many bounds of what was counted.
    func admits(_ claim: Int64, bounds: Int64 = 1) -> Bool {
        claim >= low - bounds * bound && claim <= high + bounds * bound
    }

    var words: String {
        "\(kilowattHours(max(0, low - bound))) to \(kilowattHours(high + bound))"
    }
}
