import Electrical
import Findings
import JSONText
import VirtualTime

extension ClaimsCheck {
    /// Holds claimed energy against the register, and finds out by which rule it is wrong.
    func judgeEnergy(_ claim: Claim, energy: Int64) {
        wrongClaims[claim.point] = nil
        guard let diagnosis = diagnosis(of: claim.point, energy, over: [claim.time]) else { return }
        let span = diagnosis.span
        for rule in exercised(by: diagnosis) { self[rule].check() }
        judgeQuality(claim, diagnosis.incidents)
        judgeSamples(claim)
        judgeHeld(claim, energy: energy)
        judgeHole(before: claim)
        guard !span.admits(energy) else { return }
        wrongClaims[claim.point] = claim
        guard !isFlaggedRollover(claim, energy, span, diagnosis.incidents) else { return }
        let cause = diagnosis.cause
        wrongEnergies.append(
            WrongClaim(
                claim: claim, energy: energy, level: diagnosis.level, span: span,
                feed: account.feed(of: diagnosis.level, claim),
                truth: truthWords(claim.point, [claim.time]), cause: cause,
                occasion: cause?.habit == nil ? cause : diagnosis.occasion))
    }

    func exercised(by diagnosis: ClaimDiagnosis) -> [EnergyRule] {
        var rules: [EnergyRule] = [.register]
        if ClaimDiagnosis.canTellUnits(diagnosis.span) { rules.append(.unit) }
        if diagnosis.canTellLevels { rules.append(.oneLevel) }
        if diagnosis.canTellOutlets { rules.append(.ownRegister) }
        if diagnosis.canTellLines { rules.append(.polyphase) }
        if diagnosis.canTellRealPower { rules.append(.realPower) }
        if diagnosis.canTellDigits { rules.append(.digits) }
        if diagnosis.canTellReadingTime { rules.append(.readingTime) }
        for incident in diagnosis.incidents where !rules.contains(incident.rule) {
            rules.append(incident.rule)
        }
        return rules
    }

    func report(_ wrong: WrongClaim, _ cause: ClaimDiagnosis.Cause?) {
        let (claim, span) = (wrong.claim, wrong.span)
        for rule in cause?.rules ?? [.register] {
            if self[rule].checked == 0 { self[rule].check() }
            self[rule].find(
                "\(claim.name) is claimed at \(kilowattHours(wrong.energy)) from "
                    + "\((claim.from - facts.start).iso8601) to "
                    + "\((claim.to - facts.start).iso8601); its register counted "
                    + "\(kilowattHours(span.nearest))\(wrong.truth)"
                    + (cause.map { ": \($0.words)" } ?? ""),
                at: reference(claim), pointer: JSONPointer(tokens: ["energy"]),
                level: span.admits(wrong.energy, bounds: 2) ? .warn : nil,
                expected:
                    "\(span.words) (bound \(kilowattHours(span.bound))); fed by \(wrong.feed)",
                seen: kilowattHours(wrong.energy))
        }
    }

    /// What was really used between the samples that claims are held against. A client that tells
    /// time by `Date` states them to the second, and on a fast clock much passes in one. Samples that
    /// are further off are not those that it states.
    func truthWords(_ point: MeteringPoint, _ stretches: [TimeStretch]) -> String {
        guard let truth else { return "" }
        func meant(_ stated: VirtualInstant, _ sample: VirtualInstant?) -> VirtualInstant {
            guard let sample, abs((sample - stated).milliseconds) <= claimTolerance.milliseconds
            else { return max(stated, facts.start) }
            return sample
        }
        let energy = stretches.reduce(Int64(0)) { sum, stretch in
            let compared = account.samples(for: point, from: stretch.from, to: stretch.to)
            return sum
                + truth.energyMicrojoules(of: point, at: meant(stretch.to, compared?.last))
                - truth.energyMicrojoules(of: point, at: meant(stretch.from, compared?.first))
        }
        return " (truly \(kilowattHours(energy)))"
    }

    /// What nobody can know is not claimed as measured.
    private func judgeQuality(_ claim: Claim, _ incidents: [RegisterIncident]) {
        guard claim.quality == "measured" else { return }
        let unknown: [EnergyRule] = [.reset, .replacement, .absence, .gap]
        for rule in EnergyRule.allCases where unknown.contains(rule) {
            guard let first = incidents.first(where: { $0.rule == rule }) else { continue }
            let words =
                switch rule {
                case .gap: "a gap in its samples"
                case .absence: "an absence that hid energy"
                default: "a reset that hid energy"
                }
            let wait = account.level(for: claim.point).compactMap { account[$0].longestWait }.max()
            self[rule].find(
                "\(claim.name) is claimed as measured over \(words), of "
                    + "\(first.time.length.iso8601) from \((first.time.from - facts.start).iso8601) "
                    + "on",
                at: reference(claim), pointer: JSONPointer(tokens: ["quality"]), level: .warn,
                expected: "another quality, such as estimated"
                    + (rule == .gap
                        ? wait.map { ", where samples are more than \($0.iso8601) apart" } ?? ""
                        : ""),
                seen: "measured")
        }
    }

    /// Who does not know the modulus counts from zero at a wrap, and says that it is an estimate.
    private func isFlaggedRollover(
        _ claim: Claim, _ energy: Int64, _ span: LevelSpan, _ incidents: [RegisterIncident]
    ) -> Bool {
        guard let quality = claim.quality, quality != "measured" else { return false }
        let unseen = incidents.filter { $0.rule == .rollover }.reduce(Int128(0)) {
            $0 + Int128($1.step) - Int128($1.after)
        }
        return unseen > 0 && energy >= span.low - unseen - span.bound
            && energy <= span.high + span.bound
    }

    /// What passed between a claim and the next one of a client that was started again in between.
    private func judgeHole(before claim: Claim) {
        guard let last = lastClaims[claim.point], claim.from > last.to,
            duties.absences.contains(where: { $0.until > last.from && $0.until <= claim.to }),
            let hole = account.span(
                of: account.level(for: claim.point), from: last.to, to: claim.from)
        else { return }
        self[.restart].check()
        guard hole.low > hole.bound else { return }
        self[.restart].find(
            "\(claim.name) is claimed to \((last.to - facts.start).iso8601) and from "
                + "\((claim.from - facts.start).iso8601) on; what its register counted in between "
                + "is in no claim",
            at: reference(claim), pointer: JSONPointer(tokens: ["from"]),
            expected: "claims without a hole over the restart", seen: hole.words)
    }
}
