import Electrical
import JSONText

/// Finds the readings in resources: excerpts of Sensors in outlets, circuits and metrics, and
/// Sensor resources themselves.
///
/// Source: DSP8010 2025.4, Sensor 1.12 and its excerpts, Outlet 1.4, Circuit 1.9,
/// PowerDistributionMetrics 1.4.
struct ResourceReader {
    private let points: [String: MeteringPoint]
    private let sensors: [String: SensorFacts]

    init(_ facts: DeviceFacts) {
        points = normalized(facts.resources)
        sensors = normalized(facts.sensors)
    }

    func read(_ object: JSONObject, at path: String) -> [ObservedResource] {
        let resource = readOne(object, at: path, place: JSONPointer())
        guard resource.readings.isEmpty, let members = object["Members"]?.array else {
            return [resource]
        }
        var resources = [resource]
        for (index, element) in members.enumerated() {
            guard case .object(let member) = element, member.members.count > 1,
                let id = member["@odata.id"]?.string
            else { continue }
            let place = JSONPointer(tokens: ["Members", String(index)])
            resources.append(readOne(member, at: servicePath(id), place: place))
        }
        return resources
    }

    private func readOne(
        _ object: JSONObject, at path: String, place: JSONPointer
    ) -> ObservedResource {
        let type = object["@odata.type"]?.string
        let isSensor = type?.hasPrefix("#Sensor.") ?? false
        return ObservedResource(
            path: path, type: type, object: object, place: place,
            readings: isSensor
                ? sensorReadings(object, at: path) : excerptReadings(object, of: points[path]))
    }

    // MARK: Excerpts

    private func excerptReadings(
        _ object: JSONObject, of point: MeteringPoint?
    ) -> [MeteredReading] {
        var readings: [MeteredReading] = []
        for member in object.members {
            guard case .object(let value) = member.value else { continue }
            switch member.name {
            case "EnergykWh": append(value, .energy, member.name, point, to: &readings)
            case "PowerWatts": append(value, .power, member.name, point, to: &readings)
            case "Voltage": append(value, .voltage, member.name, point, to: &readings)
            case "CurrentAmps": append(value, .current, member.name, point, to: &readings)
            case "PowerLoadPercent": append(value, .loadPercent, member.name, point, to: &readings)
            case "PolyPhaseEnergykWh":
                appendLines(value, .energy, member.name, point, to: &readings)
            case "PolyPhasePowerWatts":
                appendLines(value, .power, member.name, point, to: &readings)
            case "PolyPhaseVoltage":
                appendLines(value, .voltage, member.name, point, to: &readings)
            case "PolyPhaseCurrentAmps":
                appendLines(value, .current, member.name, point, to: &readings)
            default: break
            }
        }
        return readings
    }

    private func appendLines(
        _ lines: JSONObject, _ quantity: MeteredQuantity, _ property: String,
        _ point: MeteringPoint?, to readings: inout [MeteredReading]
    ) {
        for member in lines.members {
            guard case .object(let excerpt) = member.value,
                let line = CircuitLine(member: member.name)
            else { continue }
            // The mains' lines are metering points of their own.
            var owner = point
            if point == .mains, case .line(let index) = line { owner = .phase(index) }
            append(
                excerpt, quantity, property, owner, line: line, member: member.name,
                to: &readings)
        }
    }

    private func append(
        _ excerpt: JSONObject, _ quantity: MeteredQuantity, _ property: String,
        _ point: MeteringPoint?, line: CircuitLine? = nil, member: String? = nil,
        to readings: inout [MeteredReading]
    ) {
        func reading(_ quantity: MeteredQuantity, _ value: Int64, _ leaf: String) -> MeteredReading
        {
            MeteredReading(
                point: point, quantity: quantity, line: line, value: value, property: property,
                member: member, leaf: leaf)
        }
        for part in excerpt.members {
            guard case .number(let number) = part.value else { continue }
            let partQuantity: MeteredQuantity
            switch part.name {
            case "Reading":
                guard quantity == .energy else {
                    partQuantity = quantity
                    break
                }
                guard let energy = number.microjoules(.kilowattHours) else { continue }
                var register = reading(.energy, energy, part.name)
                register.resetTime = excerpt["SensorResetTime"]?.string
                register.lifetime =
                    excerpt["LifetimeReading"]?.number?.microjoules(.kilowattHours)
                readings.append(register)
                continue
            case "ApparentVA": partQuantity = .apparentPower
            case "ReactiveVAR": partQuantity = .reactivePower
            case "PowerFactor": partQuantity = .powerFactor
            default: continue
            }
            guard let value = number.units(decimals: 6) else { continue }
            readings.append(reading(partQuantity, value, part.name))
        }
    }

    // MARK: Sensors

    private func sensorReadings(_ object: JSONObject, at path: String) -> [MeteredReading] {
        let facts = sensors[path]
        let quantity = facts?.quantity ?? quantity(of: object["ReadingType"]?.string)
        guard let quantity, let number = object["Reading"]?.number else { return [] }
        var value = number.units(decimals: 6)
        var lifetime: Int64?
        if quantity == .energy {
            let unit = EnergyUnit(ucum: object["ReadingUnits"]?.string)
            value = unit.flatMap { number.microjoules($0) }
            lifetime = unit.flatMap { object["LifetimeReading"]?.number?.microjoules($0) }
        }
        guard let value else { return [] }
        return [
            MeteredReading(
                point: facts?.point, quantity: quantity, value: value, lifetime: lifetime,
                resetTime: object["SensorResetTime"]?.string, isSensor: true, leaf: "Reading")
        ]
    }

    private func quantity(of readingType: String?) -> MeteredQuantity? {
        switch readingType {
        case "EnergykWh", "EnergyWh", "EnergyJoules": .energy
        case "Power": .power
        case "Voltage": .voltage
        case "Current": .current
        default: nil
        }
    }
}

/// The same table under the judge's form of its paths.
func normalized<Value>(_ table: [String: Value]) -> [String: Value] {
    Dictionary(table.map { (servicePath($0.key), $0.value) }) { first, _ in first }
}
