import Electrical

/// A mistake that a client makes in all its claims of a point: what it claims then is told from what
/// the registers counted.
enum ClaimHabit: Hashable {
    /// The energy times a factor, or divided by it.
    case factor(Int64, isHigh: Bool)
    /// The sum of these registers.
    case registers([MeteringPoint])
    /// The integral of apparent power.
    case apparentPower

    /// Whether a factor makes the claim of what was counted. No other habit knows what it makes
    /// without the readings.
    ///
    /// - Parameters: In microjoules.
    func makes(_ energy: Int64, of counted: Interval) -> Bool {
        guard case .factor(let factor, let isHigh) = self else { return false }
        // What a claim's last digit leaves open.
        let digit = Int128(energy.magnitude / 1_000_000 + 1)
        let claimed = Interval(Int128(energy) - digit, Int128(energy) + digit)
        return isHigh
            ? (counted * Int128(factor)).intersects(claimed)
            : (claimed * Int128(factor)).intersects(counted)
    }
}

extension ClaimDiagnosis {
    /// Whether a client of this habit may claim this, within twice the bound.
    func isExplained(by habit: ClaimHabit) -> Bool {
        switch habit {
        case .factor:
            habit.makes(
                energy,
                of: Interval(
                    Int128(span.low - 2 * span.bound), Int128(span.high + 2 * span.bound)))
        case .registers(let points):
            account.span(of: points, over: stretches)?.admits(energy, bounds: 2) ?? false
        case .apparentPower: isApparentPower
        }
    }
}
