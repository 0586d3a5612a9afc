import VirtualTime

/// A metering point that is polled, and its accounts.
struct Meter {
    enum Kind: String, CaseIterable {
        case metrics = "Metrics"
        case mains = "Mains"
        case branch = "Branches"
        case outlet = "Outlets"
    }

    let uri: String
    let kind: Kind
    /// Which of the units found it belongs to.
    let unit: Int
    private(set) var ledger: EnergyLedger
    private(set) var powerIntegral: PowerIntegral
    private(set) var carbon = CarbonAccount()
    private(set) var hasRegister = false
    private let intensity: CarbonIntensitySeries?
    private let misbehaviour: Misbehaviour

    /// Outlets of a branch, and the branch of an outlet.
    var related: [String] = []
    var isSensorUsable = true
    /// When it was last asked for, whatever came of it.
    var lastAskedInstant: VirtualInstant?
    /// How often in a row the service said that there is no such resource.
    var disappearances = 0
    private var retirements = 0
    /// Since when it is not there; until a collection names it again it is not asked for.
    private(set) var missingInstant: VirtualInstant?
    private var lastWasNull = false
    /// Whether the client that reads it was started again.
    private let isRestarted: Bool
    /// Two answers that there is no such resource are enough.
    var isRetired: Bool { disappearances >= 2 }
    /// What the resource said while its Sensor is being read.
    var heldReading: MeterReading?

    /// - Parameter memory: What an earlier run of the client has kept; nil where it did not know
    ///   the point, or there was no earlier run.
    init(
        uri: String, kind: Kind, unit: Int, configuration: EnergyAggregator.Configuration,
        memory: EnergyAggregator.Memory?
    ) {
        self.uri = uri
        self.kind = kind
        self.unit = unit
        intensity =
            configuration.misbehaviour.contains(.usesLocalHours)
            ? configuration.carbonIntensity?.shifted(by: .hours(2)) : configuration.carbonIntensity
        misbehaviour = configuration.misbehaviour
        isRestarted = memory != nil
        ledger = EnergyLedger(
            expectedSpacing: kind == .outlet
                ? configuration.outletPollInterval : configuration.pollInterval,
            modulusMicrowattHours: kind == .outlet
                ? configuration.outletModulusMicrowattHours
                : configuration.registerModulusMicrowattHours)
        ledger.dropsGaps = misbehaviour.contains(.dropsGaps)
        powerIntegral = PowerIntegral(
            method: misbehaviour.contains(.ignoresTripHold) ? .holdsLastPower : .trapezoid)
        ledger.credulity = ordinaryCredulity
        if let kept = memory?.meters[uri], !misbehaviour.contains(.forgetsBaseline) {
            ledger = kept.ledger
            powerIntegral = kept.powerIntegral
            carbon = kept.carbon
            hasRegister = kept.hasRegister
        }
    }

    /// What the next run of the client needs to go on.
    var memory: EnergyAggregator.Memory.Meter {
        EnergyAggregator.Memory.Meter(
            ledger: ledger, powerIntegral: powerIntegral, carbon: carbon, hasRegister: hasRegister)
    }

    /// Whether the figures come from the register; integrated power is the fallback where there
    /// is none.
    var usesRegister: Bool {
        hasRegister
            && misbehaviour.isDisjoint(with: [
                .integratesPower, .ignoresTripHold, .integratesApparentPower,
            ])
    }

    private var ordinaryCredulity: EnergyLedger.Credulity? {
        if misbehaviour.contains(.spikesOnReset) { return .consumption }
        return misbehaviour.isDisjoint(with: [
            .trustsEveryFall, .readsWattHoursAsKilowattHours, .usesSinglePrecision,
            .ignoresIdentity, .ignoresReadingBasis,
        ]) ? nil : .newStart
    }

    mutating func take(_ reading: MeterReading, at now: VirtualInstant) {
        if reading.hasRegister, !hasRegister {
            hasRegister = true
            carbon = CarbonAccount()
        }
        if !misbehaviour.contains(.ignoresAbsence) {
            if reading.isAbsent { rebase() }
            guard !reading.isUnavailable else { return }
        }
        let ledgerReading = ledgerReading(of: reading, at: now)
        if misbehaviour.contains(.forgetsBaseline), isRestarted {
            ledger.countFirstReading(ledgerReading)
        }
        let fromRegister = ledger.take(ledgerReading)
        let milliwatts =
            misbehaviour.contains(.integratesApparentPower)
            ? reading.apparentMillivoltamperes : reading.powerMilliwatts
        let fromPower = usesRegister ? nil : powerIntegral.take(milliwatts: milliwatts, at: now)
        account(usesRegister ? fromRegister : fromPower)
    }

