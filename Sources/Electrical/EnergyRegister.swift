package import VirtualTime

/// What an energy register shows.
package struct RegisterReading: Sendable, Hashable {
    /// Since the last reset, at the meter's quantum and within its modulus.
    package var readingMicrojoules: Int64
    /// Over the register's whole life; no reset touches it, and it never wraps. Nil where the meter
    /// keeps none.
    package var lifetimeMicrojoules: Int64?
    /// When the reading was last set to zero; nil where that was before the start.
    package var resetInstant: VirtualInstant?
    /// When the energy shown was taken over from the meter.
    package var sampleInstant: VirtualInstant

    package init(
        readingMicrojoules: Int64, lifetimeMicrojoules: Int64?, resetInstant: VirtualInstant?,
        sampleInstant: VirtualInstant
    ) {
        self.readingMicrojoules = readingMicrojoules
        self.lifetimeMicrojoules = lifetimeMicrojoules
        self.resetInstant = resetInstant
        self.sampleInstant = sampleInstant
    }
}

/// Where a register began to count once more, after the scenario's start.
struct RegisterStart: Sendable {
    var instant: VirtualInstant
    /// What it showed then: zero after a reset, anything after the meter was replaced.
    var readingMicrojoules: Int64 = 0
    /// What the device says of its last reset; a reset that it does not notice leaves it as it was.
    var resetInstant: VirtualInstant?
}

extension ElectricalConfiguration.Meter {
    /// Where the reading of a point wraps to zero.
    package func modulusMicrojoules(of point: MeteringPoint) -> Int64? {
        if case .outlet = point { return outletModulusMicrojoules ?? modulusMicrojoules }
        return modulusMicrojoules
    }

    /// True energy as this meter counts it, before its register rounds.
    package func counted(_ energyMicrojoules: Int64) -> Int64 {
        floorDivide(energyMicrojoules, times: 1_000_000 + gainPartsPerMillion, by: 1_000_000)
    }

    /// The last instant at or before this one at which the register took over the energy.
    package func latchInstant(
        before instant: VirtualInstant, start: VirtualInstant
    ) -> VirtualInstant {
        energyLatch > .zero ? max(start, instant.floored(to: energyLatch, from: start)) : instant
    }
}

extension PowerDistribution {
    /// What the Sensor of energy of an outlet shows instead of its register, in microjoules; nil
    /// where it shows nothing.
    package func relativeMicrojoules(
        _ reading: ElectricalConfiguration.RelativeReading, ofOutlet outlet: Int,
        at instant: VirtualInstant
    ) -> Int64? {
        func shown(at instant: VirtualInstant) -> Int64 {
            register(of: .outlet(outlet), at: instant).readingMicrojoules
        }
        switch reading {
        case .difference:
            let latch = configuration.meter.energyLatch
            let before = max(start, instant - (latch > .zero ? latch : .minutes(1)))
            return max(0, shown(at: instant) - shown(at: before))
        case .headroom(let budget): return max(0, budget - shown(at: instant))
        case .disabled: return nil
        }
    }

    /// What the energy register of a point shows at an instant, not before its last reset. Every
    /// point has a register of its own true energy; none is summed from others.
    package func register(
        of point: MeteringPoint, at instant: VirtualInstant
    ) -> RegisterReading {
        let meter = configuration.meter
        let restart = registerStarts[point]
        let latchInstant = meter.latchInstant(before: instant, start: start)
        let sampleInstant = max(latchInstant, restart?.instant ?? latchInstant)
        let counted = meter.counted(energyMicrojoules(of: point, at: sampleInstant))
        func value(since restart: RegisterStart?) -> Int64 {
            guard let restart else {
                return (meter.registerOffsetMicrojoules[point] ?? 0) + counted
            }
            let before = meter.counted(energyMicrojoules(of: point, at: restart.instant))
            return restart.readingMicrojoules + counted - before
        }
        let quantum = meter.energyQuantumMicrojoules
        var reading = value(since: restart).rounded(toMultipleOf: quantum)
        if let modulus = meter.modulusMicrojoules(of: point) { reading %= modulus }
        let lifetime = value(since: lifetimeStarts[point]).rounded(toMultipleOf: quantum)
        return RegisterReading(
            readingMicrojoules: reading, lifetimeMicrojoules: meter.hasLifetime ? lifetime : nil,
            resetInstant: restart?.resetInstant, sampleInstant: sampleInstant)
    }
}
