import JSONText

/// Changes to the lines of JSON Lines: to one value of a line, or to the order of lines.
enum LineChanges {
    static func changed(
        _ input: [UInt8], with other: [UInt8], values: [JSONValue], names: [String],
        _ chance: inout Chance
    ) -> [UInt8] {
        var lines = self.lines(of: input)
        let others = self.lines(of: other)
        guard let place = chance.pick(lines.indices) else { return input }
        switch chance.below(8) {
        case 0: lines.remove(at: place)
        case 1: lines.insert(lines[place], at: chance.below(lines.count))
        case 2: lines.swapAt(place, chance.below(lines.count))
        case 3: lines.insert(chance.pick(others) ?? [], at: place)
        default:
            lines[place] = JSONChanges.changed(
                lines[place], with: chance.pick(others) ?? [], values: values, names: names,
                &chance)
        }
        return Array(lines.joined(separator: [UInt8(ascii: "\n")]))
    }

    private static func lines(of text: [UInt8]) -> [[UInt8]] {
        text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map(Array.init)
    }
}

/// Numbers, times and texts at the ends of what can be held, or beyond.
enum HostileValues {
    static let values: [JSONValue] =
        [nil, true, false, "", [], [:], "\u{0}", "<token#1>", "*"] + numbers
        + times.map { .string($0) }

    private static let numbers: [JSONValue] = [
        "0", "-0", "1", "-1", "9223372036854775807", "-9223372036854775808", "9223372036854775808",
        // What 64 bits of microjoules hold, in kilowatt-hours.
        "2562047.788015", "-2562047.788015", "2562047.788016", "2500000", "1e12", "1e18", "1e-18",
        "1e308", "1e400", "-1e-400", "4294967296", "2147483648", "65536", "100000", "0.0000000001",
    ].map { .number(JSONNumber(text: $0)) }

    private static let times = [
        "PT0S", "-PT1H", "PT0.001S", "PT10M", "PT1H", "P999999999D", "PT999999999H",
        "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999Z", "2026-01-15T10:00:00Z",
        "2026-01-15T10:10:00Z", "9999-12-31T23:59:59-23:59", "1969-12-31T23:59:59Z",
    ]
}
