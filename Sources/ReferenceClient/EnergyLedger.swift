import VirtualTime

/// A stretch between two samples and the energy that flowed in it.
struct EnergyIncrement: Equatable {
    var start: VirtualInstant
    var end: VirtualInstant
    var microwattHours: Int64
    /// A gap, a reset that left something unknown, or integrated power.
    var isEstimated = false
}

/// Turns the readings of one energy register into consumption.
///
/// The register is the integral of real power since its last reset (DSP8010, Sensor,
/// `EnergykWh`), so consumption is the difference of two readings. What needs judgement is a
/// register that falls: an announced reset, a lifetime reading that runs through it, a wrap,
/// noise of the last digit, a momentary wrong value, or a silent reset. A fall that nothing
/// explains is held back until the next readings tell a wrong value from a new start.
struct EnergyLedger: Sendable, Codable {
    struct Reading: Equatable, Codable {
        var instant: VirtualInstant
        var registerMicrowattHours: Int64?
        /// Not cleared by a reset of the register.
        var lifetimeMicrowattHours: Int64?
        var resetTime: VirtualInstant?
        var powerMilliwatts: Int64?
        /// How often the device takes a new value, where it says so.
        var sensingInterval: VirtualDuration?
    }

    /// What the figures of this ledger rest on.
    private(set) var microwattHours: Int64 = 0
    private(set) var isEstimated = false
    private(set) var firstInstant: VirtualInstant?
    private(set) var lastInstant: VirtualInstant?
    /// Samples on either side of resets and gaps, in the order of time.
    private(set) var keyInstants: [VirtualInstant] = []
    private(set) var hasIncrement = false

    /// Samples further apart than two and a half of these are a gap.
    let expectedSpacing: VirtualDuration
    let modulusMicrowattHours: Int64?
    /// For a misbehaving client: what it makes of a fall.
    enum Credulity: Codable {
        /// A new start at what the register shows; and every rise is consumption.
        case newStart
        /// Consumption as high as the fall.
        case consumption
    }

    /// For a misbehaving client: it believes whatever it reads.
    var credulity: Credulity?
    /// For a misbehaving client: what passed in a gap is left out.
    var dropsGaps = false

    private var baseline: Reading?
    private var doubt: Doubt?
    /// Greatest common divisor of all register values: the quantum, or a multiple of it.
    private var quantumMicrowattHours: Int64 = 0
    private var peakMilliwatts: Int64 = 0

    /// Readings below the baseline that nothing explains yet.
    private struct Doubt: Codable {
        var first: Reading
        var last: Reading
        var count = 1
    }

    init(expectedSpacing: VirtualDuration, modulusMicrowattHours: Int64? = nil) {
        self.expectedSpacing = expectedSpacing
        self.modulusMicrowattHours = modulusMicrowattHours
    }

    /// For a misbehaving client: all that the first reading shows counts as consumption.
    mutating func countFirstReading(_ reading: Reading) {
        guard baseline == nil, let value = reading.registerMicrowattHours else { return }
        microwattHours += value
    }

    /// Takes one reading and returns the stretch it completes, if it does. Unknown values complete
    /// nothing, nor does a reading that is not newer than the last.
    mutating func take(_ reading: Reading) -> EnergyIncrement? {
        guard let value = reading.registerMicrowattHours ?? reading.lifetimeMicrowattHours
        else { return nil }
        peakMilliwatts = max(peakMilliwatts, reading.powerMilliwatts ?? 0)
        quantumMicrowattHours = greatestCommonDivisor(quantumMicrowattHours, value)
        guard let base = baseline else {
            baseline = reading
            firstInstant = firstInstant ?? reading.instant
            lastInstant = reading.instant
            if hasIncrement { keyInstants.append(reading.instant) }
            return nil
        }
        guard reading.instant > base.instant else { return nil }
        switch change(from: base, to: reading) {
        case .difference(let energy):
            return advance(to: reading, by: energy, from: base)
        case .noise:
            return advance(to: reading, by: 0, from: base, keepsRegister: true)
        case .announcedReset(let sinceReset):
            return advance(to: reading, by: sinceReset, from: base, isReset: true)
        case .unexplained:
            return doubtful(reading, base: base)
        }
    }

    /// Forgets the register, not the consumption: what is read next may be another item.
    mutating func rebase() {
        guard let last = baseline else { return }
        baseline = nil
        doubt = nil
        guard hasIncrement else {
            firstInstant = nil
            return
        }
        keyInstants.append(last.instant)
        isEstimated = true
    }

    /// Decides what is still in doubt when no more readings come: several equal readings were no
    /// momentary glitch.
    mutating func settle() -> EnergyIncrement? {
        guard let base = baseline, let doubt, doubt.count >= 3 else { return nil }
        return confirmReset(doubt, upTo: doubt.last, base: base)
    }

    private enum Change {
        case difference(Int64)
        case noise
        case announcedReset(sinceReset: Int64)
        case unexplained
    }

