import VirtualTime

/// What one metering point's register showed in the course of the run, as energy since its first
/// sample, resets and rollovers taken out.
///
/// Claims may come late and rest on any two samples, so every sample is kept, at 16 bytes: a day of
/// 48 outlets by the minute and four totals every ten seconds is 1.6 MB.
struct RegisterHistory {
    /// A reset in which energy went unseen, for want of a lifetime reading.
    struct LossyReset {
        /// The first sample after it.
        var index: Int
        var gap: VirtualDuration
    }

    private(set) var instants: [VirtualInstant] = []
    /// Microjoules since the first sample.
    private(set) var energy: [Int64] = []
    /// The samples before which the register was reset, in order.
    private(set) var resets: [Int] = []
    private(set) var lossyResets: [LossyReset] = []
    /// The steepest slope between two samples: a milliwatt is a microjoule a millisecond.
    private(set) var steepestMilliwatts: Int64 = 0

    private let sampleTolerance: VirtualDuration
    private var lastReading: Int64 = 0
    private var lastResetTime: String?
    private var lastLifetime: (reading: Int64, energy: Int64)?

    /// - Parameter sampleTolerance: How far a stated sample may be from the one it is.
    init(sampleTolerance: VirtualDuration = .zero) {
        self.sampleTolerance = sampleTolerance
    }

    var isEmpty: Bool { instants.isEmpty }

    /// The last value shown.
    var last: Int64? { isEmpty ? nil : lastReading }

    mutating func add(
        _ reading: MeteredReading, at instant: VirtualInstant, modulus: Int64?
    ) {
        // Excerpt and Sensor of one instant are one sample.
        guard instants.last != instant else { return }
        let total = energy.last ?? 0
        var now = total
        if let previous = instants.last {
            now = total + step(to: reading, after: instant - previous, modulus: modulus)
            let span = (instant - previous).milliseconds
            if span > 0 { steepestMilliwatts = max(steepestMilliwatts, (now - total) / span) }
        }
        instants.append(instant)
        energy.append(now)
        lastReading = reading.value
        lastResetTime = reading.resetTime ?? lastResetTime
        if let lifetime = reading.lifetime { lastLifetime = (lifetime, now) }
    }

    private mutating func step(
        to reading: MeteredReading, after gap: VirtualDuration, modulus: Int64?
    ) -> Int64 {
        let difference = reading.value - lastReading
        if difference < 0, let modulus, -difference > modulus / 2 { return difference + modulus }
        let isAnnounced = lastResetTime.map { reading.resetTime ?? $0 != $0 } ?? false
        guard difference < 0 || isAnnounced else { return difference }
        resets.append(instants.count)
        if let lifetime = reading.lifetime, let lastLifetime, lifetime >= lastLifetime.reading {
            return lastLifetime.energy + lifetime - lastLifetime.reading - (energy.last ?? 0)
        }
        lossyResets.append(LossyReset(index: instants.count, gap: gap))
        return reading.value
    }

    /// What the register allows to be claimed between two instants; nil without two samples.
    func span(from: VirtualInstant, to: VirtualInstant) -> RegisterSpan? {
        guard instants.count > 1, from <= to else { return nil }
        let start = bracket(from)
        let end = bracket(to)
        let inside = (start.nearest + 1)..<max(end.nearest + 1, start.nearest + 1)
        var high = end.high - start.low
        for reset in lossyResets where inside.contains(reset.index) {
            high += steepestMilliwatts * reset.gap.milliseconds
        }
        return RegisterSpan(
            low: max(0, end.low - start.high), high: max(0, high),
            nearest: energy[end.nearest] - energy[start.nearest],
            segments: Int64(1 + resets.count { inside.contains($0) }),
            first: start.nearest, last: end.nearest,
            isLossy: lossyResets.contains { inside.contains($0.index) })
    }

    /// What the steepest slope makes of a span, in microjoules. A claim may name any year, so the
    /// product is bounded where sums with it would no longer fit.
    private func slack(over span: VirtualDuration) -> Int64 {
        let energy = Int128(steepestMilliwatts) * Int128(span.milliseconds)
        return Int64(min(energy, Int128(Int64.max / 4)))
    }

    /// Between which values the register stood at an instant: at a sample both are its own. Outside
    /// the samples the steepest slope bounds what is not known.
    private func bracket(_ instant: VirtualInstant) -> (low: Int64, high: Int64, nearest: Int) {
        let next = firstIndex(notBefore: instant)
        let last = instants.count - 1
        if next <= last, instants[next] == instant { return (energy[next], energy[next], next) }
        if let samples = samples(near: instant) { return samples }
        if next == 0 {
            let slack = slack(over: instants[0] - instant)
            return (energy[0] - slack, energy[0], 0)
        }
        if next > last {
            let slack = slack(over: instant - instants[last])
            return (energy[last], energy[last] + slack, last)
        }
        let isNextNearer = instants[next] - instant < instant - instants[next - 1]
        return (energy[next - 1], energy[next], isNextNearer ? next : next - 1)
    }

    /// Between which values the register stood at the samples that may be meant; nil where none may.
    private func samples(
        near instant: VirtualInstant
    ) -> (low: Int64, high: Int64, nearest: Int)? {
        guard sampleTolerance > .zero else { return nil }
        let first = firstIndex(notBefore: instant - sampleTolerance)
        let last = firstIndex(notBefore: instant + sampleTolerance + .milliseconds(1)) - 1
        guard first <= last else { return nil }
        func distance(_ index: Int) -> Int64 {
            abs((instants[index] - instant).milliseconds)
        }
        let nearest = (first...last).min { distance($0) < distance($1) } ?? first
        return (energy[first], energy[last], nearest)
    }

    private func firstIndex(notBefore instant: VirtualInstant) -> Int {
        var low = 0
        var high = instants.count
        while low < high {
            let middle = (low + high) / 2
            if instants[middle] < instant { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

/// Energy between two instants by the register, in microjoules.
struct RegisterSpan {
    /// Where the instants are samples, low and high are the same.
    var low: Int64
    var high: Int64
    /// By the samples nearest to the instants.
    var nearest: Int64
    /// Stretches between resets.
    var segments: Int64
    /// The samples nearest to the instants.
    var first: Int
    var last: Int
    /// A reset lies inside, and what passed before it went unseen.
    var isLossy: Bool
}
