import Electrical
import Findings
import VirtualTime

// What the report's line shows: all that is claimed of the unit, beside what it was held against.

extension ClaimsCheck {
    /// Energy, then carbon; each begins with a semicolon.
    var unitSummary: String {
        [energySummary, carbonSummary].compactMap(\.self).map { "; \($0)" }.joined()
    }

    private var energySummary: String? {
        guard let whole = unitWhole(coverage),
            let span = account.span(of: account.level(for: .unit), over: whole.stretches)
        else { return nil }
        return "pdu \(kilowattHours(whole.amount))\(whole.countWords), register \(span.words)"
            + truthWords(.unit, whole.stretches)
    }

    private var carbonSummary: String? {
        guard let whole = unitWhole(unitCarbon) else { return nil }
        var allowed = Interval(0, 0)
        for stretch in whole.stretches {
            guard let range = allowedCarbon(.unit, over: stretch) else { return nil }
            allowed = allowed + range
        }
        return
            "\(grams(Int128(whole.amount)))\(whole.countWords), possible \(grams(allowed.low)) to "
            + grams(allowed.high)
    }

    private func unitWhole(_ coverage: ClaimCoverage) -> ClaimCoverage.Points.Whole? {
        coverage.points.first { $0.point == .unit }?.whole(claimTolerance)
    }
}

extension ClaimCoverage.Points.Whole {
    fileprivate var countWords: String { count > 1 ? " in \(count.counted("claim"))" : "" }
}
