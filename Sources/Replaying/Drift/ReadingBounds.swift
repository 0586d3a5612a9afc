package import JSONText
import VirtualTime

/// What readings can be, derived from the recording and from the payload that they stand in.
package struct ReadingBounds: Sendable {
    /// By quantity, such as `Outlet PowerWatts/Reading`: the largest amount recorded anywhere.
    private var largest: [String: Double] = [:]
    private var identities = ReadingIdentities()
    /// The most that anything showed that was off.
    private var largestWattsOff = 0.0

    /// No load that a PDU sees goes beyond this many times what was recorded somewhere on it.
    private static let headroom = 10.0
    /// IEC 60898-1, "Circuit-breakers for overcurrent protection", clause 8.6.1: a breaker may
    /// carry up to 1.45 times its rated current for an hour.
    private static let overload = 1.5

    package init() {}

    /// Learns from a recorded payload.
    package mutating func learn(_ payload: JSONValue) {
        each(in: payload, JSONPointer()) { pointer, number in
            let quantity = Self.quantity(pointer, in: payload)
            largest[quantity] = max(largest[quantity] ?? 0, abs(number.double))
        }
        identities.learn(payload)
        largestWattsOff = max(largestWattsOff, SwitchedOff.watts(of: payload) ?? 0)
    }

    private func each(
        in value: JSONValue, _ pointer: JSONPointer, _ body: (JSONPointer, JSONNumber) -> Void
    ) {
        switch value {
        case .object(let object):
            for member in object.members {
                let place = pointer.appending(member.name)
                if case .number(let number) = member.value,
                    PropertyNature(of: member.name) == .reading
                {
                    body(place, number)
                } else {
                    each(in: member.value, place, body)
                }
            }
        case .array(let elements):
            for (index, element) in elements.enumerated() {
                each(in: element, pointer.appending(index), body)
            }
        default: return
        }
    }

    /// Readings of the same kind of thing, whichever outlet or line they belong to.
    static func quantity(_ pointer: JSONPointer, in payload: JSONValue) -> String {
        let type = (payload["@odata.type"]?.string ?? "").split(separator: ".").last ?? ""
        let kind = payload["ReadingType"]?.string ?? ""
        return "\(type) \(kind) " + pointer.tokens.joined(separator: "/")
    }

    /// What is wrong with a reading, or nil.
    ///
    /// - Parameters:
    ///   - recorded: What was recorded at the same place.
    ///   - hours: The time that has passed between both, as the device tells it.
    func complaint(
        about reading: JSONNumber, recorded: JSONNumber, at pointer: JSONPointer,
        in payload: JSONValue, after hours: Double
    ) -> String? {
        let value = reading.double
        guard value.isFinite else { return "a finite number" }
        if recorded.double >= 0, value < 0, !mayBeNegative(pointer, payload) {
            return "at least 0"
        }
        if let most = most(of: pointer, in: payload, recorded: recorded.double, hours: hours),
            abs(value) > most
        {
            return "at most \(Self.text(most))"
        }
        if let (low, high) = level(of: pointer, in: payload, recorded: recorded.double),
            value != 0, !(low...high).contains(value)
        {
            return "0, or \(Self.text(low)) to \(Self.text(high))"
        }
        return nil
    }

    /// Readings of a payload that do not fit each other.
    ///
    /// - Parameter now: By the device's clock, where it tells.
    func breaches(
        in payload: JSONValue, recorded: JSONValue, at now: VirtualInstant?
    ) -> [ReadingIdentities.Breach] {
        let off = SwitchedOff.breach(
            in: payload, recorded: recorded, at: now, leastWatts: largestWattsOff)
        return identities.breaches(in: payload, recorded: recorded) + (off.map { [$0] } ?? [])
    }

    private func name(_ pointer: JSONPointer, _ payload: JSONValue) -> String {
        let tokens = pointer.tokens
        if tokens.count == 1 { return payload["ReadingType"]?.string ?? tokens[0] }
        return tokens.joined(separator: "/")
    }

    private func mayBeNegative(_ pointer: JSONPointer, _ payload: JSONValue) -> Bool {
        let last = pointer.tokens.last ?? ""
        let name = name(pointer, payload)
        return ["PowerFactor", "ReactiveVAR", "PhaseAngleDegrees", "ReactivekVARh"].contains(last)
            || name.contains("Temperature")
    }

    private func most(
        of pointer: JSONPointer, in payload: JSONValue, recorded: Double, hours: Double
    ) -> Double? {
        let last = pointer.tokens.last ?? ""
        let name = name(pointer, payload)
        if last == "PowerFactor" { return 1 }
        if let limit = payload["ReadingRangeMax"]?.number?.double, pointer.tokens.count == 1 {
            return limit
        }
        let usual = largest[Self.quantity(pointer, in: payload)] ?? abs(recorded)
        if name.contains("Energy") || last.hasSuffix("h") || last == "LifetimeReading" {
            // Unless a rating says more, no load is larger than ten kilowatts an outlet or line.
            return usual * Self.headroom + max(1, hours) * (ratedKilowatts(payload) ?? 100)
        }
        if let rated = payload["RatedCurrentAmps"]?.number?.double, rated > 0 {
            // The imbalance of currents is a share of them, in percent.
            if name.contains("Current"), !name.contains("Percent") {
                return rated * Self.overload
            }
            if let volts = volts(payload), name.contains("Power") {
                return rated * Self.overload * volts * 3
            }
        }
        return max(usual * Self.headroom, 1)
    }

    private func ratedKilowatts(_ payload: JSONValue) -> Double? {
        guard let rated = payload["RatedCurrentAmps"]?.number?.double, rated > 0,
            let volts = volts(payload)
        else { return nil }
        return rated * Self.overload * volts * 3 / 1000
    }

    private func volts(_ payload: JSONValue) -> Double? {
        if let reading = payload["Voltage"]?["Reading"]?.number?.double, reading > 0 {
            return reading
        }
        return payload.nominalVolts
    }

    /// What a supply keeps within limits: voltage within a quarter, frequency within a twentieth.
    ///
    /// Source: EN 50160, "Voltage characteristics of electricity supplied by public networks",
    /// clauses 4.2.1 and 4.2.2, with room for the drop on the way.
    private func level(
        of pointer: JSONPointer, in payload: JSONValue, recorded: Double
    ) -> (Double, Double)? {
        guard recorded > 0, pointer.tokens.last == "Reading" else { return nil }
        // `Voltage/Reading`, a Sensor of voltage; an imbalance in percent is neither.
        switch pointer.tokens.count == 1 ? payload["ReadingType"]?.string : pointer.tokens[0] {
        case "Voltage", "PolyPhaseVoltage": return (recorded * 0.75, recorded * 1.25)
        case "Frequency", "FrequencyHz": return (recorded * 0.95, recorded * 1.05)
        default: return nil
        }
    }

    static func text(_ value: Double) -> String {
        JSONNumber(
            units: Int64((min(abs(value), 1e12) * 1000).rounded()) * (value < 0 ? -1 : 1),
            decimals: 3
        ).text
    }
}
