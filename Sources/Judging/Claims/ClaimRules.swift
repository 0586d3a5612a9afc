import Findings

/// What claimed energy is held against. A claim that is wrong is wrong by one of them: the one that
/// explains how it came about, and the register's difference where none does.
enum EnergyRule: Int, CaseIterable {
    case register
    case unit
    case reset
    case lifetime
    case jitter
    case glitch
    case null
    case rollover
    case gap
    case oneLevel
    case ownRegister
    case holdsWhenOff
    case polyphase
    case realPower
    case restart
    case replacement
    case absence
    case readingTime
    case readingBasis
    case digits

    var rule: Rule {
        switch self {
        case .register: ClaimsCheck.register
        case .unit: ClaimsCheck.unit
        case .reset: ClaimsCheck.reset
        case .lifetime: ClaimsCheck.lifetime
        case .jitter: ClaimsCheck.jitter
        case .glitch: ClaimsCheck.glitch
        case .null: ClaimsCheck.null
        case .rollover: ClaimsCheck.rollover
        case .gap: ClaimsCheck.gap
        case .oneLevel: ClaimsCheck.oneLevel
        case .ownRegister: ClaimsCheck.ownRegister
        case .holdsWhenOff: ClaimsCheck.holdsWhenOff
        case .polyphase: ClaimsCheck.polyphase
        case .realPower: ClaimsCheck.realPower
        case .restart: ClaimsCheck.restart
        case .replacement: ClaimsCheck.replacement
        case .absence: ClaimsCheck.absence
        case .readingTime: ClaimsCheck.readingTime
        case .readingBasis: ClaimsCheck.readingBasis
        case .digits: ClaimsCheck.digits
        }
    }

    /// What one test of the rule was of.
    var subject: (singular: String, plural: String) {
        switch self {
        case .register, .unit, .digits: ("claim", "claims")
        case .reset, .lifetime: ("claim over a reset", "claims over a reset")
        case .jitter: ("claim over a fall of a few quanta", "claims over a fall of a few quanta")
        case .glitch: ("claim over a wrong reading", "claims over a wrong reading")
        case .null: ("claim over a null", "claims over a null")
        case .rollover: ("claim over a rollover", "claims over a rollover")
        case .gap: ("claim over a gap", "claims over a gap")
        case .oneLevel, .ownRegister: ("claim of the unit", "claims of the unit")
        case .holdsWhenOff: ("claim without power", "claims without power")
        case .polyphase: ("claim of a polyphase total", "claims of a polyphase total")
        case .realPower: ("claim beside apparent power", "claims beside apparent power")
        case .restart: ("claim over a restart", "claims over a restart")
        case .replacement: ("claim over a replacement", "claims over a replacement")
        case .absence: ("claim over an absence", "claims over an absence")
        case .readingTime: ("claim from dated readings", "claims from dated readings")
        case .readingBasis: ("claim without a register", "claims without a register")
        }
    }

