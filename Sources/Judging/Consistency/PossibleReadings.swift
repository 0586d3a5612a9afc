/// What a reading of a rack PDU can be at all, whatever its loads. A value outside comes from a
/// damaged sensor or a placeholder, and whoever adds it up is wrong for ever.
enum PossibleReadings {
    /// Energy in microjoules, all else in millionths of the Redfish unit.
    static func range(of quantity: MeteredQuantity) -> ClosedRange<Int64> {
        switch quantity {
        // 64 bits of microjoules hold 2.5 million kilowatt-hours; what is more is not read at all.
        case .energy: 0...Int64.max
        case .power, .apparentPower: 0...100_000_000_000
        case .reactivePower: -100_000_000_000...100_000_000_000
        case .powerFactor: -1_000_000...1_000_000
        case .voltage: 0...1_500_000_000
        case .current: 0...1_000_000_000
        case .loadPercent: 0...1_000_000_000
        }
    }

    /// Whether laws can be held against the reading, and sums made of it.
    static func contains(_ reading: MeteredReading) -> Bool {
        range(of: reading.quantity).contains(reading.value)
    }

    static func words(for quantity: MeteredQuantity) -> String {
        let range = range(of: quantity)
        guard quantity != .energy else { return "0 to 2.5 million kWh" }
        return "\(decimal(range.lowerBound)) to \(decimal(range.upperBound))"
    }
}
