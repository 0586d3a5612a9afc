// Exact integer arithmetic for the physics: no floating point, so that every machine computes the
// same reading.

/// The largest integer whose square is at most `value`.
package func integerSquareRoot(_ value: UInt64) -> UInt64 {
    squareRoot(value)
}

/// The largest integer whose square is at most `value`.
package func integerSquareRoot(_ value: UInt128) -> UInt128 {
    squareRoot(value)
}

// Newton's iteration from above: it falls strictly until it reaches the root.
@inline(__always)
private func squareRoot<Number: FixedWidthInteger & UnsignedInteger>(_ value: Number) -> Number {
    guard value > 1 else { return value }
    let significantBits = Number.bitWidth - value.leadingZeroBitCount
    var root = Number(1) << Number((significantBits + 1) / 2)
    while true {
        let next = (root + value / root) >> 1
        guard next < root else { return root }
        root = next
    }
}

/// The length of the right-angled vector, rounded down: √(x² + y²).
func hypotenuse(_ x: Int64, _ y: Int64) -> Int64 {
    guard y != 0 else { return Int64(x.magnitude) }
    guard x != 0 else { return Int64(y.magnitude) }
    let limit: UInt64 = 3_000_000_000
    if x.magnitude < limit, y.magnitude < limit {
        return Int64(integerSquareRoot(x.magnitude * x.magnitude + y.magnitude * y.magnitude))
    }
    let wideX = UInt128(x.magnitude)
    let wideY = UInt128(y.magnitude)
    return Int64(integerSquareRoot(wideX * wideX + wideY * wideY))
}

/// ⌊dividend / divisor⌋ for a positive divisor.
func floorDivide<Number: FixedWidthInteger & SignedInteger>(
    _ dividend: Number, by divisor: Number
) -> Number {
    let (quotient, remainder) = dividend.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? quotient - 1 : quotient
}

/// ⌊first × second / divisor⌋ for a positive divisor; the product may exceed 64 bits.
func floorDivide(_ first: Int64, times second: Int64, by divisor: Int64) -> Int64 {
    let (product, overflows) = first.multipliedReportingOverflow(by: second)
    guard overflows else { return floorDivide(product, by: divisor) }
    return Int64(floorDivide(Int128(first) * Int128(second), by: Int128(divisor)))
}

/// dividend / divisor to the nearest integer, halves upwards, for values that are not negative.
func roundedQuotient(_ dividend: Int64, by divisor: Int64) -> Int64 {
    (dividend + divisor / 2) / divisor
}

extension Int64 {
    /// The nearest multiple of the step, halves upwards; the value itself where the step is 1.
    package func rounded(toMultipleOf step: Int64) -> Int64 {
        step > 1 ? floorDivide(self + step / 2, by: step) * step : self
    }
}
