import VirtualTime

/// The power that one point's readings showed, for telling integrated power from a register's
/// difference: 16 bytes a sample, and running sums now and then.
struct PowerHistory {
    /// What integration between two instants comes to, in microjoules.
    struct Integrals {
        var trapezoid: Int128
        /// The last power above zero goes on where nothing is drawn.
        var held: Int128
        /// The trapezoid over apparent power.
        var apparent: Int128

        static func += (sum: inout Self, part: Self) {
            sum.trapezoid += part.trapezoid
            sum.held += part.held
            sum.apparent += part.apparent
        }
    }

    /// More than 2 MW is no reading of a rack unit.
    struct Sample {
        var instant: VirtualInstant
        var milliwatts: Int32
        var millivoltamperes: Int32
    }

    /// Since the first sample, in half microjoules.
    private struct Sums {
        var trapezoid: Int128 = 0
        var held: Int128 = 0
        var apparent: Int128 = 0
        private var heldMilliwatts: Int32 = 0

        mutating func advance(from last: Sample, to next: Sample) {
            let span = Int128((next.instant - last.instant).milliseconds)
            if last.milliwatts > 0 { heldMilliwatts = last.milliwatts }
            trapezoid += (Int128(last.milliwatts) + Int128(next.milliwatts)) * span
            held += 2 * Int128(heldMilliwatts) * span
            apparent += (Int128(last.millivoltamperes) + Int128(next.millivoltamperes)) * span
        }
    }

    private(set) var samples: [Sample] = []
    /// The sums at the latest sample.
    private var latest = Sums()
    /// The sums at every so many samples.
    private var milestones: [Sums] = []
    private static let milestoneSpacing = 64

    var isEmpty: Bool { samples.isEmpty }

    /// - Parameters: In millionths of watt and voltampere, as readings are.
    mutating func add(
        microwatts: Int64, microvoltamperes: Int64?, at instant: VirtualInstant
    ) {
        let sample = Sample(
            instant: instant, milliwatts: Int32(clamping: microwatts / 1000),
            millivoltamperes: Int32(clamping: (microvoltamperes ?? microwatts) / 1000))
        if let last = samples.last {
            guard instant > last.instant else { return }
            latest.advance(from: last, to: sample)
        }
        if samples.count.isMultiple(of: Self.milestoneSpacing) { milestones.append(latest) }
        samples.appendTightly(sample)
    }

    /// Nil where fewer than two samples lie between the instants.
    func integrals(from: VirtualInstant, to: VirtualInstant) -> Integrals? {
        let first = firstIndex { $0 >= from }
        let last = firstIndex { $0 > to } - 1
        guard first < last else { return nil }
        let (before, after) = (sums(at: first), sums(at: last))
        return Integrals(
            trapezoid: (after.trapezoid - before.trapezoid) / 2,
            held: (after.held - before.held) / 2,
            apparent: (after.apparent - before.apparent) / 2)
    }

    private func sums(at index: Int) -> Sums {
        let milestone = index / Self.milestoneSpacing
        var sums = milestones[milestone]
        for next in samples[(milestone * Self.milestoneSpacing)...index].indices.dropFirst() {
            sums.advance(from: samples[next - 1], to: samples[next])
        }
        return sums
    }

    /// The least and the most that whoever integrates these samples can make of the time between two
    /// instants, in microjoules; nil where fewer than two lie there.
    func envelope(from: VirtualInstant, to: VirtualInstant) -> ClosedRange<Int128>? {
        let first = firstIndex { $0 >= from }
        let last = firstIndex { $0 > to } - 1
        guard first < last else { return nil }
        var (low, high): (Int128, Int128) = (0, 0)
        for index in max(0, first - 1)..<min(last + 1, samples.count - 1) {
            let (sample, next) = (samples[index], samples[index + 1])
            let span = Int128((next.instant - sample.instant).milliseconds)
            // Where the stretch is cut by an end, it need not be in the sum.
            if index >= first, index < last {
                low += Int128(min(sample.milliwatts, next.milliwatts)) * span
            }
            high += Int128(max(sample.milliwatts, next.milliwatts)) * span
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

extension Array {
    /// Appends without doubling: what grows all day takes a quarter more when it is full.
    mutating func appendTightly(_ element: Element) {
        if count == capacity { reserveCapacity(count + Swift.max(16, count / 4)) }
        append(element)
    }
}
