import Testing
import VirtualTime

@testable import ReferenceClient

/// Readings ten seconds apart, in microwatt-hours; nil is an unknown value.
private func ledger(
    _ values: [Int64?], lifetimes: [Int64?] = [], resets: [Int: Int64] = [:],
    modulus: Int64? = nil, milliwatts: Int64? = nil
) -> EnergyLedger {
    var ledger = EnergyLedger(expectedSpacing: .seconds(10), modulusMicrowattHours: modulus)
    var resetTime: VirtualInstant? = at(-1000)
    for (index, value) in values.enumerated() {
        if let seconds = resets[index] { resetTime = at(seconds) }
        _ = ledger.take(
            .init(
                instant: at(Int64(index) * 10), registerMicrowattHours: value,
                lifetimeMicrowattHours: index < lifetimes.count ? lifetimes[index] : nil,
                resetTime: resetTime, powerMilliwatts: milliwatts))
    }
    _ = ledger.settle()
    return ledger
}

@Suite struct EnergyLedgerTests {
    @Test func firstReadingIsNoConsumption() {
        let single = ledger([5_000])
        #expect(!single.hasIncrement)
        #expect(single.microwattHours == 0)
    }

    @Test func differenceOfReadings() {
        let plain = ledger([5_000, 5_010, 5_010, 5_040])
        #expect(plain.microwattHours == 40)
        #expect(!plain.isEstimated)
        #expect(plain.keyInstants.isEmpty)
        #expect(plain.firstInstant == at(0))
        #expect(plain.lastInstant == at(30))
    }

    @Test func smallLoadOnALargeRegister() {
        // 56,438 kWh and 5 W: 14 mWh in ten seconds.
        #expect(ledger([56_438_000_000_000, 56_438_000_013_889]).microwattHours == 13_889)
    }

    @Test func nullIsUnknown() {
        let gap = ledger([100, nil, 120])
        #expect(gap.microwattHours == 20)
        #expect(!gap.isEstimated)
    }

    @Test func aGapIsKeptAndMarked() {
        let gap = ledger([100, nil, nil, nil, 140, 150])
        #expect(gap.microwattHours == 50)
        #expect(gap.isEstimated)
        #expect(gap.keyInstants == [at(0), at(40)])
    }

    @Test func oneQuantumBackwardIsNoise() {
        let noisy = ledger([1_000, 1_010, 1_009, 1_011, 1_020])
        #expect(noisy.microwattHours == 20)
        #expect(!noisy.isEstimated)
    }

    @Test func noiseOfAFrozenRegisterDoesNotStopTime() {
        let frozen = ledger([1_000, 1_001, 1_000, 1_000, 1_000])
        #expect(frozen.microwattHours == 1)
        #expect(frozen.lastInstant == at(40))
    }

    @Test(arguments: [0, 300] as [Int64])
    func aMomentaryFallIsIgnored(glitch: Int64) {
        let recovered = ledger([1_000, 1_010, glitch, 1_030, 1_040])
        #expect(recovered.microwattHours == 40)
        #expect(!recovered.isEstimated)
    }

    @Test func zeroForALongTimeThenRecovery() {
        #expect(ledger([1_000, 1_010, 0, 0, 0, 1_050]).microwattHours == 50)
    }

    @Test func announcedReset() {
        // What flowed between the last reading and the reset is nowhere to be read.
        let reset = ledger([1_000, 1_010, 4, 14], resets: [2: 16])
        #expect(reset.microwattHours == 24)
        #expect(reset.isEstimated)
        #expect(reset.keyInstants == [at(10), at(20)])
    }

    @Test func announcedResetThatOvertakesTheOldValue() {
        let reset = ledger([2, 8, 9], resets: [2: 11], milliwatts: 4)
        #expect(reset.microwattHours == 15)
    }

    @Test func lifetimeRunsThroughAReset() {
        let reset = ledger(
            [1_000, 1_010, 4, 14], lifetimes: [9_000, 9_010, 9_020, 9_030], resets: [2: 16])
        #expect(reset.microwattHours == 30)
        #expect(!reset.isEstimated)
    }

    @Test func aMissingLifetimeDoesNotCountTwice() {
        let patchy = ledger([1_000, 1_010, 1_020], lifetimes: [9_000, nil, 9_020])
        #expect(patchy.microwattHours == 20)
    }