    /// The reading as the ledger takes it; a misbehaving client spoils it here.
    private mutating func ledgerReading(
        of reading: MeterReading, at now: VirtualInstant
    ) -> EnergyLedger.Reading {
        var ledgerReading = EnergyLedger.Reading(
            instant: reading.readingTime ?? now,
            registerMicrowattHours: reading.registerMicrowattHours,
            lifetimeMicrowattHours: reading.lifetimeMicrowattHours,
            resetTime: reading.resetTime, powerMilliwatts: reading.powerMilliwatts,
            sensingInterval: reading.sensingInterval)
        if misbehaviour.contains(.ignoresReadingTime) { ledgerReading.instant = now }
        if misbehaviour.contains(.addsLinesToTotal) {
            ledgerReading.registerMicrowattHours = reading.registerMicrowattHours.map {
                $0 + reading.linesMicrowattHours
            }
            ledgerReading.lifetimeMicrowattHours = nil
        }
        if reading.hasRegister, misbehaviour.contains(.treatsNullAsZero) {
            // The zero is believed, and so is the register's return from it.
            let isNull = reading.registerMicrowattHours == nil
            ledger.credulity = isNull || lastWasNull ? .newStart : ordinaryCredulity
            ledgerReading.registerMicrowattHours = reading.registerMicrowattHours ?? 0
            lastWasNull = isNull
        }
        if misbehaviour.contains(.usesSinglePrecision) {
            ledgerReading.registerMicrowattHours = reading.registerMicrowattHours.map {
                Int64((Double(Float(Double($0) / 1e9)) * 1e9).rounded())
            }
            ledgerReading.lifetimeMicrowattHours = nil
        }
        if misbehaviour.contains(.readsWattHoursAsKilowattHours) {
            ledgerReading.registerMicrowattHours = reading.registerMicrowattHours.map { $0 &* 1000 }
            ledgerReading.lifetimeMicrowattHours = reading.lifetimeMicrowattHours.map { $0 &* 1000 }
        }
        return ledgerReading
    }

    /// Forgets what was read last, because the item may be another one from now on.
    mutating func rebase() {
        ledger.rebase()
        powerIntegral.rebase()
    }

    /// Decides open questions before claims are made.
    mutating func settle() {
        if usesRegister { account(ledger.settle()) }
    }

    /// The service says that there is no such resource. Returns whether its collection should be
    /// looked through again; a member that stays listed without being there is not asked for
    /// forever.
    mutating func disappear(at now: VirtualInstant) -> Bool {
        disappearances += 1
        missingInstant = missingInstant ?? now
        if disappearances == 2 { retirements += 1 }
        return disappearances == 1
    }

    /// No collection leads to it any more.
    mutating func noteMissing(at now: VirtualInstant) { missingInstant = missingInstant ?? now }

    /// Its collection lists it. What has been away may be another item now.
    mutating func noteListing(at now: VirtualInstant) {
        guard let missing = missingInstant, !isRetired || retirements < 2 else { return }
        missingInstant = nil
        guard isRetired || now > missing + ledger.expectedSpacing else { return }
        disappearances = 0
        rebase()
    }

    var hasIntensity: Bool { intensity != nil }

    /// For a misbehaving client: all energy times the mean intensity of the interval.
    func flatPicograms(
        of microwattHours: Int64, from start: VirtualInstant, to end: VirtualInstant
    ) -> Int128? {
        guard misbehaviour.contains(.flatCarbonAverage),
            let pieces = intensity?.pieces(from: start, to: end), !pieces.isEmpty
        else { return nil }
        let sum = pieces.reduce(Int128(0)) { $0 + Int128($1.milligramsPerKilowattHour) }
        return roundedQuotient(sum * Int128(microwattHours), Int128(pieces.count))
    }

    private mutating func account(_ increment: EnergyIncrement?) {
        guard let increment, let intensity else { return }
        carbon.take(increment, intensity: intensity)
    }
}
