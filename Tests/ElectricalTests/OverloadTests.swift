import Testing
import VirtualTime

@testable import Electrical

/// Sixteen loads ramp branch A from half its rating to 1.7 times it: the breaker gives way on its
/// curve, and comes back by hand.
@Suite struct OverloadTests {
    static let configuration = rackPDU { configuration in
        for index in configuration.outlets.indices {
            configuration.outlets[index].onDelay = .seconds(Int64(index % 16))
        }
    }

    static func loads() throws -> [Load] {
        let profile = try LoadProfile(
            initialMilliwatts: 120_000,
            changes: [
                .ramp(at: .minutes(5), toMilliwatts: 400_000, over: .minutes(10)),
                .step(at: .minutes(27), milliwatts: 120_000),
            ])
        return (0..<48).map { outlet in
            Load(
                profile: outlet < 16 ? profile : .constant(milliwatts: 90_000),
                powerFactorThousandths: 980)
        }
    }

    @Test func theBreakerTripsOnceAndTheOutletsComeBackOneByOne() throws {
        var unit = PowerDistribution(
            configuration: Self.configuration, loads: try Self.loads(), seed: 7, start: start)
        let before = unit.advance(to: start + .minutes(29))
        let summary = before.compactMap(describe)
        try #require(summary.count == 5)
        #expect(
            summary[0].hasPrefix("normal to caution") && summary[1].hasPrefix("caution to crit"))
        #expect(summary[2] == "A tripped" && summary[3] == "A off")
        #expect(summary[4] == "critical to normal at 0, threshold 12800")
        let trip = try #require(before.first { $0.kind == .breakerTripped(branch: 0) }).instant
        #expect(trip > start + .minutes(15) && trip < start + .minutes(25))
        let normal = try #require(before.last).instant
        #expect(normal == trip + .seconds(1))
        #expect(unit.breakerState(0) == .tripped)
        #expect(unit.outletState(3) == OutletState(powerState: .off, isPowered: false))
        #expect(unit.reading(of: .branch(0), at: start + .minutes(28)) == .unpowered)

        let register = unit.register(of: .branch(0), at: trip)
        #expect(register.readingMicrojoules > 0)
        #expect(
            unit.register(of: .branch(0), at: start + .minutes(28)).readingMicrojoules
                == register.readingMicrojoules)

        let reset = start + .minutes(30)
        let events = try unit.command(.breaker(0, .reset), at: reset)
        #expect(events.first?.kind == .breakerReset(branch: 0))
        #expect(unit.outletState(3) == OutletState(powerState: .poweringOn, isPowered: false))
        let after = events + unit.advance(to: start + .minutes(40))
        let returns = after.compactMap { event -> VirtualDuration? in
            guard case .outletPowered(_, true, .restore) = event.kind else { return nil }
            return event.instant - reset
        }
        #expect(returns == (0..<16).map { .seconds($0) })
        #expect(unit.outletState(3) == OutletState(powerState: .on, isPowered: true))
        #expect(!after.contains { $0.kind == .breakerTripped(branch: 0) })
    }

    private func describe(_ event: ElectricalEvent) -> String? {
        switch event.kind {
        case .breakerTripped(let branch): "\(["A", "B", "C"][branch]) tripped"
        case .branchPowered(let branch, let isPowered):
            "\(["A", "B", "C"][branch]) \(isPowered ? "on" : "off")"
        case .thresholdChanged(_, _, let from, let to, let reading, let threshold):
            "\(from) to \(to) at \(reading), threshold \(threshold)"
        default: nil
        }
    }
}
