/// What a reading measures, with its unit.
package struct Quantity: Sendable, Hashable {
    package enum Kind: Int, Sendable {
        case power
        case voltage
        case current
        case energy
        /// Follows from the others: factors, loads in percent, imbalance, apparent power.
        case derived
    }

    package var kind: Kind
    /// For example `power`, `voltage Line1ToNeutral`.
    package var name: String
    /// `W`, `kWh`; empty for a pure number.
    package var unit: String

    /// The quantity that a leaf of a resource shows; nil where it is no reading.
    ///
    /// - Parameters:
    ///   - leaf: A JSON pointer, for example `/PowerWatts/Reading`. Properties are those of the
    ///     schemas Outlet, Circuit, PowerDistributionMetrics and Sensor.
    ///   - target: The URI of the resource: of a sensor it says what is measured.
    package init?(leaf: String, target: String) {
        let tokens = leaf.split(separator: "/").map(String.init)
        guard let last = tokens.last else { return nil }
        if tokens == ["Reading"] || tokens == ["LifetimeReading"] {
            let path = target.prefix { $0 != "?" }
            let segments = path.split(separator: "/")
            guard segments.dropLast().last == "Sensors", let sensor = segments.last,
                let known = Self.sensors.first(where: { sensor.hasPrefix($0.prefix) })
            else { return nil }
            self.init(known.kind, known.name, known.unit, isLifetime: last == "LifetimeReading")
            return
        }
        if tokens.count > 1, let part = Self.parts.first(where: { $0.name == last }) {
            self.init(.derived, part.words, part.unit)
            return
        }
        guard last == "Reading" || last == "LifetimeReading" else { return nil }
        for (index, token) in tokens.enumerated() {
            let plain = token.hasPrefix("PolyPhase") ? String(token.dropFirst(9)) : token
            guard let known = Self.properties.first(where: { $0.name == plain }) else { continue }
            let detail = tokens[(index + 1)...].dropLast().joined(separator: " ")
            self.init(
                known.kind, known.words + (detail.isEmpty ? "" : " \(detail)"), known.unit,
                isLifetime: last == "LifetimeReading")
            return
        }
        self.init(.derived, tokens.dropLast().joined(separator: " "), "")
    }

    private init(_ kind: Kind, _ name: String, _ unit: String, isLifetime: Bool = false) {
        self.kind = kind
        self.name = isLifetime ? "lifetime \(name)" : name
        self.unit = unit
    }

    private static let properties: [(name: String, kind: Kind, words: String, unit: String)] = [
        ("PowerWatts", .power, "power", "W"), ("Voltage", .voltage, "voltage", "V"),
        ("CurrentAmps", .current, "current", "A"), ("EnergykWh", .energy, "energy", "kWh"),
        ("FrequencyHz", .derived, "frequency", "Hz"),
        ("PowerLoadPercent", .derived, "load", "%"),
        ("UnbalancedCurrentPercent", .derived, "unbalanced current", "%"),
        ("UnbalancedVoltagePercent", .derived, "unbalanced voltage", "%"),
    ]

    /// What stands beside a reading in a sensor's excerpt.
    private static let parts: [(name: String, words: String, unit: String)] = [
        ("ApparentVA", "apparent power", "VA"), ("ReactiveVAR", "reactive power", "var"),
        ("PowerFactor", "power factor", ""), ("ApparentkVAh", "apparent energy", "kVAh"),
        ("ReactivekVARh", "reactive energy", "kvarh"), ("CrestFactor", "crest factor", ""),
        ("THDPercent", "harmonic distortion", "%"),
    ]

    private static let sensors: [(prefix: String, kind: Kind, name: String, unit: String)] = [
        ("PowerLoad", .derived, "load", "%"), ("Power", .power, "power", "W"),
        ("Voltage", .voltage, "voltage", "V"), ("Current", .current, "current", "A"),
        ("Energy", .energy, "energy", "kWh"), ("Frequency", .derived, "frequency", "Hz"),
        ("Unbalanced", .derived, "unbalance", "%"),
    ]
}
