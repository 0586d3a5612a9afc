// Date-times as DSP0266 clause "Date-Time values" (1.8.1, 9.4.3) and durations as its clause
// "Duration values" (9.4.5) spell them: ISO 8601 in the profile that Redfish uses.

extension VirtualInstant {
    /// `2026-01-15T10:00:00Z`, with milliseconds only where there are any.
    package var iso8601: String {
        let (days, millisecondOfDay) = floorDivide(millisecondsSinceEpoch, 86_400_000)
        let date = CivilDate(daysSinceEpoch: days)
        let seconds = millisecondOfDay / 1000
        let milliseconds = millisecondOfDay % 1000
        return String(unsafeUninitializedCapacity: 24) { buffer in
            var text = FixedDigits(buffer)
            text.append(date.year, width: 4)
            text.append("-")
            text.append(date.month, width: 2)
            text.append("-")
            text.append(date.day, width: 2)
            text.append("T")
            text.append(seconds / 3600, width: 2)
            text.append(":")
            text.append(seconds / 60 % 60, width: 2)
            text.append(":")
            text.append(seconds % 60, width: 2)
            if milliseconds > 0 {
                text.append(".")
                text.append(milliseconds, width: 3)
            }
            text.append("Z")
            return text.count
        }
    }

    /// Reads a date-time with `Z` or an offset and up to nine fraction digits, of which three
    /// count. Nil where the text is anything else, a zone-less date-time included.
    package init?(iso8601 text: some StringProtocol) {
        var scanner = TextScanner(text)
        guard let year = scanner.digits(4), scanner.skip("-"), let month = scanner.digits(2),
            scanner.skip("-"), let day = scanner.digits(2), scanner.skip("T") || scanner.skip("t"),
            let hour = scanner.digits(2), scanner.skip(":"), let minute = scanner.digits(2),
            scanner.skip(":"), let second = scanner.digits(2),
            (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second < 61
        else { return nil }
        var milliseconds: Int64 = 0
        if scanner.skip(".") {
            guard let fraction = scanner.fraction() else { return nil }
            milliseconds = fraction
        }
        guard let offsetMinutes = scanner.zoneOffsetMinutes(), scanner.isAtEnd else { return nil }
        let date = CivilDate(year: year, month: month, day: day)
        guard CivilDate(daysSinceEpoch: date.daysSinceEpoch) == date else { return nil }
        let seconds = hour * 3600 + (minute - offsetMinutes) * 60 + second
        self.init(
            millisecondsSinceEpoch: date.daysSinceEpoch * 86_400_000 + seconds * 1000 + milliseconds
        )
        guard self >= .earliest, self <= .latest else { return nil }
    }

    /// 0001-01-01T00:00:00Z and the last millisecond of 9999, between which a year has four digits.
    private static let earliest = VirtualInstant(millisecondsSinceEpoch: -62_135_596_800_000)
    private static let latest = VirtualInstant(millisecondsSinceEpoch: 253_402_300_799_999)

    /// `Thu, 15 Jan 2026 10:00:00 GMT`, the form of the HTTP `Date` header.
    ///
    /// Source: RFC 9110, "HTTP Semantics", clause 5.6.7, IMF-fixdate.
    package var httpDate: String {
        let (days, millisecondOfDay) = floorDivide(millisecondsSinceEpoch, 86_400_000)
        let date = CivilDate(daysSinceEpoch: days)
        let seconds = millisecondOfDay / 1000
        return String(unsafeUninitializedCapacity: 29) { buffer in
            var text = FixedDigits(buffer)
            text.append(threeLettersOf: "ThuFriSatSunMonTueWed", at: floorDivide(days, 7).1)
            text.append(", ")
            text.append(date.day, width: 2)
            text.append(" ")
            text.append(
                threeLettersOf: "JanFebMarAprMayJunJulAugSepOctNovDec", at: date.month - 1)
            text.append(" ")
            text.append(date.year, width: 4)
            text.append(" ")
            text.append(seconds / 3600, width: 2)
            text.append(":")
            text.append(seconds / 60 % 60, width: 2)
            text.append(":")
            text.append(seconds % 60, width: 2)
            text.append(" GMT")
            return text.count
        }
    }
}

extension VirtualDuration {
    /// `PT8M20S`, `PT0.25S`, `P1DT2H`; zero is `PT0S`.
    package var iso8601: String {
        guard milliseconds != 0 else { return "PT0S" }
        let magnitude = Int64(milliseconds.magnitude)
        let days = magnitude / 86_400_000
        let hours = magnitude / 3_600_000 % 24
        let minutes = magnitude / 60_000 % 60
        let seconds = magnitude / 1000 % 60
        var text = milliseconds < 0 ? "-P" : "P"
        if days > 0 { text += "\(days)D" }
        let fraction = magnitude % 1000
        guard magnitude % 86_400_000 > 0 else { return text }
        text += "T"
        if hours > 0 { text += "\(hours)H" }
        if minutes > 0 { text += "\(minutes)M" }
        if fraction > 0 {
            var digits = String(fraction + 1000).dropFirst()
            while digits.last == "0" { digits.removeLast() }
            text += "\(seconds).\(digits)S"
        } else if seconds > 0 {
            text += "\(seconds)S"
        }
        return text
    }

