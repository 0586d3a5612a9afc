/// What is plugged into an outlet: its real power over time and how far its current lags.
package struct Load: Sendable, Hashable {
    package var profile: LoadProfile

    /// Real over apparent power in thousandths, 1...1000, of an inductive load.
    package let powerFactorThousandths: Int64

    // Reactive over real power, in millionths: tan φ.
    private let reactivePartsPerMillion: Int64

    /// Power factors outside 1...1000 count as the nearest bound.
    package init(profile: LoadProfile, powerFactorThousandths: Int64 = 1000) {
        self.profile = profile
        let factor = min(max(powerFactorThousandths, 1), 1000)
        self.powerFactorThousandths = factor
        // √(1 − pf²) / pf, with pf in thousandths: √((10⁶ − pf²) · 10¹²) / pf.
        let sine = integerSquareRoot(UInt64(1_000_000 - factor * factor) * 1_000_000_000_000)
        reactivePartsPerMillion = Int64(sine) / factor
    }

    /// The reactive power that goes with a real power of this load, to the nearest millivar.
    package func reactiveMillivars(atMilliwatts power: Int64) -> Int64 {
        guard reactivePartsPerMillion != 0 else { return 0 }
        return roundedQuotient(power * reactivePartsPerMillion, by: 1_000_000)
    }
}
