import Electrical
import Findings
import JSONText
import VirtualTime

// What the claims of one point come to together: each stretch of time once, and all of it.

extension ClaimsCheck {
    /// - Parameter slip: The unit that the client mistakes, where other claims told.
    func judgeCoverage(of claims: ClaimCoverage.Points, _ slip: ClaimDiagnosis.Cause?) {
        let level = account.level(for: claims.point)
        guard !level.isEmpty else { return }
        let union = claims.union(claimTolerance)
        let whole =
            claims.isWrong
            ? nil : diagnosis(of: claims.point, union.amount, over: union.stretches.map(\.time))
        if !judgeOverlaps(union, whole?.span, level), let whole { judgeSum(union, whole, slip) }
        judgeHoles(union, level)
        if !claims.isWrong { judgeEnds(claims, level) }
    }

    private func words(_ from: VirtualInstant, _ to: VirtualInstant) -> String {
        "\((from - facts.start).iso8601) to \((to - facts.start).iso8601)"
    }

    /// - Parameter counted: What the register counted in all of the time that is claimed, where no
    ///   claim is wrong by itself.
    /// - Returns: Whether energy was found to be claimed twice.
    private func judgeOverlaps(
        _ union: ClaimCoverage.Points.Union, _ counted: LevelSpan?, _ level: [MeteringPoint]
    ) -> Bool {
        guard let first = union.overlaps.first,
            let twice = account.span(
                of: level, over: union.overlaps.map { TimeStretch(from: $0.from, to: $0.to) })
        else { return false }
        // Where the time of a sample is not known well, what is claimed together tells as much.
        let isTooMuch = counted.map { union.amount > $0.high + $0.bound } ?? false
        guard twice.low > largestBound(level) || isTooMuch else { return false }
        breach(
            first.second.claim,
            "\(first.second.claim.name) is claimed twice from \(words(first.from, first.to)), by "
                + "line \(first.first.claim.line) too"
                + (union.overlaps.count > 1
                    ? ", and so \((union.overlaps.count - 1).counted("time")) more" : "")
                + "; its register counted \(kilowattHours(twice.nearest)) then, once",
            "intervals that follow each other; a running total is of the kind cumulative",
            at: "from")
        return true
    }

    private func judgeHoles(_ union: ClaimCoverage.Points.Union, _ level: [MeteringPoint]) {
        // What passed while the client was not running is the restart's.
        let holes = union.holes.filter { hole in
            !duties.absences.contains { $0.until > hole.from && $0.until <= hole.next.to }
        }
        guard let first = holes.first else { return }
        let stretches = holes.map { TimeStretch(from: $0.from, to: $0.to) }
        let incidents = account.incidents(of: level, over: stretches, restarts: [])
        let rule =
            incidents.contains { $0.rule == .gap } ? .gap : incidents.first?.rule ?? EnergyRule.gap
        self[rule].check()
        guard let missing = account.span(of: level, over: stretches),
            missing.low > largestBound(level)
        else { return }
        let claim = first.next.claim
        self[rule].find(
            "no claim for \(claim.name) is about \(words(first.from, first.to))"
                + (holes.count > 1
                    ? ", nor about \((holes.count - 1).counted("stretch", "stretches")) more" : "")
                + "; its register counted \(kilowattHours(missing.nearest)) then",
            at: reference(claim), pointer: JSONPointer(tokens: ["from"]),
            expected: "claims without holes, over a gap as an estimate", seen: missing.words)
    }

    /// Each may be right within a quantum, and their sum is to be as well.
    private func judgeSum(
        _ union: ClaimCoverage.Points.Union, _ whole: ClaimDiagnosis, _ slip: ClaimDiagnosis.Cause?
    ) {
        guard union.count > 1, let last = union.stretches.last?.claim else { return }
        // Together they tell what each is too short for.
        for rule in exercised(by: whole) where self[rule].checked == 0 { self[rule].check() }
        let (energy, counted) = (whole.energy, whole.span)
        guard !counted.admits(energy) else { return }
        let isSlip = slip?.habit.map { whole.isExplained(by: $0) } ?? false
        let cause = whole.cause ?? (isSlip ? slip : nil)
        for rule in cause?.rules ?? [.register] {
            if self[rule].checked == 0 { self[rule].check() }
            self[rule].find(
                "the \(union.count) claims for \(last.name) come to "
                    + "\(kilowattHours(energy)) together; its register counted "
                    + "\(kilowattHours(counted.nearest)) over that time"
                    + (cause.map { ": \($0.words)" } ?? ""),
                at: reference(last), pointer: JSONPointer(tokens: ["energy"]),
                level: counted.admits(energy, bounds: 2) ? .warn : nil,
                expected: "\(counted.words) (bound \(kilowattHours(counted.bound)))",
                seen: kilowattHours(energy))
        }
    }

    /// All that the client was there to read is claimed, but for what is left when it claims by the
    /// hour and the hour is not over.
    private func judgeEnds(_ claims: ClaimCoverage.Points, _ level: [MeteringPoint]) {
        let histories = level.map { account[$0] }
        guard let ends = claims.ends, let first = histories.compactMap(\.instants.first).max(),
            let last = histories.compactMap(\.instants.last).min(),
            let slack = histories.map(\.reach).max()
        else { return }
        let allowed = slack + claims.usualStep
        let missing = [
            TimeStretch(from: first, to: ends.from), TimeStretch(from: ends.to, to: last),
        ].filter { $0.to - $0.from > allowed }
        guard let left = missing.first, let energy = account.span(of: level, over: missing),
            energy.low > largestBound(level)
        else { return }
        let name = ClaimScope.point(claims.point).name
        let message =
            "\(name) is claimed from \(words(ends.from, ends.to)); it was read from "
            + "\(words(first, last)), and \(kilowattHours(energy.nearest)) of its register are in no "
            + "claim"
        let isRestarts = duties.absences.contains { $0.until > left.from && $0.until <= left.to }
        if isRestarts {
            self[.restart].find(
                message, at: nil, expected: "claims that go on over the restart", seen: energy.words
            )
        } else {
            completeTally.find(
                message, at: nil, expected: "claims for all the time in which it was read",
                seen: energy.words)
        }
    }

    /// One quantum of each register.
    func largestBound(_ level: [MeteringPoint]) -> Int64 {
        level.reduce(0) { $0 + (facts.registers[$1]?.quantumMicrojoules ?? 0) }
    }
}
