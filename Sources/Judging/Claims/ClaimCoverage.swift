import Electrical
import VirtualTime

/// From when to when.
struct TimeStretch: Hashable {
    var from: VirtualInstant
    var to: VirtualInstant

    var length: VirtualDuration { to - from }
}

/// The stretches of time that claims of energy, or of carbon, are about, by point.
struct ClaimCoverage {
    struct Stretch {
        var from: VirtualInstant
        var to: VirtualInstant
        /// Microjoules, or milligrams.
        var amount: Int64
        var claim: Claim
        /// Whether the claim is wrong by itself.
        var isWrong: Bool

        var time: TimeStretch { TimeStretch(from: from, to: to) }
    }

    /// What is claimed of one point.
    struct Points {
        let point: MeteringPoint
        var intervals: [Stretch] = []
        var totals: [Stretch] = []

        /// Whether a claim among them is wrong by itself.
        var isWrong: Bool {
            intervals.contains(where: \.isWrong) || totals.contains(where: \.isWrong)
        }
    }

    /// In the order of their first claims.
    private(set) var points: [Points] = []
    private var numbers: [MeteringPoint: Int] = [:]

    /// - Parameter amount: Microjoules, or milligrams.
    mutating func add(_ claim: Claim, amount: Int64, isWrong: Bool) {
        let number = numbers[claim.point] ?? points.count
        if number == points.count {
            points.append(Points(point: claim.point))
            numbers[claim.point] = number
        }
        let stretch = Stretch(
            from: claim.from, to: claim.to, amount: amount, claim: claim, isWrong: isWrong)
        if claim.isCumulative {
            points[number].totals.append(stretch)
        } else {
            points[number].intervals.append(stretch)
        }
    }
}

extension ClaimCoverage.Points {
    /// The intervals as they follow each other in time.
    struct Union {
        typealias Stretch = ClaimCoverage.Stretch
        /// Without holes in between.
        var stretches: [Stretch] = []
        /// The claims in them, and what they come to.
        private(set) var count = 0
        private(set) var amount: Int64 = 0
        /// What is claimed twice: the time, and the two claims.
        var overlaps:
            [(from: VirtualInstant, to: VirtualInstant, first: Stretch, second: Stretch)] = []
        /// What no claim is about: the time, and the claim after it.
        var holes: [(from: VirtualInstant, to: VirtualInstant, next: Stretch)] = []

        /// Numbers that no register ever comes to are bounded.
        fileprivate mutating func count(_ stretch: Stretch) {
            count += 1
            let sum = amount.addingReportingOverflow(stretch.amount)
            amount = sum.overflow ? .max : sum.partialValue
        }
    }

    /// - Parameter tolerance: What is no longer than this is neither hole nor overlap: clients tell
    ///   time by the second.
    func union(_ tolerance: VirtualDuration) -> Union {
        var union = Union()
        // The claim that reaches furthest so far.
        var furthest: ClaimCoverage.Stretch?
        for next in Self.standing(intervals) {
            union.count(next)
            guard let last = furthest else {
                union.stretches.append(next)
                furthest = next
                continue
            }
            let end = min(last.to, next.to)
            if end > next.from + tolerance {
                union.overlaps.append((next.from, end, last, next))
            }
            if next.from > last.to + tolerance {
                union.holes.append((last.to, next.from, next))
                union.stretches.append(next)
            } else {
                let index = union.stretches.count - 1
                union.stretches[index].to = max(last.to, next.to)
            }
            if next.to > last.to { furthest = next }
        }
        return union
    }

    /// The intervals in order, without those that a later claim goes on with: one that begins where
    /// it did, and reaches further, takes its place.
    private static func standing(_ intervals: [ClaimCoverage.Stretch]) -> [ClaimCoverage.Stretch] {
        var standing: [ClaimCoverage.Stretch] = []
        let inOrder = intervals.sorted {
            ($0.from, $0.to, $0.claim.line) < ($1.from, $1.to, $1.claim.line)
        }
        for next in inOrder {
            while let last = standing.last, last.from == next.from, last.to < next.to,
                last.claim.line < next.claim.line
            {
                standing.removeLast()
            }
            standing.append(next)
        }
        return standing
    }

    /// What is claimed in all.
    struct Whole {
        var amount: Int64
        var stretches: [TimeStretch]
        /// The claims that come to it.
        var count: Int
        /// Whether some time is claimed more than once.
        var isOverlapping: Bool
    }

    /// The intervals added up or, where there are none, the running total that reaches furthest;
    /// nil where nothing is claimed.
    func whole(_ tolerance: VirtualDuration) -> Whole? {
        guard intervals.isEmpty else {
            let union = union(tolerance)
            return Whole(
                amount: union.amount, stretches: union.stretches.map(\.time), count: union.count,
                isOverlapping: !union.overlaps.isEmpty)
        }
        return totals.max { ($0.to, $0.claim.line) < ($1.to, $1.claim.line) }.map {
            Whole(amount: $0.amount, stretches: [$0.time], count: 1, isOverlapping: false)
        }
    }

    /// Those of the claims for which something holds.
    func filter(_ isIncluded: (ClaimCoverage.Stretch) -> Bool) -> Self {
        var some = self
        some.intervals.removeAll { !isIncluded($0) }
        some.totals.removeAll { !isIncluded($0) }
        return some
    }

    /// From when to when anything is claimed.
    var ends: (from: VirtualInstant, to: VirtualInstant)? {
        let all = intervals + totals
        guard let from = all.map(\.from).min(), let to = all.map(\.to).max() else { return nil }
        return (from, to)
    }

    /// How long the client waits from one claim to the next, as a rule; zero where it made one only.
    var usualStep: VirtualDuration {
        let isRunningTotal = intervals.allSatisfy { $0.from == intervals[0].from }
        let totals = isRunningTotal ? self.totals + intervals : self.totals
        let steps =
            totals.count > 1
            ? zip(totals.dropFirst(), totals).map { $0.to - $1.to }
            : isRunningTotal ? [] : intervals.map { $0.to - $0.from }
        return steps.isEmpty ? .zero : steps.sorted()[steps.count / 2]
    }
}
