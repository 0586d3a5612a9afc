import VirtualTime

/// The power that one point's readings showed, for telling integrated power from a register's
/// difference. Integrals are kept as running sums: 48 bytes a sample.
struct PowerHistory {
    /// What integration between two instants comes to, in microjoules.
    struct Integrals {
        var trapezoid: Int64
        /// The last power above zero goes on where nothing is drawn.
        var held: Int64
        /// The trapezoid over apparent power.
        var apparent: Int64
    }

    private struct Sample {
        var instant: VirtualInstant
        var milliwatts: Int64
        var millivoltamperes: Int64
        /// Sums since the first sample, in half microjoules: a year at 100 kW fits.
        var sums = Sums()
    }

    private struct Sums {
        var trapezoid: Int64 = 0
        var held: Int64 = 0
        var apparent: Int64 = 0
    }

    private var samples: [Sample] = []
    private var lastMilliwatts: Int64 = 0

    var isEmpty: Bool { samples.isEmpty }

    /// - Parameters: In millionths of watt and voltampere, as readings are.
    mutating func add(
        microwatts: Int64, microvoltamperes: Int64?, at instant: VirtualInstant
    ) {
        var sample = Sample(
            instant: instant, milliwatts: microwatts / 1000,
            millivoltamperes: (microvoltamperes ?? microwatts) / 1000)
        if let last = samples.last {
            guard instant > last.instant else { return }
            let span = (instant - last.instant).milliseconds
            if last.milliwatts > 0 { lastMilliwatts = last.milliwatts }
            sample.sums = last.sums
            sample.sums.trapezoid &+= (last.milliwatts &+ sample.milliwatts) &* span
            sample.sums.held &+= 2 &* lastMilliwatts &* span
            sample.sums.apparent &+= (last.millivoltamperes &+ sample.millivoltamperes) &* span
        }
        samples.append(sample)
    }

    /// Nil where fewer than two samples lie between the instants.
    func integrals(from: VirtualInstant, to: VirtualInstant) -> Integrals? {
        let first = firstIndex { $0 >= from }
        let last = firstIndex { $0 > to } - 1
        guard first < last else { return nil }
        let (before, after) = (samples[first].sums, samples[last].sums)
        return Integrals(
            trapezoid: (after.trapezoid &- before.trapezoid) / 2,
            held: (after.held &- before.held) / 2,
            apparent: (after.apparent &- before.apparent) / 2)
    }

    /// The least and the most that whoever integrates these samples can make of the time between two
    /// instants, in microjoules; nil where fewer than two lie there.
    func envelope(from: VirtualInstant, to: VirtualInstant) -> ClosedRange<Int64>? {
        let first = firstIndex { $0 >= from }
        let last = firstIndex { $0 > to } - 1
        guard first < last else { return nil }
        var (low, high): (Int64, Int64) = (0, 0)
        for index in max(0, first - 1)..<min(last + 1, samples.count - 1) {
            let (sample, next) = (samples[index], samples[index + 1])
            let span = (next.instant - sample.instant).milliseconds
            // Where the stretch is cut by an end, it need not be in the sum.
            if index >= first, index < last {
                low += min(sample.milliwatts, next.milliwatts) * span
            }
            high += max(sample.milliwatts, next.milliwatts) * span
        }
        return low...high
    }

    private func firstIndex(where isReached: (VirtualInstant) -> Bool) -> Int {
        var low = 0
        var high = samples.count
        while low < high {
            let middle = (low + high) / 2
            if isReached(samples[middle].instant) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
