import Electrical
import VirtualTime

/// Why a claim, or what several come to together, is wrong: the rule that it broke and what the
/// client must have done, found by comparing the claim with what each known mistake would have made
/// of the same readings.
struct ClaimDiagnosis {
    let point: MeteringPoint
    /// What is claimed, in microjoules, and of when.
    let energy: Int64
    let stretches: [TimeStretch]
    let level: [MeteringPoint]
    let span: LevelSpan
    let account: RegisterAccount
    let incidents: [RegisterIncident]

    struct Cause {
        var rules: [EnergyRule]
        var words: String
        /// The mistake, where who makes it makes it in all claims.
        var habit: ClaimHabit?
    }

    /// The first mistake that explains the claim: those that explain it to the digit before those
    /// that do so loosely, and the plainest ones first.
    var cause: Cause? { cause { _ in true } }

    /// The first that is no habit.
    var occasion: Cause? { cause { $0.habit == nil } }

    private func cause(where isPossible: (Cause) -> Bool) -> Cause? {
        let exact: [KeyPath<Self, Cause?>] = [
            \.exactUnitSlip, \.staleSample, \.polyphase, \.sumOfLevels, \.incidentMistake,
            \.inventedWrap, \.registerItself,
        ]
        let loose: [KeyPath<Self, Cause?>] = [
            \.multipleOfTheUnit, \.unitSlip, \.lostDigits, \.integration, \.sumOfOutlets,
        ]
        for mistake in exact + loose {
            if let cause = self[keyPath: mistake], isPossible(cause) { return cause }
        }
        return nil
    }

    func isExplained(by value: Int128, within bound: Int128? = nil) -> Bool {
        abs(Int128(energy) - value) <= bound ?? 2 * span.bound
    }

    // MARK: Units

    /// Factors between the units of energy, as a slip between them shows.
    private static let slips: [(factor: Int64, high: String, low: String)] = [
        (1000, "Wh read as kWh?", "kWh read as Wh?"),
        (3600, "J read as Wh?", "Wh read as J?"),
        (3_600_000, "J read as kWh?", "kWh read as J?"),
        (60, "kW·min read as kWh?", "kWh read as kW·min?"),
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

    /// Nothing claimed is no multiple of anything.
    private func slip(from counted: Interval) -> Cause? {
        guard Self.canTellUnits(span), energy > 0, counted.high > 0 else { return nil }
        for slip in Self.slips {
            for isHigh in [true, false] {
                let habit = ClaimHabit.factor(slip.factor, isHigh: isHigh)
                guard habit.makes(energy, of: counted) else { continue }
                return Cause(
                    rules: [.unit],
                    words: "\(grouped(Int(slip.factor))) × too "
                        + (isHigh ? "high: \(slip.high)" : "low: \(slip.low)"),
                    habit: habit)
            }
        }
        return nil
    }

    // MARK: ReadingTime

    /// Whether what was read had been measured before.
    var canTellReadingTime: Bool { level.contains { account.asAnswered($0) != nil } }

    private var staleSample: Cause? {
        guard canTellReadingTime,
            let answered = account.span(of: level, over: stretches, by: account.asAnswered),
            answered.admits(energy)
        else { return nil }
        return Cause(
            rules: [.readingTime],
            words: "what was measured before counts at the answer that showed it")
    }

    // MARK: Levels

    /// Whether the unit has a register of its own or its mains'.
    var canTellLevels: Bool {
        point == .unit && (level == [.unit] || level == [.mains])
    }

    private var lines: LevelSpan? {
        guard point == .mains else { return nil }
        return account.span(of: account.phases, over: stretches)
    }

    var canTellLines: Bool { lines != nil }

    private var polyphase: Cause? {
        guard energy > span.high + span.bound, var both = lines else { return nil }
        both += span
        guard both.admits(energy) else { return nil }
        return Cause(
            rules: [.polyphase], words: "the lines were added to their total",
            habit: .registers(level + account.phases))
    }

    /// Which levels, added, come to the claim.
    private var sumOfLevels: Cause? {
        guard canTellLevels, energy > span.high + span.bound else { return nil }
        let levels = readLevels
        for choice in 3..<(1 << levels.count) where choice.nonzeroBitCount > 1 {
            let chosen = levels.indices.filter { choice & (1 << $0) != 0 }.map { levels[$0] }
            let spans = chosen.compactMap(\.span)
            let sum = spans.reduce(into: LevelSpan(), +=)
            if spans.count == chosen.count, sum.admits(energy) {
                return Cause(
                    rules: [.oneLevel],
                    words: chosen.map(\.name).joined(separator: " + ") + " were added",
                    habit: .registers(chosen.flatMap(\.points)))
            }
        }
        return nil
    }

    private var multipleOfTheUnit: Cause? {
        guard canTellLevels, energy > span.high + span.bound else { return nil }
        let counted = Interval(span.low - span.bound, span.high + span.bound)
        for factor in Int64(2)...6 {
            let habit = ClaimHabit.factor(factor, isHigh: true)
            if habit.makes(energy, of: counted) {
                return Cause(
                    rules: [.oneLevel], words: "\(factor) × the unit's energy", habit: habit)
            }
        }
        return nil
    }

    /// Each level as far as it was read, what it counted, and its name.
    private var readLevels: [(name: String, points: [MeteringPoint], span: LevelSpan?)] {
        zip(["outlets", "branches", "mains", "unit"], account.levels).map { name, level in
            let read = level.filter { account[$0].instants.count > 1 }
            return (
                level.count == read.count ? name : "\(read.count) of \(level.count) \(name)",
                read, read.isEmpty ? nil : account.span(of: read, over: stretches)
            )
        }
    }

    private var outlets: LevelSpan? {
        guard canTellLevels else { return nil }
        return account.span(of: account.levels[0], over: stretches)
    }

    /// Whether the outlets come to less than the unit.
    var canTellOutlets: Bool { outlets.map { $0.high + $0.bound < span.low - span.bound } ?? false }

    private var sumOfOutlets: Cause? {
        guard let outlets, outlets.admits(energy) else { return nil }
        return Cause(
            rules: [.ownRegister], words: "the sum of the metered outlets",
            habit: .registers(account.levels[0]))
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
        // A wrong answer is no sample: a claim that ends with one rests on either of those around it.
        let open = first.isFalselyShown ? Int128(first.step) : 0
        for mistake in first.mistakes where abs(mistake.excess) > span.bound + open {
            let rest = excess - mistake.excess
            if count == 1 {
                guard abs(rest) <= 2 * span.bound + open else { continue }
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

    private var inventedWrap: Cause? {
        for incident in incidents {
            for mistake in incident.wrapMistakes {
                let rest = Int128(energy) - Int128(span.nearest) - Int128(mistake.excess)
                if rest.magnitude <= 2 * span.bound {
                    return Cause(rules: [incident.rule], words: mistake.words)
                }
            }
        }
        return nil
    }

    // MARK: Arithmetic

    var ends: (first: Int64, last: Int64)? {
        guard let point = level.first, level.count == 1, let stretch = stretches.first,
            stretches.count == 1
        else { return nil }
        return account[point].readings(from: stretch.from, to: stretch.to)
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
