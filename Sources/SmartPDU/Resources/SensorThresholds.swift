import Electrical
import JSONText
import VirtualTime

// Thresholds are writable on the sensors that the device watches: the current of each branch and the
// power of the unit. It watches them upwards only, and all with one dwell time.

extension WritableProperty {
    /// Source: DSP8010 Sensor v1_12, Thresholds and Threshold. A reading of null takes a threshold
    /// away.
    static let thresholds = WritableProperty(name: "Thresholds") {
        pdu, context, value throws(RedfishError) in
        guard case .sensor(let index) = context.place else { return }
        let definition = pdu.sensors[index]
        guard let object = value.object else {
            throw .propertyType("Thresholds", value.compactText)
        }
        var thresholds = pdu.thresholds(of: definition) ?? .init()
        for member in object.members {
            let name = "Thresholds/\(member.name)"
            switch member.name {
            case "UpperCaution":
                thresholds.upperCaution = try pdu.threshold(
                    member.value, name, thresholds.upperCaution)
            case "UpperCritical":
                thresholds.upperCritical = try pdu.threshold(
                    member.value, name, thresholds.upperCritical)
            default: throw .propertyUnknown(name)
            }
        }
        if let caution = thresholds.upperCaution, let critical = thresholds.upperCritical,
            caution > critical
        {
            throw .propertyConflict(
                "Thresholds/UpperCaution/Reading", "Thresholds/UpperCritical/Reading")
        }
        pdu.setThresholds(thresholds, of: definition, at: context.instant)
    }
}

extension SmartPDU {
    /// Whether the device holds the sensor's reading against thresholds where some are set.
    static func watches(_ definition: SensorDefinition) -> Bool {
        switch (definition.point, definition.quantity) {
        case (.branch, .current), (.unit, .power): true
        default: false
        }
    }

    /// The thresholds set on a sensor, in thousandths of its unit, or nil.
    func thresholds(of definition: SensorDefinition) -> ElectricalConfiguration.Thresholds? {
        switch (definition.point, definition.quantity) {
        case (.branch(let index), .current):
            electrical.configuration.branches[index].currentThresholds
        case (.unit, .power): electrical.configuration.unitPowerThresholds
        default: nil
        }
    }

    fileprivate mutating func setThresholds(
        _ thresholds: ElectricalConfiguration.Thresholds, of definition: SensorDefinition,
        at instant: VirtualInstant
    ) {
        let isNone = thresholds.upperCaution == nil && thresholds.upperCritical == nil
        // Every request carries the device forward first, so nothing is due any more.
        switch definition.point {
        case .branch(let index):
            _ = electrical.setCurrentThresholds(
                ofBranch: index, to: isNone ? nil : thresholds, at: instant)
        default:
            _ = electrical.setUnitPowerThresholds(to: isNone ? nil : thresholds, at: instant)
        }
    }

    /// What a PATCH makes of one threshold.
    fileprivate func threshold(
        _ value: JSONValue, _ name: String, _ current: Int64?
    ) throws(RedfishError) -> Int64? {
        guard let object = value.object else { throw .propertyType(name, value.compactText) }
        var reading = current
        for member in object.members {
            let name = "\(name)/\(member.name)"
            switch member.name {
            case "Reading":
                reading =
                    member.value == .null
                    ? nil : try thousandths(member.value, name, in: 1...1_000_000_000)
            case "Activation":
                guard member.value == "Increasing" else {
                    throw .propertyNotInList(name, member.value.compactText)
                }
            case "DwellTime": throw .propertyNotWritable(name)
            default: throw .propertyUnknown(name)
            }
        }
        return reading
    }

    func renderThresholds(of definition: SensorDefinition, to json: inout JSONWriter) {
        guard let thresholds = thresholds(of: definition) else { return }
        json.object("Thresholds") { json in
            for (name, limit) in [
                ("UpperCaution", thresholds.upperCaution),
                ("UpperCritical", thresholds.upperCritical),
            ] {
                guard let limit else { continue }
                json.object(name) { json in
                    json.member("Reading", units: limit, decimals: 3)
                    json.member("Activation", "Increasing")
                    json.member("DwellTime", configuration.electrical.thresholdDwell.iso8601)
                }
            }
        }
    }

    func health(of definition: SensorDefinition) -> String {
        guard thresholds(of: definition) != nil else { return "OK" }
        let quantity: MonitoredQuantity = definition.quantity == .current ? .current : .power
        return switch electrical.thresholdLevel(of: definition.point, quantity) {
        case .normal: "OK"
        case .caution: "Warning"
        case .critical: "Critical"
        }
    }
}
