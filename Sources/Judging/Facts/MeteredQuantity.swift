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
