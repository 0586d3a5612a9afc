import Electrical
import VirtualTime

// Claims that are no difference of a register: its value itself, or power over time.

extension ClaimDiagnosis {
    /// A register's value is no consumption, unless the client saw it at zero.
    var registerItself: Cause? {
        guard let ends, energy > span.high + span.bound else { return nil }
        for value in [ends.last, ends.first]
        where isExplained(by: Int128(value), within: span.bound) {
            return Cause(
                rules: [.restart],
                words: "the register itself, \(kilowattHours(value)); its first reading is no "
                    + "consumption")
        }
        return nil
    }

    var canTellRealPower: Bool {
        integrals.map { abs($0.apparent - $0.trapezoid) > 3 * span.bound } ?? false
    }

    private var integrals: PowerHistory.Integrals? {
        sum(PowerHistory.Integrals(trapezoid: 0, held: 0, apparent: 0), +=) { power, stretch in
            power.integrals(from: stretch.from, to: stretch.to)
        }
    }

    /// The same as a client sees it that tells the time of a sample by `Date`: to the second.
    private var stampedIntegrals: PowerHistory.StampedIntegrals? {
        sum(PowerHistory.StampedIntegrals(), +=) { power, stretch in
            power.stampedIntegrals(from: stretch.from, to: stretch.to)
        }
    }

    /// What the power of the level's points comes to in all stretches; nil where one of them tells
    /// nothing.
    private func sum<Part>(
        _ zero: Part, _ add: (inout Part, Part) -> Void,
        of part: (PowerHistory, TimeStretch) -> Part?
    ) -> Part? {
        var sum = zero
        for point in level {
            for stretch in stretches {
                guard let part = account.power(of: point).flatMap({ part($0, stretch) }) else {
                    return nil
                }
                add(&sum, part)
            }
        }
        return sum
    }

    /// Whether it may be apparent power integrated, by a clock that is a second off at most.
    var isApparentPower: Bool {
        guard let stamped = stampedIntegrals else { return false }
        return isExplained(
            by: stamped.integrals.apparent, within: max(2 * span.bound, stamped.secondOff))
    }

    /// Integrated power, by the device's milliseconds or by its `Date`; failing both, by the clock of
    /// a client that is a second off at each sample.
    var integration: Cause? {
        let resolution = max(span.bound / 8, 7200)
        let stamped = stampedIntegrals
        for sum in [integrals, stamped?.integrals].compactMap(\.self) {
            if let cause = integration(sum, within: resolution) { return cause }
        }
        guard let stamped else { return nil }
        let sum = stamped.integrals
        // It explains a claim only where little is left of what is wrong with it.
        let loose = min(stamped.secondOff, abs(Int128(energy) - span.nearest) / 4)
        if let cause = integration(sum, within: loose) { return cause }
        // Power over time is no register: what the apparent power comes to leaves more open.
        let tolerance = max(loose, 2 * span.bound)
        guard abs(sum.apparent - sum.trapezoid) > 2 * tolerance else { return nil }
        return isExplained(by: sum.apparent, within: tolerance) ? Self.apparentPower : nil
    }

    private static let apparentPower = Cause(
        rules: [.realPower], words: "the apparent power, integrated", habit: .apparentPower)

    private func integration(
        _ sum: PowerHistory.Integrals, within tolerance: Int128
    ) -> Cause? {
        if isExplained(by: sum.trapezoid, within: tolerance) {
            return Cause(rules: [.register], words: "the trapezoids over the power it read")
        }
        if abs(sum.held - sum.trapezoid) > span.bound,
            isExplained(by: sum.held, within: tolerance)
        {
            return Cause(
                rules: [.holdsWhenOff], words: "the last power went on while there was none")
        }
        if abs(sum.apparent - sum.trapezoid) > max(span.bound, 2 * tolerance),
            isExplained(by: sum.apparent, within: tolerance)
        {
            return Self.apparentPower
        }
        return nil
    }
}

extension PowerHistory {
    struct StampedIntegrals {
        var integrals = Integrals(trapezoid: 0, held: 0, apparent: 0)
        /// By how much the trapezoids differ if each sample's time is a second off.
        var secondOff: Int128 = 0

        static func += (sum: inout Self, part: Self) {
            sum.integrals += part.integrals
            sum.secondOff += part.secondOff
        }
    }

    /// What integration comes to for whom every sample stands at its whole second, and several of
    /// one second are one; nil where fewer than two lie between the instants.
    func stampedIntegrals(from: VirtualInstant, to: VirtualInstant) -> StampedIntegrals? {
        var found = StampedIntegrals()
        var last: (second: Int64, sample: Sample)?
        var count = 0
        var heldMilliwatts: Int128 = 0
        let seconds = wholeSeconds(from)...max(wholeSeconds(from), wholeSeconds(to))
        for sample in samples {
            let second = wholeSeconds(sample.instant)
            guard seconds.contains(second), last?.second != second else { continue }
            count += 1
            defer { last = (second, sample) }
            guard let last else { continue }
            let span = Int128(second - last.second) * 500
            let (before, after) = (Int128(last.sample.milliwatts), Int128(sample.milliwatts))
            if before > 0 { heldMilliwatts = before }
            found.integrals.trapezoid += (before + after) * span
            found.integrals.held += 2 * heldMilliwatts * span
            found.integrals.apparent +=
                (Int128(last.sample.millivoltamperes) + Int128(sample.millivoltamperes)) * span
            found.secondOff += abs(after - before) * 1000
        }
        return count > 1 ? found : nil
    }

    private func wholeSeconds(_ instant: VirtualInstant) -> Int64 {
        let milliseconds = instant.millisecondsSinceEpoch
        return milliseconds >= 0 ? milliseconds / 1000 : (milliseconds - 999) / 1000
    }
}
