/// Where an amount can lie. All amounts of differences are in 10⁻⁹ of their unit.
struct AmountRange: Sendable, Hashable {
    /// Decimals of the unit that amounts are counted in.
    static let decimals = 9
    static let zero = AmountRange(0, 0)

    var low: Int128
    var high: Int128

    init(_ one: Int128, _ other: Int128) {
        low = min(one, other)
        high = max(one, other)
    }

    /// From minus to plus this magnitude.
    init(magnitude: Int128) { self.init(-magnitude, magnitude) }

    var isZero: Bool { low == 0 && high == 0 }
    /// Of the amount farthest from zero.
    var magnitude: Int128 { max(abs(low), abs(high)) }

    func contains(_ amount: Int128) -> Bool { low <= amount && amount <= high }

    func widened(by slack: Int128) -> AmountRange { AmountRange(low - slack, high + slack) }

    /// The range that holds both and what lies between.
    func hull(_ other: AmountRange) -> AmountRange {
        AmountRange(min(low, other.low), max(high, other.high))
    }

    static func + (left: AmountRange, right: AmountRange) -> AmountRange {
        AmountRange(left.low + right.low, left.high + right.high)
    }

    static func - (left: AmountRange, right: AmountRange) -> AmountRange {
        AmountRange(left.low - right.high, left.high - right.low)
    }
}
