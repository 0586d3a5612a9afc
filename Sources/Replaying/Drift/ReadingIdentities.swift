import JSONText

/// What holds between the readings of one payload: volts times amperes are volt-amperes, and these
/// times the power factor are watts.
///
/// A device is held to it only where every payload of that kind did so when it was recorded: others
/// measure their readings at different moments, or mean something else by them.
///
/// Source: IEC 60050-131, "International Electrotechnical Vocabulary. Circuit theory", 131-11-41
/// apparent power and 131-11-46 power factor.
struct ReadingIdentities: Sendable {
    /// Readings of one payload, by where they stand.
    private struct Identity {
        var factors: (JSONPointer, JSONPointer)
        var product: JSONPointer

        var terms: [JSONPointer] { [factors.0, factors.1, product] }
    }

    /// Readings that do not fit each other.
    struct Breach {
        /// The one that is wrong, as far as can be told.
        var pointer: JSONPointer
        /// All that do not fit.
        var readings: [JSONPointer]
        /// What would be right.
        var possible: String
    }

    /// By kind of payload and place in it: whether all that were recorded kept it.
    private var isKept: [String: Bool] = [:]
    /// By the same: how finely a reading is shown, in digits after the point.
    private var decimals: [String: Int] = [:]

    /// How far a product may be off, as a share of it.
    private static let tolerance = 0.05
    /// Whatever the readings: meters do not see less.
    private static let leastVoltAmperes = 2.0

    /// Learns from a recorded payload.
    mutating func learn(_ payload: JSONValue) {
        for identity in Self.identities(in: payload) {
            for term in identity.terms {
                let quantity = ReadingBounds.quantity(term, in: payload)
                let digits = payload[term]?.number.map(Self.decimals) ?? 0
                decimals[quantity] = max(decimals[quantity] ?? 0, digits)
            }
            let kind = Self.kind(of: identity, in: payload)
            let (difference, slack, size) = difference(of: identity, in: payload)
            if difference > slack {
                isKept[kind] = false
            } else if slack < size / 2, isKept[kind] == nil {
                // Of small loads anything could be said.
                isKept[kind] = true
            }
        }
    }

    /// Where readings do not fit each other that did when they were recorded.
    func breaches(in payload: JSONValue, recorded: JSONValue) -> [Breach] {
        Self.identities(in: payload).compactMap { identity in
            let (difference, slack, _) = difference(of: identity, in: payload)
            guard isKept[Self.kind(of: identity, in: payload)] ?? false, difference > slack
            else { return nil }
            return Self.breach(of: identity, in: payload, recorded)
        }
    }

    // MARK: One identity

    private static func amount(_ pointer: JSONPointer, in payload: JSONValue) -> Double {
        abs(payload[pointer]?.number?.double ?? 0)
    }

    /// How far the product is off, how far it may be, and its size.
    private func difference(
        of identity: Identity, in payload: JSONValue
    ) -> (difference: Double, slack: Double, size: Double) {
        func resolution(_ pointer: JSONPointer) -> Double {
            let quantity = ReadingBounds.quantity(pointer, in: payload)
            let own = payload[pointer]?.number.map(Self.decimals) ?? 0
            return 1 / Double(powerOfTen(min(max(decimals[quantity] ?? 0, own), 9)))
        }
        let (left, right) = identity.factors
        let (a, b) = (Self.amount(left, in: payload), Self.amount(right, in: payload))
        let product = Self.amount(identity.product, in: payload)
        let size = max(a * b, product)
        var slack = size * Self.tolerance + Self.leastVoltAmperes
        slack += a * resolution(right) + b * resolution(left) + resolution(identity.product)
        if a * b == 0 || product == 0 { slack += payload.meterFloorVoltAmperes }
        return (abs(a * b - product), slack, size)
    }

    /// The reading that is wrong is the one that would be most as it was recorded, if the two
    /// others were right.
    private static func breach(
        of identity: Identity, in payload: JSONValue, _ recorded: JSONValue
    ) -> Breach {
        let (left, right) = identity.factors
        let (a, b) = (amount(left, in: payload), amount(right, in: payload))
        let product = amount(identity.product, in: payload)
        let implied = [b > 0 ? product / b : 0, a > 0 ? product / a : 0, a * b]
        let suspects = zip(identity.terms, implied).map { term, value in
            (term: term, value: value, distance: ratio(value, amount(term, in: recorded)))
        }
        let names = identity.terms.map(name)
        let wrong = suspects.min { $0.distance < $1.distance } ?? suspects[2]
        return Breach(
            pointer: wrong.term, readings: identity.terms,
            possible: "\(ReadingBounds.text(wrong.value)), for \(names[2]) is \(names[0]) times "
                + names[1])
    }

    /// How many times one amount is the other, at least 1.
    private static func ratio(_ left: Double, _ right: Double) -> Double {
        guard left > 0, right > 0 else { return .infinity }
        return max(left, right) / min(left, right)
    }

    /// `PowerWatts` for `/PowerWatts/Reading`.
    private static func name(_ pointer: JSONPointer) -> String {
        pointer.tokens.last { $0 != "Reading" } ?? "Reading"
    }

    private static func kind(of identity: Identity, in payload: JSONValue) -> String {
        let wiring = payload["PhaseWiringType"]?.string ?? ""
        let quantities = identity.terms.map { ReadingBounds.quantity($0, in: payload) }
        return "\(wiring) \(quantities.joined(separator: " "))"
    }

    private static func decimals(_ number: JSONNumber) -> Int {
        let fraction = number.text.drop { $0 != "." }.dropFirst()
        return fraction.prefix { $0.isNumber }.count
    }

    // MARK: Which there are

    /// Identities of which all readings are served.
    private static func identities(in payload: JSONValue) -> [Identity] {
        var found: [Identity] = []
        func add(_ left: JSONPointer, _ right: JSONPointer, _ product: JSONPointer) {
            let identity = Identity(factors: (left, right), product: product)
            guard identity.terms.allSatisfy({ payload[$0]?.number?.double.isFinite ?? false })
            else { return }
            found.append(identity)
        }
        forEachObject(in: payload, JSONPointer()) { place in
            add(
                place.appending("ApparentVA"), place.appending("PowerFactor"),
                place.appending("Reading"))
        }
        for (voltage, current, power) in circuits {
            add(
                JSONPointer(tokens: voltage + ["Reading"]),
                JSONPointer(tokens: current + ["Reading"]),
                JSONPointer(tokens: power + ["ApparentVA"]))
        }
        return found
    }

    /// Voltage, current and power of one load: single-phase, or that of a line.
    ///
    /// Source: DSP8010 "Redfish Schema Bundle" 2025.4, Outlet and Circuit.
    private static let circuits: [([String], [String], [String])] =
        [(["Voltage"], ["CurrentAmps"], ["PowerWatts"])]
        + ["Line1", "Line2", "Line3"].map { line in
            (
                ["PolyPhaseVoltage", "\(line)ToNeutral"], ["PolyPhaseCurrentAmps", line],
                ["PolyPhasePowerWatts", "\(line)ToNeutral"]
            )
        }

    private static func forEachObject(
        in value: JSONValue, _ place: JSONPointer, _ body: (JSONPointer) -> Void
    ) {
        guard let object = value.object else { return }
        body(place)
        for member in object.members {
            forEachObject(in: member.value, place.appending(member.name), body)
        }
    }
}
