import Findings

extension ElectricalCheck {
    static let powerIdentity = Rule(
        "electrical/power-identity", .policy, .fail,
        "Real power is voltage × current × power factor, within the resolutions.",
        source: RuleSource.policy("alternating-current theory (B35)"))

    static let apparentPower = Rule(
        "electrical/apparent-power", .policy, .fail,
        "Apparent power squared is real power squared plus reactive power squared, within the "
            + "resolutions.",
        source: RuleSource.policy("alternating-current theory (B35)"))

    static let powerFactor = Rule(
        "electrical/power-factor", .shall, .fail,
        "The power factor is real power over apparent power, within the resolutions.",
        source: RuleSource.schema("Sensor: PowerFactor"))

    static let loadPercent = Rule(
        "electrical/load-percent", .policy, .fail,
        "PowerLoadPercent is the load as a share of the rating, within the resolutions: of the "
            + "rated current for outlets and circuits, of the capacity for the unit.",
        source: RuleSource.policy("the schemas leave the share's base open (B35)"))

    static let excerptEqualsSensor = Rule(
        "electrical/excerpt-equals-sensor", .shall, .fail,
        "An excerpt shows what its Sensor shows at the same instant.",
        source: RuleSource.schema("Sensor: excerpts are copies of the sensor's properties"))

    static let possible = Rule(
        "electrical/possible-reading", .policy, .fail,
        "A reading is one that a rack PDU can have: at most 100 kW, 1,000 A, 1,500 V and "
            + "2.5 million kWh; energy, power, current and voltage are not negative, and a power factor "
            + "is within ±1.",
        source: RuleSource.policy(
            "three phases of 125 A at 230 V carry 86 kW; IEC 60364-1:2005, low voltage ends at "
                + "1,500 V; Sensor: PowerFactor is between -1 and 1"))

    static let rules = [
        powerIdentity, apparentPower, powerFactor, loadPercent, excerptEqualsSensor, possible,
    ]
}
