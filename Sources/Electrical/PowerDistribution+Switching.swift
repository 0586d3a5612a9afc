import VirtualTime

/// The switch of a whole circuit, in front of its breaker, and whether there is voltage behind both.
struct CircuitSwitch: Sendable {
    var isOn = true
    /// When the second half of a power cycle is due.
    var onInstant: VirtualInstant?
    var supply = PowerLog(isPowered: true)
}

extension PowerDistribution {
    func check(_ command: SwitchCommand) throws(SwitchRefusal) {
        switch command {
        case .outlet(let index, let power):
            guard topology.contains(.outlet(index)) else { throw .unknownPoint }
            let outlet = configuration.outlets[index]
            guard isPresent(outlet: index) else { throw .absent }
            guard outlet.isSwitchable else { throw .notSwitchable }
            guard !outlet.isLocked else { throw .locked }
            guard power == .off || isBranchPowered(outlet.branch) else { throw .circuitUnpowered }
        case .branch(let branch, let power):
            guard topology.contains(.branch(branch)) else { throw .unknownPoint }
            guard power == .off || (isMainsPowered && breakers[branch] == .normal) else {
                throw .circuitUnpowered
            }
        case .breaker(let branch, _):
            guard topology.contains(.branch(branch)) else { throw .unknownPoint }
        case .resetMetrics(let point), .loseRegister(let point), .replaceMeter(let point, _):
            guard topology.contains(point) else { throw .unknownPoint }
        case .module(let outlet, _):
            guard topology.contains(.outlet(outlet)) else { throw .unknownPoint }
        case .mains:
            break
        }
    }

    mutating func carryOut(
        _ command: SwitchCommand, at instant: VirtualInstant, _ events: inout [ElectricalEvent]
    ) {
        switch command {
        case .outlet(let index, let power):
            outletSwitches[index].order(power, of: configuration.outlets[index], at: instant)
            carryOutDueSwitching(ofOutlet: index, at: instant, &events)
        case .branch(let branch, let power):
            circuits[branch].isOn = power == .on
            circuits[branch].onInstant =
                power == .powerCycle ? instant + configuration.branches[branch].cycleDelay : nil
            updateSupply(of: branch, cause: .command, at: instant, &events)
            carryOutDueSwitching(ofCircuit: branch, at: instant, &events)
        case .breaker(let branch, .reset):
            closeBreaker(branch, at: instant, &events)
        case .breaker(let branch, .open):
            openBreaker(branch, to: .off, at: instant, &events)
        case .breaker(let branch, .trip):
            openBreaker(branch, to: .tripped, at: instant, &events)
        case .resetMetrics(let point):
            registerStarts[point] = RegisterStart(instant: instant, resetInstant: instant)
        case .loseRegister(let point):
            registerStarts[point] = RegisterStart(
                instant: instant, resetInstant: registerStarts[point]?.resetInstant)
        case .replaceMeter(let point, let reading):
            registerStarts[point] = RegisterStart(instant: instant, readingMicrojoules: reading)
            lifetimeStarts[point] = registerStarts[point]
        case .module(let outlet, let isPresent):
            place(outlet, isPresent: isPresent, at: instant, &events)
        case .mains(let isPowered):
            switchMains(isPowered: isPowered, at: instant, &events)
        }
    }

    // MARK: Circuits

    /// Opens a closed breaker; one that is tripped can be put to off by hand, but not the reverse.
    mutating func openBreaker(
        _ branch: Int, to state: BreakerState, at instant: VirtualInstant,
        _ events: inout [ElectricalEvent]
    ) {
        let trips = state == .tripped
        guard breakers[branch] == .normal || (breakers[branch] == .tripped && !trips) else {
            return
        }
        breakers[branch] = state
        events.append(
            ElectricalEvent(
                instant: instant,
                kind: trips ? .breakerTripped(branch: branch) : .breakerOpened(branch: branch)))
        updateSupply(of: branch, cause: .breaker(branch), at: instant, &events)
    }

    private mutating func closeBreaker(
        _ branch: Int, at instant: VirtualInstant, _ events: inout [ElectricalEvent]
    ) {
        guard breakers[branch] != .normal else { return }
        breakers[branch] = .normal
        events.append(ElectricalEvent(instant: instant, kind: .breakerReset(branch: branch)))
        updateSupply(of: branch, cause: .breaker(branch), at: instant, &events)
    }

    private mutating func switchMains(
        isPowered: Bool, at instant: VirtualInstant, _ events: inout [ElectricalEvent]
    ) {
        guard isPowered != isMainsPowered else { return }
        truth.noteMains(isPowered: isPowered, at: instant)
        events.append(ElectricalEvent(instant: instant, kind: .mainsPowered(isPowered: isPowered)))
        for branch in circuits.indices {
            updateSupply(of: branch, cause: .mains, at: instant, &events)
        }
    }

