import Testing
import VirtualTime

@testable import Electrical

@Suite struct SwitchingTests {
    /// Two outlets on one branch, each drawing 100 W.
    private func unit(
        _ change: (inout ElectricalConfiguration.Outlet) -> Void = { _ in }
    ) -> PowerDistribution {
        var outlet = ElectricalConfiguration.Outlet(
            name: "1", branch: 0, onDelay: .seconds(3), offDelay: .seconds(2),
            cycleDelay: .seconds(5), restoreDelay: .seconds(9))
        change(&outlet)
        let other = ElectricalConfiguration.Outlet(name: "2", branch: 0)
        let configuration = ElectricalConfiguration(
            wiring: .onePhase3Wire, branches: [.init(name: "A", phase: 0)],
            outlets: [outlet, other])
        let load = Load(profile: .constant(milliwatts: 100_000))
        return PowerDistribution(
            configuration: configuration, loads: [load, load], seed: 1, start: start)
    }

    /// What outlet 1 reports, as seconds after the start and the new state.
    private func story(_ events: [ElectricalEvent]) -> [String] {
        events.compactMap { event in
            let seconds = (event.instant - start).milliseconds / 1000
            switch event.kind {
            case .outletStateChanged(0, let state): return "\(seconds) \(state.powerState)"
            case .outletPowered(0, let isPowered, let cause):
                return "\(seconds) \(isPowered ? "energised" : "dead") by \(cause)"
            default: return nil
            }
        }
    }

