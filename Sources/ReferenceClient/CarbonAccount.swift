import VirtualTime

/// Emissions of one scope: energy times the intensity of the time in which it was used.
///
/// Where the intensity changes between two samples, the energy is divided by time. That hours are
/// matched at all, and that the method is location-based, is the choice of this client; GHG
/// Protocol, "Scope 2 Guidance" (2015), has the methods.
struct CarbonAccount: Sendable, Codable {
    /// In 10^-12 g: microwatt-hours times milligrams per kilowatt-hour.
    private(set) var picograms: Int128 = 0
    /// False once there was energy at a time whose intensity is unknown.
    private(set) var isComplete = true
    private(set) var isEstimated = false
    /// Samples on either side of a change of intensity.
    private(set) var keyInstants: [VirtualInstant] = []

    mutating func take(_ increment: EnergyIncrement, intensity: CarbonIntensitySeries) {
        guard let pieces = intensity.pieces(from: increment.start, to: increment.end) else {
            isComplete = false
            return
        }
        let weighted = pieces.reduce(Int128(0)) { sum, piece in
            sum + Int128(piece.duration.milliseconds) * Int128(piece.milligramsPerKilowattHour)
        }
        let span = Int128((increment.end - increment.start).milliseconds)
        picograms += roundedQuotient(weighted * Int128(increment.microwattHours), span)
        if pieces.count > 1 { add(increment.start) }
        if pieces.count > 1 || intensity.hasStep(at: increment.end) { add(increment.end) }
        if increment.isEstimated { isEstimated = true }
    }

    private mutating func add(_ instant: VirtualInstant) {
        if keyInstants.last != instant { keyInstants.append(instant) }
    }
}

/// The quotient rounded half away from zero; both numbers are not negative.
func roundedQuotient(_ dividend: Int128, _ divisor: Int128) -> Int128 {
    (dividend + divisor / 2) / divisor
}
