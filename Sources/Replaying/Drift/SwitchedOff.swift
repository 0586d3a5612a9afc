import JSONText
import VirtualTime

/// What feeds nothing meters nothing: an outlet or a circuit that says it is off, and shows power.
enum SwitchedOff {
    /// Meters are read and averaged in rounds: what has just been switched may show what was.
    private static let settlingTime = VirtualDuration.seconds(60)

    /// What does not fit, or nil.
    ///
    /// - Parameters:
    ///   - recorded: The payload as it was recorded.
    ///   - now: By the device's clock, where it tells.
    ///   - leastWatts: What those showed that were off when they were recorded.
    static func breach(
        in payload: JSONValue, recorded: JSONValue, at now: VirtualInstant?, leastWatts: Double
    ) -> ReadingIdentities.Breach? {
        guard let watts = watts(of: payload), !isSettling(payload, at: now) else { return nil }
        let most = max(payload.meterFloorVoltAmperes, leastWatts)
        guard watts > most else { return nil }
        let state = JSONPointer(tokens: ["PowerState"])
        let power = JSONPointer(tokens: ["PowerWatts", "Reading"])
        let wasOff = recorded["PowerState"]?.string == "Off"
        return ReadingIdentities.Breach(
            pointer: wasOff ? power : state, readings: [state, power],
            possible: wasOff
                ? "at most \(ReadingBounds.text(most)), for PowerState is Off"
                : "On, for PowerWatts is \(ReadingBounds.text(watts))")
    }

    /// The power of what says it is off; nil for all else.
    static func watts(of payload: JSONValue) -> Double? {
        let type = payload["@odata.type"]?.string ?? ""
        guard type.hasPrefix("#Outlet.") || type.hasPrefix("#Circuit."),
            payload["PowerState"]?.string == "Off",
            payload["PowerStateInTransition"]?.bool != true
        else { return nil }
        return payload["PowerWatts"]?["Reading"]?.number.map { abs($0.double) }
    }

    private static func isSettling(_ payload: JSONValue, at now: VirtualInstant?) -> Bool {
        guard let now, let text = payload["LastStateTime"]?.string,
            let switched = VirtualInstant(iso8601: text)
        else { return false }
        return switched <= now && now - switched < settlingTime
    }
}

extension JSONValue {
    /// What a meter need not see of the load of this payload: a hundredth of its rated current,
    /// twice what the meters of class 2 start at; without a rating, 25 VA.
    ///
    /// Source: IEC 62053-21, "Electricity metering equipment. Static meters for active energy
    /// (classes 1 and 2)", starting current.
    var meterFloorVoltAmperes: Double {
        guard let rated = self["RatedCurrentAmps"]?.number?.double, rated > 0,
            let volts = nominalVolts
        else { return 25 }
        return rated / 100 * volts
    }

    /// `AC230V` is 230; nil where nothing says.
    var nominalVolts: Double? {
        self["NominalVoltage"]?.string.flatMap { text in
            Double(text.drop { !$0.isNumber }.prefix { $0.isNumber })
        }
    }
}
