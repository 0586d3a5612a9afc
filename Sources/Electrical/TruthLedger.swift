package import VirtualTime

/// What was really used, at every level, given when each outlet had power.
///
/// The live model keeps one, and a judge builds another from the switching log of a recording; both
/// are exact: the energy of a branch is the sum of its outlets', that of the unit the sum of its
/// branches' and its own consumption.
package struct TruthLedger: Sendable, Hashable {
    package let topology: Topology
    package let start: VirtualInstant
    package private(set) var outlets: [SwitchedLoad]
    /// What the unit takes for itself, from L1.
    package private(set) var selfConsumption: SwitchedLoad

    /// - Parameters:
    ///   - loads: One per outlet, as ``isPowered`` is.
    ///   - isPowered: Whether an outlet has power at the start.
    package init(
        topology: Topology, loads: [Load], selfConsumption: Load, isPowered: [Bool],
        start: VirtualInstant
    ) {
        precondition(loads.count == topology.branchOfOutlet.count, "one load per outlet")
        self.topology = topology
        self.start = start
        outlets = zip(loads, isPowered).map { SwitchedLoad(load: $0, isPowered: $1) }
        self.selfConsumption = SwitchedLoad(load: selfConsumption, isPowered: true)
    }

    /// The ledger at the start of a unit with this configuration.
    package init(configuration: ElectricalConfiguration, loads: [Load], start: VirtualInstant) {
        let isDirect = configuration.wiring == .directCurrent
        let ownLoad = Load(
            profile: .constant(milliwatts: configuration.selfConsumptionMilliwatts),
            powerFactorThousandths: configuration.selfConsumptionPowerFactorThousandths)
        func inWiring(_ load: Load) -> Load { isDirect ? Load(profile: load.profile) : load }
        self.init(
            topology: Topology(configuration), loads: loads.map(inWiring),
            selfConsumption: inWiring(ownLoad),
            isPowered: configuration.outlets.map { $0.initiallyOn || !$0.isSwitchable },
            start: start)
    }

    /// Notes whether an outlet has power from an instant on; instants never fall.
    package mutating func note(outlet: Int, isPowered: Bool, at instant: VirtualInstant) {
        outlets[outlet].note(isPowered: isPowered, at: instant - start)
    }

    /// Notes whether there is input power, for the unit's own consumption.
    package mutating func noteMains(isPowered: Bool, at instant: VirtualInstant) {
        selfConsumption.note(isPowered: isPowered, at: instant - start)
    }

    /// Takes over what an event says about power.
    package mutating func note(_ event: ElectricalEvent) {
        switch event.kind {
        case .outletPowered(let outlet, let isPowered, _):
            note(outlet: outlet, isPowered: isPowered, at: event.instant)
        case .mainsPowered(let isPowered):
            noteMains(isPowered: isPowered, at: event.instant)
        default:
            break
        }
    }

    /// What a point used between two instants.
    package func energyMicrojoules(
        of point: MeteringPoint, from first: VirtualInstant, to last: VirtualInstant
    ) -> Int64 {
        energyMicrojoules(of: point, at: last) - energyMicrojoules(of: point, at: first)
    }

    /// What a point used from the start to an instant.
    package func energyMicrojoules(of point: MeteringPoint, at instant: VirtualInstant) -> Int64 {
        let offset = instant - start
        return sum(over: point) { $0.energyMicrojoules(to: offset) }
    }

    /// The real power at a point.
    package func powerMilliwatts(of point: MeteringPoint, at instant: VirtualInstant) -> Int64 {
        let offset = instant - start
        return sum(over: point) { $0.powerMilliwatts(at: offset) }
    }

    // Inlined, because readings go through all loads of a line.
    @inline(__always)
    private func sum(over point: MeteringPoint, _ value: (borrowing SwitchedLoad) -> Int64) -> Int64
    {
        var total: Int64 = 0
        switch point {
        case .outlet(let outlet):
            total = value(outlets[outlet])
        case .branch(let branch):
            for outlet in topology.outletsOfBranch[branch] { total += value(outlets[outlet]) }
        case .phase(let phase):
            for branch in topology.branchesOfPhase[phase] {
                for outlet in topology.outletsOfBranch[branch] { total += value(outlets[outlet]) }
            }
            if phase == 0 { total += value(selfConsumption) }
        case .mains, .unit:
            for index in outlets.indices { total += value(outlets[index]) }
            total += value(selfConsumption)
        }
        return total
    }
}
