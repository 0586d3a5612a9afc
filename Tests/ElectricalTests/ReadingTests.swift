import Testing
import VirtualTime

@testable import Electrical

@Suite struct ReadingTests {
    /// A unit whose three lines carry these loads, in watts, behind a stiff supply.
    private func unit(
        watts: [Int64], powerFactors: [Int64] = [1000, 1000, 1000],
        _ change: (inout ElectricalConfiguration) -> Void = { _ in }
    ) -> PowerDistribution {
        let branches = watts.indices.map { index in
            ElectricalConfiguration.Branch(name: "\(index)", phase: index)
        }
        let outlets = watts.indices.map { index in
            ElectricalConfiguration.Outlet(name: "\(index + 1)", branch: index)
        }
        var configuration = ElectricalConfiguration(branches: branches, outlets: outlets)
        change(&configuration)
        let loads = zip(watts, powerFactors).map { watts, factor in
            Load(
                profile: .constant(milliwatts: watts * 1000), powerFactorThousandths: factor)
        }
        return PowerDistribution(configuration: configuration, loads: loads, seed: 5, start: start)
    }

    @Test func anOutletAndItsBranchSeePowerAndCurrent() {
        let unit = unit(watts: [1840, 920, 0], powerFactors: [800, 1000, 1000])
        let outlet = unit.reading(of: .outlet(0), at: start)
        #expect(
            outlet
                == Reading(
                    voltageMillivolts: 230_000, currentMilliamps: 10_000,
                    powerMilliwatts: 1_840_000, apparentMillivoltamperes: 2_300_000,
                    reactiveMillivars: 1_380_000, powerFactorThousandths: 800,
                    frequencyMillihertz: 50_000))
        #expect(unit.reading(of: .branch(0), at: start) == outlet)
        #expect(unit.loadPartsPerMillion(of: .branch(0), at: start) == 625_000)
        #expect(unit.loadPartsPerMillion(of: .outlet(0), at: start) == 1_000_000)
        #expect(unit.loadPartsPerMillion(of: .unit, at: start) == 312_500)
        let idle = unit.reading(of: .branch(2), at: start)
        #expect(idle.voltageMillivolts == 230_000 && idle.currentMilliamps == 0)
        #expect(idle.powerFactorThousandths == nil)
        let mains = unit.reading(of: .mains, at: start)
        #expect(mains.powerMilliwatts == 2_760_000 && mains.voltageMillivolts == 230_000)
        // √(2760² + 1380²) VA over 690 V.
        #expect(mains.currentMilliamps == 4472)
    }

    @Test func linesStandAThirdOfATurnApart() {
        #expect(unit(watts: [0, 0, 0]).lineToLineMillivolts(from: 2, at: start) == 398_371)
        #expect(unit(watts: [2300, 2300, 2300]).neutralMilliamps(at: start) == 0)
        #expect(unit(watts: [2300, 0, 0]).neutralMilliamps(at: start) == 10_000)
        #expect(unit(watts: [0, 2300, 2300]).neutralMilliamps(at: start) == 10_000)
        #expect(unit(watts: [4600, 2300, 0]).neutralMilliamps(at: start) == 17_320)
        let unbalanced = unit(watts: [4600, 2300, 0])
        #expect(unbalanced.currentUnbalancePartsPerMillion(at: start) == 1_000_000)
        #expect(unbalanced.voltageUnbalancePartsPerMillion(at: start) == 0)
    }

    @Test func theNeutralAddsPhasorsOfAnyPowerFactor() {
        var random = RandomStream(seed: 9, label: "phasors")
        let sine = 3.0.squareRoot() / 2
        let turns = [(1.0, 0.0), (-0.5, -sine), (-0.5, sine)]
        for _ in 0..<2000 {
            let lines = (0..<3).map { _ in
                LineCurrent(
                    activeMilliamps: random.integer(in: 0...40_000),
                    reactiveMilliamps: random.integer(in: 0...40_000))
            }
            var sum = (real: 0.0, imaginary: 0.0)
            for (line, turn) in zip(lines, turns) {
                let (active, reactive) = (
                    Double(line.activeMilliamps), -Double(line.reactiveMilliamps)
                )
                sum.real += active * turn.0 - reactive * turn.1
                sum.imaginary += active * turn.1 + reactive * turn.0
            }
            let expected = (sum.real * sum.real + sum.imaginary * sum.imaginary).squareRoot()
            #expect(abs(Double(neutralMilliamps(lines)) - expected) <= 1)
        }
    }

    @Test func voltageSinksUnderLoadAndWandersByItself() {
        let loaded = unit(watts: [2300, 0, 0]) { $0.sourceImpedanceMilliohms = 200 }
        #expect(loaded.reading(of: .phase(0), at: start).voltageMillivolts == 228_000)
        #expect(loaded.reading(of: .phase(1), at: start).voltageMillivolts == 230_000)

        let drifting = unit(watts: [100, 0, 0]) { configuration in
            configuration.voltageDriftMillivolts = 4000
            configuration.voltageDriftInterval = .minutes(1)
            configuration.frequencyDriftMillihertz = 100
        }
        var voltages: Set<Int64> = []
        var before = drifting.reading(of: .phase(1), at: start).voltageMillivolts
        for second: Int64 in 1...7200 {
            let reading = drifting.reading(of: .phase(1), at: start + .seconds(second))
            #expect((226_000...234_000).contains(reading.voltageMillivolts))
            #expect((49_900...50_100).contains(reading.frequencyMillihertz))
            #expect(abs(reading.voltageMillivolts - before) <= 8000 / 60 + 1)
            before = reading.voltageMillivolts
            voltages.insert(before)
        }
        #expect(voltages.count > 1000)
    }

    @Test func driftStaysWithinItsBounds() {
        let drift = Drift(amplitude: 3000, interval: .seconds(90), seed: 3, label: "x")
        var random = RandomStream(seed: 3, label: "stretches")
        for _ in 0..<1000 {
            let first = random.integer(in: 0...10_000_000)
            let length = random.integer(in: 0...2_000_000)
            let bounds = drift.bounds(
                from: .milliseconds(first), through: .milliseconds(first + length))
            for _ in 0..<10 {
                let offset = first + random.integer(in: 0...length)
                #expect(bounds.contains(drift.value(at: .milliseconds(offset))))
            }
        }
        let moment = VirtualDuration.seconds(200)
        let value = drift.value(at: moment)
        #expect(drift.bounds(from: moment, through: moment) == value...value)
    }

    @Test func directCurrentHasNoReactivePower() {
        let configuration = ElectricalConfiguration(
            wiring: .directCurrent, nominalVoltageMillivolts: 48_000, frequencyMillihertz: 0,
            branches: [.init(name: "A", phase: 0)], outlets: [.init(name: "1", branch: 0)])
        let load = Load(profile: .constant(milliwatts: 480_000), powerFactorThousandths: 700)
        let unit = PowerDistribution(
            configuration: configuration, loads: [load], seed: 1, start: start)
        let reading = unit.reading(of: .unit, at: start)
        #expect(reading.currentMilliamps == 10_000 && reading.reactiveMillivars == 0)
        #expect(reading.apparentMillivoltamperes == reading.powerMilliwatts)
        #expect(reading.powerFactorThousandths == nil && reading.frequencyMillihertz == 0)
        #expect(unit.neutralMilliamps(at: start) == 10_000)
        #expect(unit.lineToLineMillivolts(from: 0, at: start) == 0)
    }

    @Test func servedReadingsKeepTheirResolutionAndFloor() {
        let reading = Reading(
            voltageMillivolts: 229_951, currentMilliamps: 1234, powerMilliwatts: 250_050,
            apparentMillivoltamperes: 283_749, reactiveMillivars: 134_100,
            powerFactorThousandths: 881, frequencyMillihertz: 49_949)
        var resolutions = ElectricalConfiguration.Resolutions()
        #expect(
            reading.served(by: resolutions)
                == Reading(
                    voltageMillivolts: 230_000, currentMilliamps: 1230, powerMilliwatts: 250_100,
                    apparentMillivoltamperes: 283_700, reactiveMillivars: 134_100,
                    powerFactorThousandths: 880, frequencyMillihertz: 49_900))
        resolutions.currentFloorMilliamps = 1235
        resolutions.powerFloorMilliwatts = 250_051
        let floored = reading.served(by: resolutions)
        #expect(floored.currentMilliamps == 0 && floored.powerMilliwatts == 0)
        #expect(floored.apparentMillivoltamperes == 283_700 && floored.reactiveMillivars == 0)
        #expect(floored.powerFactorThousandths == nil)
    }

    @Test func thresholdsWaitForTheirDwell() throws {
        let profile = try LoadProfile(
            changes: [
                .step(at: .milliseconds(9500), milliwatts: 3_000_000),
                .step(at: .milliseconds(13_500), milliwatts: 100_000),
                .step(at: .milliseconds(20_500), milliwatts: 3_000_000),
            ])
        let configuration = ElectricalConfiguration(
            wiring: .onePhase3Wire,
            branches: [
                .init(name: "A", phase: 0, currentThresholds: .init(upperCritical: 12_800))
            ], outlets: [.init(name: "1", branch: 0)],
            unitPowerThresholds: .init(upperCaution: 2_999_999), thresholdDwell: .seconds(5))
        var unit = PowerDistribution(
            configuration: configuration, loads: [Load(profile: profile)], seed: 1, start: start)
        let events = unit.advance(to: start + .hours(1))
        #expect(
            events == [
                ElectricalEvent(
                    instant: start + .seconds(26),
                    kind: .thresholdChanged(
                        point: .branch(0), quantity: .current, from: .normal, to: .critical,
                        reading: 13_040, threshold: 12_800)),
                ElectricalEvent(
                    instant: start + .seconds(26),
                    kind: .thresholdChanged(
                        point: .unit, quantity: .power, from: .normal, to: .caution,
                        reading: 3_000_000, threshold: 2_999_999)),
            ])
        #expect(unit.thresholdLevel(of: .branch(0), .current) == .critical)
        #expect(unit.thresholdLevel(of: .unit, .power) == .caution)
        #expect(unit.thresholdLevel(of: .outlet(0), .current) == .normal)

        let now = start + .hours(1)
        let due = unit.setCurrentThresholds(ofBranch: 0, to: .init(upperCaution: 14_000), at: now)
        #expect(due.isEmpty)
        #expect(
            unit.advance(to: now + .minutes(1)) == [
                ElectricalEvent(
                    instant: now + .seconds(1),
                    kind: .thresholdChanged(
                        point: .branch(0), quantity: .current, from: .critical, to: .normal,
                        reading: 13_040, threshold: 14_000))
            ])
    }
}
