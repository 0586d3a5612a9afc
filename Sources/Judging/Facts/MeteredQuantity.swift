/// What a reading measures. The raw values are dense, so tables can be arrays.
package enum MeteredQuantity: Int, Sendable, Hashable, CaseIterable {
    /// Real energy; held in microjoules.
    case energy
    /// Real power, held in microwatts as all that follow are in millionths of their Redfish unit.
    case power
    case apparentPower
    case reactivePower
    case powerFactor
    case voltage
    case current
    /// Load against the rating, in percent.
    case loadPercent
}

/// One of the lines or line pairs of a polyphase property, as its member name says.
package enum CircuitLine: Sendable, Hashable {
    /// A line conductor, or the line against neutral: 0 is L1.
    case line(Int)
    /// Between this line and the next one: 0 is L1–L2.
    case lineToNextLine(Int)
    case neutral

    /// The line that a member of `PolyPhaseVoltage`, `PolyPhaseCurrentAmps`, … stands for.
    ///
    /// Source: DSP8010 2025.4, Outlet and Circuit schemas, the Sensors complex types.
    init?(member: String) {
        switch member {
        case "Line1", "Line1ToNeutral": self = .line(0)
        case "Line2", "Line2ToNeutral": self = .line(1)
        case "Line3", "Line3ToNeutral": self = .line(2)
        case "Line1ToLine2": self = .lineToNextLine(0)
        case "Line2ToLine3": self = .lineToNextLine(1)
        case "Line3ToLine1": self = .lineToNextLine(2)
        case "Neutral": self = .neutral
        default: return nil
        }
    }
}
