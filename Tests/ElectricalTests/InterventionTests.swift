import Foundation
import Testing
import VirtualTime

@testable import Electrical

/// A power distribution that is started again goes on as if it had never stopped.
@Suite struct InterventionTests {
    private static let span = VirtualDuration.minutes(40)

    @Test(.timeLimit(.minutes(1)), arguments: 0..<8)
    func doingItAllAgainGivesTheSame(seed: Int) throws {
        var random = RandomStream(seed: UInt64(seed), label: "interventions")
        let configuration = rackPDU { $0.meter.energyLatch = .seconds(random.integer(in: 0...90)) }
        let loads = try randomLoads(&random, span: Self.span, highestMilliwatts: 450_000)
        let fresh = PowerDistribution(
            configuration: configuration, loads: loads, seed: UInt64(seed), start: start)

        var original = fresh
        for (instant, command) in randomCommands(&random, count: 25, span: Self.span) {
            _ = original.attempt(command, at: instant)
        }
        var settings = configuration.outlets[3]
        settings.onDelay = .seconds(30)
        settings.restorePolicy = .alwaysOff
        _ = original.advance(to: start + Self.span)
        original.setSwitching(ofOutlet: 3, to: settings)
        original.setCycleDelay(ofBranch: 2, to: .seconds(77))
        _ = original.setUnitPowerThresholds(
            to: .init(upperCritical: 900_000), at: start + Self.span)
        _ = original.setCurrentThresholds(
            ofBranch: 1, to: .init(upperCaution: 500), at: start + Self.span)

        // As it comes back from a file.
        let kept = try JSONDecoder().decode(
            [Intervention].self, from: JSONEncoder().encode(original.interventions))
        var again = fresh
        #expect(again.repeatInterventions(kept) != nil)

        let later = start + Self.span + .minutes(7)
        #expect(original.advance(to: later) == again.advance(to: later))
        for point in [.outlet(3), .branch(0), .branch(1), .mains, .unit] as [MeteringPoint] {
            #expect(original.register(of: point, at: later) == again.register(of: point, at: later))
            #expect(original.reading(of: point, at: later) == again.reading(of: point, at: later))
        }
        #expect(again.outletState(3) == original.outletState(3))
        #expect(again.configuration == original.configuration)
        #expect(again.interventions == original.interventions)
    }

    @Test func thoseOfAnotherDeviceAreRefused() {
        var unit = PowerDistribution(
            configuration: rackPDU(), loads: constantLoads(watts: 40), seed: 1, start: start)
        let stranger = Intervention(instant: start, deed: .command(.outlet(99, .off)))
        let own = Intervention(instant: start, deed: .command(.outlet(0, .off)))
        #expect(unit.repeatInterventions([own, stranger]) == nil)
        #expect(unit.interventions.isEmpty)
        #expect(unit.outletState(0).isPowered)
    }
}