    @Test func silentResetNeedsAProof() {
        let reset = ledger([1_000, 1_010, 5, 15, 25])
        #expect(reset.microwattHours == 10 + 5 + 20)
        #expect(reset.isEstimated)
        #expect(reset.lastInstant == at(40))
    }

    @Test func silentResetOfAnIdleOutlet() {
        let idle = ledger([1_000, 1_010, 0, 0, 0])
        #expect(idle.microwattHours == 10)
        #expect(idle.isEstimated)
        #expect(idle.lastInstant == at(40))
    }

    @Test func aLastingReturnToAnOldValueIsNoConsumption() {
        // 900 can't have flowed in ten seconds at this load.
        let restored = ledger([1_000, 1_010, 900, 910, 920])
        #expect(restored.microwattHours == 30)
        #expect(restored.isEstimated)
    }

    @Test func anImpossibleRiseIsNoConsumption() {
        let kilowattHour: Int64 = 1_000_000_000
        let base = [1, 2, 3].map { $0 * kilowattHour / 1_000 } as [Int64?]
        let glitch = ledger(base + [895 * kilowattHour, 5 * kilowattHour / 1_000])
        #expect(glitch.microwattHours == 4 * kilowattHour / 1_000)
        let other = ledger(base + [895 * kilowattHour, 895 * kilowattHour + 7])
        #expect(other.microwattHours == 2 * kilowattHour / 1_000 + 7)
        #expect(other.isEstimated)
    }

    @Test func knownModulus() {
        #expect(ledger([9_980, 9_990, 2, 12], modulus: 10_000).microwattHours == 32)
        #expect(ledger([9_980, 9_990, 2, 12]).microwattHours == 10 + 2 + 10)
    }

    @Test func staleReadingIsNoSample() {
        var ledger = EnergyLedger(expectedSpacing: .seconds(10))
        let reading = EnergyLedger.Reading(instant: at(0), registerMicrowattHours: 100)
        #expect(ledger.take(reading) == nil)
        #expect(ledger.take(reading) == nil)
        #expect(!ledger.hasIncrement)
    }

    @Test func anotherItemIsANewBaseline() {
        var ledger = EnergyLedger(expectedSpacing: .seconds(10))
        for (seconds, value) in [(0, 100), (10, 130)] as [(Int64, Int64)] {
            _ = ledger.take(.init(instant: at(seconds), registerMicrowattHours: value))
        }
        ledger.rebase()
        for (seconds, value) in [(20, 9_000), (30, 9_005)] as [(Int64, Int64)] {
            _ = ledger.take(.init(instant: at(seconds), registerMicrowattHours: value))
        }
        #expect(ledger.microwattHours == 35)
        #expect(ledger.isEstimated)
        #expect(ledger.keyInstants == [at(10), at(20)])
    }

    /// Whatever unknown values and one-quantum dips are strewn in, the total is the difference.
    @Test func totalIsTheDifferenceWhateverIsStrewnIn() {
        for seed in 0..<2_000 as Range<UInt64> {
            var random = RandomStream(seed: seed, label: "ledger")
            let quantum = [1, 10, 1_000][Int(random.integer(in: 0...2))] as Int64
            var value = random.integer(in: 1_000...1_000_000_000) * quantum
            let first = value
            var values: [Int64?] = [value, value + quantum]
            value += quantum
            for _ in 0..<40 {
                value += random.integer(in: 0...20) * quantum
                switch random.integer(in: 0...9) {
                case 0: values.append(nil)
                case 1: values.append(value - quantum)
                case 2: values.append(0)
                default: values.append(value)
                }
            }
            values += [value + 5 * quantum, value + 5 * quantum]
            let total = ledger(values).microwattHours
            #expect(total == value + 5 * quantum - first, "seed \(seed)")
        }
    }

    @Test func integratedPower() {
        var integral = PowerIntegral()
        #expect(integral.take(milliwatts: 0, at: at(0)) == nil)
        let ramp = integral.take(milliwatts: 72_000, at: at(100))
        #expect(ramp?.microwattHours == 1_000_000)
        #expect(ramp?.isEstimated == true)
        #expect(integral.take(milliwatts: nil, at: at(200)) == nil)
        _ = integral.take(milliwatts: 72_000, at: at(300))
        #expect(integral.microwattHours == 5_000_000)
    }

    @Test func integrationLosesNoRemainder() {
        var integral = PowerIntegral()
        for second in 0...3600 as ClosedRange<Int64> {
            _ = integral.take(milliwatts: 1, at: at(second))
        }
        #expect(integral.microwattHours == 1_000)
    }
}
