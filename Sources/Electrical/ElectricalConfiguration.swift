package import VirtualTime

/// What a device file says about the electrical side of a rack PDU.
package struct ElectricalConfiguration: Sendable, Hashable {
    package enum Wiring: Sendable, Hashable, CaseIterable {
        case threePhase5Wire
        case onePhase3Wire
        case directCurrent

        /// How many lines carry current to the outlets.
        package var lineCount: Int { self == .threePhase5Wire ? 3 : 1 }
    }

    package var wiring: Wiring
    /// From line to neutral; of a direct-current unit between its two poles.
    package var nominalVoltageMillivolts: Int64
    package var frequencyMillihertz: Int64
    /// How far the frequency wanders to either side.
    package var frequencyDriftMillihertz: Int64
    /// How far each line's voltage wanders to either side, before the drop under load.
    package var voltageDriftMillivolts: Int64
    /// The time between two random values of voltage and frequency; between them both run linearly.
    package var voltageDriftInterval: VirtualDuration
    /// Of the supply, per line: what the line's current makes its voltage drop.
    package var sourceImpedanceMilliohms: Int64
    /// What the unit itself takes from L1 while there is input power.
    package var selfConsumptionMilliwatts: Int64
    package var selfConsumptionPowerFactorThousandths: Int64
    package var mainsName: String
    /// Per line.
    package var mainsRatedMilliamps: Int64
    package var branches: [Branch]
    package var outlets: [Outlet]
    /// Of the unit's real power, in milliwatts.
    package var unitPowerThresholds: Thresholds?
    package var meter: Meter
    package var resolutions: Resolutions
    /// The grid, from the start on, on which breakers and thresholds look at the current.
    package var sensingInterval: VirtualDuration
    /// How long a reading must stay above a threshold before the threshold counts as crossed.
    package var thresholdDwell: VirtualDuration

    package init(
        wiring: Wiring = .threePhase5Wire, nominalVoltageMillivolts: Int64 = 230_000,
        frequencyMillihertz: Int64 = 50_000, frequencyDriftMillihertz: Int64 = 0,
        voltageDriftMillivolts: Int64 = 0, voltageDriftInterval: VirtualDuration = .minutes(5),
        sourceImpedanceMilliohms: Int64 = 0, selfConsumptionMilliwatts: Int64 = 0,
        selfConsumptionPowerFactorThousandths: Int64 = 1000, mainsName: String = "AC1",
        mainsRatedMilliamps: Int64 = 32_000, branches: [Branch], outlets: [Outlet],
        unitPowerThresholds: Thresholds? = nil, meter: Meter = Meter(),
        resolutions: Resolutions = Resolutions(), sensingInterval: VirtualDuration = .seconds(1),
        thresholdDwell: VirtualDuration = .zero
    ) {
        self.wiring = wiring
        self.nominalVoltageMillivolts = nominalVoltageMillivolts
        self.frequencyMillihertz = frequencyMillihertz
        self.frequencyDriftMillihertz = frequencyDriftMillihertz
        self.voltageDriftMillivolts = voltageDriftMillivolts
        self.voltageDriftInterval = voltageDriftInterval
        self.sourceImpedanceMilliohms = sourceImpedanceMilliohms
        self.selfConsumptionMilliwatts = selfConsumptionMilliwatts
        self.selfConsumptionPowerFactorThousandths = selfConsumptionPowerFactorThousandths
        self.mainsName = mainsName
        self.mainsRatedMilliamps = mainsRatedMilliamps
        self.branches = branches
        self.outlets = outlets
        self.unitPowerThresholds = unitPowerThresholds
        self.meter = meter
        self.resolutions = resolutions
        self.sensingInterval = sensingInterval
        self.thresholdDwell = thresholdDwell
    }
}

extension ElectricalConfiguration {
    package enum RestorePolicy: String, Sendable, Hashable, CaseIterable, Codable {
        case alwaysOn
        case alwaysOff
        case lastState
    }

