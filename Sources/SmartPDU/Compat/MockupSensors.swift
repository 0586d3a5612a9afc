import Electrical
import JSONText
import VirtualTime

extension SensorCatalog {
    /// The dialect's sensors: four an outlet, the input's, and the unit's power.
    static func mockup(
        _ configuration: ElectricalConfiguration, at addresses: Addresses
    ) -> SensorCatalog {
        var definitions: [SensorDefinition] = []
        func add(_ id: String, _ point: MeteringPoint, _ quantity: Quantity, _ context: String) {
            definitions.append(
                SensorDefinition(
                    id: id, name: id, path: "\(addresses.mockupSensors)/\(id)", point: point,
                    quantity: quantity, physicalContext: context, electricalContext: nil))
        }
        for (index, outlet) in configuration.outlets.enumerated() {
            add("CurrentOUTLET\(outlet.name)", .outlet(index), .current, "Outlet")
            add("VoltageOUTLET\(outlet.name)", .outlet(index), .voltage, "Outlet")
            add("PowerOUTLET\(outlet.name)", .outlet(index), .power, "Outlet")
            add("EnergyOUTLET\(outlet.name)", .outlet(index), .energy, "Outlet")
        }
        add("FreqMains", .mains, .frequency, "ACInput")
        add("PDUPower", .unit, .power, "PowerSubsystem")
        let lines = configuration.wiring.lineCount
        let ofLine: [MeteringPoint] = (0..<lines).map { lines > 1 ? .phase($0) : .mains }
        for line in 0..<lines { add("CurrentMains\(line + 1)", ofLine[line], .current, "ACInput") }
        // There are two channels a line; the second repeats the first.
        for channel in 0..<2 * lines {
            add("VoltageMains\(channel + 1)", ofLine[channel % lines], .voltage, "ACInput")
        }
        for channel in 0..<2 * lines {
            add("PowerMains\(channel + 1)", ofLine[channel % lines], .power, "ACInput")
        }
        return SensorCatalog(definitions)
    }
}

extension Resource {
    static let mockupSensor: Resource = Resource(
        type: "Sensor.v1_7_0.Sensor",
        render: { pdu, place, instant, json in
            guard case .sensor(let index) = place else { return }
            let sensor = pdu.sensors[index]
            json.mockupHead(
                sensor.path, Resource.mockupSensor.type, id: sensor.id, name: sensor.name)
            json.status()
            let isEnergy = sensor.quantity == .energy
            json.member("ReadingType", isEnergy ? "Energy" : sensor.quantity.readingType)
            json.member("PhysicalContext", sensor.physicalContext)
            json.member("ReadingUnits", isEnergy ? "kWh" : sensor.quantity.unit)
            if isEnergy {
                let register = pdu.electrical.register(of: sensor.point, at: instant)
                json.mockupEnergy("Reading", register)
            } else {
                json.member(
                    "Reading",
                    units: pdu.milliUnits(of: sensor.point, sensor.quantity, at: instant),
                    decimals: 3)
            }
        })

    /// Bare numbers, where the schema has excerpts.
    static func mockupMetrics(at addresses: Addresses) -> Resource {
        let type = "PowerMetrics.v1_0_0.PowerMetrics"
        return Resource(
            type: type,
            render: { pdu, _, instant, json in
                let id = "Metrics-\(pdu.configuration.identity.rackPDUID)"
                json.mockupHead(addresses.metrics, type, id: id, name: "PDU metrics")
                json.status()
                func hundredths(_ milliUnits: Int64) -> Int64 { (milliUnits + 5) / 10 }
                let power = pdu.milliUnits(of: .unit, .power, at: instant)
                let frequency = pdu.milliUnits(of: .mains, .frequency, at: instant)
                json.member("PowerWatts", units: hundredths(power), decimals: 2)
                json.mockupEnergy("EnergykWh", pdu.electrical.register(of: .unit, at: instant))
                json.member("FrequencyHz", units: hundredths(frequency), decimals: 2)
            })
    }
}

extension JSONWriter {
    /// Energy in kW·h to four decimals. Unlike the mock's it counts what was really used and holds
    /// while the outlet is off.
    fileprivate mutating func mockupEnergy(_ name: String, _ register: RegisterReading) {
        let tenThousandth = microjoulesPerMilliwattHour * 100
        member(
            name, units: (register.readingMicrojoules + tenThousandth / 2) / tenThousandth,
            decimals: 4)
    }
}
