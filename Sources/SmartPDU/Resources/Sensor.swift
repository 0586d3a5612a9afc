import Electrical
import JSONText
import VirtualTime

extension Resource {
    static let sensorCollection = Resource.collection(
        "SensorCollection", at: Addresses.sensors, name: "Sensors",
        members: { pdu in pdu.sensors.definitions.map(\.path) })

    /// Source: DSP8010 Sensor v1_12_0; units are the UCUM codes of its ReadingType.
    static let sensor: Resource = Resource(
        type: "Sensor.v1_12_0.Sensor",
        render: { pdu, place, instant, json in
            guard case .sensor(let index) = place else { return }
            let definition = pdu.sensors[index]
            let resource = Resource.sensor(of: definition)
            let isAbsent = pdu.isAbsent(definition)
            json.head(definition.path, resource, id: definition.id, name: definition.name)
            json.member("ReadingType", definition.quantity.readingType)
            json.member("ReadingUnits", definition.quantity.unit)
            if isAbsent {
                json.memberNull("Reading")
            } else {
                pdu.renderReading(of: definition, at: instant, to: &json)
                pdu.renderMetering(of: index, at: instant, to: &json)
            }
            let isDisabled = pdu.renderBasis(of: definition, to: &json)
            json.member("PhysicalContext", definition.physicalContext)
            json.member("ElectricalContext", ifPresent: definition.electricalContext)
            json.member("Implementation", "PhysicalSensor")
            if isAbsent {
                json.absentStatus()
            } else {
                json.status(
                    state: isDisabled ? "Disabled" : "Enabled", health: pdu.health(of: definition))
            }
            pdu.renderThresholds(of: definition, to: &json)
        })

    /// A register, which can be set to zero.
    private static let energySensor: Resource = Resource(
        type: sensor.type, render: sensor.render,
        actions: [
            Action(name: "Sensor.ResetMetrics") { pdu, context, _ throws(RedfishError) in
                guard case .sensor(let index) = context.place else { return [] }
                return try pdu.command(
                    .resetMetrics(pdu.sensors[index].point), "Sensor.ResetMetrics",
                    at: context.instant)
            }
        ])

    /// A sensor with a peak, which can be set back without touching the register beside it.
    private static let peakSensor: Resource = Resource(
        type: sensor.type, render: sensor.render,
        actions: [
            Action(name: "Sensor.ResetMetrics") { pdu, context, _ throws(RedfishError) in
                guard case .sensor(let index) = context.place else { return [] }
                pdu.sensorResets[index] = context.instant
                return []
            }
        ])

    private static let watchedSensor: Resource = Resource(
        type: sensor.type, render: sensor.render, writable: [.thresholds])

    static func sensor(of definition: SensorDefinition) -> Resource {
        if definition.quantity == .energy { return energySensor }
        if SmartPDU.hasPeak(definition) { return peakSensor }
        return SmartPDU.watches(definition) ? watchedSensor : sensor
    }
}

extension Quantity {
    var readingType: String {
        switch self {
        case .voltage, .lineVoltage: "Voltage"
        case .current, .neutralCurrent: "Current"
        case .power: "Power"
        case .energy: "EnergykWh"
        case .frequency: "Frequency"
        case .loadPercent, .unbalancedCurrent, .unbalancedVoltage: "Percent"
        }
    }

    var unit: String {
        switch self {
        case .voltage, .lineVoltage: "V"
        case .current, .neutralCurrent: "A"
        case .power: "W"
        case .energy: "kW.h"
        case .frequency: "Hz"
        case .loadPercent, .unbalancedCurrent, .unbalancedVoltage: "%"
        }
    }
}

extension SmartPDU {
    /// Whether it belongs to an outlet that is not there.
    fileprivate func isAbsent(_ definition: SensorDefinition) -> Bool {
        guard case .outlet(let outlet) = definition.point else { return false }
        return !electrical.isPresent(outlet: outlet)
    }

    /// Says what the reading is, where it is no register.
    ///
    /// Source: DSP8010 Sensor v1_7, ReadingBasis; v1_10, Enabled: without it there is no Reading.
    ///
    /// - Returns: Whether the sensor is disabled.
    fileprivate func renderBasis(
        of definition: SensorDefinition, to json: inout JSONWriter
    ) -> Bool {
        guard definition.quantity == .energy,
            let (_, reading) = relativeReading(of: definition.point)
        else { return false }
        switch reading {
        case .difference: json.member("ReadingBasis", "Delta")
        case .headroom: json.member("ReadingBasis", "Headroom")
        case .disabled: json.member("Enabled", false)
        }
        return reading == .disabled
    }

    fileprivate func renderReading(
        of definition: SensorDefinition, at instant: VirtualInstant, to json: inout JSONWriter
    ) {
        switch definition.quantity {
        case .power:
            json.powerMembers(
                shown(definition.point, at: instant), isDirectCurrent: isDirectCurrent)
        case .energy:
            json.energyMembers(shownEnergy(of: definition.point, at: instant))
        default:
            json.member(
                "Reading",
                units: milliUnits(of: definition.point, definition.quantity, at: instant),
                decimals: 3)
        }
    }

    /// A reading in thousandths of its unit as the wire shows it.
    func milliUnits(
        of point: MeteringPoint, _ quantity: Quantity, at instant: VirtualInstant
    ) -> Int64 {
        switch quantity {
        case .voltage: shown(point, at: instant).voltageMillivolts
        case .current: shown(point, at: instant).currentMilliamps
        case .power: shown(point, at: instant).powerMilliwatts
        case .frequency: shown(point, at: instant).frequencyMillihertz
        case .loadPercent:
            percentThousandths(electrical.loadPartsPerMillion(of: point, at: instant))
        case .lineVoltage(let pair):
            electrical.served(
                voltageMillivolts: electrical.lineToLineMillivolts(from: pair, at: instant))
        case .neutralCurrent:
            electrical.served(currentMilliamps: electrical.neutralMilliamps(at: instant))
        case .unbalancedCurrent:
            percentThousandths(electrical.currentUnbalancePartsPerMillion(at: instant))
        case .unbalancedVoltage:
            percentThousandths(electrical.voltageUnbalancePartsPerMillion(at: instant))
        case .energy:
            electrical.register(of: point, at: instant).readingMicrojoules
                / microjoulesPerMilliwattHour / 1000
        }
    }
}

/// Percent in thousandths, at a resolution of 0.1 %, from parts per million.
private func percentThousandths(_ partsPerMillion: Int64) -> Int64 {
    (partsPerMillion + 500) / 1000 * 100
}

extension PowerDistribution {
    /// A voltage at the device's resolution.
    fileprivate func served(voltageMillivolts: Int64) -> Int64 {
        var reading = Reading.unpowered
        reading.voltageMillivolts = voltageMillivolts
        return served(reading).voltageMillivolts
    }

    /// A current at the device's resolution and above its floor.
    fileprivate func served(currentMilliamps: Int64) -> Int64 {
        var reading = Reading.unpowered
        reading.currentMilliamps = currentMilliamps
        return served(reading).currentMilliamps
    }
}
