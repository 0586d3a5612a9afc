package import VirtualTime

/// What an energy register shows.
package struct RegisterReading: Sendable, Hashable {
    /// Since the last reset, at the meter's quantum and within its modulus.
    package var readingMicrojoules: Int64
    /// Over the register's whole life; no reset touches it, and it never wraps.
    package var lifetimeMicrojoules: Int64
    /// When the reading was last set to zero; nil where that was before the start.
    package var resetInstant: VirtualInstant?
    /// When the energy shown was taken over from the meter.
    package var sampleInstant: VirtualInstant

    package init(
        readingMicrojoules: Int64, lifetimeMicrojoules: Int64, resetInstant: VirtualInstant?,
        sampleInstant: VirtualInstant
    ) {
        self.readingMicrojoules = readingMicrojoules
        self.lifetimeMicrojoules = lifetimeMicrojoules
        self.resetInstant = resetInstant
        self.sampleInstant = sampleInstant
    }
}

extension ElectricalConfiguration.Meter {
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
    /// What the energy register of a point shows at an instant, not before its last reset. Every
    /// point has a register of its own true energy; none is summed from others.
    package func register(
        of point: MeteringPoint, at instant: VirtualInstant
    ) -> RegisterReading {
        let meter = configuration.meter
        let resetInstant = resetInstants[point]
        let latchInstant = meter.latchInstant(before: instant, start: start)
        let sampleInstant = max(latchInstant, resetInstant ?? latchInstant)
        let offset = meter.registerOffsetMicrojoules[point] ?? 0
        let lifetime = offset + meter.counted(energyMicrojoules(of: point, at: sampleInstant))
        let countedAtReset = resetInstant.map {
            offset + meter.counted(energyMicrojoules(of: point, at: $0))
        }
        let quantum = meter.energyQuantumMicrojoules
        var reading = (lifetime - (countedAtReset ?? 0)).rounded(toMultipleOf: quantum)
        if let modulus = meter.modulusMicrojoules { reading %= modulus }
        return RegisterReading(
            readingMicrojoules: reading,
            lifetimeMicrojoules: lifetime.rounded(toMultipleOf: quantum),
            resetInstant: resetInstant, sampleInstant: sampleInstant)
    }
}
