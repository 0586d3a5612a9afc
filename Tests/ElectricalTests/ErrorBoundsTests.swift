import Testing
import VirtualTime

@testable import Electrical

@Suite struct ErrorBoundsTests {
    @Test(.timeLimit(.minutes(1)), arguments: 0..<10)
    func conformantReadingsLieWithinTheirBounds(seed: Int) throws {
        var random = RandomStream(seed: UInt64(seed), label: "bounds")
        let steps: [Int64] = [1, 5, 10, 100, 1000]
        func step() -> Int64 { steps[Int(random.integer(in: 0...4))] }
        let configuration = rackPDU { configuration in
            configuration.resolutions = .init(
                powerMilliwatts: step(), voltageMillivolts: step(), currentMilliamps: step(),
                apparentMillivoltamperes: step(), reactiveMillivars: step(),
                powerFactorThousandths: [1, 10][Int(random.integer(in: 0...1))],
                currentFloorMilliamps: random.integer(in: 0...200),
                powerFloorMilliwatts: random.integer(in: 0...20_000))
        }
        let loads = try randomLoads(&random, span: .hours(1), highestMilliwatts: 300_000)
        let unit = PowerDistribution(
            configuration: configuration, loads: loads, seed: UInt64(seed), start: start)
        let end = unit.nextEventInstant ?? start + .hours(1)
        for _ in 0..<20 {
            let elapsed = random.integer(in: 0...(end - start).milliseconds - 1)
            for point in allPoints.dropLast(2) {
                let served = unit.served(
                    unit.reading(of: point, at: start + .milliseconds(elapsed)))
                let power = ErrorBounds.powerMilliwatts(
                    of: served, resolutions: configuration.resolutions)
                #expect(power.contains(served.powerMilliwatts))
                let apparent = ErrorBounds.apparentMillivoltamperes(
                    of: served, resolutions: configuration.resolutions)
                #expect(apparent.contains(served.apparentMillivoltamperes))
            }
        }
    }

    @Test func aReadingThatContradictsItselfLiesOutside() {
        let resolutions = ElectricalConfiguration.Resolutions()
        var served = Reading(
            voltageMillivolts: 230_000, currentMilliamps: 10_000, powerMilliwatts: 1_840_000,
            apparentMillivoltamperes: 2_300_000, reactiveMillivars: 1_380_000,
            powerFactorThousandths: 800, frequencyMillihertz: 50_000)
        let power = ErrorBounds.powerMilliwatts(of: served, resolutions: resolutions)
        #expect(power == 1_824_700...1_855_300)
        let apparent = ErrorBounds.apparentMillivoltamperes(of: served, resolutions: resolutions)
        #expect(apparent == 2_299_900...2_300_100)
        served.powerMilliwatts = 2_300_000
        #expect(!power.contains(served.powerMilliwatts))
        #expect(
            !ErrorBounds.apparentMillivoltamperes(of: served, resolutions: resolutions)
                .contains(served.apparentMillivoltamperes))
    }

    @Test(arguments: 0..<10) func registersOfAllLevelsReconcile(seed: Int) throws {
        var random = RandomStream(seed: UInt64(seed), label: "reconcile")
        let configuration = rackPDU { configuration in
            configuration.branches = configuration.branches.map { branch in
                var branch = branch
                branch.currentThresholds = nil
                return branch
            }
            configuration.meter = .init(
                energyQuantumMicrojoules: [36_000_000, 3_600_000_000][seed % 2],
                energyLatch: .seconds(random.integer(in: 0...60)),
                gainPartsPerMillion: random.integer(in: -5000...5000))
        }
        let loads = try randomLoads(&random, span: .hours(2), highestMilliwatts: 200_000)
        var unit = PowerDistribution(
            configuration: configuration, loads: loads, seed: UInt64(seed), start: start)
        _ = unit.advance(to: start + .hours(3))
        let meter = configuration.meter
        for _ in 0..<50 {
            let instant = start + .milliseconds(random.integer(in: 0...10_800_000))
            let skew = VirtualDuration.seconds(random.integer(in: 0...1) * 20)
            for branch in 0..<3 {
                let parent = unit.register(of: .branch(branch), at: instant).readingMicrojoules
                let children = (branch * 16..<branch * 16 + 16).map { outlet in
                    unit.register(of: .outlet(outlet), at: instant - skew).readingMicrojoules
                }
                let bound = ErrorBounds.registerReconciliationMicrojoules(
                    parent: meter, children: children.map { _ in meter },
                    energyMicrojoules: unit.energyMicrojoules(of: .branch(branch), at: instant),
                    maximumMilliwatts: 16 * 200_000, readSpan: skew)
                #expect(abs(parent - children.reduce(0, +)) <= bound)
            }
        }
    }

    @Test func theReconciliationBoundIsTheSumOfItsCauses() {
        let quantum: Int64 = 3_600_000_000
        func bound(
            _ parent: ElectricalConfiguration.Meter, _ child: ElectricalConfiguration.Meter,
            readSpan: VirtualDuration = .zero
        ) -> Int64 {
            ErrorBounds.registerReconciliationMicrojoules(
                parent: parent, children: [child, child], energyMicrojoules: 1_000_000_000_000,
                maximumMilliwatts: 1_000_000, readSpan: readSpan)
        }
        let plain = ElectricalConfiguration.Meter()
        #expect(bound(plain, plain) == 3 * quantum / 2)
        let generous = ElectricalConfiguration.Meter(gainPartsPerMillion: 5000)
        #expect(bound(generous, plain) == 3 * quantum / 2 + 5_000_000_000 + 3)
        #expect(bound(plain, plain, readSpan: .seconds(2)) == 3 * quantum / 2 + 2_000_000_000)
        let latched = ElectricalConfiguration.Meter(energyLatch: .seconds(60))
        #expect(bound(latched, latched) == 3 * quantum / 2)
        #expect(bound(latched, plain) == 3 * quantum / 2 + 60_000_000_000)
    }

    /// The worst case there is: every register rounds by half a quantum, the parent the other way.
    /// One quantum more cannot be rounding.
    @Test func theReconciliationBoundIsReachedAndOneQuantumMoreIsTooMuch() {
        let quantum: Int64 = 1000
        let meter = ElectricalConfiguration.Meter(energyQuantumMicrojoules: quantum)
        // Sixteen children of 499 show 0 each; their parent, 7984, shows 8000.
        let children = Array(repeating: Int64(499), count: 16)
        let shown = children.map { $0.rounded(toMultipleOf: quantum) }.reduce(0, +)
        let parent = children.reduce(0, +).rounded(toMultipleOf: quantum)
        let bound = ErrorBounds.registerReconciliationMicrojoules(
            parent: meter, children: children.map { _ in meter },
            energyMicrojoules: 7984, maximumMilliwatts: 0)
        #expect(abs(parent - shown) == 8000 && bound == 8500)
        #expect(abs(parent + quantum - shown) > bound)
    }
}
