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

    static let rules = [
        powerIdentity, apparentPower, powerFactor, loadPercent, excerptEqualsSensor,
    ]
}
