import Electrical
import Findings
import JSONText
import VirtualTime

extension ClaimsCheck {
    // MARK: claims/N01-energy-register and claims/N02-unit

    func judgeRegister(_ claim: Claim, energy: Int64) {
        let level = account.level(for: claim.point)
        guard let span = account.span(of: level, from: claim.from, to: claim.to) else { return }
        judgeUnit(claim, energy: energy, span)
        registerTally.check()
        if claim.point == .unit {
            unitSummary[.energy] =
                "pdu \(kilowattHours(energy)), register \(span.words)\(truthWords(claim))"
        }
        if span.isLossy, claim.quality == "measured" {
            registerTally.find(
                "\(claim.name) is claimed as measured over a reset that hid energy",
                at: reference(claim), pointer: JSONPointer(tokens: ["quality"]), level: .warn,
                expected: "another quality, such as estimated", seen: "measured")
        }
        guard !span.admits(energy) else { return }
        registerTally.find(
            "\(claim.name) is claimed at \(kilowattHours(energy)) from "
                + "\((claim.from - facts.start).iso8601) to \((claim.to - facts.start).iso8601); "
                + "its register counted \(kilowattHours(span.nearest))\(truthWords(claim))",
            at: reference(claim), pointer: JSONPointer(tokens: ["energy"]),
            level: span.admits(energy, bounds: 2) ? .warn : nil,
            expected: "\(span.words) (bound \(kilowattHours(span.bound)))",
            seen: kilowattHours(energy))
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

    /// Factors between the units of energy, as a slip between them shows.
    private static let slips: [(factor: Int128, high: String, low: String)] = [
        (1000, "Wh read as kWh?", "kWh read as Wh?"),
        (3600, "J read as Wh?", "Wh read as J?"),
        (3_600_000, "J read as kWh?", "kWh read as J?"),
    ]

    private func judgeUnit(_ claim: Claim, energy: Int64, _ span: LevelSpan) {
        // Below a few quanta every factor fits.
        guard span.low > 4 * span.bound else { return }
        unitTally.check()
        let counted = Interval(Int128(span.low - span.bound), Int128(span.high + span.bound))
        for slip in Self.slips {
            let scaled = Interval(Int128(energy), Int128(energy)) * slip.factor
            let isHigh = (counted * slip.factor).intersects(
                Interval(Int128(energy), Int128(energy)))
            guard isHigh || scaled.intersects(counted) else { continue }
            unitTally.find(
                "\(claim.name) is claimed \(grouped(Int(slip.factor))) × too "
                    + (isHigh ? "high: \(slip.high)" : "low: \(slip.low)"),
                at: reference(claim), pointer: JSONPointer(tokens: ["energy"]),
                expected: span.words, seen: kilowattHours(energy))
            return
        }
    }

    // MARK: claims/N10-one-level

    func judgeOneLevel(_ claim: Claim, energy: Int64) {
        guard claim.point == .unit else { return }
        let level = account.level(for: .unit)
        guard level == [.unit] || level == [.mains],
            let span = account.span(of: level, from: claim.from, to: claim.to)
        else { return }
        oneLevelTally.check()
        guard energy > span.high + span.bound else { return }
        oneLevelTally.find(
            "the unit is claimed at more than its own register counted"
                + (doubleCounting(claim, energy: energy, span).map { ": \($0)" } ?? ""),
            at: reference(claim), pointer: JSONPointer(tokens: ["energy"]),
            expected: "at most \(kilowattHours(span.high + span.bound))",
            seen: kilowattHours(energy))
    }

    /// Which levels, added, come to the claim; failing that, which multiple it is.
    private func doubleCounting(_ claim: Claim, energy: Int64, _ span: LevelSpan) -> String? {
        let names = ["outlets", "branches", "mains", "unit"]
        let spans = account.levels.map { account.span(of: $0, from: claim.from, to: claim.to) }
        for choice in 3..<(1 << names.count) where choice.nonzeroBitCount > 1 {
            var sum = LevelSpan()
            var chosen: [String] = []
            for (index, level) in spans.enumerated() where choice & (1 << index) != 0 {
                guard let level else { break }
                sum.low += level.low
                sum.high += level.high
                sum.bound += level.bound
                chosen.append(names[index])
            }
            if chosen.count == choice.nonzeroBitCount, sum.admits(energy) {
                return chosen.joined(separator: " + ") + " were added"
            }
        }
        for factor in Int64(2)...6 {
            let multiple = LevelSpan(
                low: span.low * factor, high: span.high * factor, bound: span.bound * factor)
            if multiple.admits(energy) { return "\(factor) × the unit's energy" }
        }
        return nil
    }

    // MARK: claims/N19-carbon-by-hour

    func judgeCarbon(_ claim: Claim) {
        guard let claimed = claim.carbon, let allowed = allowedCarbon(claim) else { return }
        carbonTally.check()
        if claim.point == .unit {
            unitSummary[.carbon] =
                "\(grams(Int128(claimed.milligrams))), possible \(grams(allowed.low)) to "
                + grams(allowed.high)
        }
        let half = Int128(claimed.halfDigitMilligrams)
        let seen = Interval(
            Int128(claimed.milligrams) - half, Int128(claimed.milligrams) + half)
        guard !seen.intersects(allowed) else { return }
        carbonTally.find(
            "\(claim.name) is claimed at \(grams(Int128(claimed.milligrams)))"
                + carbonSlip(claim, claimed),
            at: reference(claim), pointer: JSONPointer(tokens: ["carbon"]),
            expected: "\(grams(allowed.low)) to \(grams(allowed.high))",
            seen: grams(Int128(claimed.milligrams)))
    }

    private func allowedCarbon(_ claim: Claim) -> Interval? {
        let level = account.level(for: claim.point)
        guard !level.isEmpty else { return nil }
        var sum = Interval(0, 0)
        for point in level {
            guard let register = facts.registers[point],
                let range = carbon.range(
                    account[point], from: claim.from, to: claim.to,
                    quantum: register.quantumMicrojoules)
            else { return nil }
            sum = sum + range
        }
        return sum
    }

    /// Names the usual mistakes: the flat average over the stretch, and grams taken for kilograms.
    private func carbonSlip(_ claim: Claim, _ claimed: ClaimedCarbon) -> String {
        let level = account.level(for: claim.point)
        let energy =
            claim.energyMicrojoules
            ?? account.span(of: level, from: claim.from, to: claim.to)?.nearest ?? 0
        let flat = carbon.flatAverage(
            energyMicrojoules: energy, from: claim.from, to: claim.to)
        let value = Int128(claimed.milligrams)
        // The average is a guess at what the client did, so it need be met within 1 % only.
        if flat > 0, (value - flat).magnitude * 100 <= flat.magnitude {
            return ", the energy times the average intensity (\(grams(flat))); intensity counts "
                + "at the time of use"
        }
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

private func grams(_ milligrams: Int128) -> String {
    JSONNumber(units: Int64(clamping: milligrams), decimals: 3).text + " gCO2e"
}
