import Electrical
import Findings
import JSONText
import VirtualTime

extension ClaimsCheck {
    func judgeCarbon(_ claim: Claim) {
        guard let claimed = claim.carbon, let allowed = allowedCarbon(claim) else { return }
        carbonTally.check()
        if claim.point == .unit {
            unitCarbon.add(claim, amount: claimed.milligrams, isWrong: false)
        }
        let half = Int128(claimed.halfDigitMilligrams)
        let seen = Interval(
            Int128(claimed.milligrams) - half, Int128(claimed.milligrams) + half)
        if canTellHours(claim, allowed) { hoursTally.check() }
        let late = allowedCarbon(claim, as: account.asAnswered)
        if late != nil { self[.readingTime].check() }
        guard !seen.intersects(allowed), !followsFromWrongEnergy(claim, seen) else { return }
        if let late, seen.intersects(late) {
            self[.readingTime].find(
                "\(claim.name) is claimed at \(grams(Int128(claimed.milligrams))), which is right if "
                    + "energy counts at the answer that showed it, not up to its ReadingTime",
                at: reference(claim), pointer: JSONPointer(tokens: ["carbon"]),
                expected: "\(grams(allowed.low)) to \(grams(allowed.high))",
                seen: grams(Int128(claimed.milligrams)))
            return
        }
        let average = averageWords(claim, claimed, within: 1000)
        if average == nil, let minutes = shift(claim, seen) {
            if hoursTally.checked == 0 { hoursTally.check() }
            hoursTally.find(
                "\(claim.name) is claimed at \(grams(Int128(claimed.milligrams))), which is right "
                    + "with every hour's intensity \(hours(minutes)) off: local time for UTC?",
                at: reference(claim), pointer: JSONPointer(tokens: ["carbon"]),
                expected: "\(grams(allowed.low)) to \(grams(allowed.high))",
                seen: grams(Int128(claimed.milligrams)))
            return
        }
        let slip = average ?? carbonSlip(claim, claimed)
        if slip.isEmpty, mayHaveLostDigits(claim, seen, allowed) {
            self[.digits].find(
                "\(claim.name) is claimed at \(grams(Int128(claimed.milligrams))), off by no more "
                    + "than single precision makes of its register",
                at: reference(claim), pointer: JSONPointer(tokens: ["carbon"]),
                expected: "\(grams(allowed.low)) to \(grams(allowed.high))",
                seen: grams(Int128(claimed.milligrams)))
            return
        }
        carbonTally.find(
            "\(claim.name) is claimed at \(grams(Int128(claimed.milligrams)))"
                + slip,
            at: reference(claim), pointer: JSONPointer(tokens: ["carbon"]),
            expected: "\(grams(allowed.low)) to \(grams(allowed.high))",
            seen: grams(Int128(claimed.milligrams)))
    }

    /// Whether the carbon is what a claim of energy, wrong by another rule, comes to.
    private func followsFromWrongEnergy(_ claim: Claim, _ seen: Interval) -> Bool {
        guard let energy = wrongClaims[claim.point]?.energyMicrojoules else { return false }
        let intensities = carbon.intensities(from: claim.from, to: claim.to)
        let ends = [intensities.lowerBound, intensities.upperBound].map {
            Int128(energy) * Int128($0) / 3_600_000_000_000
        }
        return Interval((ends.min() ?? 0) - 1, (ends.max() ?? 0) + 1).intersects(seen)
    }

    /// Whether the carbon is off by what a register in single precision can make of it: one of its
    /// steps at each change of intensity, and at both ends.
    private func mayHaveLostDigits(_ claim: Claim, _ seen: Interval, _ allowed: Interval) -> Bool {
        guard let register = facts.registers[claim.point],
            let reading = account[claim.point].last
        else { return false }
        let step = singlePrecisionStep(at: reading)
        guard step > register.quantumMicrojoules else { return false }
        let changes = carbon.steps.count { $0.from > claim.from && $0.from < claim.to }
        let highest = carbon.intensities(from: claim.from, to: claim.to).upperBound
        let slack = Int128(step) * Int128(highest) * Int128(changes + 2) / 3_600_000_000_000 + 1
        return Interval(allowed.low - slack, allowed.high + slack).intersects(seen)
    }

    func allowedCarbon(
        _ claim: Claim, by oracle: CarbonOracle? = nil,
        as history: ((MeteringPoint) -> RegisterHistory?)? = nil
    ) -> Interval? {
        allowedCarbon(claim.point, over: claim.time, by: oracle, as: history)
    }

    /// - Parameter history: Which history of a point counts, instead of its own; nil is none, and
    ///   then there is no answer.
    func allowedCarbon(
        _ point: MeteringPoint, over stretch: TimeStretch, by oracle: CarbonOracle? = nil,
        as history: ((MeteringPoint) -> RegisterHistory?)? = nil
    ) -> Interval? {
        let level = account.level(for: point)
        guard !level.isEmpty else { return nil }
        var sum = Interval(0, 0)
        for point in level {
            guard let register = facts.registers[point],
                let history = history.map({ $0(point) }) ?? account[point],
                let range = (oracle ?? carbon).range(
                    history, from: stretch.from, to: stretch.to,
                    quantum: register.quantumMicrojoules)
            else { return nil }
            sum = sum + range
        }
        return sum
    }

    /// Names the usual mistakes: the flat average over the stretch, and grams taken for kilograms.
    private func carbonSlip(_ claim: Claim, _ claimed: ClaimedCarbon) -> String {
        let value = Int128(claimed.milligrams)
        // What the average was made of is a guess, so it need be met within 1 % only.
        if let words = averageWords(claim, claimed, within: 100) { return words }
        guard let allowed = allowedCarbon(claim) else { return "" }
        if allowed.intersects(Interval(value * 1000, value * 1000)) {
            return ", 1,000 × too low: kilograms given as grams?"
        }
        if (allowed * 1000).intersects(Interval(value, value)) {
            return ", 1,000 × too high: grams given as kilograms?"
        }
        return ""
    }
}

func grams(_ milligrams: Int128) -> String {
    JSONNumber(units: Int64(clamping: milligrams), decimals: 3).text + " gCO2e"
}
