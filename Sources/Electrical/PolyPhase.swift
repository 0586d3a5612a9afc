/// The current of one line, taken apart by its own voltage: in phase with it, and lagging it by a
/// quarter turn.
struct LineCurrent {
    var activeMilliamps: Int64
    var reactiveMilliamps: Int64
}

/// The length of the sum of the lines' current phasors, rounded down.
///
/// Three lines are taken to stand exactly a third of a turn apart. With the phasors a − jb, turned
/// by 0, −120 and +120 degrees, twice their sum is (x + √3·y) + j(z + √3·w) in whole numbers, and
/// four times its square x² + 3y² + z² + 3w² + 2√3(xy + zw). At equal power factors the last term is
/// zero, and what remains is the familiar Ia² + Ib² + Ic² − IaIb − IbIc − IcIa.
func neutralMilliamps(_ lines: [LineCurrent]) -> Int64 {
    guard lines.count == 3 else {
        return lines.reduce(0) { $0 + hypotenuse($1.activeMilliamps, $1.reactiveMilliamps) }
    }
    let active = lines.map { Int128($0.activeMilliamps) }
    let reactive = lines.map { Int128($0.reactiveMilliamps) }
    let x = 2 * active[0] - active[1] - active[2]
    let y = reactive[2] - reactive[1]
    let z = reactive[1] + reactive[2] - 2 * reactive[0]
    let w = active[2] - active[1]
    let cross = x * y + z * w
    // 2√3·|cross| to within one part in 10⁹: √12 = 3.464101615….
    let irrational = cross * 3_464_101_615 / 1_000_000_000
    let quadrupleSquare = max(0, x * x + 3 * y * y + z * z + 3 * w * w + irrational)
    return Int64(integerSquareRoot(UInt128(quadrupleSquare / 4)))
}

/// The largest deviation from the mean over the mean, in millionths; 0 where the mean is.
func unbalancePartsPerMillion(_ values: [Int64]) -> Int64 {
    let total = values.reduce(0, +)
    let count = Int64(values.count)
    guard total > 0 else { return 0 }
    // |value − total/count| over total/count, times count above and below the line.
    let largest = values.map { abs($0 * count - total) }.max() ?? 0
    return floorDivide(largest, times: 1_000_000, by: total)
}