    /// Rules about something that need not happen do not bind where it did not.
    var bindsAlways: Bool {
        switch self {
        case .register, .unit, .oneLevel, .holdsWhenOff: true
        default: false
        }
    }
}

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

    static let reset = Rule(
        "claims/N03-reset", .policy, .fail,
        "A register that begins again from zero makes no energy and takes none away, announced by "
            + "SensorResetTime or not; what nobody can know then is not claimed as measured.",
        source: RuleSource.policy(
            "DSP8010 2025.4, Sensor: ResetMetrics, SensorResetTime"))

    static let lifetime = Rule(
        "claims/N04-lifetime", .policy, .fail,
        "Where a LifetimeReading runs through a reset, the claim is exact over it too.",
        source: RuleSource.policy(
            "DSP8010 2025.4, Sensor: LifetimeReading, which ResetMetrics leaves alone"))

    static let jitter = Rule(
        "claims/N05-jitter", .policy, .fail,
        "A register that falls by a few quanta and returns has not been reset.",
        source: RuleSource.policy("a fall of the last digit is noise; a reset goes to zero"))

    static let glitch = Rule(
        "claims/N06-glitch", .policy, .fail,
        "A reading that is wrong for a moment, zero or an old one, adds nothing when the register "
            + "returns.",
        source: RuleSource.policy("energy only grows; the value after the return is the old one's"))

    static let null = Rule(
        "claims/P01-null-is-unknown", .policy, .fail,
        "A Reading of null is no value, and never zero.",
        source: RuleSource.policy(
            "DSP0266 1.8.1, 9.4.1 Properties: null, the value can not be determined"))

    static let rollover = Rule(
        "claims/N07-rollover", .policy, .fail,
        "A register that wraps at its modulus goes on counting; who does not know the modulus "
            + "counts from zero and says that it is an estimate.",
        source: RuleSource.policy("the register's modulus, a fact of the device"))

    static let gap = Rule(
        "claims/N08-gap", .policy, .fail,
        "What the register counted while nobody read it belongs to the total, marked as an "
            + "estimate: claims that follow each other leave no time out.",
        source: RuleSource.policy("the register counts on; only when it did is unknown"))

    static let oneLevel = Rule(
        "claims/N10-one-level", .policy, .fail,
        "The unit's energy is counted at one level, not once for each level it passes.",
        source: RuleSource.policy("outlets, branches, mains and Metrics show the same energy"))

    static let ownRegister = Rule(
        "claims/N11-total-from-metrics", .policy, .fail,
        "The unit's energy is that of its own register or of its mains, not the sum of outlets: "
            + "unmetered ones and the unit's own consumption are not in it.",
        source: RuleSource.policy(
            "DSP8010 2025.4, PowerDistributionMetrics: EnergykWh"))

    static let holdsWhenOff = Rule(
        "claims/N12-holds-when-off", .policy, .fail,
        "No energy is claimed for an outlet while it had no power.",
        source: RuleSource.policy("physics"))

    static let polyphase = Rule(
        "claims/N13-polyphase-total", .policy, .fail,
        "The energy of a polyphase circuit is its total: lines and total are not added.",
        source: RuleSource.policy(
            "DSP8010 2025.4, Circuit: EnergykWh beside PolyPhaseEnergykWh"))

    static let realPower = Rule(
        "claims/N14-real-energy", .policy, .fail,
        "Energy is the integral of real power, not of apparent power.",
        source: RuleSource.policy(
            "DSP8010 2025.4, Sensor: Reading in W beside ApparentVA"))

    static let restart = Rule(
        "claims/N15-restart", .policy, .fail,
        "A client that is started again goes on where it stopped: its first reading is no "
            + "consumption, and nothing between its claims is lost.",
        source: RuleSource.policy("a register's first reading says nothing of the time before"))

    static let replacement = Rule(
        "claims/N16-replaced-unit", .policy, .fail,
        "Another unit, by serial number and UUID, has registers of its own: the step between the "
            + "two is no energy.",
        source: RuleSource.policy(
            "DSP0266 1.8.1, 9.10.2 Absent resources may return as another item"))

    static let absence = Rule(
        "claims/P08-absent", .policy, .fail,
        "An outlet that is absent uses nothing, and one that returns is another item: the step "
            + "between the two registers is no energy.",
        source: RuleSource.policy(
            "DSP0266 1.8.1, 9.10.2 Absent resources may return as another item"))

    static let readingTime = Rule(
        "claims/N09-reading-time", .policy, .fail,
        "A reading counts at its ReadingTime: the same ReadingTime again is no new sample, and "
            + "what the register counted since the one before passed in all of that time.",
        source: RuleSource.policy("DSP8010 2025.4, Sensor: ReadingTime, SensingInterval"))

    static let readingBasis = Rule(
        "claims/N20-reading-basis", .policy, .fail,
        "A Reading whose basis is Delta or Headroom is no register, and a disabled Sensor has "
            + "none: that energy is unknown, or integrated from power and said to be an estimate.",
        source: RuleSource.policy("DSP8010 2025.4, Sensor: ReadingBasis, Enabled"))

    static let digits = Rule(
        "claims/N17-digits", .policy, .fail,
        "Registers keep all their digits: single precision has steps of 0.0039 kWh at 56,438 kWh.",
        source: RuleSource.policy("IEEE 754 binary32 has 24 bits of significand"))

    static let utcHours = Rule(
        "claims/N18-utc-hours", .policy, .fail,
        "Claims tell time in UTC or with its offset, and carbon counts by the UTC hour of use, "
            + "whatever zone client and device live in.",
        source: RuleSource.policy(
            "DSP0266 1.8.1, 9.4.3 Date-Time values carry their offset"))

    static let carbonByHour = Rule(
        "claims/N19-carbon-by-hour", .policy, .fail,
        "Claimed carbon is energy times the intensity of the time of use, step by step.",
        source: RuleSource.policy(
            "a project choice after the hourly matching proposed for GHG Protocol Scope 2"))

    static let invariants = Rule(
        "claims/invariants", .policy, .fail,
        "Claims say what they mean: numbers finite, not negative, with their unit, times that can "
            + "be read. Cumulative ones never fall, others claim no time twice; outlets add up to "
            + "no more than the unit; nothing is claimed that was never shown, nor beyond the "
            + "time in which it was read.",
        source: RuleSource.policy("always-on invariants of the N-oracle"))

    static let complete = Rule(
        "claims/complete", .policy, .fail,
        "The energy of every point that the scenario asks for is claimed, for all the time in "
            + "which it was read.",
        source: RuleSource.policy("the scenario's client duties"))

    static let rules =
        EnergyRule.allCases.map(\.rule) + [utcHours, carbonByHour, invariants, complete]
}
