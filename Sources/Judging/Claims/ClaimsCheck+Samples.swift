import Electrical
import Findings
import JSONText
import VirtualTime

// What a client took for a sample of a register, and was none.

extension ClaimsCheck {
    /// A sample stands at its ReadingTime. What was answered later, and had been measured before, is
    /// no sample of that later time.
    func judgeSamples(_ claim: Claim) {
        guard let point = account.level(for: claim.point).first,
            let answered = account.asAnswered(point)
        else { return }
        let tolerance = duties.sampleTolerance
        let late = claim.samples.first { sample in
            answered.hasSample(at: sample, tolerance)
                && !account[point].hasSample(at: sample, tolerance)
        }
        guard let late else { return }
        let words = account[point].lastSample(before: late).map {
            "had been measured at \(($0 - facts.start).iso8601)"
        }
        self[.readingTime].find(
            "\(claim.name) names a sample of \((late - facts.start).iso8601); what was shown then "
                + (words ?? "was no measurement of that time"),
            at: reference(claim), pointer: JSONPointer(tokens: ["samples"]), level: .warn,
            expected: "the ReadingTime of what was read", seen: late.iso8601)
    }

    /// A difference, what is left of a budget and nothing at all are no registers: who claims energy
    /// all the same can have integrated power, and says that it is an estimate.
    func judgeBasis(_ claim: Claim, energy: Int64) {
        guard let shown = facts.relativeReadings[claim.point] else { return }
        self[.readingBasis].check()
        let possible = account.power(of: claim.point)?.envelope(from: claim.from, to: claim.to)
        if claim.quality != "measured", let possible, possible.contains(Int128(energy)) { return }
        wrongClaims[claim.point] = claim
        self[.readingBasis].find(
            "\(claim.name) is claimed at \(kilowattHours(energy)); its Sensor of energy shows \(shown)",
            at: reference(claim), pointer: JSONPointer(tokens: ["energy"]),
            expected: "no number, or as an estimate "
                + (possible.map {
                    "\(kilowattHours($0.lowerBound)) to \(kilowattHours($0.upperBound)) from the "
                        + "power shown"
                } ?? "from power"),
            seen: kilowattHours(energy) + (claim.quality.map { ", \($0)" } ?? ""))
    }
}

extension RegisterHistory {
    fileprivate func hasSample(at instant: VirtualInstant, _ tolerance: VirtualDuration) -> Bool {
        let index = firstIndex(notBefore: instant - tolerance)
        return index < instants.count && instants[index] <= instant + tolerance
    }

    fileprivate func lastSample(before instant: VirtualInstant) -> VirtualInstant? {
        let index = firstIndex(notBefore: instant)
        return index > 0 ? instants[index - 1] : nil
    }
}
