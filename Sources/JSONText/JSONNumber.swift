/// A JSON number as its source text, with exact readings of it.
package struct JSONNumber: Sendable, Hashable {
    /// The text as written, for example `104.0739` or `6.438E3`.
    package let text: String

    /// Takes the text of a number over unchecked; the parser is what checks it.
    package init(text: String) {
        self.text = text
    }

    package init(_ value: some BinaryInteger) {
        text = String(value)
    }

    /// A number of `units` × 10^−`decimals`, written without trailing zeros: (12300, 3) is `12.3`.
    package init(units: Int64, decimals: Int) {
        var writer = JSONWriter(capacity: 24)
        writer.number(units: units, decimals: decimals)
        text = String(decoding: writer.bytes, as: UTF8.self)
    }

    /// Whether the text has neither a fraction nor an exponent.
    package var isWrittenAsInteger: Bool {
        !text.utf8.contains { $0 == UInt8(ascii: ".") || $0 | 0x20 == UInt8(ascii: "e") }
    }

    /// The value as an integer, also where it is written `6438.0` or `6.438E3`; nil where it has a
    /// fractional part or does not fit.
    package var exactInteger: Int64? {
        guard let decimal = ExactDecimal(text) else { return nil }
        return decimal.scaledExactly(decimals: 0)
    }

    /// The value in units of 10^−`decimals`, rounded half away from zero: `104.0739` at 3 decimals
    /// is 104074. Nil where the result does not fit 64 bits.
    package func units(decimals: Int) -> Int64? {
        ExactDecimal(text)?.scaledRounding(decimals: decimals)
    }

    /// The nearest double, for display and for limits stated as doubles.
    package var double: Double { Double(text) ?? .nan }

    /// Whether two numbers have the same value however they are written.
    package func hasSameValue(as other: JSONNumber) -> Bool {
        if text == other.text { return true }
        guard let mine = ExactDecimal(text), let theirs = ExactDecimal(other.text) else {
            return double == other.double
        }
        return mine == theirs
    }
}

/// A decimal number as coefficient × 10^exponent, without trailing zeros in the coefficient.
struct ExactDecimal: Equatable {
    private(set) var coefficient: Int64
    private(set) var exponent: Int

    /// Nil where the digits exceed 64 bits or the exponent is out of all proportion.
    init?(_ text: String) {
        var coefficient: Int64 = 0
        var exponent = 0
        var isNegative = false
        var isInFraction = false
        var bytes = text.utf8.makeIterator()
        while let byte = bytes.next() {
            switch byte {
            case UInt8(ascii: "-"): isNegative = true
            case UInt8(ascii: "."): isInFraction = true
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                let (tenfold, overflow) = coefficient.multipliedReportingOverflow(by: 10)
                let (sum, carry) = tenfold.addingReportingOverflow(
                    Int64(byte - UInt8(ascii: "0")))
                guard !overflow, !carry else { return nil }
                coefficient = sum
                if isInFraction { exponent -= 1 }
            default:
                var digits: [UInt8] = []
                while let digit = bytes.next() { digits.append(digit) }
                guard let shift = Int(String(decoding: digits, as: UTF8.self)),
                    (-399...399).contains(shift)
                else { return nil }
                exponent += shift
            }
        }
        self.coefficient = isNegative ? -coefficient : coefficient
        self.exponent = exponent
        normalize()
    }

    private mutating func normalize() {
        guard coefficient != 0 else {
            exponent = 0
            return
        }
        while coefficient % 10 == 0 {
            coefficient /= 10
            exponent += 1
        }
    }

    func scaledExactly(decimals: Int) -> Int64? {
        let shift = exponent + decimals
        return shift >= 0 ? multiplied(byTenToThe: shift) : (coefficient == 0 ? 0 : nil)
    }

    func scaledRounding(decimals: Int) -> Int64? {
        let shift = exponent + decimals
        guard shift < 0 else { return multiplied(byTenToThe: shift) }
        guard shift > -19 else { return 0 }
        let divisor = powerOfTen(-shift)
        let (quotient, remainder) = coefficient.quotientAndRemainder(dividingBy: divisor)
        let roundsAway = remainder.magnitude >= divisor.magnitude - remainder.magnitude
        return roundsAway ? quotient + coefficient.signum() : quotient
    }

    private func multiplied(byTenToThe power: Int) -> Int64? {
        guard coefficient != 0 else { return 0 }
        guard power <= 18 else { return nil }
        let (product, overflow) = coefficient.multipliedReportingOverflow(by: powerOfTen(power))
        return overflow ? nil : product
    }
}

/// 10^`exponent` for exponents 0…18.
package func powerOfTen(_ exponent: Int) -> Int64 {
    var result: Int64 = 1
    for _ in 0..<exponent { result *= 10 }
    return result
}
