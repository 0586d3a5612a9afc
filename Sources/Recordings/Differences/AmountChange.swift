import JSONText

/// The difference of two decimals, exactly.
struct AmountChange: Sendable, Hashable {
    /// In 10⁻⁹ of the unit.
    var units: Int64

    /// Nil where either is no number.
    init?(_ difference: RecordingDifference) {
        let texts = [difference.golden, difference.run].compactMap(\.self)
        let numbers = texts.compactMap { text -> Int64? in
            guard let number = try? JSONValue(parsing: text).number else { return nil }
            return number.units(decimals: AmountRange.decimals)
        }
        guard numbers.count == 2 else { return nil }
        let (units, overflow) = numbers[1].subtractingReportingOverflow(numbers[0])
        guard !overflow else { return nil }
        self.units = units
    }

    func words(_ unit: String) -> String {
        let text = JSONNumber(units: units, decimals: AmountRange.decimals).text
        let number = (units > 0 ? "+" : "") + text.replacing("-", with: "−")
        return unit.isEmpty ? number : "\(number) \(unit)"
    }

    /// `+1 W`, or `+1 W to +1.2 W`; nil without numbers.
    static func range(of changes: [AmountChange], _ unit: String) -> String? {
        guard let least = changes.min(by: { $0.units < $1.units }),
            let most = changes.max(by: { $0.units < $1.units })
        else { return nil }
        guard least.units != most.units else { return least.words(unit) }
        return "\(least.words(unit)) to \(most.words(unit))"
    }
}
