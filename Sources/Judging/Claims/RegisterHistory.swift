import VirtualTime

/// What one metering point's register showed in the course of the run, as energy since its first
/// sample, resets and rollovers taken out.
///
/// Claims may come late and rest on any two samples, so every sample is kept, at 21 bytes: a day of
/// 48 outlets by the minute and eight totals every ten seconds is 2.9 MB.
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
    /// What the register showed last.
    private(set) var last: Int64?
    /// By how much the register is above the energy, from each sample on where that changed.
    private var offsets: [(first: Int, microjoules: Int64)] = []
    /// The lines of the recording that showed it.
    private(set) var lines: [Int32] = []
    /// What befell the register, in order.
    private(set) var incidents: [RegisterIncident] = []
    /// The samples before which the register was reset, in order.
    private(set) var resets: [Int] = []
    private(set) var lossyResets: [LossyReset] = []
    /// The steepest slope between two samples: a milliwatt is a microjoule a millisecond.
    private(set) var steepestMilliwatts: Int64 = 0

    /// The highest power that was shown, or is between two dated samples.
    private(set) var peakMilliwatts: Int64 = 0
    /// Which samples stand at the time that the device gave them.
    private var isDated: [Bool] = []
    /// The latest reading that said when it was taken.
    private var latestDated: (answered: VirtualInstant, value: Int64)?

    /// What a register can count in a run, and a slope make of any time: far beyond all that is real,
    /// and small enough for the sum of a few to fit 64 bits. Devices and claims may say any number.
    private static let mostMicrojoules = Int64.max / 8

    /// How long the register holds a value.
    private let latch: VirtualDuration
    let sampleTolerance: VirtualDuration
    /// How often it is to be read; nil where nothing is demanded.
    private let cadence: VirtualDuration?
    private var lastResetTime: String?
    private var lastLifetime: (reading: Int64, energy: Int64)?

    /// - Parameter sampleTolerance: How far a stated sample may be from the one it is.
    init(
        sampleTolerance: VirtualDuration = .zero, cadence: VirtualDuration? = nil,
        latch: VirtualDuration = .zero
    ) {
        self.sampleTolerance = sampleTolerance
        self.cadence = cadence
        self.latch = latch
    }

    var isEmpty: Bool { instants.isEmpty }

    /// - Parameters:
    ///   - measured: When the device says that the value was taken, where it does.
    ///   - start: Where the scenario made the register begin anew since the last sample.
    mutating func add(
        _ reading: MeteredReading, at answered: VirtualInstant,
        measured: VirtualInstant? = nil, line: Int, modulus: Int64?,
        start: ScriptedRegisterStart? = nil
    ) {
        // What an excerpt shows at the same moment is what its Sensor showed, whichever came first.
        if measured == nil, let latestDated, latestDated == (answered, reading.value) { return }
        let instant = measured.map { min($0, answered) } ?? answered
        if measured != nil { latestDated = (answered, reading.value) }
        if measured != nil { date(reading.value, to: instant) }
        // Excerpt and Sensor of one instant are one sample, and so are answers of one measurement.
        guard instants.last.map({ instant > $0 }) ?? true else { return }
        let total = energy.last ?? 0
        var now = total
        if let previous = instants.last {
            let between = TimeStretch(from: previous, to: instant)
            let step = step(to: reading, over: between, modulus: modulus, start: start)
            now = total + min(step, Self.mostMicrojoules - total)
            if let longestWait, between.length > longestWait, now > total,
                incidents.last?.index != instants.count
            {
                note(.gap, after: reading.value, step: now - total, between)
            }
            let span = between.length.milliseconds
            if span > 0 { steepestMilliwatts = max(steepestMilliwatts, (now - total) / span) }
        }
        instants.appendTightly(instant)
        energy.appendTightly(now)
        if reading.value - now != offsets.last?.microjoules {
            offsets.append((instants.count - 1, reading.value - now))
        }
        last = reading.value
        lines.appendTightly(Int32(clamping: line))
        isDated.appendTightly(measured != nil)
        noteDatedSlope()
        lastResetTime = reading.resetTime ?? lastResetTime
        if let lifetime = reading.lifetime, lifetime >= 0 { lastLifetime = (lifetime, now) }
    }

    /// The highest power that a reading of the same point showed.
    mutating func notePower(milliwatts: Int64) {
        peakMilliwatts = max(peakMilliwatts, milliwatts)
    }

    /// What other answers showed of one measurement, without saying when it was made, becomes one
    /// sample at its time.
    private mutating func date(_ value: Int64, to measured: VirtualInstant) {
        while let latest = instants.last, latest >= measured, last == value {
            let before = instants.count - 2
            guard before >= 0, instants[before] >= measured else {
                instants[before + 1] = measured
                isDated[before + 1] = true
                return noteDatedSlope()
            }
            guard reading(at: before) == value else { return }
            instants.removeLast()
            energy.removeLast()
            lines.removeLast()
            isDated.removeLast()
            if offsets.last?.first == instants.count { offsets.removeLast() }
        }
    }

    /// Between two dated samples the register counted what passed between them, and nothing else.
    private mutating func noteDatedSlope() {
        let last = instants.count - 1
        guard last > 0, isDated[last], isDated[last - 1] else { return }
        let span = (instants[last] - instants[last - 1]).milliseconds
        peakMilliwatts = max(peakMilliwatts, (energy[last] - energy[last - 1] + span - 1) / span)
    }

    /// An answer that shows no value, or one that the register did not have.
    mutating func noteFalse(_ value: Int64?, at instant: VirtualInstant, quantum: Int64) {
        guard let before = last else { return }
        let isJitter = value.map { $0 > 0 && $0 < before && before - $0 <= 3 * quantum } ?? false
        let kind: RegisterIncident.Kind = value == nil ? .null : isJitter ? .jitter : .glitch
        // Several in a row are one.
        if let last = incidents.last, last.index == instants.count, last.kind == kind {
            incidents[incidents.count - 1].time.to = instant
            return
        }
        note(kind, after: value ?? 0, step: 0, TimeStretch(from: instant, to: instant))
    }

    /// After longer than two and a half polls, and what the pace may delay one, samples have a gap.
    var longestWait: VirtualDuration? {
        cadence.map { .milliseconds($0.milliseconds * 5 / 2) + sampleTolerance }
    }

    private mutating func note(
        _ kind: RegisterIncident.Kind, after: Int64, step: Int64, _ time: TimeStretch
    ) {
        incidents.append(
            RegisterIncident(
                kind: kind, index: instants.count, before: last ?? 0, after: after, step: step,
                time: time))
    }

    private mutating func step(
        to reading: MeteredReading, over time: TimeStretch, modulus: Int64?,
        start: ScriptedRegisterStart?
    ) -> Int64 {
        if let start, start.isReplacement {
            note(start.isReturn ? .absence : .replacement, after: reading.value, step: 0, time)
            lossyResets.append(LossyReset(index: instants.count, gap: time.length))
            resets.append(instants.count)
            return 0
        }
        let difference = reading.value - (last ?? 0)
        if difference < 0, start == nil, let modulus, -difference > modulus / 2 {
            note(.rollover, after: reading.value, step: difference + modulus, time)
            return difference + modulus
        }
        let isMoved = lastResetTime.map { reading.resetTime ?? $0 != $0 } ?? false
        guard difference < 0 || isMoved || start != nil else { return difference }
        resets.append(instants.count)
        let isAnnounced = isMoved || (lastResetTime == nil && reading.resetTime != nil)
        if let lifetime = reading.lifetime, let lastLifetime, lifetime >= lastLifetime.reading {
            let step =
                (lifetime - lastLifetime.reading) + (lastLifetime.energy - (energy.last ?? 0))
            note(
                .reset(isAnnounced: isAnnounced, hasLifetime: true), after: reading.value,
                step: step, time)
            return step
        }
        note(
            .reset(isAnnounced: isAnnounced, hasLifetime: false), after: reading.value,
            step: reading.value, time)
        lossyResets.append(LossyReset(index: instants.count, gap: time.length))
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
            high = min(high + slack(over: reset.gap), 4 * Self.mostMicrojoules)
        }
        if isWithinDatedStretch(from, to) {
            high = min(high, slack(over: to - from, peakMilliwatts))
        }
        return RegisterSpan(
            low: max(0, end.low - start.high), high: max(0, high),
            nearest: energy[end.nearest] - energy[start.nearest],
            segments: Int64(1 + resets.count { inside.contains($0) }),
            first: start.nearest, last: end.nearest,
            isLossy: lossyResets.contains { inside.contains($0.index) })
    }

    /// What the register showed at the samples nearest to two instants.
    func readings(
        from: VirtualInstant, to: VirtualInstant
    ) -> (first: Int64, last: Int64)? {
        span(from: from, to: to).map { (reading(at: $0.first), reading(at: $0.last)) }
    }

    /// What the register showed at a sample.
    func reading(at index: Int) -> Int64 {
        energy[index] + (offsets.last { $0.first <= index }?.microjoules ?? 0)
    }

    /// How far before the first sample, or after the last, the register can be told: a poll and what
    /// it holds its value for. Where no poll is demanded, the client's own longest step is one.
    var reach: VirtualDuration {
        (cadence ?? longestStep) + latch + sampleTolerance
    }

    private var longestStep: VirtualDuration {
        zip(instants.dropFirst(), instants).map { $0 - $1 }.max() ?? .zero
    }

    /// What the steepest slope makes of a span, in microjoules. A claim may name any year.
    private func slack(over span: VirtualDuration, _ milliwatts: Int64? = nil) -> Int64 {
        let energy = Int128(milliwatts ?? steepestMilliwatts) * Int128(span.milliseconds)
        return Int64(min(energy, Int128(Self.mostMicrojoules)))
    }

    /// Between which values the register stood at an instant: at a sample both are its own. Outside
    /// the samples the steepest slope bounds what is not known.
    private func bracket(_ instant: VirtualInstant) -> (low: Int64, high: Int64, nearest: Int) {
        let next = firstIndex(notBefore: instant)
        let last = instants.count - 1
        if next <= last, instants[next] == instant { return (energy[next], energy[next], next) }
        if let samples = samples(near: instant) { return samples }
        if next == 0 {
            let slack = slack(over: min(instants[0] - instant, reach))
            return (energy[0] - slack, energy[0], 0)
        }
        if next > last {
            let slack = slack(over: min(instant - instants[last], reach))
            return (energy[last], energy[last] + slack, last)
        }
        let isNextNearer = instants[next] - instant < instant - instants[next - 1]
        let between = between(next - 1, at: instant)
        return (between.low, between.high, isNextNearer ? next : next - 1)
    }

    /// Between which values the register stood at an instant between a sample and the next. Where
    /// both are dated, no more can have passed than the highest power brings.
    func between(_ index: Int, at instant: VirtualInstant) -> (low: Int64, high: Int64) {
        let (low, high) = (energy[index], energy[index + 1])
        guard isStretchDated(index) else { return (low, high) }
        return (
            max(low, high - slack(over: instants[index + 1] - instant, peakMilliwatts)),
            min(high, low + slack(over: instant - instants[index], peakMilliwatts))
        )
    }

    /// Whether a sample and the next stand at times that the device gave them, with nothing unseen
    /// in between.
    func isStretchDated(_ index: Int) -> Bool {
        isDated[index] && isDated[index + 1]
            && !lossyResets.contains { $0.index == index + 1 }
    }

    private func isWithinDatedStretch(_ from: VirtualInstant, _ to: VirtualInstant) -> Bool {
        let next = firstIndex(notBefore: to)
        return next > 0 && next < instants.count && from >= instants[next - 1]
            && isStretchDated(next - 1)
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

    func firstIndex(notBefore instant: VirtualInstant) -> Int {
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
