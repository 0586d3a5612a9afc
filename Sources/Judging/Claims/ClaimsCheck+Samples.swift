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

    /// A register that seldom takes a new value shows at once what was used since the last one. Who
    /// never saw a ReadingTime, and claims all of it as measured between two answers, claims a power
    /// that nothing drew.
    func judgeHeld(_ claim: Claim, energy: Int64) {
        let level = account.level(for: claim.point)
        let length = claim.to - claim.from
        let latches = level.compactMap { facts.registers[$0]?.latch }
        guard claim.quality == "measured", !claim.isCumulative, length > .zero,
            let latch = latches.min(), latch > length,
            level.allSatisfy({ account.asAnswered($0) == nil })
        else { return }
        let peaks = level.map { account[$0].peakMilliwatts }
        let possible =
            peaks.reduce(0, +) * (length + duties.sampleTolerance * 2).milliseconds
            + largestBound(level)
        guard peaks.allSatisfy({ $0 > 0 }), energy / 2 > possible else { return }
        self[.readingTime].check()
        self[.readingTime].find(
            "\(claim.name) is claimed at \(kilowattHours(energy)) measured in \(length.iso8601), "
                + "\(decimal(energy / length.milliseconds / 1000 * 1000)) kW on average; no answer showed more "
                + "than \(decimal(peaks.reduce(0, +) / 1000 * 1000)) kW, and the register takes a new value every "
                + "\(latch.iso8601) only",
            at: reference(claim), pointer: JSONPointer(tokens: ["energy"]), level: .warn,
            expected: "energy from one ReadingTime of its Sensor to the next, or as an estimate",
            seen: kilowattHours(energy))
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
