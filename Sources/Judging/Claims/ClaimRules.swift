import Findings

extension ClaimsCheck {
    static let register = Rule(
        "claims/N01-energy-register", .policy, .fail,
        "Claimed energy is what the register counted between the client's samples, within one "
            + "quantum for each stretch between resets. Up to twice the bound counts as a warning.",
        source: RuleSource.policy("Sensor: EnergykWh is the integral of real power"))

    static let unit = Rule(
        "claims/N02-unit", .policy, .fail,
        "Claimed energy is not off by the factor between two units.",
        source: RuleSource.policy("Sensor: ReadingType and ReadingUnits (kW.h, W.h, J)"))

    static let oneLevel = Rule(
        "claims/N10-one-level", .policy, .fail,
        "The unit's energy is counted at one level, not once for each level it passes.",
        source: RuleSource.policy("outlets, branches, mains and Metrics show the same energy"))

    static let holdsWhenOff = Rule(
        "claims/N12-holds-when-off", .policy, .fail,
        "No energy is claimed for an outlet while it had no power.",
        source: RuleSource.policy("physics"))

    static let carbonByHour = Rule(
        "claims/N19-carbon-by-hour", .policy, .fail,
        "Claimed carbon is energy times the intensity of the time of use, step by step.",
        source: RuleSource.policy(
            "a project choice after the hourly matching proposed for GHG Protocol Scope 2"))

    static let invariants = Rule(
        "claims/invariants", .policy, .fail,
        "Claims are finite, not negative, with their unit; cumulative ones never fall; outlets "
            + "add up to no more than the unit; nothing is claimed that was never shown.",
        source: RuleSource.policy("always-on invariants of the N-oracle"))

    static let complete = Rule(
        "claims/complete", .policy, .fail,
        "Every point that the scenario asks for is claimed.",
        source: RuleSource.policy("the scenario's client duties"))

    static let rules = [
        register, unit, oneLevel, holdsWhenOff, carbonByHour, invariants, complete,
    ]
}
