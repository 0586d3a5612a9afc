import Findings

extension EnergyCheck {
    static let monotonic = Rule(
        "energy/monotonic", .shall, .fail,
        "An energy Reading never falls, except where SensorResetTime announces a reset.",
        source: RuleSource.schema("Sensor: Reading of EnergykWh, SensorResetTime, ResetMetrics"))

    static let lifetimeMonotonic = Rule(
        "energy/lifetime-monotonic", .shall, .fail,
        "A LifetimeReading never falls, not even at a reset.",
        source: RuleSource.schema("Sensor: LifetimeReading, which ResetMetrics leaves alone"))

    static let holdsWhenOff = Rule(
        "energy/holds-when-off", .policy, .fail,
        "The register of an outlet without power stands still: it neither counts nor falls.",
        source: RuleSource.policy("physics; energy is the integral of power (N12)"))

    static let followsTruth = Rule(
        "energy/register-follows-truth", .policy, .fail,
        "Every register shown is the energy that passed, within its latch, gain and half a "
            + "quantum.",
        source: RuleSource.policy("the register oracle: bounds derived from the device's facts"))

    static let rules = [monotonic, lifetimeMonotonic, holdsWhenOff, followsTruth]
}
