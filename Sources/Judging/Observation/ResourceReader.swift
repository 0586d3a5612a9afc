import Electrical
import JSONText
import VirtualTime

/// Finds the readings in resources: excerpts of Sensors in outlets, circuits and metrics, and
/// Sensor resources themselves.
///
/// Source: DSP8010 2025.4, Sensor 1.12 and its excerpts, Outlet 1.4, Circuit 1.9,
/// PowerDistributionMetrics 1.4.
struct ResourceReader {
    private let points: [String: MeteringPoint]
    private let sensors: [String: SensorFacts]
    /// Points whose energy readings are no registers.
    private let relative: Set<MeteringPoint>

    init(_ facts: DeviceFacts) {
        relative = Set(facts.relativeReadings.keys)
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
        var resource = ObservedResource(
            path: path, type: type, object: object, place: place,
            readings: isSensor
                ? sensorReadings(object, at: path) : excerptReadings(object, of: points[path]))
        if isSensor, resource.readings.isEmpty, isAbsolute(object),
            let number = object["Reading"]?.number
        {
            resource.unread = [number]
        } else if !isSensor {
            resource.unread = unread(object)
        }
        return resource
    }

    /// Numbers of excerpts that no reading holds: beyond what 64 bits of its millionths do.
    private func unread(_ object: JSONObject) -> [JSONNumber] {
        object.members.compactMap { member in
            guard let number = member.value["Reading"]?.number, number.units(decimals: 6) == nil,
                let property = ReadingProperty(rawValue: member.name), !property.isPolyphase
            else { return nil }
            return number
        }
    }

    // MARK: Excerpts

    private func excerptReadings(
        _ object: JSONObject, of point: MeteringPoint?
    ) -> [MeteredReading] {
        var readings: [MeteredReading] = []
        for member in object.members {
            guard case .object(let value) = member.value,
                let property = ReadingProperty(rawValue: member.name)
            else { continue }
            if property.isPolyphase {
                appendLines(value, property, point, to: &readings)
            } else {
                append(value, property, point, to: &readings)
            }
        }
        return readings
    }

    private func appendLines(
        _ lines: JSONObject, _ property: ReadingProperty, _ point: MeteringPoint?,
        to readings: inout [MeteredReading]
    ) {
        for entry in lines.members {
            guard case .object(let excerpt) = entry.value,
                let member = PolyphaseMember(rawValue: entry.name)
            else { continue }
            // The mains' lines are metering points of their own.
            var owner = point
            if point == .mains, case .line(let index) = member.line { owner = .phase(index) }
            append(excerpt, property, owner, member: member, to: &readings)
        }
    }

    private func append(
        _ excerpt: JSONObject, _ property: ReadingProperty, _ point: MeteringPoint?,
        member: PolyphaseMember? = nil, to readings: inout [MeteredReading]
    ) {
        for part in excerpt.members {
            guard case .number(let number) = part.value,
                let leaf = ReadingLeaf(rawValue: part.name),
                let quantity = quantity(of: leaf, in: property),
                quantity != .energy || !isRelative(point)
            else { continue }
            let value =
                quantity == .energy
                ? number.microjoules(.kilowattHours) : number.units(decimals: 6)
            guard let value else { continue }
            var reading = MeteredReading(
                point: point, quantity: quantity, value: value, property: property,
                member: member, leaf: leaf)
            if quantity == .energy {
                reading.resetTime = excerpt["SensorResetTime"]?.string
                reading.lifetime =
                    excerpt["LifetimeReading"]?.number?.microjoules(.kilowattHours)
            }
            readings.append(reading)
        }
    }

    private func isRelative(_ point: MeteringPoint?) -> Bool {
        !relative.isEmpty && point.map(relative.contains) ?? false
    }

    private func quantity(
        of leaf: ReadingLeaf, in property: ReadingProperty
    ) -> MeteredQuantity? {
        switch leaf {
        case .reading: property.quantity
        case .apparentPower: .apparentPower
        case .reactivePower: .reactivePower
        case .powerFactor: .powerFactor
        // Stands beside its reading.
        case .lifetime: nil
        }
    }

    // MARK: Sensors

    private func sensorReadings(_ object: JSONObject, at path: String) -> [MeteredReading] {
        let facts = sensors[path]
        let quantity = facts?.quantity ?? quantity(of: object["ReadingType"]?.string)
        guard let quantity, let number = object["Reading"]?.number else { return [] }
        guard quantity != .energy || isAbsolute(object) else { return [] }
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
                resetTime: object["SensorResetTime"]?.string,
                readingTime: quantity == .energy
                    ? object["ReadingTime"]?.string.flatMap { VirtualInstant(iso8601: $0) } : nil,
                isSensor: true, leaf: .reading)
        ]
    }

    /// Whether its reading is one from zero on, and no difference nor what is left of something.
    private func isAbsolute(_ sensor: JSONObject) -> Bool {
        ["Zero", nil].contains(sensor["ReadingBasis"]?.string)
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

/// The same table under the judge's form of its paths. Sorted first, so that of two spellings of
/// one path always the same one wins.
func normalized<Value>(_ table: [String: Value]) -> [String: Value] {
    let entries = table.sorted { $0.key < $1.key }.map { (servicePath($0.key), $0.value) }
    return Dictionary(entries) { first, _ in first }
}
