/// A closed range of whole numbers that a quantity is known to lie in. Verdicts about rounded
/// numbers are verdicts about such ranges, so that no floating point decides them.
struct Interval: Hashable {
    var low: Int128
    var high: Int128

    init(_ low: Int128, _ high: Int128) {
        self.low = low
        self.high = high
    }

    /// What a shown number may have been before it was rounded and cut at the metering floor.
    /// Magnitudes only: reactive power counts without its sign.
    init(shown millionths: Int64, _ resolution: Resolution) {
        let value = Int128(millionths.magnitude)
        let half = Int128((resolution.stepMillionths + 1) / 2)
        low = max(0, value - half)
        high = value + (value == 0 ? max(half, Int128(resolution.floorMillionths)) : half)
    }

    func intersects(_ other: Interval) -> Bool {
        low <= other.high && other.low <= high
    }

    /// The product of two ranges of magnitudes.
    static func * (left: Interval, right: Interval) -> Interval {
        Interval(left.low * right.low, left.high * right.high)
    }

    static func * (left: Interval, factor: Int128) -> Interval {
        Interval(left.low * factor, left.high * factor)
    }

    static func + (left: Interval, right: Interval) -> Interval {
        Interval(left.low + right.low, left.high + right.high)
    }

    var squared: Interval { self * self }
}
