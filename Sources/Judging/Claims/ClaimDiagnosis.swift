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

    /// The first mistake that explains the claim: those that explain it to the digit before those
    /// that do so loosely, and the plainest ones first.
    var cause: Cause? { exactCause ?? looseCause }

    private var exactCause: Cause? {
        exactUnitSlip ?? staleSample ?? polyphase ?? sumOfLevels ?? incidentMistake
            ?? registerItself
    }

    private var looseCause: Cause? {
        multipleOfTheUnit ?? unitSlip ?? lostDigits ?? integration ?? sumOfOutlets
    }

    func isExplained(by value: Int128, within bound: Int128? = nil) -> Bool {
        abs(Int128(energy) - value) <= bound ?? 2 * span.bound
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
        slip(from: Interval(span.low - span.bound, span.high + span.bound))
    }

    /// The very difference of the register that stands for the claim, times a factor.
    private var exactUnitSlip: Cause? {
        slip(from: Interval(span.nearest, span.nearest))
    }

    private func slip(from counted: Interval) -> Cause? {
        guard Self.canTellUnits(span) else { return nil }
        // What a claim's last digit leaves open.
        let digit = Int128(energy.magnitude / 1_000_000 + 1)
        let claimed = Interval(Int128(energy) - digit, Int128(energy) + digit)
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

    /// Which levels, added, come to the claim.
    private var sumOfLevels: Cause? {
        guard canTellLevels, energy > span.high + span.bound else { return nil }
        let (names, spans) = readLevels
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
        return nil
    }

    private var multipleOfTheUnit: Cause? {
        guard canTellLevels, energy > span.high + span.bound else { return nil }
        for factor in Int128(2)...6 {
            let multiple = LevelSpan(
                low: span.low * factor, high: span.high * factor, bound: span.bound * factor)
            if multiple.admits(energy) {
                return Cause(rules: [.oneLevel], words: "\(factor) × the unit's energy")
            }
        }
        return nil
    }

    /// What each level counted, as far as it was read, and its name.
    private var readLevels: (names: [String], spans: [LevelSpan?]) {
        let names = ["outlets", "branches", "mains", "unit"]
        let read = account.levels.map { level in
            level.filter { account[$0].instants.count > 1 }
        }
        return (
            zip(names, zip(account.levels, read)).map { name, points in
                points.0.count == points.1.count
                    ? name : "\(points.1.count) of \(points.0.count) \(name)"
            }, read.map { account.span(of: $0, from: claim.from, to: claim.to) }
        )
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
        let excess = Int128(energy) - span.nearest
        for size in 1...max(1, candidates.count) {
            if let cause = explain(excess, by: candidates[...], count: size) { return cause }
        }
        return nil
    }

    private func explain(
        _ excess: Int128, by incidents: ArraySlice<RegisterIncident>, count: Int
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

    var ends: (first: Int64, last: Int64)? {
        guard let point = level.first, level.count == 1 else { return nil }
        return account[point].readings(from: claim.from, to: claim.to)
    }

    /// The register's difference in single precision.
    private var coarseDifference: Int128? {
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
    private static func singlePrecision(_ microjoules: Int64) -> Int128 {
        let kilowattHours = Float(Double(microjoules) / 3_600_000_000_000)
        return Int128((Double(kilowattHours) * 3_600_000_000_000).rounded())
    }
}

/// How far apart two neighbouring registers are in single precision, in microjoules.
func singlePrecisionStep(at microjoules: Int64) -> Int64 {
    Int64(Double(Float(Double(microjoules) / 3_600_000_000_000).ulp) * 3_600_000_000_000)
}
