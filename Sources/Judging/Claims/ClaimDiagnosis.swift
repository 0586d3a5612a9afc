import Electrical
import VirtualTime

/// Why a claim is wrong: the rule that it broke and what the client must have done, found by
/// comparing the claim with what each known mistake would have made of the same readings.
struct ClaimDiagnosis {
    let claim: Claim
    let energy: Int64
    let level: [MeteringPoint]
    let span: LevelSpan
    let account: RegisterAccount
    let incidents: [RegisterIncident]

    struct Cause {
        var rules: [EnergyRule]
        var words: String
    }

    /// The first mistake that explains the claim, the plainest ones first.
    var cause: Cause? {
        unitSlip ?? staleSample ?? polyphase ?? doubleCounting ?? incidentMistake ?? lostDigits
            ?? integration
            ?? sumOfOutlets
    }

    private func isExplained(by value: Int64, within bound: Int64? = nil) -> Bool {
        abs(energy - value) <= bound ?? 2 * span.bound
    }

    // MARK: Units

    /// Factors between the units of energy, as a slip between them shows.
    private static let slips: [(factor: Int128, high: String, low: String)] = [
        (1000, "Wh read as kWh?", "kWh read as Wh?"),
        (3600, "J read as Wh?", "Wh read as J?"),
        (3_600_000, "J read as kWh?", "kWh read as J?"),
    ]

    /// Below a few quanta every factor fits.
    static func canTellUnits(_ span: LevelSpan) -> Bool { span.low > 4 * span.bound }

    private var unitSlip: Cause? {
        guard Self.canTellUnits(span) else { return nil }
        let counted = Interval(Int128(span.low - span.bound), Int128(span.high + span.bound))
        let claimed = Interval(Int128(energy), Int128(energy))
        for slip in Self.slips {
            let isHigh = (counted * slip.factor).intersects(claimed)
            guard isHigh || (claimed * slip.factor).intersects(counted) else { continue }
            return Cause(
                rules: [.unit],
                words: "\(grouped(Int(slip.factor))) × too "
                    + (isHigh ? "high: \(slip.high)" : "low: \(slip.low)"))
        }
        return nil
    }

    // MARK: ReadingTime

    /// Whether what was read had been measured before.
    var canTellReadingTime: Bool { level.contains { account.asAnswered($0) != nil } }

    private var staleSample: Cause? {
        guard canTellReadingTime,
            let answered = account.span(
                of: level, from: claim.from, to: claim.to, by: account.asAnswered),
            answered.admits(energy)
        else { return nil }
        return Cause(
            rules: [.readingTime],
            words: "what was measured before counts at the answer that showed it")
    }

    // MARK: Levels

    /// Whether the unit has a register of its own or its mains'.
    var canTellLevels: Bool {
        claim.point == .unit && (level == [.unit] || level == [.mains])
    }

    private var lines: LevelSpan? {
        guard claim.point == .mains else { return nil }
        return account.span(of: account.phases, from: claim.from, to: claim.to)
    }

    var canTellLines: Bool { lines != nil }

    private var polyphase: Cause? {
        guard energy > span.high + span.bound, let lines else { return nil }
        let both = LevelSpan(
            low: span.low + lines.low, high: span.high + lines.high,
            bound: span.bound + lines.bound)
        guard both.admits(energy) else { return nil }
        return Cause(rules: [.polyphase], words: "the lines were added to their total")
    }

    /// Which levels, added, come to the claim; failing that, which multiple it is.
    private var doubleCounting: Cause? {
        guard canTellLevels, energy > span.high + span.bound else { return nil }
        let names = ["outlets", "branches", "mains", "unit"]
        let spans = account.levels.map { account.span(of: $0, from: claim.from, to: claim.to) }
        for choice in 3..<(1 << names.count) where choice.nonzeroBitCount > 1 {
            var sum = LevelSpan()
            var chosen: [String] = []
            for (index, level) in spans.enumerated() where choice & (1 << index) != 0 {
                guard let level else { break }
                sum.low += level.low
                sum.high += level.high
                sum.bound += level.bound
                chosen.append(names[index])
            }
            if chosen.count == choice.nonzeroBitCount, sum.admits(energy) {
                return Cause(
                    rules: [.oneLevel], words: chosen.joined(separator: " + ") + " were added")
            }
        }
        for factor in Int64(2)...6 {
            let multiple = LevelSpan(
                low: span.low * factor, high: span.high * factor, bound: span.bound * factor)
            if multiple.admits(energy) {
                return Cause(rules: [.oneLevel], words: "\(factor) × the unit's energy")
            }
        }
        return nil
    }

