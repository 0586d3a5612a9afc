import Electrical
import Findings
import JSONText
import VirtualTime

extension ClaimsCheck {
    /// Holds claimed energy against the register, and finds out by which rule it is wrong.
    func judgeEnergy(_ claim: Claim, energy: Int64) {
        wrongClaims[claim.point] = nil
        let level = account.level(for: claim.point)
        guard let span = account.span(of: level, from: claim.from, to: claim.to) else { return }
        let incidents = account.incidents(
            of: level, from: claim.from, to: claim.to, restarts: duties.absences.map(\.until))
        let diagnosis = ClaimDiagnosis(
            claim: claim, energy: energy, level: level, span: span, account: account,
            incidents: incidents)
        for rule in exercised(by: diagnosis) { self[rule].check() }
        if claim.point == .unit {
            unitSummary[.energy] =
                "pdu \(kilowattHours(energy)), register \(span.words)\(truthWords(claim))"
        }
        judgeQuality(claim, span, incidents)
        judgeSamples(claim)
        judgeHole(before: claim)
        guard !span.admits(energy) else { return }
        wrongClaims[claim.point] = claim
        guard !isFlaggedRollover(claim, energy, span, incidents) else { return }
        report(claim, energy: energy, span, diagnosis.cause)
    }

    private func exercised(by diagnosis: ClaimDiagnosis) -> [EnergyRule] {
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

    private func report(
        _ claim: Claim, energy: Int64, _ span: LevelSpan, _ cause: ClaimDiagnosis.Cause?
    ) {
        for rule in cause?.rules ?? [.register] {
            if self[rule].checked == 0 { self[rule].check() }
            self[rule].find(
                "\(claim.name) is claimed at \(kilowattHours(energy)) from "
                    + "\((claim.from - facts.start).iso8601) to "
                    + "\((claim.to - facts.start).iso8601); its register counted "
                    + "\(kilowattHours(span.nearest))\(truthWords(claim))"
                    + (cause.map { ": \($0.words)" } ?? ""),
                at: reference(claim), pointer: JSONPointer(tokens: ["energy"]),
                level: span.admits(energy, bounds: 2) ? .warn : nil,
                expected: "\(span.words) (bound \(kilowattHours(span.bound))); fed by "
                    + account.feed(of: account.level(for: claim.point), claim),
                seen: kilowattHours(energy))
        }
    }

    /// What was really used between the samples that the claim is held against. A client that tells
    /// time by `Date` states them to the second, and on a fast clock much passes in one.
    private func truthWords(_ claim: Claim) -> String {
        guard let truth else { return "" }
        let compared = account.samples(for: claim.point, from: claim.from, to: claim.to)
        let energy =
            truth.energyMicrojoules(of: claim.point, at: compared?.last ?? claim.to)
            - truth.energyMicrojoules(
                of: claim.point, at: compared?.first ?? max(claim.from, facts.start))
        return " (truly \(kilowattHours(energy)))"
    }

    /// What nobody can know is not claimed as measured.
    private func judgeQuality(
        _ claim: Claim, _ span: LevelSpan, _ incidents: [RegisterIncident]
    ) {
        guard claim.quality == "measured" else { return }
        let unknown = incidents.filter {
            [.reset, .replacement, .absence, .gap].contains($0.rule)
        }
        for rule in EnergyRule.allCases where unknown.contains(where: { $0.rule == rule }) {
            let words =
                switch rule {
                case .gap: "a gap in its samples"
                case .absence: "an absence that hid energy"
                default: "a reset that hid energy"
                }
            self[rule].find(
                "\(claim.name) is claimed as measured over \(words)",
                at: reference(claim), pointer: JSONPointer(tokens: ["quality"]), level: .warn,
                expected: "another quality, such as estimated", seen: "measured")
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