    package struct Outlet: Sendable, Hashable, Codable {
        package var name: String
        /// The index of its branch.
        package var branch: Int
        /// An outlet that is not metered has no readings of its own, but counts in every sum.
        package var isMetered: Bool
        /// An outlet that is not switchable has no relay and is powered whenever its branch is.
        package var isSwitchable: Bool
        package var ratedMilliamps: Int64
        /// After a command to switch on, and after its circuit has been closed again.
        package var onDelay: VirtualDuration
        package var offDelay: VirtualDuration
        /// Between off and on of a power cycle.
        package var cycleDelay: VirtualDuration
        /// After input power has returned.
        package var restoreDelay: VirtualDuration
        package var restorePolicy: RestorePolicy
        package var initiallyOn: Bool
        package var isLocked: Bool

        package init(
            name: String, branch: Int, isMetered: Bool = true, isSwitchable: Bool = true,
            ratedMilliamps: Int64 = 10_000, onDelay: VirtualDuration = .zero,
            offDelay: VirtualDuration = .zero, cycleDelay: VirtualDuration = .seconds(5),
            restoreDelay: VirtualDuration = .zero, restorePolicy: RestorePolicy = .lastState,
            initiallyOn: Bool = true, isLocked: Bool = false
        ) {
            self.name = name
            self.branch = branch
            self.isMetered = isMetered
            self.isSwitchable = isSwitchable
            self.ratedMilliamps = ratedMilliamps
            self.onDelay = onDelay
            self.offDelay = offDelay
            self.cycleDelay = cycleDelay
            self.restoreDelay = restoreDelay
            self.restorePolicy = restorePolicy
            self.initiallyOn = initiallyOn
            self.isLocked = isLocked
        }
    }

    /// A circuit behind one breaker, on one line.
    package struct Branch: Sendable, Hashable {
        package var name: String
        /// The line that feeds it: 0 is L1.
        package var phase: Int
        /// Also the rated current of its breaker.
        package var ratedMilliamps: Int64
        package var breaker: BreakerCurve
        /// In milliamperes.
        package var currentThresholds: Thresholds?
        /// Between off and on of a power cycle.
        package var cycleDelay: VirtualDuration

        package init(
            name: String, phase: Int, ratedMilliamps: Int64 = 16_000,
            breaker: BreakerCurve = .typeC, currentThresholds: Thresholds? = nil,
            cycleDelay: VirtualDuration = .seconds(5)
        ) {
            self.name = name
            self.phase = phase
            self.ratedMilliamps = ratedMilliamps
            self.breaker = breaker
            self.currentThresholds = currentThresholds
            self.cycleDelay = cycleDelay
        }
    }

    /// Upper bounds of a reading, in the unit of that reading; nil is none.
    package struct Thresholds: Sendable, Hashable, Codable {
        package var upperCaution: Int64?
        package var upperCritical: Int64?

        package init(upperCaution: Int64? = nil, upperCritical: Int64? = nil) {
            self.upperCaution = upperCaution
            self.upperCritical = upperCritical
        }
    }

    /// How true energy becomes the number in an energy register.
    package struct Meter: Sendable, Hashable {
        /// 1 Wh is 3,600,000,000 µJ.
        package var energyQuantumMicrojoules: Int64
        /// The register takes over the energy at multiples of this span after the start; zero is
        /// continuously.
        package var energyLatch: VirtualDuration
        /// What the meter counts too much, in millionths.
        package var gainPartsPerMillion: Int64
        /// Where the reading wraps to zero; the lifetime reading does not.
        package var modulusMicrojoules: Int64?
        /// Where the readings of outlets wrap, where that is elsewhere.
        package var outletModulusMicrojoules: Int64?
        /// Whether there is a lifetime reading beside each reading.
        package var hasLifetime: Bool
        /// What registers held at the start; points that are not named held nothing.
        package var registerOffsetMicrojoules: [MeteringPoint: Int64]
        /// What the Sensors of energy of some outlets show instead of the register.
        package var outletReadings: [Int: RelativeReading] = [:]

        package init(
            energyQuantumMicrojoules: Int64 = 3_600_000_000, energyLatch: VirtualDuration = .zero,
            gainPartsPerMillion: Int64 = 0, modulusMicrojoules: Int64? = nil,
            outletModulusMicrojoules: Int64? = nil, hasLifetime: Bool = true,
            registerOffsetMicrojoules: [MeteringPoint: Int64] = [:]
        ) {
            self.energyQuantumMicrojoules = energyQuantumMicrojoules
            self.energyLatch = energyLatch
            self.gainPartsPerMillion = gainPartsPerMillion
            self.modulusMicrojoules = modulusMicrojoules
            self.outletModulusMicrojoules = outletModulusMicrojoules
            self.hasLifetime = hasLifetime
            self.registerOffsetMicrojoules = registerOffsetMicrojoules
        }
    }

    /// What a Sensor of energy shows that does not show its register.
    package enum RelativeReading: Sendable, Hashable {
        /// What was counted since the latch before or, without one, in the last minute.
        case difference
        /// What is left of a budget, in microjoules.
        case headroom(ofMicrojoules: Int64)
        /// Nothing.
        case disabled
    }

