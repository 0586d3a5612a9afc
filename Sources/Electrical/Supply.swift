import VirtualTime

/// A value that wanders: random at the knots of a fixed interval, straight between them. Any moment
/// can be asked for at once.
struct Drift: Sendable {
    private let amplitude: Int64
    private let interval: Int64
    private let knots: IndexedRandom

    init(amplitude: Int64, interval: VirtualDuration, seed: UInt64, label: String) {
        self.amplitude = amplitude
        self.interval = interval.milliseconds
        knots = IndexedRandom(seed: seed, label: label)
    }

    func value(at offset: VirtualDuration) -> Int64 {
        guard amplitude > 0 else { return 0 }
        let index = floorDivide(offset.milliseconds, by: interval)
        let left = knot(index)
        let rise = knot(index + 1) - left
        return left + floorDivide(rise * (offset.milliseconds - index * interval), by: interval)
    }

    /// The bounds of the value over a stretch: its ends and the knots between; where those are many
    /// or the stretch has no end, the amplitude.
    func bounds(from first: VirtualDuration, through last: VirtualDuration?) -> ClosedRange<Int64> {
        guard amplitude > 0 else { return 0...0 }
        guard let last, (last - first).milliseconds / interval < 16 else {
            return -amplitude...amplitude
        }
        let ends = (value(at: first), value(at: last))
        var (lowest, highest) = (min(ends.0, ends.1), max(ends.0, ends.1))
        var index = floorDivide(first.milliseconds, by: interval) + 1
        while index * interval <= last.milliseconds {
            lowest = min(lowest, knot(index))
            highest = max(highest, knot(index))
            index += 1
        }
        return lowest...highest
    }

    private func knot(_ index: Int64) -> Int64 {
        knots.integer(in: -amplitude...amplitude, at: index)
    }
}

/// The input: the voltage of each line, which drifts and sinks under load, and the frequency.
struct Supply: Sendable {
    private let nominalMillivolts: Int64
    private let impedanceMilliohms: Int64
    private let nominalMillihertz: Int64
    private let lineDrifts: [Drift]
    private let frequencyDrift: Drift

    init(_ configuration: ElectricalConfiguration, seed: UInt64) {
        nominalMillivolts = configuration.nominalVoltageMillivolts
        impedanceMilliohms = configuration.sourceImpedanceMilliohms
        nominalMillihertz = configuration.frequencyMillihertz
        lineDrifts = (0..<configuration.wiring.lineCount).map { line in
            Drift(
                amplitude: configuration.voltageDriftMillivolts,
                interval: configuration.voltageDriftInterval, seed: seed,
                label: "supply/voltage/L\(line + 1)")
        }
        frequencyDrift = Drift(
            amplitude: configuration.frequencyDriftMillihertz,
            interval: configuration.voltageDriftInterval, seed: seed, label: "supply/frequency")
    }

    func frequencyMillihertz(at offset: VirtualDuration) -> Int64 {
        nominalMillihertz + frequencyDrift.value(at: offset)
    }

    /// The voltage of a line that carries this apparent power.
    func voltageMillivolts(
        ofLine line: Int, at offset: VirtualDuration, carrying apparent: Int64
    ) -> Int64 {
        voltage(drift: lineDrifts[line].value(at: offset), carrying: apparent)
    }

    func voltageBounds(
        ofLine line: Int, from first: VirtualDuration, through last: VirtualDuration?,
        carrying apparent: ClosedRange<Int64>
    ) -> ClosedRange<Int64> {
        let drift = lineDrifts[line].bounds(from: first, through: last)
        return voltage(
            drift: drift.lowerBound, carrying: apparent.upperBound)...voltage(
                drift: drift.upperBound, carrying: apparent.lowerBound)
    }

    // The drop is taken from the current at nominal voltage, which spares solving for the voltage.
    // A supply too weak for its load ends at a tenth of the nominal voltage.
    private func voltage(drift: Int64, carrying apparent: Int64) -> Int64 {
        let milliamps = currentMilliamps(apparent, atMillivolts: nominalMillivolts)
        let drop = roundedQuotient(milliamps * impedanceMilliohms, by: 1000)
        return max(nominalMillivolts + drift - drop, max(1, nominalMillivolts / 10))
    }
}

/// I = S / V, to the nearest milliampere.
func currentMilliamps(_ apparentMillivoltamperes: Int64, atMillivolts voltage: Int64) -> Int64 {
    roundedQuotient(apparentMillivoltamperes * 1000, by: voltage)
}
