import Testing
import VirtualTime

@testable import Electrical

@Suite struct EnergyRegisterTests {
    private static let wattHour: Int64 = 3_600_000_000

    /// One outlet that draws 3600 W, which is a watt hour each second.
    private func unit(_ meter: ElectricalConfiguration.Meter) -> PowerDistribution {
        let configuration = ElectricalConfiguration(
            wiring: .onePhase3Wire, branches: [.init(name: "A", phase: 0, ratedMilliamps: 32_000)],
            outlets: [.init(name: "1", branch: 0)], meter: meter)
        let load = Load(profile: .constant(milliwatts: 3_600_000))
        return PowerDistribution(
            configuration: configuration, loads: [load], seed: 1, start: start)
    }

    private func wattHours(
        _ unit: PowerDistribution, afterMilliseconds milliseconds: Int64
    ) -> (reading: Int64, lifetime: Int64) {
        let register = unit.register(of: .outlet(0), at: start + .milliseconds(milliseconds))
        return (
            register.readingMicrojoules / Self.wattHour,
            (register.lifetimeMicrojoules ?? 0) / Self.wattHour
        )
    }

    @Test func roundsToItsQuantumHalvesUpwards() {
        let unit = unit(.init(energyQuantumMicrojoules: 10 * Self.wattHour))
        #expect(wattHours(unit, afterMilliseconds: 4999) == (0, 0))
        #expect(wattHours(unit, afterMilliseconds: 5000) == (10, 10))
        #expect(wattHours(unit, afterMilliseconds: 14_999) == (10, 10))
    }

    @Test func latchesCountFromTheStart() {
        let unit = unit(.init(energyLatch: .seconds(60)))
        #expect(wattHours(unit, afterMilliseconds: 59_999) == (0, 0))
        #expect(wattHours(unit, afterMilliseconds: 60_000) == (60, 60))
        let register = unit.register(of: .outlet(0), at: start + .seconds(130))
        #expect(register.sampleInstant == start + .seconds(120))
        #expect(register.resetInstant == nil)
    }

    @Test func gainOffsetAndModulusTakePartInTurn() {
        let unit = unit(
            .init(
                gainPartsPerMillion: 10_000, modulusMicrojoules: 1000 * Self.wattHour,
                registerOffsetMicrojoules: [.outlet(0): 900 * Self.wattHour]))
        #expect(wattHours(unit, afterMilliseconds: 0) == (900, 900))
        #expect(wattHours(unit, afterMilliseconds: 50_000) == (951, 951))
        #expect(wattHours(unit, afterMilliseconds: 100_000) == (1, 1001))
        #expect(unit.register(of: .unit, at: start).readingMicrojoules == 0)
    }

    @Test func aResetZeroesTheReadingAndKeepsTheLifetime() throws {
        var unit = unit(
            .init(
                energyLatch: .seconds(10),
                registerOffsetMicrojoules: [.outlet(0): 500 * Self.wattHour]))
        #expect(try unit.command(.resetMetrics(.outlet(0)), at: start + .seconds(25)).isEmpty)
        #expect(wattHours(unit, afterMilliseconds: 25_000) == (0, 525))
        #expect(wattHours(unit, afterMilliseconds: 30_000) == (5, 530))
        #expect(wattHours(unit, afterMilliseconds: 45_000) == (15, 540))
        let register = unit.register(of: .outlet(0), at: start + .seconds(45))
        #expect(register.resetInstant == start + .seconds(25))
        // Other registers know nothing of it, nor does the truth.
        #expect(
            unit.register(of: .branch(0), at: start + .seconds(45)).readingMicrojoules
                == 40 * Self.wattHour)
        #expect(
            unit.energyMicrojoules(of: .outlet(0), at: start + .seconds(45)) == 45 * Self.wattHour)
    }

    @Test func holdsWithoutPower() throws {
        var unit = unit(.init())
        _ = try unit.command(.outlet(0, .off), at: start + .seconds(20))
        _ = try unit.command(.outlet(0, .on), at: start + .seconds(3600))
        #expect(wattHours(unit, afterMilliseconds: 20_000) == (20, 20))
        #expect(wattHours(unit, afterMilliseconds: 3_600_000) == (20, 20))
        #expect(wattHours(unit, afterMilliseconds: 3_605_000) == (25, 25))
        // The past is as it was.
        #expect(wattHours(unit, afterMilliseconds: 10_000) == (10, 10))
    }
}
