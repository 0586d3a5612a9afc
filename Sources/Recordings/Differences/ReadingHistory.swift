import VirtualTime

/// What one quantity of one component reads on either side, over time, and so by how much it
/// differs at any moment: between two polls by no less and no more than at either of them.
struct ReadingHistory: Sendable {
    /// A moment at which both sides read it. Amounts are in 10⁻⁹ of the quantity's unit.
    struct Sample: Sendable {
        var time: VirtualDuration
        var golden: Int64
        var run: Int64

        fileprivate var delta: AmountRange {
            let delta = Int128(run) - Int128(golden)
            return AmountRange(delta, delta)
        }
    }

    private(set) var samples: [Sample] = []
    /// What only one side reads, for the other did not ask.
    private(set) var unpaired: [(time: VirtualDuration, amount: Int64)] = []
    /// Stretches in which only one side has power, whether anybody asked or not.
    var supplyDifferences: [SupplyDifference] = []
    /// The most by which the two sides differ from one moment to another.
    func greatestDelta(from start: VirtualDuration, to end: VirtualDuration) -> Int128 {
        samples[index(of: start)...].prefix { $0.time <= end }.map(\.delta.magnitude).max() ?? 0
    }

    /// The index of the first sample that differs.
    private let firstDifference: Int?
    /// Of power: by how much the energy differs at each sample, in 10⁻⁹ kWh.
    private var energyAtSamples: [AmountRange] = []

    init(
        golden: [(time: VirtualDuration, amount: Int64)],
        run: [(time: VirtualDuration, amount: Int64)]
    ) {
        var (left, right) = (golden[...], run[...])
        while let time = [left.first?.time, right.first?.time].compactMap(\.self).min() {
            let mine = left.first?.time == time ? left.removeFirst() : nil
            let theirs = right.first?.time == time ? right.removeFirst() : nil
            if let mine, let theirs {
                samples.append(Sample(time: time, golden: mine.amount, run: theirs.amount))
            } else if let one = mine ?? theirs {
                unpaired.append(one)
            }
        }
        firstDifference = samples.firstIndex { $0.golden != $0.run }
        var energy = AmountRange.zero
        for index in samples.indices {
            energy = energy + energyPiece(endingAt: index, at: samples[index].time)
            energyAtSamples.append(energy)
        }
    }

    /// By how much the two sides differ at a moment; nil where nothing is known of it.
    func delta(at time: VirtualDuration) -> AmountRange? {
        let next = index(of: time)
        if next < samples.count, samples[next].time == time { return samples[next].delta }
        let known = [next > 0 ? next - 1 : nil, next < samples.count ? next : nil]
            .compactMap { $0.map { samples[$0].delta } }
        guard var delta = known.first else { return nil }
        for other in known { delta = delta.hull(other) }
        for stretch in supplyDifferences where stretch.contains(time) {
            delta = delta.hull(effect(of: stretch))
        }
        return delta
    }

    /// Whether the two sides have differed at or before a moment, or do so at the next sample.
    func hasDiffered(by time: VirtualDuration) -> Bool {
        firstDifference.map { $0 <= index(of: time) } ?? false
    }

    /// Of power: by how much the energy since the start differs at a moment, in 10⁻⁹ kWh.
    func energyDelta(at time: VirtualDuration) -> AmountRange {
        let next = index(of: time)
        var energy = next > 0 ? energyAtSamples[next - 1] : .zero
        energy = energy + energyPiece(endingAt: next, at: time)
        for stretch in supplyDifferences {
            let span = (min(stretch.end, time) - stretch.start).milliseconds
            guard span > 0 else { continue }
            energy = energy + effect(of: stretch).energy(milliseconds: span).hull(.zero)
        }
        return energy
    }

    /// The greatest amount read on either side near a moment: at the samples before and after.
    func greatest(near time: VirtualDuration) -> Int64 {
        let next = index(of: time)
        let near = samples[max(0, next - 1)..<min(samples.count, next + 1)]
        return near.map { max(abs($0.golden), abs($0.run)) }.max() ?? 0
    }

    /// The smallest amount read on either side near a moment.
    func smallest(near time: VirtualDuration) -> Int64 {
        let next = index(of: time)
        let near = samples[max(0, next - 1)..<min(samples.count, next + 1)]
        return near.map { min(abs($0.golden), abs($0.run)) }.min() ?? 0
    }

    /// By how much it changed in all the stretches that one side did not read: what can be missing
    /// from what was made of these readings.
    var growthUnread: Int128 {
        var growth: Int128 = 0
        var index = 0
        while index < unpaired.count {
            let next = self.index(of: unpaired[index].time)
            var amounts: [Int64] = []
            for neighbour in [next - 1, next] where samples.indices.contains(neighbour) {
                amounts += [samples[neighbour].golden, samples[neighbour].run]
            }
            while index < unpaired.count,
                next == samples.count || unpaired[index].time < samples[next].time
            {
                amounts.append(unpaired[index].amount)
                index += 1
            }
            if let least = amounts.min(), let most = amounts.max() {
                growth += Int128(most) - Int128(least)
            }
        }
        return growth
    }

    // MARK: Pieces

    /// The index of the first sample at or after a moment.
    private func index(of time: VirtualDuration) -> Int {
        var (low, high) = (0, samples.count)
        while low < high {
            let middle = (low + high) / 2
            if samples[middle].time < time { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The energy from the sample before this one until a moment not after it. Before the first
    /// sample it may have differed as then or not at all; after the last one, as then.
    private func energyPiece(endingAt index: Int, at time: VirtualDuration) -> AmountRange {
        let before = index > 0 ? samples[index - 1].delta : nil
        let after = index < samples.count ? samples[index].delta : nil
        guard let power = before.map({ $0.hull(after ?? $0) }) ?? after?.hull(.zero) else {
            return .zero
        }
        let start = index > 0 ? samples[index - 1].time : .zero
        return power.energy(milliseconds: (time - start).milliseconds)
    }

    /// What comes to nothing on the side without power.
    private func effect(of stretch: SupplyDifference) -> AmountRange {
        let load = Int128(max(greatest(near: stretch.start), greatest(near: stretch.end)))
        return AmountRange(0, stretch.isRunPowered ? load : -load)
    }
}

/// A stretch in which an outlet has power on one side only.
struct SupplyDifference: Sendable, Hashable {
    var start: VirtualDuration
    /// Nil until the end of the recording.
    var last: VirtualDuration?
    var isRunPowered: Bool

    fileprivate var end: VirtualDuration { last ?? VirtualDuration(milliseconds: .max) }

    func contains(_ time: VirtualDuration) -> Bool { start <= time && time <= end }
}

extension AmountRange {
    /// The energy of this power, in 10⁻⁹ kWh for 10⁻⁹ W.
    fileprivate func energy(milliseconds: Int64) -> AmountRange {
        let perHourAndKilo: Int128 = 3_600_000 * 1000
        // Away from zero, so that nothing possible is lost.
        func energy(_ power: Int128) -> Int128 {
            let product = power * Int128(milliseconds)
            let rest: Int128 = product.isMultiple(of: perHourAndKilo) ? 0 : product.signum()
            return product / perHourAndKilo + rest
        }
        return AmountRange(energy(low), energy(high))
    }
}
