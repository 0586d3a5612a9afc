import Testing
import VirtualTime

@testable import Electrical

@Suite struct TruthTests {
    private static let span = VirtualDuration.minutes(90)

    /// A unit that has lived through random switching, and everything it reported.
    private func lived(
        seed: Int, _ change: (inout ElectricalConfiguration) -> Void = { _ in }
    ) throws -> (unit: PowerDistribution, loads: [Load], events: [ElectricalEvent]) {
        var random = RandomStream(seed: UInt64(seed), label: "truth")
        let configuration = rackPDU { configuration in
            for index in configuration.outlets.indices where random.chance(1, in: 6) {
                configuration.outlets[index].initiallyOn = false
            }
            configuration.outlets[5].isSwitchable = false
            change(&configuration)
        }
        let loads = try randomLoads(&random, span: Self.span, highestMilliwatts: 450_000)
        var unit = PowerDistribution(
            configuration: configuration, loads: loads, seed: UInt64(seed), start: start)
        var events: [ElectricalEvent] = []
        for (instant, command) in randomCommands(&random, count: 60, span: Self.span) {
            events += unit.attempt(command, at: instant)
        }
        events += unit.advance(to: start + Self.span)
        return (unit, loads, events)
    }

    @Test(.timeLimit(.minutes(1)), arguments: 0..<6)
    func eventsAloneRebuildTheTruth(seed: Int) throws {
        let (unit, loads, events) = try lived(seed: seed)
        var ledger = TruthLedger(
            configuration: unit.configuration, loads: loads, start: start)
        for event in events { ledger.note(event) }
        var random = RandomStream(seed: UInt64(seed), label: "instants")
        for _ in 0..<40 {
            let first = start + .milliseconds(random.integer(in: 0...Self.span.milliseconds))
            let last = start + .milliseconds(random.integer(in: 0...Self.span.milliseconds))
            for point in allPoints where random.chance(1, in: 4) {
                #expect(
                    ledger.energyMicrojoules(of: point, from: first, to: last)
                        == unit.energyMicrojoules(of: point, at: last)
                        - unit.energyMicrojoules(of: point, at: first))
                #expect(
                    ledger.powerMilliwatts(of: point, at: first)
                        == unit.reading(of: point, at: first).powerMilliwatts)
            }
        }
    }

    @Test(.timeLimit(.minutes(1)), arguments: 0..<6)
    func energyOfAnOutletIsThatOfItsPoweredIntervals(seed: Int) throws {
        let (unit, loads, events) = try lived(seed: seed)
        let end = start + Self.span
        for outlet in 0..<48 {
            var since: VirtualDuration? =
                unit.configuration.outlets[outlet].initiallyOn ? .zero : nil
            if outlet == 5 { since = .zero }
            var intervals: [Range<VirtualDuration>] = []
            for event in events {
                guard case .outletPowered(outlet, let isPowered, _) = event.kind else { continue }
                if let since { intervals.append(since..<event.instant - start) }
                since = isPowered ? event.instant - start : nil
            }
            if let since { intervals.append(since..<Self.span) }
            let profile = loads[outlet].profile
            let expected = intervals.reduce(0) { sum, interval in
                sum + profile.energyMicrojoules(to: interval.upperBound)
                    - profile.energyMicrojoules(to: interval.lowerBound)
            }
            #expect(unit.energyMicrojoules(of: .outlet(outlet), at: end) == expected)
            #expect(
                energyMicrojoules(
                    of: profile, poweredIntervals: intervals, from: .zero, to: Self.span)
                    == expected)
            let register = unit.register(of: .outlet(outlet), at: end)
            #expect(
                abs(register.readingMicrojoules - expected)
                    <= unit.configuration.meter.energyQuantumMicrojoules)
        }
    }

    @Test(.timeLimit(.minutes(1)), arguments: 0..<6)
    func sumsAreExactAtEveryLevelAndNothingEverFalls(seed: Int) throws {
        let (unit, _, _) = try lived(seed: seed)
        let own = unit.configuration.selfConsumptionMilliwatts
        var random = RandomStream(seed: UInt64(seed), label: "sums")
        let instants = (0..<60).map { _ in
            start + .milliseconds(random.integer(in: 0...Self.span.milliseconds))
        }.sorted()
        var before: [Int64] = allPoints.map { _ in 0 }
        for instant in instants {
            let hasMains = unit.reading(of: .mains, at: instant) != .unpowered
            let power = { unit.reading(of: $0, at: instant).powerMilliwatts }
            let energy = { unit.energyMicrojoules(of: $0, at: instant) }
            let outlets = (0..<48).map { MeteringPoint.outlet($0) }
            for branch in 0..<3 {
                let children = outlets[branch * 16..<branch * 16 + 16]
                #expect(power(.branch(branch)) == children.map(power).reduce(0, +))
                #expect(energy(.branch(branch)) == children.map(energy).reduce(0, +))
            }
            #expect(power(.phase(1)) == power(.branch(1)))
            #expect(power(.phase(0)) == power(.branch(0)) + (hasMains ? own : 0))
            let lines = (0..<3).map { MeteringPoint.phase($0) }
            #expect(power(.mains) == lines.map(power).reduce(0, +))
            #expect(energy(.mains) == lines.map(energy).reduce(0, +))
            #expect(energy(.unit) == energy(.mains) && power(.unit) == power(.mains))
            let energies = allPoints.map(energy)
            #expect(zip(before, energies).allSatisfy { $0 <= $1 })
            before = energies
        }
    }

    @Test func aLedgerOfItsOwnIsAsExact() {
        var ledger = TruthLedger(
            topology: Topology(branchOfOutlet: [0, 0, 1], phaseOfBranch: [0, 1], lineCount: 3),
            loads: [100_000, 200_000, 400_000].map { Load(profile: .constant(milliwatts: $0)) },
            selfConsumption: Load(profile: .constant(milliwatts: 10_000)),
            isPowered: [true, true, false], start: start)
        ledger.note(outlet: 0, isPowered: false, at: start + .seconds(10))
        ledger.note(outlet: 2, isPowered: true, at: start + .seconds(20))
        ledger.noteMains(isPowered: false, at: start + .seconds(25))
        let joules = { (point: MeteringPoint) in
            ledger.energyMicrojoules(of: point, from: start, to: start + .seconds(30)) / 1_000_000
        }
        #expect(joules(.outlet(0)) == 1000)
        #expect(joules(.branch(0)) == 7000)
        #expect(joules(.branch(1)) == 4000)
        #expect(joules(.phase(0)) == 7250)
        #expect(joules(.phase(2)) == 0)
        #expect(joules(.unit) == 11_250)
    }
}
