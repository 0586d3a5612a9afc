package import Electrical
package import VirtualTime

/// What the judge has to know of the device beside the recording: which URI shows what, and how
/// coarse the device's numbers are. Tolerances are derived from these facts, never guessed.
package struct DeviceFacts: Sendable {
    /// The scenario's first instant. Every energy truth counts from here.
    package var start: VirtualInstant
    package var outletCount: Int
    package var branchCount: Int
    package var phaseCount: Int

    /// Paths of the resources whose excerpts belong to a metering point: outlets, branches, mains,
    /// and the unit's Metrics. On the mains, line 1, 2, 3 belong to the phases.
    package var resources: [String: MeteringPoint] = [:]
    /// Paths of Sensor resources, and so what every `DataSourceUri` means.
    package var sensors: [String: SensorFacts] = [:]
    package var registers: [MeteringPoint: RegisterFacts] = [:]
    /// Where the scenario makes registers begin anew without SensorResetTime telling, by time.
    package var registerStarts: [ScriptedRegisterStart] = []
    package var resolutions: [MeteredQuantity: Resolution] = [:]
    /// Which sums hold in this unit, leaf first.
    package var sums: [LevelSum] = []
    /// Points whose Sensor of energy shows no register, with what it shows instead, in words: a
    /// difference, what is left of a budget, or nothing.
    package var relativeReadings: [MeteringPoint: String] = [:]
    /// Outlets that switch but do not measure.
    package var unmeteredOutlets: Set<Int> = []
    /// What 100 % of the unit's `PowerLoadPercent` means, where the unit shows one.
    package var capacityMilliVoltAmperes: Int64?

    /// The resource collection that takes logins.
    package var sessionsURI = "/redfish/v1/SessionService/Sessions"
    package var sessionTimeout: VirtualDuration?
    /// Failed logins after which an account is locked; nil where the device never locks.
    package var lockoutThreshold: Int?
    /// Time after the last failed login at which the device forgets the count.
    package var lockoutCounterReset: VirtualDuration?

    package var subscriptionsURI = "/redfish/v1/EventService/Subscriptions"
    /// Whether the device sends Power.OutletPoweredOn and OutletPoweredOff for every outlet that
    /// gains or loses power, so that the truth records say which events must come.
    package var announcesOutletPower = false

    package init(start: VirtualInstant, outlets: Int, branches: Int, phases: Int) {
        self.start = start
        outletCount = outlets
        branchCount = branches
        phaseCount = phases
    }

    package func resolution(of quantity: MeteredQuantity) -> Resolution {
        resolutions[quantity] ?? .exact
    }

    package var meteredOutlets: [Int] {
        (0..<outletCount).filter { !unmeteredOutlets.contains($0) }
    }
}

/// What a Sensor resource measures.
package struct SensorFacts: Sendable, Hashable {
    package var point: MeteringPoint
    package var quantity: MeteredQuantity

    package init(_ point: MeteringPoint, _ quantity: MeteredQuantity) {
        self.point = point
        self.quantity = quantity
    }
}

/// How an energy register counts.
package struct RegisterFacts: Sendable, Hashable {
    /// The register's smallest step.
    package var quantumMicrojoules: Int64
    /// How long the register holds a value before it takes the next; zero where it always follows.
    package var latch: VirtualDuration
    /// What the meter counts for a million microjoules: 1,005,000 over-reads by 0.5 %.
    package var gainPartsPerMillion: Int64
    /// What the register showed at the scenario's start.
    package var startMicrojoules: Int64
    /// The value at which the register begins again from zero, where it does.
    package var modulusMicrojoules: Int64?

    package init(
        quantumMicrojoules: Int64, latch: VirtualDuration = .zero,
        gainPartsPerMillion: Int64 = 1_000_000, startMicrojoules: Int64 = 0,
        modulusMicrojoules: Int64? = nil
    ) {
        self.quantumMicrojoules = quantumMicrojoules
        self.latch = latch
        self.gainPartsPerMillion = gainPartsPerMillion
        self.startMicrojoules = startMicrojoules
        self.modulusMicrojoules = modulusMicrojoules
    }
}

/// A register begins anew because the scenario says so, and the device tells nobody.
package struct ScriptedRegisterStart: Sendable, Hashable {
    package var instant: VirtualInstant
    package var point: MeteringPoint
    /// What the register shows from then on, before anything is counted.
    package var readingMicrojoules: Int64
    /// Whether it is another meter; the lifetime reading then begins anew too.
    package var isReplacement: Bool
    /// Whether the other meter came with an outlet that had been absent.
    package var isReturn: Bool

    package init(
        _ point: MeteringPoint, at instant: VirtualInstant, readingMicrojoules: Int64 = 0,
        isReplacement: Bool = false, isReturn: Bool = false
    ) {
        self.point = point
        self.instant = instant
        self.readingMicrojoules = readingMicrojoules
        self.isReplacement = isReplacement
        self.isReturn = isReturn
    }
}

extension DeviceFacts {
    /// The last scripted start of a point's register after one instant and up to another.
    func registerStart(
        of point: MeteringPoint, after first: VirtualInstant? = nil, through last: VirtualInstant
    ) -> ScriptedRegisterStart? {
        registerStarts.last { start in
            start.point == point && start.instant <= last
                && first.map { start.instant > $0 } ?? true
        }
    }
}

/// How coarse the numbers of a quantity are, in millionths of its Redfish unit.
package struct Resolution: Sendable, Hashable {
    package var stepMillionths: Int64
    /// Below this the device shows 0.
    package var floorMillionths: Int64

    package init(stepMillionths: Int64, floorMillionths: Int64 = 0) {
        self.stepMillionths = stepMillionths
        self.floorMillionths = floorMillionths
    }

    /// A quantity shown as it is, to the last millionth.
    package static let exact = Resolution(stepMillionths: 0)
}

/// One level of the unit: the whole is the sum of its parts and, where the whole includes it, of
/// the unit's own consumption.
package struct LevelSum: Sendable, Hashable {
    package var whole: MeteringPoint
    /// Unmetered outlets are named here too; the judge knows that they show nothing.
    package var parts: [MeteringPoint]
    package var selfConsumptionMilliwatts: Int64

    package init(
        _ whole: MeteringPoint, of parts: [MeteringPoint], selfConsumptionMilliwatts: Int64 = 0
    ) {
        self.whole = whole
        self.parts = parts
        self.selfConsumptionMilliwatts = selfConsumptionMilliwatts
    }
}

/// Physics, kept apart from what the wire showed.
package protocol EnergyTruth {
    /// Energy that has passed the point since the scenario's start, in microjoules; sums are exact
    /// at every level.
    func energyMicrojoules(of point: MeteringPoint, at instant: VirtualInstant) -> Int64
}