    private func change(from base: Reading, to reading: Reading) -> Change {
        let span = reading.instant - base.instant
        if let before = base.lifetimeMicrowattHours, let after = reading.lifetimeMicrowattHours,
            after >= before, isPossible(after - before, over: span), credulity == nil
        {
            return .difference(after - before)
        }
        guard let before = base.registerMicrowattHours, let after = reading.registerMicrowattHours
        else { return .unexplained }
        let plausible = plausibleMicrowattHours(over: span)
        switch credulity {
        case .newStart: return .difference(after >= before ? after - before : after)
        case .consumption: return .difference(abs(after - before))
        case nil: break
        }
        if let reset = reading.resetTime,
            reset > base.resetTime ?? .init(millisecondsSinceEpoch: 0),
            after < before || after <= plausible, base.resetTime != nil || after < before
        {
            return .announcedReset(sinceReset: after)
        }
        if after >= before {
            let rise = after - before
            return isPossible(rise, over: span) ? .difference(rise) : .unexplained
        }
        if let modulus = modulusMicrowattHours, after + modulus - before <= plausible {
            return .difference(after + modulus - before)
        }
        let fall = before - after
        return fall <= 3 * quantumMicrowattHours && after >= before / 2 ? .noise : .unexplained
    }

    private mutating func doubtful(_ reading: Reading, base: Reading) -> EnergyIncrement? {
        guard let value = reading.registerMicrowattHours else { return nil }
        guard var doubt, value >= doubt.last.registerMicrowattHours ?? 0 else {
            doubt = Doubt(first: reading, last: reading)
            return nil
        }
        doubt.last = reading
        doubt.count += 1
        self.doubt = doubt
        // A register that shows zero throughout has nothing to add, so it can wait for a proof.
        return value > 0 ? confirmReset(doubt, upTo: reading, base: base) : nil
    }

    /// A register that starts again from zero has counted what it shows, if that much can have
    /// flowed since the last good reading; one that jumped back to an old value has not.
    private mutating func confirmReset(
        _ doubt: Doubt, upTo reading: Reading, base: Reading
    ) -> EnergyIncrement? {
        guard let first = doubt.first.registerMicrowattHours,
            let last = reading.registerMicrowattHours
        else { return nil }
        let plausible = plausibleMicrowattHours(over: doubt.first.instant - base.instant)
        let sinceReset = first <= plausible ? first : 0
        return advance(to: reading, by: sinceReset + last - first, from: base, isReset: true)
    }

    private mutating func advance(
        to reading: Reading, by energy: Int64, from base: Reading, keepsRegister: Bool = false,
        isReset: Bool = false
    ) -> EnergyIncrement {
        let span = reading.instant - base.instant
        let spacing = max(expectedSpacing, reading.sensingInterval ?? .zero)
        let isGap = span.milliseconds * 2 > spacing.milliseconds * 5
        if isGap || isReset {
            for instant in [base.instant, reading.instant] where keyInstants.last != instant {
                keyInstants.append(instant)
            }
            isEstimated = true
        }
        let counted = isGap && dropsGaps ? 0 : energy
        microwattHours += counted
        let meanMilliwatts = Int128(energy) * 3600 / Int128(span.milliseconds)
        peakMilliwatts = max(
            peakMilliwatts, Int64(clamping: min(meanMilliwatts, maximumMilliwatts)))
        lastInstant = reading.instant
        hasIncrement = true
        doubt = nil
        var next = reading
        if keepsRegister || next.registerMicrowattHours == nil {
            next.registerMicrowattHours = base.registerMicrowattHours.map {
                keepsRegister ? $0 : $0 + energy
            }
        }
        next.lifetimeMicrowattHours =
            reading.lifetimeMicrowattHours ?? base.lifetimeMicrowattHours.map { $0 + energy }
        next.resetTime = reading.resetTime ?? base.resetTime
        baseline = next
        return EnergyIncrement(
            start: base.instant, end: reading.instant, microwattHours: counted,
            isEstimated: isGap || isReset)
    }

    /// A rise that no rack unit can have drawn is a wrong value, or another register.
    private func isPossible(_ rise: Int64, over span: VirtualDuration) -> Bool {
        let most = Int128(maximumMilliwatts) * Int128(span.milliseconds) / 3600
        return Int128(rise) <= most + 3 * Int128(coarsestQuantum)
    }

    /// Twice what the highest power seen brings in this time, and a few quanta.
    private func plausibleMicrowattHours(over span: VirtualDuration) -> Int64 {
        let energy = 2 * Int128(peakMilliwatts) * Int128(span.milliseconds) / 3600
        return Int64(clamping: energy + 3 * Int128(coarsestQuantum))
    }

    /// One kilowatt-hour is the coarsest quantum that occurs; before the second value the divisor
    /// is as coarse as the register itself.
    private var coarsestQuantum: Int64 { min(quantumMicrowattHours, 1_000_000_000) }
}

/// One hundred kilowatts. A rack unit on three phases of 125 A at 230 V carries 86 kW, so what is
/// beyond is no reading.
let maximumMilliwatts: Int128 = 100_000_000

private func greatestCommonDivisor(_ left: Int64, _ right: Int64) -> Int64 {
    var (divisor, remainder) = (left, right)
    while remainder != 0 { (divisor, remainder) = (remainder, divisor % remainder) }
    return divisor < 0 ? -divisor : divisor
}
