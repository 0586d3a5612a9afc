import JSONText
import VirtualTime

/// What one payload says about energy and power at a metering point.
struct MeterReading: Equatable {
    /// Whether the payload has an energy register at all, its value known or not. Without one the
    /// point is unmetered for energy.
    var hasRegister = false
    var registerMicrowattHours: Int64?
    var lifetimeMicrowattHours: Int64?
    var resetTime: VirtualInstant?
    var powerMilliwatts: Int64?
    var apparentMillivoltamperes: Int64?
    /// When the value was acquired, where that is stated.
    var readingTime: VirtualInstant?
    /// How often a value is acquired, where that is stated.
    var sensingInterval: VirtualDuration?
    /// For a misbehaving client: the readings of all lines together.
    var linesMicrowattHours: Int64 = 0
    var state: String?
    /// The full Sensor of the energy register.
    var energySensor: String?

    /// An absent item that returns may be another one (DSP0266 1.8.1, clause 9.10.2).
    var isAbsent: Bool { state == "Absent" }

    /// What is disabled or out of reach has no current value, whatever is printed.
    var isUnavailable: Bool {
        isAbsent || state == "Disabled" || state == "UnavailableOffline"
    }

    /// Reads an Outlet, a Circuit or PowerDistributionMetrics by the excerpts `EnergykWh` and
    /// `PowerWatts`, whose units are in their names.
    init(resource: JSONValue) {
        state = resource["Status"]?["State"]?.string
        if let energy = resource["EnergykWh"] {
            hasRegister = true
            energySensor = energy["DataSourceUri"]?.string.flatMap(requestTarget)
            registerMicrowattHours = microwattHours((energy["Reading"] ?? energy), decimals: 9)
            lifetimeMicrowattHours = energy["LifetimeReading"].flatMap {
                microwattHours($0, decimals: 9)
            }
            resetTime = energy["SensorResetTime"]?.string.flatMap { VirtualInstant(iso8601: $0) }
        }
        for line in resource["PolyPhaseEnergykWh"]?.object?.members ?? [] {
            linesMicrowattHours +=
                line.value["Reading"].flatMap {
                    microwattHours($0, decimals: 9)
                } ?? 0
        }
        if let power = resource["PowerWatts"] {
            powerMilliwatts = milliwatts(power["Reading"] ?? power)
            apparentMillivoltamperes = power["ApparentVA"].flatMap(milliwatts)
        }
    }

    /// Reads a Sensor of energy by its `ReadingUnits`. Nil where it is none, or where its reading
    /// is no absolute one.
    ///
    /// Source: DSP8010 2025.4, Sensor: ReadingType, ReadingUnits (UCUM), ReadingBasis, Enabled.
    ///
    /// - Parameter ignoresBasis: For a misbehaving client: every reading counts as an absolute one.
    init?(sensor: JSONValue, ignoresBasis: Bool = false) {
        let unit = sensor["ReadingUnits"]?.string ?? "kW.h"
        guard
            ["EnergykWh", "EnergyWh", "EnergyJoules", nil].contains(
                sensor["ReadingType"]?.string),
            ignoresBasis || ["Zero", nil].contains(sensor["ReadingBasis"]?.string),
            sensor["Enabled"]?.bool != false
        else { return nil }
        let convert: (JSONValue) -> Int64?
        switch unit {
        case "kW.h", "kWh": convert = { microwattHours($0, decimals: 9) }
        case "W.h", "Wh": convert = { microwattHours($0, decimals: 6) }
        // One microwatt-hour is 3600 microjoules.
        case "J":
            convert = { value in
                microwattHours(value, decimals: 6).map {
                    Int64(roundedQuotient(Int128($0), 3600))
                }
            }
        default: return nil
        }
        hasRegister = true
        state = sensor["Status"]?["State"]?.string
        registerMicrowattHours = sensor["Reading"].flatMap(convert)
        lifetimeMicrowattHours = sensor["LifetimeReading"].flatMap(convert)
        resetTime = sensor["SensorResetTime"]?.string.flatMap { VirtualInstant(iso8601: $0) }
        readingTime = sensor["ReadingTime"]?.string.flatMap { VirtualInstant(iso8601: $0) }
        sensingInterval = sensor["SensingInterval"]?.string.flatMap {
            VirtualDuration(iso8601: $0)
        }
    }
}

/// The number in units of 10^-`decimals`, also where it is written as a string. What is beyond a
/// hundred million kilowatt-hours is a placeholder, and null or a word is unknown.
private func microwattHours(_ value: JSONValue, decimals: Int) -> Int64? {
    guard let units = number(value)?.units(decimals: decimals),
        (0...100_000_000_000_000_000).contains(units)
    else { return nil }
    return units
}

private func milliwatts(_ value: JSONValue) -> Int64? {
    guard let units = number(value)?.units(decimals: 3), units >= 0,
        Int128(units) <= maximumMilliwatts
    else { return nil }
    return units
}

private func number(_ value: JSONValue) -> JSONNumber? {
    if let number = value.number { return number }
    guard let text = value.string, let parsed = try? JSONValue(parsing: text) else { return nil }
    return parsed.number
}
