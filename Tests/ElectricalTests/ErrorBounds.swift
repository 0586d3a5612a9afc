@testable import Electrical
import VirtualTime

/// How far served numbers may lie apart though nothing is wrong: what rounding, gain and latching
/// account for, and no more. A judge that finds more has found a fault.
enum ErrorBounds {
    /// How far a parent's energy register may lie from the sum of its children's registers, in
    /// microjoules, what no child meters and what registers held at the start being accounted for.
    ///
    /// Each register rounds by half its quantum. Gains that differ show in proportion to the energy,
    /// and every gain rounds to a microjoule. Registers that were not taken over from their meters
    /// at the same instant lie apart by what flowed in between.
    ///
    /// - Parameters:
    ///   - energyMicrojoules: The most energy the parent's register stands for.
    ///   - maximumMilliwatts: The most power that flowed through the parent.
    ///   - readSpan: Between the first and the last of the reads that are compared.
    static func registerReconciliationMicrojoules(
        parent: ElectricalConfiguration.Meter, children: [ElectricalConfiguration.Meter],
        energyMicrojoules: Int64, maximumMilliwatts: Int64, readSpan: VirtualDuration = .zero
    ) -> Int64 {
        let meters = [parent] + children
        let rounding = meters.reduce(0) { $0 + $1.energyQuantumMicrojoules / 2 }

        let gains = meters.map(\.gainPartsPerMillion)
        let largestGain = gains.map { abs($0) }.max() ?? 0
        let spread = gains.map { abs($0 - parent.gainPartsPerMillion) }.max() ?? 0
        let gain =
            largestGain == 0
            ? 0 : ceilDivide(energyMicrojoules, times: spread) + Int64(meters.count)

        let latches = meters.map(\.energyLatch)
        let isSimultaneous = readSpan == .zero && latches.allSatisfy { $0 == parent.energyLatch }
        let apart = isSimultaneous ? .zero : readSpan + (latches.max() ?? .zero)
        let latching = ceilDivide(
            maximumMilliwatts * apart.milliseconds, times: 1_000_000 + largestGain)
        return rounding + gain + latching
    }

    /// Where the served real power of one line's reading must lie, given the voltage, current and
    /// power factor served with it: the product V · I · PF over all the values that each of them may
    /// stand for, widened by the power's own resolution.
    static func powerMilliwatts(
        of served: Reading, resolutions: ElectricalConfiguration.Resolutions
    ) -> ClosedRange<Int64> {
        let voltages = trueValues(
            of: served.voltageMillivolts, step: resolutions.voltageMillivolts)
        let currents = trueValues(
            of: served.currentMilliamps, step: resolutions.currentMilliamps,
            floor: resolutions.currentFloorMilliamps)
        let factors = served.powerFactorThousandths.map {
            trueValues(of: $0, step: resolutions.powerFactorThousandths)
        }
        let factorBounds = factors.map { $0.lowerBound...min($0.upperBound, 1000) } ?? 0...1000
        func power(_ voltage: Int64, _ current: Int64, _ factor: Int64) -> Int128 {
            Int128(voltage) * Int128(current) * Int128(factor) / 1_000_000
        }
        let least = power(voltages.lowerBound, currents.lowerBound, factorBounds.lowerBound)
        let most = power(voltages.upperBound, currents.upperBound, factorBounds.upperBound)
        return servedValues(
            Int64(least)...Int64(most) + 1, step: resolutions.powerMilliwatts,
            floor: resolutions.powerFloorMilliwatts)
    }

    /// Where the served apparent power must lie, given the real and reactive power served with it:
    /// S² = P² + Q² over all the values that each may stand for, widened by its own resolution.
    static func apparentMillivoltamperes(
        of served: Reading, resolutions: ElectricalConfiguration.Resolutions
    ) -> ClosedRange<Int64> {
        let floor = resolutions.powerFloorMilliwatts
        let real = trueValues(
            of: served.powerMilliwatts, step: resolutions.powerMilliwatts, floor: floor)
        let reactive = trueValues(
            of: served.reactiveMillivars, step: resolutions.reactiveMillivars, floor: floor)
        let least = hypotenuse(real.lowerBound, reactive.lowerBound)
        let most = hypotenuse(real.upperBound, reactive.upperBound)
        return servedValues(
            least...most, step: resolutions.apparentMillivoltamperes, floor: floor)
    }

    // What a served value may stand for; one more to each side for the rounding of the true value
    // to its unit.
    private static func trueValues(
        of served: Int64, step: Int64, floor: Int64 = 0
    ) -> ClosedRange<Int64> {
        let most = served == 0 ? max(floor, step / 2) : served + step / 2
        return max(0, served - step / 2 - 1)...most + 1
    }

    private static func servedValues(
        _ values: ClosedRange<Int64>, step: Int64, floor: Int64
    ) -> ClosedRange<Int64> {
        let least = values.lowerBound < floor ? 0 : values.lowerBound.rounded(toMultipleOf: step)
        return least...values.upperBound.rounded(toMultipleOf: step)
    }

    private static func ceilDivide(_ value: Int64, times factor: Int64) -> Int64 {
        Int64((Int128(value) * Int128(factor) + 999_999) / 1_000_000)
    }
}
