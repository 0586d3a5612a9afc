import JSONText

/// A unit in which energy is shown or claimed.
enum EnergyUnit: Sendable, Hashable {
    case kilowattHours
    case wattHours
    case joules

    /// The unit behind a Sensor's `ReadingUnits`: a case-sensitive UCUM code. `kWh` is none.
    init?(ucum: String?) {
        switch ucum {
        case "kW.h": self = .kilowattHours
        case "W.h": self = .wattHours
        case "J": self = .joules
        default: return nil
        }
    }

    /// The unit behind a claim's `unit`, which may be written as people do or as UCUM does.
    init?(claimed: String?) {
        switch claimed {
        case "kWh": self = .kilowattHours
        case "Wh": self = .wattHours
        default: self.init(ucum: claimed)
        }
    }
}

extension JSONNumber {
    /// The number, taken in this unit, as microjoules rounded to what nine decimals of it hold;
    /// nil where it exceeds 64 bits.
    func microjoules(_ unit: EnergyUnit) -> Int64? {
        switch unit {
        case .kilowattHours: scaled(decimals: 9, by: 3_600)
        case .wattHours: scaled(decimals: 6, by: 3_600)
        case .joules: units(decimals: 6)
        }
    }

    private func scaled(decimals: Int, by factor: Int64) -> Int64? {
        guard let units = units(decimals: decimals) else { return nil }
        let (product, overflow) = units.multipliedReportingOverflow(by: factor)
        return overflow ? nil : product
    }
}

/// Energy in a reader's words, to a millionth of a kilowatt hour: `1.234567 kWh`.
func kilowattHours(_ microjoules: some BinaryInteger) -> String {
    let half: Int128 = microjoules < 0 ? -1_800_000 : 1_800_000
    let rounded = (Int128(microjoules) + half) / 3_600_000
    return JSONNumber(units: Int64(clamping: rounded), decimals: 6).text + " kWh"
}

/// A number in millionths in a reader's words: 230.5.
func decimal(_ millionths: Int64) -> String {
    JSONNumber(units: millionths, decimals: 6).text
}

/// A count with separators: 3,214.
func grouped(_ count: Int) -> String {
    var text = ""
    for (position, digit) in String(count).reversed().enumerated() {
        if position > 0, position % 3 == 0, digit != "-" { text.append(",") }
        text.append(digit)
    }
    return String(text.reversed())
}