    /// Reads `P[nD][T[nH][nM][n[.n]S]]`; nil where the text is anything else. Years and months have
    /// no fixed length and are refused.
    package init?(iso8601 text: some StringProtocol) {
        var scanner = TextScanner(text)
        guard scanner.skip("P") else { return nil }
        var total: Int64 = 0
        var hasField = false
        if let days = scanner.number(endingIn: "D") {
            total += days * 86_400_000
            hasField = true
        }
        if scanner.skip("T") {
            hasField = false
            for (unit, length) in [("H", 3_600_000), ("M", 60_000)] as [(Character, Int64)] {
                if let count = scanner.number(endingIn: unit) {
                    total += count * length
                    hasField = true
                }
            }
            if let milliseconds = scanner.seconds() {
                total += milliseconds
                hasField = true
            }
        }
        guard hasField, scanner.isAtEnd else { return nil }
        self.init(milliseconds: total)
    }
}

/// Quotient and remainder with a remainder that is never negative.
func floorDivide(_ dividend: Int64, _ divisor: Int64) -> (Int64, Int64) {
    let (quotient, remainder) = dividend.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
}

/// A day of the Gregorian calendar.
private struct CivilDate: Equatable {
    var year: Int64
    var month: Int64
    var day: Int64

    init(year: Int64, month: Int64, day: Int64) {
        self.year = year
        self.month = month
        self.day = day
    }

    // Counts from 1 March, so that the leap day is the last of its year; 400 years have 146,097
    // days, which makes both directions plain division.
    init(daysSinceEpoch: Int64) {
        let (era, dayOfEra) = floorDivide(daysSinceEpoch + 719_468, 146_097)
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    var daysSinceEpoch: Int64 {
        let (era, yearOfEra) = floorDivide(month <= 2 ? year - 1 : year, 400)
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }
}

/// Writes zero-padded digits into a buffer of fixed size.
private struct FixedDigits {
    private let buffer: UnsafeMutableBufferPointer<UInt8>
    private(set) var count = 0

    init(_ buffer: UnsafeMutableBufferPointer<UInt8>) {
        self.buffer = buffer
    }

    mutating func append(_ text: StaticString) {
        for index in 0..<text.utf8CodeUnitCount { append(text.utf8Start[index]) }
    }

    /// One of several words of three letters that stand in a row.
    mutating func append(threeLettersOf words: StaticString, at index: Int64) {
        for letter in 0..<3 { append(words.utf8Start[Int(index) * 3 + letter]) }
    }

    private mutating func append(_ byte: UInt8) {
        buffer[count] = byte
        count += 1
    }

    mutating func append(_ value: Int64, width: Int) {
        var rest = value
        for position in stride(from: count + width - 1, through: count, by: -1) {
            buffer[position] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
        count += width
    }
}

private struct TextScanner {
    private let bytes: [UInt8]
    private var index = 0

    init(_ text: some StringProtocol) {
        bytes = Array(text.utf8)
    }

    var isAtEnd: Bool { index == bytes.count }

    mutating func skip(_ character: Character) -> Bool {
        guard index < bytes.count, bytes[index] == character.asciiValue else { return false }
        index += 1
        return true
    }

    /// Exactly this many digits.
    mutating func digits(_ width: Int) -> Int64? {
        guard index + width <= bytes.count else { return nil }
        var value: Int64 = 0
        for byte in bytes[index..<index + width] {
            guard byte >= 48, byte <= 57 else { return nil }
            value = value * 10 + Int64(byte - 48)
        }
        index += width
        return value
    }

    /// One to nine digits after a point, as milliseconds.
    mutating func fraction() -> Int64? {
        let start = index
        while index < bytes.count, index < start + 9, bytes[index] >= 48, bytes[index] <= 57 {
            index += 1
        }
        guard index > start else { return nil }
        var milliseconds: Int64 = 0
        for position in start..<start + 3 {
            milliseconds = milliseconds * 10 + (position < index ? Int64(bytes[position] - 48) : 0)
        }
        return milliseconds
    }

    mutating func zoneOffsetMinutes() -> Int64? {
        if skip("Z") || skip("z") { return 0 }
        let sign: Int64
        if skip("+") {
            sign = 1
        } else if skip("-") {
            sign = -1
        } else {
            return nil
        }
        guard let hours = digits(2), skip(":"), let minutes = digits(2), hours < 24, minutes < 60
        else { return nil }
        return sign * (hours * 60 + minutes)
    }

    /// Digits followed by this unit; takes nothing where the unit is another one.
    mutating func number(endingIn unit: Character) -> Int64? {
        let start = index
        while index < bytes.count, bytes[index] >= 48, bytes[index] <= 57 { index += 1 }
        let text = String(decoding: bytes[start..<index], as: UTF8.self)
        guard let value = Int64(text), value < 1_000_000_000, skip(unit) else {
            index = start
            return nil
        }
        return value
    }

    /// Seconds with an optional fraction and the letter S, as milliseconds.
    mutating func seconds() -> Int64? {
        if let whole = number(endingIn: "S") { return whole * 1000 }
        let start = index
        guard let whole = number(endingIn: "."), let fraction = fraction(), skip("S") else {
            index = start
            return nil
        }
        return whole * 1000 + fraction
    }
}
