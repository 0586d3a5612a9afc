import VirtualTime

/// Energy from power readings, for what has no register. Always an estimate: nobody knows what
/// the power did between two readings.
struct PowerIntegral: Sendable, Codable {
    enum Method: Codable {
        /// The mean of both readings over the time between them.
        case trapezoid
        /// For a misbehaving client: the last power that was not zero goes on.
        case holdsLastPower
    }

    private(set) var microwattHours: Int64 = 0
    private(set) var firstInstant: VirtualInstant?
    private(set) var lastInstant: VirtualInstant?
    private(set) var hasIncrement = false
    private let method: Method
    private struct Sample: Codable {
        var instant: VirtualInstant
        var milliwatts: Int64
    }

    private var last: Sample?
    /// What was too little for a microwatt-hour so far, in half microjoules.
    private var remainder: Int128 = 0

    init(method: Method = .trapezoid) {
        self.method = method
    }

    mutating func take(milliwatts: Int64?, at instant: VirtualInstant) -> EnergyIncrement? {
        guard let milliwatts else { return nil }
        guard let last else {
            self.last = Sample(instant: instant, milliwatts: milliwatts)
            firstInstant = firstInstant ?? instant
            return nil
        }
        guard instant > last.instant else { return nil }
        let span = (instant - last.instant).milliseconds
        let doubledPower: Int64  // So that the mean of two readings stays an integer.
        switch method {
        case .trapezoid:
            doubledPower = last.milliwatts + milliwatts
            self.last = Sample(instant: instant, milliwatts: milliwatts)
        case .holdsLastPower:
            doubledPower = 2 * last.milliwatts
            self.last = Sample(
                instant: instant, milliwatts: milliwatts > 0 ? milliwatts : last.milliwatts)
        }
        let doubledEnergy = Int128(doubledPower) * Int128(span) + remainder
        let energy = Int64(clamping: doubledEnergy / 7200)
        remainder = doubledEnergy % 7200
        microwattHours += energy
        lastInstant = instant
        hasIncrement = true
        return EnergyIncrement(
            start: last.instant, end: instant, microwattHours: energy, isEstimated: true)
    }

    /// Begins anew: what is read next may be another item.
    mutating func rebase() {
        last = nil
    }
}
