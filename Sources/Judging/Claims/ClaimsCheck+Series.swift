import Electrical
import VirtualTime

/// A claim that the register does not bear out, held until it is known what all claims of its point
/// come to.
struct WrongClaim {
    let claim: Claim
    let energy: Int64
    /// What it was held against.
    let level: [MeteringPoint]
    let span: LevelSpan
    /// The readings that were nearest to it then, and what had really been used, in words.
    let feed: String
    let truth: String
    /// What explains it alone, and what does so if that is a habit that the client has not.
    let cause: ClaimDiagnosis.Cause?
    let occasion: ClaimDiagnosis.Cause?
}

// Of a mistake that explains all claims of a point and one that explains a single one, the first counts.

extension ClaimsCheck {
    func settleEnergy() {
        var series: [MeteringPoint: ClaimSeries] = [:]
        for claims in coverage.points { series[claims.point] = self.series(of: claims) }
        // Who mistakes the unit of one point mistakes it of all, also where they used too little to
        // tell.
        let slip = coverage.points.lazy.compactMap { series[$0.point]?.habit }.first {
            $0.rules == [.unit]
        }
        for claims in coverage.points { judgeCoverage(of: claims, slip) }
        for wrong in wrongEnergies {
            report(wrong, cause(of: wrong, series[wrong.claim.point], slip))
        }
    }

    private func cause(
        of wrong: WrongClaim, _ series: ClaimSeries?, _ slip: ClaimDiagnosis.Cause?
    ) -> ClaimDiagnosis.Cause? {
        let alone = ClaimDiagnosis(
            point: wrong.claim.point, energy: wrong.energy, stretches: [wrong.claim.time],
            level: wrong.level, span: wrong.span, account: account, incidents: [])
        for cause in [series?.habit, slip].compactMap(\.self) {
            if let habit = cause.habit, alone.isExplained(by: habit) { return cause }
        }
        if let habit = wrong.cause?.habit, series?.contradicts(habit, of: wrong.span) ?? false {
            return wrong.occasion
        }
        return wrong.cause
    }

    /// What the claims of a point come to, without those over anything that befell its registers; nil
    /// where that says nothing.
    private func series(of claims: ClaimCoverage.Points) -> ClaimSeries? {
        let level = account.level(for: claims.point)
        let undisturbed = claims.filter { stretch in
            claims.intervals.isEmpty
                || account.incidents(
                    of: level, over: [stretch.time], restarts: duties.absences.map(\.until)
                ).isEmpty
        }
        guard let whole = undisturbed.whole(claimTolerance), !whole.isOverlapping,
            let diagnosis = diagnosis(of: claims.point, whole)
        else { return nil }
        let right = undisturbed.filter { !$0.isWrong }.whole(claimTolerance)
        return ClaimSeries(
            diagnosis, count: whole.count,
            right: right.flatMap { self.diagnosis(of: claims.point, $0) })
    }

    /// What is to be said of what several claims come to; nil where no register tells.
    func diagnosis(of point: MeteringPoint, _ whole: ClaimCoverage.Points.Whole) -> ClaimDiagnosis?
    {
        diagnosis(of: point, whole.amount, over: whole.stretches)
    }

    /// - Parameter energy: Microjoules.
    func diagnosis(
        of point: MeteringPoint, _ energy: Int64, over stretches: [TimeStretch]
    ) -> ClaimDiagnosis? {
        let level = account.level(for: point)
        guard let span = account.span(of: level, over: stretches) else { return nil }
        return ClaimDiagnosis(
            point: point, energy: energy, stretches: stretches, level: level, span: span,
            account: account,
            incidents: account.incidents(
                of: level, over: stretches, restarts: duties.absences.map(\.until)))
    }

    /// How far apart two claims may be that follow each other: clients tell time by the second.
    var claimTolerance: VirtualDuration { max(duties.sampleTolerance, .seconds(2)) }
}
