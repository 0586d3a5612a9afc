import Electrical
import VirtualTime

/// What an energy register may show at an instant, from physics and the register's facts.
///
/// A register is the metered energy, cut to the latch grid and rounded to the quantum. Energy only
/// grows, so the latched value lies between the energy one latch ago and the energy now; rounding
/// adds half a quantum on either side. Nothing else is allowed for.
struct RegisterOracle {
    let facts: DeviceFacts
    let truth: any EnergyTruth

    /// The values that the register may show, in microjoules; nil for a point without register
    /// facts or a reset time that cannot be read.
    ///
    /// - Parameters:
    ///   - resetTime: `SensorResetTime` as shown beside the reading; nil for lifetime readings,
    ///     which resets leave alone.
    ///   - isLifetime: Whether a lifetime reading is meant, which only another meter begins anew.
    func range(
        of point: MeteringPoint, at instant: VirtualInstant, resetTime: String? = nil,
        isLifetime: Bool = false
    ) -> ClosedRange<Int64>? {
        guard let register = facts.registers[point] else { return nil }
        var base = (low: Int64(0), high: Int64(0))
        var offset = register.startMicrojoules
        let scripted = facts.registerStart(of: point, through: instant)
        if let scripted, !isLifetime || scripted.isReplacement {
            offset = scripted.readingMicrojoules
            base = metered(point, register, at: scripted.instant)
        }
        if let resetTime {
            guard let reset = VirtualInstant(iso8601: resetTime) else { return nil }
            if reset > scripted?.instant ?? facts.start {
                offset = 0
                base = metered(point, register, at: reset)
            }
        }
        let now = metered(point, register, at: instant)
        let half = (register.quantumMicrojoules + 1) / 2
        let low = offset + max(0, now.low - base.high) - half
        return max(0, low)...(offset + max(0, now.high - base.low) + half)
    }

    /// Whether the register may show this value, its modulus taken into account.
    func admits(_ value: Int64, in range: ClosedRange<Int64>, of point: MeteringPoint) -> Bool {
        guard let modulus = facts.registers[point]?.modulusMicrojoules, modulus > 0 else {
            return range.contains(value)
        }
        // The device may show any number, and sums with it need not fit 64 bits.
        func admits(turns: Int64) -> Bool {
            let counted = Int128(value) + Int128(turns) * Int128(modulus)
            return counted >= range.lowerBound && counted <= range.upperBound
        }
        let turns = range.upperBound / modulus
        return admits(turns: turns) || turns > 0 && admits(turns: turns - 1)
    }

    func metered(
        _ point: MeteringPoint, _ register: RegisterFacts, at instant: VirtualInstant
    ) -> (low: Int64, high: Int64) {
        let high = energy(point, register, at: instant)
        guard register.latch > .zero else { return (high, high) }
        return (energy(point, register, at: instant - register.latch), high)
    }

    private func energy(
        _ point: MeteringPoint, _ register: RegisterFacts, at instant: VirtualInstant
    ) -> Int64 {
        let energy = truth.energyMicrojoules(of: point, at: max(instant, facts.start))
        guard register.gainPartsPerMillion != 1_000_000 else { return energy }
        return Int64(Int128(energy) * Int128(register.gainPartsPerMillion) / 1_000_000)
    }
}