    /// Without its module an outlet has no power, whatever is ordered; another one begins as after a
    /// loss of power.
    @Test func aPulledModuleHasNoPower() throws {
        var unit = unit()
        let pulled = SwitchCommand.module(outlet: 0, isPresent: false)
        var events = try unit.command(pulled, at: start + .seconds(10))
        #expect(!unit.isPresent(outlet: 0))
        #expect(throws: SwitchRefusal.absent) {
            try unit.command(.outlet(0, .on), at: start + .seconds(11))
        }
        events += try unit.command(.branch(0, .powerCycle), at: start + .seconds(12))
        events += try unit.command(.module(outlet: 0, isPresent: true), at: start + .seconds(40))
        events += unit.advance(to: start + .seconds(60))
        #expect(
            story(events) == [
                "10 dead by removal", "10 off", "40 poweringOn", "43 energised by restore", "43 on",
            ])
        // 100 W for 60 s, less the 33 s without power.
        #expect(
            unit.energyMicrojoules(of: .outlet(0), at: start + .seconds(60)) == 2_700_000_000)
        #expect(throws: SwitchRefusal.unknownPoint) {
            try unit.command(.module(outlet: 2, isPresent: false), at: start + .seconds(61))
        }
    }

    @Test func switchingTakesItsDelay() throws {
        var unit = unit()
        var events = try unit.command(.outlet(0, .off), at: start + .seconds(10))
        #expect(unit.outletState(0) == OutletState(powerState: .poweringOff, isPowered: true))
        #expect(unit.outletState(0).isInTransition)
        #expect(unit.nextEventInstant == start + .seconds(12))
        events += try unit.command(.outlet(0, .on), at: start + .seconds(20))
        events += unit.advance(to: start + .seconds(60))
        #expect(
            story(events) == [
                "10 poweringOff", "12 dead by command", "12 off", "20 poweringOn",
                "23 energised by command", "23 on",
            ])
        // 100 W for 60 s, less the 11 s without power.
        #expect(unit.energyMicrojoules(of: .outlet(0), at: start + .seconds(60)) == 4_900_000_000)
    }

    @Test func aPowerCycleGoesOffAndOn() throws {
        var unit = unit()
        var events = try unit.command(.outlet(0, .powerCycle), at: start + .seconds(10))
        events += unit.advance(to: start + .seconds(60))
        #expect(
            story(events) == [
                "10 poweringOff", "12 dead by command", "12 poweringOn",
                "17 energised by command", "17 on",
            ])
    }

    @Test func delayedSwitchingComesBeforeTheTickOfItsInstant() throws {
        let step = try LoadProfile(changes: [.step(at: .seconds(10), milliwatts: 3_000_000)])
        let configuration = ElectricalConfiguration(
            wiring: .onePhase3Wire,
            branches: [.init(name: "A", phase: 0, currentThresholds: .init(upperCaution: 12_800))],
            outlets: [.init(name: "1", branch: 0, offDelay: .seconds(5))])
        let fresh = PowerDistribution(
            configuration: configuration, loads: [Load(profile: step)], seed: 1, start: start)
        func levels(offAt seconds: Int64) throws -> [VirtualInstant] {
            var unit = fresh
            let events = try unit.command(.outlet(0, .off), at: start + .seconds(seconds))
            return (events + unit.advance(to: start + .minutes(1))).compactMap { event in
                if case .thresholdChanged = event.kind { event.instant } else { nil }
            }
        }
        #expect(try levels(offAt: 5).isEmpty)
        #expect(try levels(offAt: 6) == [start + .seconds(10), start + .seconds(11)])
    }

    @Test func theLatestCommandWins() throws {
        var unit = unit()
        var events = try unit.command(.outlet(0, .off), at: start + .seconds(10))
        events += try unit.command(.outlet(0, .on), at: start + .seconds(11))
        events += unit.advance(to: start + .seconds(60))
        #expect(story(events) == ["10 poweringOff", "11 on"])
        #expect(try unit.command(.outlet(0, .on), at: start + .seconds(61)).isEmpty)
    }

    @Test func refusalsChangeNothing() throws {
        var locked = unit { $0.isLocked = true }
        #expect(throws: SwitchRefusal.locked) {
            try locked.command(.outlet(0, .off), at: start + .seconds(1))
        }
        var fixed = unit { $0.isSwitchable = false }
        #expect(throws: SwitchRefusal.notSwitchable) {
            try fixed.command(.outlet(0, .off), at: start + .seconds(1))
        }
        #expect(throws: SwitchRefusal.unknownPoint) {
            try fixed.command(.outlet(2, .off), at: start + .seconds(1))
        }
        #expect(throws: SwitchRefusal.unknownPoint) {
            try fixed.command(.resetMetrics(.phase(1)), at: start + .seconds(1))
        }
        #expect(locked.outletState(0) == OutletState(powerState: .on, isPowered: true))

        var tripped = unit()
        _ = try tripped.command(.outlet(0, .off), at: start + .seconds(1))
        _ = try tripped.command(.breaker(0, .trip), at: start + .milliseconds(2500))
        #expect(throws: SwitchRefusal.circuitUnpowered) {
            try tripped.command(.outlet(1, .on), at: start + .seconds(4))
        }
        // What was due before a refused command is still to come.
        var due = unit()
        _ = try due.command(.outlet(0, .off), at: start + .seconds(1))
        #expect(throws: SwitchRefusal.unknownPoint) {
            try due.command(.outlet(9, .off), at: start + .seconds(4))
        }
        #expect(story(due.advance(to: start + .seconds(4))) == ["3 dead by command", "3 off"])
    }

    @Test(arguments: [
        (ElectricalConfiguration.RestorePolicy.alwaysOn, true, true),
        (.alwaysOn, false, true), (.alwaysOff, true, false), (.alwaysOff, false, false),
        (.lastState, true, true), (.lastState, false, false),
    ]) func aClosedBreakerRestoresByPolicy(
        policy: ElectricalConfiguration.RestorePolicy, wasOn: Bool, comesBack: Bool
    ) throws {
        var unit = unit { outlet in
            outlet.restorePolicy = policy
            outlet.initiallyOn = wasOn
        }
        var events = try unit.command(.breaker(0, .open), at: start + .seconds(10))
        #expect(unit.breakerState(0) == .off)
        events += try unit.command(.breaker(0, .reset), at: start + .seconds(20))
        events += unit.advance(to: start + .seconds(60))
        #expect(unit.outletState(0).isPowered == comesBack)
        let loss = wasOn ? ["10 dead by breaker(0)", "10 off"] : []
        let gain = comesBack ? ["20 poweringOn", "23 energised by restore", "23 on"] : []
        #expect(story(events) == loss + gain)
    }

    @Test func mainsReturnAfterTheirOwnDelay() throws {
        var unit = unit()
        var events = try unit.command(.mains(isPowered: false), at: start + .seconds(10))
        #expect(unit.reading(of: .mains, at: start + .seconds(10)) == .unpowered)
        #expect(!unit.isMainsPowered && !unit.isBranchPowered(0))
        events += try unit.command(.mains(isPowered: true), at: start + .seconds(20))
        events += unit.advance(to: start + .seconds(60))
        #expect(
            story(events) == [
                "10 dead by mains", "10 off", "20 poweringOn", "29 energised by restore", "29 on",
            ])
    }

    @Test func aCircuitIsSwitchedWithItsOutlets() throws {
        var unit = unit()
        var events = try unit.command(.branch(0, .powerCycle), at: start + .seconds(10))
        #expect(!unit.isBranchPowered(0) && unit.breakerState(0) == .normal)
        events += unit.advance(to: start + .seconds(60))
        #expect(
            story(events) == [
                "10 dead by command", "10 off", "15 poweringOn", "18 energised by restore", "18 on",
            ])
        #expect(
            events.filter { $0.kind == .branchPowered(branch: 0, isPowered: true) }.map(\.instant)
                == [start + .seconds(15)])
    }

    @Test func whatWasUnderWayAtALossOfPowerIsWhatComesBack() throws {
        var unit = unit()
        _ = try unit.command(.outlet(0, .powerCycle), at: start + .seconds(10))
        _ = try unit.command(.breaker(0, .trip), at: start + .seconds(13))
        #expect(unit.outletState(0) == OutletState(powerState: .off, isPowered: false))
        let events = try unit.command(.breaker(0, .reset), at: start + .seconds(20))
        let after = unit.advance(to: start + .seconds(60))
        #expect(
            story(events + after) == ["20 poweringOn", "23 energised by restore", "23 on"])

        _ = try unit.command(.breaker(0, .trip), at: start + .seconds(70))
        _ = try unit.command(.outlet(0, .off), at: start + .seconds(71))
        #expect(try story(unit.command(.breaker(0, .reset), at: start + .seconds(72))).isEmpty)
        #expect(!unit.outletState(0).isPowered)
    }

    @Test func settingsCanBeChangedButNotTheWiring() throws {
        var unit = unit()
        var settings = unit.configuration.outlets[0]
        settings.isLocked = true
        settings.branch = 7
        settings.name = "x"
        unit.setSwitching(ofOutlet: 0, to: settings)
        #expect(unit.configuration.outlets[0].isLocked)
        #expect(unit.configuration.outlets[0].branch == 0)
        #expect(unit.configuration.outlets[0].name == "1")
    }

    @Test func configurationsWithProblemsSaySo() {
        let configuration = rackPDU { configuration in
            configuration.wiring = .onePhase3Wire
            configuration.outlets[4].branch = 3
            configuration.voltageDriftMillivolts = -1
        }
        #expect(
            configuration.problems == [
                "The voltage drift must be at least 0 and below the nominal voltage.",
                "Branch B is on a line that the wiring does not have.",
                "Branch C is on a line that the wiring does not have.",
                "Outlet 5 is on a branch that does not exist.",
            ])
        #expect(rackPDU().problems.isEmpty)
    }
}
