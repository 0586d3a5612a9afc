package import VirtualTime

/// The electrical side of a rack PDU as a value: what it feeds, what its meters see, what its
/// breakers do, all a function of configuration, loads, seed and the commands given.
///
/// Time moves by ``advance(to:)``; in how many steps makes no difference. Questions can be asked
/// about any instant from the start up to, not including, ``nextEventInstant``: the past is kept,
/// and until that event nothing but the loads and the supply changes, which are closed-form.
package struct PowerDistribution: Sendable {
    package internal(set) var configuration: ElectricalConfiguration
    package let start: VirtualInstant

    let supply: Supply
    var truth: TruthLedger

    // What is switched how.
    var outletSwitches: [OutletSwitch]
    var breakers: [BreakerState]
    var circuits: [CircuitSwitch]

    /// Outlets whose modules have been pulled out.
    var absentOutlets: Set<Int> = []

    // What looks at the current on its own grid, and what comes next.
    var sensing: Sensing
    var stop: Stop?

    /// Of readings, and of lifetime readings, where they did not begin with the scenario.
    var registerStarts: [MeteringPoint: RegisterStart] = [:]
    var lifetimeStarts: [MeteringPoint: RegisterStart] = [:]

    /// How far time has moved.
    private var present: VirtualInstant
    /// What somebody did since the start, in order.
    package private(set) var interventions: [Intervention] = []

    /// - Parameters:
    ///   - configuration: One without ``ElectricalConfiguration/problems``.
    ///   - loads: One per outlet.
    ///   - seed: Of the supply's drift.
    package init(
        configuration: ElectricalConfiguration, loads: [Load], seed: UInt64, start: VirtualInstant
    ) {
        precondition(configuration.problems.isEmpty, "the configuration has problems")
        self.configuration = configuration
        self.start = start
        present = start
        supply = Supply(configuration, seed: seed)
        truth = TruthLedger(configuration: configuration, loads: loads, start: start)
        outletSwitches = truth.outlets.map { OutletSwitch(isClosed: $0.log.isPowered) }
        breakers = configuration.branches.map { _ in .normal }
        circuits = configuration.branches.map { _ in CircuitSwitch() }
        sensing = Sensing(configuration)
        stop = nil
        stop = nextStop()
    }

    var topology: Topology { truth.topology }

    /// The earliest instant at which something may happen by itself; nil if nothing ever will.
    ///
    /// It may turn out that nothing happens then: the model looks ahead at most one hour.
    package var nextEventInstant: VirtualInstant? { stop?.instant }

    /// Lets everything happen that is due up to and including an instant.
    ///
    /// - Returns: What happened, by instant; at the same instant delayed switching comes before
    ///   thresholds, thresholds before breakers, and each goes by index. Nothing if the instant
    ///   lies in the past.
    package mutating func advance(to instant: VirtualInstant) -> [ElectricalEvent] {
        present = max(present, instant)
        var events: [ElectricalEvent] = []
        while let stop, stop.instant <= instant {
            carryOut(stop, &events)
            self.stop = nextStop()
        }
        return events
    }

    /// Carries out a command, after everything that was due before it. Commands come in order of
    /// time.
    ///
    /// - Returns: Everything that happened up to and including the command.
    /// - Throws: ``SwitchRefusal``; nothing has changed then.
    package mutating func command(
        _ command: SwitchCommand, at instant: VirtualInstant
    ) throws(SwitchRefusal) -> [ElectricalEvent] {
        var next = self
        var events = next.advance(to: instant)
        try next.check(command)
        next.sense(until: instant)
        next.carryOut(command, at: instant, &events)
        next.stop = next.nextStop()
        next.interventions.append(Intervention(instant: instant, deed: .command(command)))
        self = next
        return events
    }

    /// Takes over an outlet's delays, restore policy and lock, for what is ordered from now on.
    package mutating func setSwitching(
        ofOutlet index: Int, to settings: ElectricalConfiguration.Outlet
    ) {
        var outlet = settings
        let current = configuration.outlets[index]
        (outlet.name, outlet.branch) = (current.name, current.branch)
        (outlet.isMetered, outlet.isSwitchable) = (current.isMetered, current.isSwitchable)
        (outlet.ratedMilliamps, outlet.initiallyOn) = (current.ratedMilliamps, current.initiallyOn)
        configuration.outlets[index] = outlet
        interventions.append(
            Intervention(instant: present, deed: .setSwitching(outlet: index, settings: outlet)))
    }

    /// Sets how long a power cycle of a branch leaves it off, for what is ordered from now on.
    package mutating func setCycleDelay(ofBranch branch: Int, to delay: VirtualDuration) {
        configuration.branches[branch].cycleDelay = delay
        interventions.append(
            Intervention(instant: present, deed: .setCycleDelay(branch: branch, delay)))
    }

    /// Sets the thresholds of the unit's real power, in milliwatts, from the next sensing on.
    ///
    /// - Returns: What was due up to and including the instant.
    package mutating func setUnitPowerThresholds(
        to thresholds: ElectricalConfiguration.Thresholds?, at instant: VirtualInstant
    ) -> [ElectricalEvent] {
        let events = advance(to: instant)
        sense(until: instant)
        configuration.unitPowerThresholds = thresholds
        sensing.setThresholds(thresholds, of: .unit, .power)
        stop = nextStop()
        interventions.append(
            Intervention(instant: instant, deed: .setUnitPowerThresholds(thresholds)))
        return events
    }

    /// Sets the current thresholds of a branch, in milliamperes, from the next sensing on.
    ///
    /// - Returns: What was due up to and including the instant.
    package mutating func setCurrentThresholds(
        ofBranch branch: Int, to thresholds: ElectricalConfiguration.Thresholds?,
        at instant: VirtualInstant
    ) -> [ElectricalEvent] {
        let events = advance(to: instant)
        sense(until: instant)
        configuration.branches[branch].currentThresholds = thresholds
        sensing.setThresholds(thresholds, of: .branch(branch), .current)
        stop = nextStop()
        interventions.append(
            Intervention(instant: instant, deed: .setCurrentThresholds(branch: branch, thresholds)))
        return events
    }

    package func outletState(_ outlet: Int) -> OutletState { outletSwitches[outlet].state }

    package func isPresent(outlet: Int) -> Bool { !absentOutlets.contains(outlet) }

    package func breakerState(_ branch: Int) -> BreakerState { breakers[branch] }

    /// Whether there is voltage behind the branch's breaker.
    package func isBranchPowered(_ branch: Int) -> Bool { circuits[branch].supply.isPowered }

    /// Whether there is input power.
    package var isMainsPowered: Bool { truth.selfConsumption.log.isPowered }

    /// The level of a reading that has thresholds; normal if it has none.
    package func thresholdLevel(
        of point: MeteringPoint, _ quantity: MonitoredQuantity
    ) -> ThresholdLevel {
        let alarm = sensing.alarms.first { $0.point == point && $0.quantity == quantity }
        return alarm?.level ?? .normal
    }
}
