/// What a reading measures, with its unit.
package struct Quantity: Sendable, Hashable {
    package enum Measure: Sendable, Hashable {
        case power
        case apparentPower
        case reactivePower
        case powerFactor
        case voltage
        case current
        case energy
        case apparentEnergy
        case reactiveEnergy
        case load
        case unbalancedCurrent
        case unbalancedVoltage
        /// Any other, by its words and its unit, which no rule derives from anything else.
        case other(String, unit: String)
    }

    package enum Kind: Int, Sendable {
        case power
        case voltage
        case current
        case energy
        /// Follows from the others: factors, loads in percent, imbalance, apparent power.
        case derived
    }

    package var measure: Measure
    /// `Line1ToNeutral`, `Line2`; empty for the whole.
    package var line = ""
    /// Whether it counts over the whole life of the meter, whatever was reset.
    package var isLifetime = false

    init(_ measure: Measure, line: String = "", isLifetime: Bool = false) {
        self.measure = measure
        self.line = line
        self.isLifetime = isLifetime
    }

    /// The quantity that a leaf of a resource shows; nil where it is no reading.
    ///
    /// - Parameters:
    ///   - leaf: A JSON pointer, for example `/PowerWatts/Reading`. Properties are those of the
    ///     schemas Outlet, Circuit, PowerDistributionMetrics and Sensor.
    ///   - target: The URI of the resource: of a sensor it says what is measured.
    package init?(leaf: String, target: String) {
        let tokens = leaf.split(separator: "/").map(String.init)
        guard let last = tokens.last else { return nil }
        let isLifetime = last == "LifetimeReading"
        if tokens == ["Reading"] || tokens == ["LifetimeReading"] {
            let path = target.prefix { $0 != "?" }
            let segments = path.split(separator: "/")
            guard segments.dropLast().last == "Sensors", let sensor = segments.last,
                let known = Self.sensors.first(where: { sensor.hasPrefix($0.prefix) })
            else { return nil }
            self.init(known.measure, isLifetime: isLifetime)
            return
        }
        let part = tokens.count > 1 ? Self.parts[last] : nil
        guard part != nil || last == "Reading" || isLifetime else { return nil }
        for (index, token) in tokens.enumerated() {
            let plain = token.hasPrefix("PolyPhase") ? String(token.dropFirst(9)) : token
            guard let measure = Self.properties[plain] else { continue }
            let line = tokens[(index + 1)...].dropLast().joined(separator: " ")
            self.init(part ?? measure, line: line, isLifetime: isLifetime)
            return
        }
        self.init(part ?? .other(tokens.dropLast().joined(separator: " "), unit: ""))
    }

    private static let properties: [String: Measure] = [
        "PowerWatts": .power, "Voltage": .voltage, "CurrentAmps": .current, "EnergykWh": .energy,
        "FrequencyHz": .other("frequency", unit: "Hz"), "PowerLoadPercent": .load,
        "UnbalancedCurrentPercent": .unbalancedCurrent,
        "UnbalancedVoltagePercent": .unbalancedVoltage,
    ]

    /// What stands beside a reading in a sensor's excerpt.
    private static let parts: [String: Measure] = [
        "ApparentVA": .apparentPower, "ReactiveVAR": .reactivePower, "PowerFactor": .powerFactor,
        "ApparentkVAh": .apparentEnergy, "ReactivekVARh": .reactiveEnergy,
        "CrestFactor": .other("crest factor", unit: ""),
        "THDPercent": .other("harmonic distortion", unit: "%"),
    ]

    private static let sensors: [(prefix: String, measure: Measure)] = [
        ("PowerLoad", .load), ("Load", .load), ("Power", .power), ("Voltage", .voltage),
        ("Current", .current), ("Energy", .energy),
        ("Frequency", .other("frequency", unit: "Hz")),
        ("UnbalancedCurrent", .unbalancedCurrent), ("UnbalancedVoltage", .unbalancedVoltage),
    ]
}

extension Quantity {
    /// For example `power`, `voltage Line1ToNeutral`.
    package var name: String {
        let whole = isLifetime ? "lifetime \(measure.words)" : measure.words
        return line.isEmpty ? whole : "\(whole) \(line)"
    }

    /// `W`, `kWh`; empty for a pure number.
    package var unit: String {
        switch measure {
        case .power: "W"
        case .apparentPower: "VA"
        case .reactivePower: "var"
        case .voltage: "V"
        case .current: "A"
        case .energy: "kWh"
        case .apparentEnergy: "kVAh"
        case .reactiveEnergy: "kvarh"
        case .load, .unbalancedCurrent, .unbalancedVoltage: "%"
        case .powerFactor: ""
        case .other(_, let unit): unit
        }
    }

    package var kind: Kind {
        switch measure {
        case .power: .power
        case .voltage: .voltage
        case .current: .current
        case .energy: .energy
        case .apparentPower, .reactivePower, .powerFactor, .apparentEnergy, .reactiveEnergy, .load,
            .unbalancedCurrent, .unbalancedVoltage, .other:
            .derived
        }
    }

    /// `Line1` of what is measured on that line or from it to neutral; empty for the whole.
    var lineName: String {
        line.hasSuffix("ToNeutral") ? String(line.dropLast("ToNeutral".count)) : line
    }
}

extension Quantity.Measure {
    fileprivate var words: String {
        switch self {
        case .power: "power"
        case .apparentPower: "apparent power"
        case .reactivePower: "reactive power"
        case .powerFactor: "power factor"
        case .voltage: "voltage"
        case .current: "current"
        case .energy: "energy"
        case .apparentEnergy: "apparent energy"
        case .reactiveEnergy: "reactive energy"
        case .load: "load"
        case .unbalancedCurrent: "unbalanced current"
        case .unbalancedVoltage: "unbalanced voltage"
        case .other(let words, _): words
        }
    }
}