    /// Takes the power from a circuit, or gives it back, once what lies before it has changed.
    private mutating func updateSupply(
        of branch: Int, cause: SwitchCause, at instant: VirtualInstant,
        _ events: inout [ElectricalEvent]
    ) {
        let isPowered = isMainsPowered && breakers[branch] == .normal && circuits[branch].isOn
        guard circuits[branch].supply.note(isPowered: isPowered, at: instant - start) else {
            return
        }
        events.append(
            ElectricalEvent(
                instant: instant, kind: .branchPowered(branch: branch, isPowered: isPowered)))
        for outlet in topology.outletsOfBranch[branch] where self.isPresent(outlet: outlet) {
            if isPowered {
                restore(outlet, afterLossOfMains: cause == .mains, at: instant)
            } else {
                outletSwitches[outlet].transitions = []
                setPowered(outlet, false, cause: cause, at: instant, &events)
            }
            carryOutDueSwitching(ofOutlet: outlet, at: instant, &events)
        }
    }

    // MARK: Outlets

    /// What an outlet does when its circuit has power again.
    private mutating func restore(
        _ index: Int, afterLossOfMains: Bool, at instant: VirtualInstant
    ) {
        let outlet = configuration.outlets[index]
        if outlet.restorePolicy != .lastState {
            outletSwitches[index].isWanted = outlet.restorePolicy == .alwaysOn
        }
        guard outletSwitches[index].isWanted || !outlet.isSwitchable else { return }
        let delay = afterLossOfMains ? outlet.restoreDelay : outlet.onDelay
        let closing = outlet.isSwitchable ? instant + delay : instant
        outletSwitches[index].transitions = [
            OutletSwitch.Transition(instant: closing, closes: true, cause: .restore)
        ]
    }

    /// Takes the module of an outlet out, or puts one in, which then behaves as after a loss of
    /// power.
    private mutating func place(
        _ outlet: Int, isPresent: Bool, at instant: VirtualInstant,
        _ events: inout [ElectricalEvent]
    ) {
        guard isPresent != self.isPresent(outlet: outlet) else { return }
        events.append(
            ElectricalEvent(
                instant: instant, kind: .outletPresent(outlet: outlet, isPresent: isPresent)))
        if isPresent {
            absentOutlets.remove(outlet)
            if isBranchPowered(configuration.outlets[outlet].branch) {
                restore(outlet, afterLossOfMains: false, at: instant)
            }
        } else {
            absentOutlets.insert(outlet)
            outletSwitches[outlet].transitions = []
            setPowered(outlet, false, cause: .removal, at: instant, &events)
        }
        carryOutDueSwitching(ofOutlet: outlet, at: instant, &events)
    }

    private mutating func setPowered(
        _ outlet: Int, _ isPowered: Bool, cause: SwitchCause, at instant: VirtualInstant,
        _ events: inout [ElectricalEvent]
    ) {
        guard outletSwitches[outlet].isClosed != isPowered else { return }
        outletSwitches[outlet].isClosed = isPowered
        truth.note(outlet: outlet, isPowered: isPowered, at: instant)
        events.append(
            ElectricalEvent(
                instant: instant,
                kind: .outletPowered(outlet: outlet, isPowered: isPowered, cause: cause)))
    }

    // MARK: Delayed switching

    var nextSwitchingInstant: VirtualInstant? {
        var earliest: VirtualInstant?
        func consider(_ instant: VirtualInstant?) {
            guard let instant else { return }
            earliest = earliest.map { min($0, instant) } ?? instant
        }
        for outlet in outletSwitches { consider(outlet.transitions.first?.instant) }
        for circuit in circuits { consider(circuit.onInstant) }
        return earliest
    }

    mutating func carryOutDueSwitching(
        at instant: VirtualInstant, _ events: inout [ElectricalEvent]
    ) {
        for branch in circuits.indices {
            carryOutDueSwitching(ofCircuit: branch, at: instant, &events)
        }
        for outlet in outletSwitches.indices {
            carryOutDueSwitching(ofOutlet: outlet, at: instant, &events)
        }
    }

    private mutating func carryOutDueSwitching(
        ofCircuit branch: Int, at instant: VirtualInstant, _ events: inout [ElectricalEvent]
    ) {
        guard let due = circuits[branch].onInstant, due <= instant else { return }
        circuits[branch].onInstant = nil
        circuits[branch].isOn = true
        updateSupply(of: branch, cause: .command, at: instant, &events)
    }

    /// Carries out what is due at an outlet and reports the state it then shows, if it is another.
    private mutating func carryOutDueSwitching(
        ofOutlet outlet: Int, at instant: VirtualInstant, _ events: inout [ElectricalEvent]
    ) {
        while let next = outletSwitches[outlet].transitions.first, next.instant <= instant {
            outletSwitches[outlet].transitions.removeFirst()
            setPowered(outlet, next.closes, cause: next.cause, at: instant, &events)
        }
        let state = outletSwitches[outlet].state
        guard state.powerState != outletSwitches[outlet].shown else { return }
        outletSwitches[outlet].shown = state.powerState
        events.append(
            ElectricalEvent(
                instant: instant, kind: .outletStateChanged(outlet: outlet, state: state)))
    }
}
