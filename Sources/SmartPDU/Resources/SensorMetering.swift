import Electrical
import JSONText
import VirtualTime

// What a sensor says of its own metering: how exact a reading is, when it was taken, since when it
// counts, and the highest it was.

extension SmartPDU {
    /// The peak is served where it follows from the loads: on the power of an outlet. That of a sum
    /// would depend on every breakpoint of every load.
    static func hasPeak(_ definition: SensorDefinition) -> Bool {
        if case .outlet = definition.point { definition.quantity == .power } else { false }
    }

    /// When a sensor's peak and register were last set back; nil where that was before the start.
    func resetInstant(of index: Int, at instant: VirtualInstant) -> VirtualInstant? {
        let ofPoint = electrical.register(of: sensors[index].point, at: instant).resetInstant
        guard let alone = sensorResets[index] else { return ofPoint }
        return max(alone, ofPoint ?? alone)
    }

    func renderMetering(of index: Int, at instant: VirtualInstant, to json: inout JSONWriter) {
        let definition = sensors[index]
        let isRegister = definition.quantity == .energy
        let latch = configuration.electrical.meter.energyLatch
        let acquired =
            isRegister
            ? electrical.register(of: definition.point, at: instant).sampleInstant : instant
        if showsReadingTimes { json.member("ReadingTime", acquired.iso8601) }
        // What is not latched is measured at the millisecond it is asked for.
        let interval = isRegister && latch > .zero ? latch : .milliseconds(1)
        json.member("SensingInterval", interval.iso8601)
        if let accuracy = accuracy(of: definition.quantity) {
            json.member("ReadingAccuracy", units: accuracy, decimals: 7)
        }
        if isRegister, configuration.electrical.meter.hasLifetime,
            relativeReading(of: definition.point) == nil
        {
            json.member("LifetimeStartDateTime", start.iso8601)
        }
        if Self.hasPeak(definition) { renderPeak(of: index, at: instant, to: &json) }
    }

    private func renderPeak(of index: Int, at instant: VirtualInstant, to json: inout JSONWriter) {
        guard case .outlet(let outlet) = sensors[index].point else { return }
        let reset = resetInstant(of: index, at: instant)
        let peak = electrical.powerPeak(ofOutlet: outlet, from: reset ?? start, through: instant)
        var reading = Reading.unpowered
        reading.powerMilliwatts = peak.milliwatts
        json.member(
            "PeakReading", units: electrical.served(reading).powerMilliwatts, decimals: 3)
        json.member("PeakReadingTime", peak.instant.iso8601)
        json.member("SensorResetTime", ifPresent: reset?.iso8601)
    }

    /// Half a step or all of the floor, in units of 10^-7; nil where the meter's gain decides, which
    /// grows with the register.
    ///
    /// Source: DSP8010 Sensor v1_12, ReadingAccuracy: the largest deviation, in the reading's unit.
    private func accuracy(of quantity: Quantity) -> Int64? {
        let steps = configuration.electrical.resolutions
        let meter = configuration.electrical.meter
        func half(_ step: Int64, floor: Int64 = 0) -> Int64 { max(step * 5000, floor * 10_000) }
        return switch quantity {
        case .voltage, .lineVoltage: half(steps.voltageMillivolts)
        case .current, .neutralCurrent:
            half(steps.currentMilliamps, floor: steps.currentFloorMilliamps)
        case .power: half(steps.powerMilliwatts, floor: steps.powerFloorMilliwatts)
        case .frequency: half(steps.frequencyMillihertz)
        case .loadPercent, .unbalancedCurrent, .unbalancedVoltage: half(100)
        case .energy:
            meter.gainPartsPerMillion == 0
                ? meter.energyQuantumMicrojoules * 5 / microjoulesPerMilliwattHour : nil
        }
    }
}