    private var outlets: LevelSpan? {
        guard canTellLevels else { return nil }
        return account.span(of: account.levels[0], from: claim.from, to: claim.to)
    }

    /// Whether the outlets come to less than the unit.
    var canTellOutlets: Bool { outlets.map { $0.high + $0.bound < span.low - span.bound } ?? false }

    private var sumOfOutlets: Cause? {
        guard let outlets, outlets.admits(energy) else { return nil }
        return Cause(rules: [.ownRegister], words: "the sum of the metered outlets")
    }

    // MARK: What befell the register

    /// The smallest set of incidents that careless reading of explains the claim.
    private var incidentMistake: Cause? {
        // More of them than this are told apart by nobody.
        let candidates = Array(incidents.prefix(8))
        let excess = energy - span.nearest
        for size in 1...max(1, candidates.count) {
            if let cause = explain(excess, by: candidates[...], count: size) { return cause }
        }
        return nil
    }

    private func explain(
        _ excess: Int64, by incidents: ArraySlice<RegisterIncident>, count: Int
    ) -> Cause? {
        guard count > 0, let first = incidents.first else { return nil }
        for mistake in first.mistakes where abs(mistake.excess) > span.bound {
            let rest = excess - mistake.excess
            if count == 1 {
                guard abs(rest) <= 2 * span.bound else { continue }
                return Cause(rules: [first.rule], words: mistake.words)
            }
            if let others = explain(rest, by: incidents.dropFirst(), count: count - 1) {
                let rules = others.rules.contains(first.rule) ? [] : [first.rule]
                return Cause(
                    rules: rules + others.rules,
                    words: others.words == mistake.words
                        ? mistake.words : "\(mistake.words), and \(others.words)")
            }
        }
        return explain(excess, by: incidents.dropFirst(), count: count)
    }

    // MARK: Arithmetic

    private var ends: (first: Int64, last: Int64)? {
        guard let point = level.first, level.count == 1 else { return nil }
        return account[point].readings(from: claim.from, to: claim.to)
    }

    /// The register's difference in single precision.
    private var coarseDifference: Int64? {
        ends.map { Self.singlePrecision($0.last) - Self.singlePrecision($0.first) }
    }

    /// Whether single precision shows.
    var canTellDigits: Bool {
        coarseDifference.map { abs($0 - span.nearest) > span.bound } ?? false
    }

    private var lostDigits: Cause? {
        // A claim is written with some digits of its own.
        guard canTellDigits, let ends, let coarseDifference,
            isExplained(by: coarseDifference, within: 3_600_000)
        else { return nil }
        return Cause(
            rules: [.digits],
            words: "\(kilowattHours(ends.first)) and \(kilowattHours(ends.last)) in single "
                + "precision")
    }

    /// The energy as the nearest 32-bit floating-point number of kilowatt-hours.
    private static func singlePrecision(_ microjoules: Int64) -> Int64 {
        let kilowattHours = Float(Double(microjoules) / 3_600_000_000_000)
        return Int64((Double(kilowattHours) * 3_600_000_000_000).rounded())
    }

    var canTellRealPower: Bool {
        integrals.map { abs($0.apparent - $0.trapezoid) > 3 * span.bound } ?? false
    }

    private var integrals: PowerHistory.Integrals? {
        var sum = PowerHistory.Integrals(trapezoid: 0, held: 0, apparent: 0)
        for point in level {
            guard
                let part = account.power(of: point)?.integrals(
                    from: claim.from, to: claim.to)
            else { return nil }
            sum.trapezoid += part.trapezoid
            sum.held += part.held
            sum.apparent += part.apparent
        }
        return sum
    }

    private var integration: Cause? {
        guard let sum = integrals else { return nil }
        let resolution = max(span.bound / 8, 7200)
        if isExplained(by: sum.trapezoid, within: resolution) {
            return Cause(rules: [.register], words: "the trapezoids over the power it read")
        }
        if abs(sum.held - sum.trapezoid) > span.bound,
            isExplained(by: sum.held, within: resolution)
        {
            return Cause(
                rules: [.holdsWhenOff], words: "the last power went on while there was none")
        }
        if abs(sum.apparent - sum.trapezoid) > span.bound, isExplained(by: sum.apparent) {
            return Cause(rules: [.realPower], words: "the apparent power, integrated")
        }
        return nil
    }
}

/// How far apart two neighbouring registers are in single precision, in microjoules.
func singlePrecisionStep(at microjoules: Int64) -> Int64 {
    Int64(Double(Float(Double(microjoules) / 3_600_000_000_000).ulp) * 3_600_000_000_000)
}
