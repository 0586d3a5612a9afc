package import VirtualTime

/// The electrical side of a rack PDU as a value.
package struct PowerDistribution: Sendable {
    package private(set) var configuration: ElectricalConfiguration

    package init(
        configuration: ElectricalConfiguration, loads: [Load], seed: UInt64, start: VirtualInstant
    ) {
        self.configuration = configuration
    }

    package var nextEventInstant: VirtualInstant? { nil }

    package mutating func advance(to instant: VirtualInstant) -> [ElectricalEvent] { [] }

    package mutating func command(
        _ command: SwitchCommand, at instant: VirtualInstant
    ) throws(SwitchRefusal) -> [ElectricalEvent] { [] }

    package func reading(of point: MeteringPoint, at instant: VirtualInstant) -> Reading {
        .unpowered
    }

    package func served(_ reading: Reading) -> Reading {
        reading.served(by: configuration.resolutions)
    }

    package func register(
        of point: MeteringPoint, at instant: VirtualInstant
    ) -> RegisterReading {
        RegisterReading(
            readingMicrojoules: 0, lifetimeMicrojoules: 0, resetInstant: nil,
            sampleInstant: instant)
    }

    package func energyMicrojoules(of point: MeteringPoint, at instant: VirtualInstant) -> Int64 {
        0
    }

    package func outletState(_ outlet: Int) -> OutletState {
        OutletState(powerState: .off, isPowered: false)
    }

    package func breakerState(_ branch: Int) -> BreakerState { .normal }

    /// Whether there is voltage behind the branch's breaker.
    package func isBranchPowered(_ branch: Int) -> Bool { false }

    /// Whether there is input power.
    package var isMainsPowered: Bool { true }

    package func thresholdLevel(
        of point: MeteringPoint, _ quantity: MonitoredQuantity
    ) -> ThresholdLevel { .normal }

    /// Between line `first` and the next one (L1-L2, L2-L3, L3-L1).
    package func lineToLineMillivolts(from line: Int, at instant: VirtualInstant) -> Int64 { 0 }

    package func neutralMilliamps(at instant: VirtualInstant) -> Int64 { 0 }

    /// The largest deviation of a line's current from their mean, over that mean.
    package func currentUnbalancePartsPerMillion(at instant: VirtualInstant) -> Int64 { 0 }

    /// The largest deviation of a line-to-neutral voltage from their mean, over that mean.
    package func voltageUnbalancePartsPerMillion(at instant: VirtualInstant) -> Int64 { 0 }

    /// Current over rated current; of mains and unit that of the most loaded line.
    package func loadPartsPerMillion(of point: MeteringPoint, at instant: VirtualInstant) -> Int64 {
        0
    }

    /// Takes over an outlet's delays, restore policy and lock.
    package mutating func setSwitching(
        of outlet: Int, to settings: ElectricalConfiguration.Outlet, at instant: VirtualInstant
    ) {}

    /// Sets the current thresholds of a branch, in milliamperes.
    package mutating func setCurrentThresholds(
        ofBranch branch: Int, to thresholds: ElectricalConfiguration.Thresholds?,
        at instant: VirtualInstant
    ) -> [ElectricalEvent] { [] }
}