    /// The smallest step of each quantity as the device shows it, and what it shows as nothing.
    package struct Resolutions: Sendable, Hashable {
        package var powerMilliwatts: Int64
        package var voltageMillivolts: Int64
        package var currentMilliamps: Int64
        package var apparentMillivoltamperes: Int64
        package var reactiveMillivars: Int64
        package var powerFactorThousandths: Int64
        package var frequencyMillihertz: Int64
        /// Smaller currents are shown as 0.
        package var currentFloorMilliamps: Int64
        /// Smaller powers, real, apparent or reactive, are shown as 0.
        package var powerFloorMilliwatts: Int64

        package init(
            powerMilliwatts: Int64 = 100, voltageMillivolts: Int64 = 100,
            currentMilliamps: Int64 = 10, apparentMillivoltamperes: Int64 = 100,
            reactiveMillivars: Int64 = 100, powerFactorThousandths: Int64 = 10,
            frequencyMillihertz: Int64 = 100, currentFloorMilliamps: Int64 = 0,
            powerFloorMilliwatts: Int64 = 0
        ) {
            self.powerMilliwatts = powerMilliwatts
            self.voltageMillivolts = voltageMillivolts
            self.currentMilliamps = currentMilliamps
            self.apparentMillivoltamperes = apparentMillivoltamperes
            self.reactiveMillivars = reactiveMillivars
            self.powerFactorThousandths = powerFactorThousandths
            self.frequencyMillihertz = frequencyMillihertz
            self.currentFloorMilliamps = currentFloorMilliamps
            self.powerFloorMilliwatts = powerFloorMilliwatts
        }
    }
}

extension ElectricalConfiguration {
    /// What is wrong with the configuration, one sentence each; empty where it can be built.
    package var problems: [String] {
        var problems: [String] = []
        func require(_ holds: Bool, _ problem: String) {
            if !holds { problems.append(problem) }
        }
        require(!branches.isEmpty, "A unit needs at least one branch.")
        require(nominalVoltageMillivolts > 0, "The nominal voltage must be above 0.")
        require(
            voltageDriftMillivolts >= 0 && voltageDriftMillivolts < nominalVoltageMillivolts,
            "The voltage drift must be at least 0 and below the nominal voltage.")
        require(
            frequencyDriftMillihertz >= 0 && frequencyMillihertz >= frequencyDriftMillihertz,
            "The frequency drift must be at least 0 and at most the frequency.")
        require(voltageDriftInterval > .zero, "The drift interval must be above 0.")
        require(sourceImpedanceMilliohms >= 0, "The source impedance must not be negative.")
        require(
            (0...LoadProfile.powerLimitMilliwatts).contains(selfConsumptionMilliwatts),
            "The self-consumption must be between 0 and 100 kW.")
        require(
            sensingInterval > .zero && sensingInterval <= .hours(1),
            "The sensing interval must be above 0 and at most one hour.")
        require(thresholdDwell >= .zero, "The threshold dwell must not be negative.")
        require(mainsRatedMilliamps > 0, "The mains' rated current must be above 0.")
        require(
            abs(meter.gainPartsPerMillion) < 1_000_000,
            "The meter's gain must be within ±1,000,000 parts per million.")
        require(meter.energyQuantumMicrojoules > 0, "The energy quantum must be above 0.")
        require(meter.energyLatch >= .zero, "The energy latch must not be negative.")
        for modulus in [meter.modulusMicrojoules, meter.outletModulusMicrojoules] {
            require(
                modulus.map { $0 > 0 && $0 % meter.energyQuantumMicrojoules == 0 } ?? true,
                "The register's modulus must be a multiple of its quantum, and above 0.")
        }
        require(
            meter.registerOffsetMicrojoules.values.allSatisfy { $0 >= 0 },
            "What a register held at the start must not be negative.")
        for branch in branches {
            require(
                (0..<wiring.lineCount).contains(branch.phase),
                "Branch \(branch.name) is on a line that the wiring does not have.")
            require(
                branch.ratedMilliamps > 0, "Branch \(branch.name) needs a rated current above 0.")
        }
        for outlet in outlets {
            require(
                branches.indices.contains(outlet.branch),
                "Outlet \(outlet.name) is on a branch that does not exist.")
            require(
                outlet.ratedMilliamps > 0, "Outlet \(outlet.name) needs a rated current above 0.")
            let delays = [
                outlet.onDelay, outlet.offDelay, outlet.cycleDelay, outlet.restoreDelay,
            ]
            require(
                delays.allSatisfy { $0 >= .zero }, "Outlet \(outlet.name) has a negative delay.")
        }
        return problems
    }
}
