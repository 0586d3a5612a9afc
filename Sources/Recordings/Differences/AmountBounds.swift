/// How far a consequence can go, where the readings themselves do not say. Every reading is known to
/// its last digit only, its resolution, on either side: so two readings differ from what is measured
/// by half of it each, and their difference by all of it.
enum AmountBounds {
    /// In milliohms: of the supply to which equipment up to 75 A a phase is held, phase and neutral
    /// conductor together, |0.24 + j0.15 + 0.16 + j0.10| Ω (IEC TR 60725, reference impedance).
    /// What is fed by more sinks further, and is then told by itself.
    static let supplyImpedanceMilliohms: Int128 = 472

    /// In grams of CO2 equivalent a kWh: what no kind of power station goes beyond in its median
    /// range (IPCC, Fifth Assessment Report, Working Group III, Annex III, table A.III.2: pulverised
    /// coal, at most 910). Where claims of both sides show a dirtier grid, that one counts.
    static let greatestGramsPerKilowattHour: Int128 = 910

    /// A load that obeys Ohm's law takes V²/R: of a small change of voltage twice the share; others
    /// take less.
    static let powerPerVoltageShare: Int128 = 2

    /// Where only real power is read: the apparent power of a load of power factor 0.5, which is
    /// lower than any supply unit's that is sold for a rack.
    static let apparentPerRealPower: Int128 = 2

    /// By how much something that is proportional to a reading, or to its inverse, can differ where
    /// that reading does.
    ///
    /// Of y = kx, and of y = k/x likewise, |Δy| is |Δx| / max(x) of the greater y.
    static func share(of amount: Int64, by delta: Int128, of whole: Int64) -> Int128 {
        guard whole > 0 else { return Int128(amount) }
        return min(Int128(amount), Int128(amount) * delta / Int128(whole) + 1)
    }
}
