import Electrical
import JSONText
import VirtualTime

// A `Sensor` excerpt is a copy of some of a sensor's properties with a link to it. Excerpts and
// their sensors are rendered by the same functions, so at one instant they cannot differ.
//
// Source: DSP0266 "Redfish Specification" 1.8.1, 9.12 Excerpts (Redfish.Excerpt); DSP8010 Sensor.

extension JSONWriter {
    /// An excerpt with a reading only.
    mutating func excerpt(_ name: String, source: StandingMembers?, milliUnits: Int64) {
        object(name) { json in
            if let source { json.standing(source) }
            json.member("Reading", units: milliUnits, decimals: 3)
        }
    }

    mutating func powerExcerpt(
        _ name: String, source: StandingMembers?, _ reading: Reading, isDirectCurrent: Bool
    ) {
        object(name) { json in
            if let source { json.standing(source) }
            json.powerMembers(reading, isDirectCurrent: isDirectCurrent)
        }
    }

    mutating func energyExcerpt(
        _ name: String, source: StandingMembers?, _ register: RegisterReading
    ) {
        object(name) { json in
            if let source { json.standing(source) }
            json.energyMembers(register)
        }
    }

    mutating func powerMembers(_ reading: Reading, isDirectCurrent: Bool) {
        member("Reading", units: reading.powerMilliwatts, decimals: 3)
        // Direct current knows neither apparent nor reactive power.
        guard !isDirectCurrent else { return }
        member("ApparentVA", units: reading.apparentMillivoltamperes, decimals: 3)
        member("ReactiveVAR", units: reading.reactiveMillivars, decimals: 3)
        // Without load there is no angle between current and voltage.
        if let factor = reading.powerFactorThousandths {
            member("PowerFactor", units: factor, decimals: 3)
        }
    }

    /// What a Sensor of energy shows of a register, or instead of it.
    mutating func energyMembers(_ shown: ShownEnergy) {
        switch shown {
        case .register(let register): energyMembers(register)
        case .relative(let microjoules?): kilowattHours("Reading", microjoules)
        case .relative(nil): break
        }
    }

    mutating func energyMembers(_ register: RegisterReading) {
        kilowattHours("Reading", register.readingMicrojoules)
        if let lifetime = register.lifetimeMicrojoules {
            kilowattHours("LifetimeReading", lifetime)
        }
        member("SensorResetTime", ifPresent: register.resetInstant?.iso8601)
    }

    /// Energy in kW·h. One is 3.6 × 10^12 µJ, so 10^-6 kW·h are 3,600,000 µJ; quanta are multiples
    /// of that.
    mutating func kilowattHours(_ name: String, _ microjoules: Int64) {
        member(name, units: microjoules / microjoulesPerMilliwattHour, decimals: 6)
    }
}

/// 1 mW·h, the finest energy that the wire shows, in µJ.
package let microjoulesPerMilliwattHour: Int64 = 3_600_000

extension SmartPDU {
    /// Voltage, current, power and energy of an outlet or of a single-phase circuit.
    func renderReadings(
        of point: MeteringPoint, at instant: VirtualInstant, to json: inout JSONWriter
    ) {
        let reading = shown(point, at: instant)
        let sources = sensors.basicSources(of: point)
        json.excerpt(
            "Voltage", source: sources.voltage,
            milliUnits: reading.voltageMillivolts)
        json.excerpt(
            "CurrentAmps", source: sources.current,
            milliUnits: reading.currentMilliamps)
        json.powerExcerpt(
            "PowerWatts", source: sources.power, reading,
            isDirectCurrent: isDirectCurrent)
        json.object("EnergykWh") { json in
            if let source = sources.energy { json.standing(source) }
            json.energyMembers(shownEnergy(of: point, at: instant))
        }
    }

    func shownEnergy(of point: MeteringPoint, at instant: VirtualInstant) -> ShownEnergy {
        guard let (outlet, reading) = relativeReading(of: point) else {
            return .register(electrical.register(of: point, at: instant))
        }
        return .relative(
            electrical.relativeMicrojoules(reading, ofOutlet: outlet, at: instant))
    }

    /// What the Sensor of energy of a point shows instead of a register; nil where it shows one.
    func relativeReading(
        of point: MeteringPoint
    ) -> (outlet: Int, ElectricalConfiguration.RelativeReading)? {
        guard case .outlet(let outlet) = point else { return nil }
        return configuration.electrical.meter.outletReadings[outlet].map { (outlet, $0) }
    }
}

/// What a Sensor of energy shows.
enum ShownEnergy {
    case register(RegisterReading)
    /// Microjoules that are no register, or nothing.
    case relative(Int64?)
}
