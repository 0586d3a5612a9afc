import Electrical
import VirtualTime

// What a client did that claims the wrong carbon for the right energy.

extension ClaimsCheck {
    /// Whether a clock that is an hour off would show: whether its carbon lies outside of what is
    /// allowed. A series that is the same an hour later tells nothing.
    func canTellHours(_ claim: Claim, _ allowed: Interval) -> Bool {
        guard carbon.steps.count > 1 else { return false }
        return [1, -1].allSatisfy { (hours: Int64) in
            let shifted = allowedCarbon(claim, by: carbon.shifted(by: .hours(hours)))
            return shifted.map { !$0.intersects(allowed) } ?? false
        }
    }

    /// By how many minutes the intensities are shifted that make the carbon right; nil where none do.
    /// Of several it is the nearest whole hour: what a fast clock leaves open, a far one fits by
    /// chance. A client may turn the hours of one day around or stop at its ends.
    func shift(_ claim: Claim, _ seen: Interval) -> Int64? {
        guard carbon.steps.count > 2 else { return nil }
        return zoneOffsetsMinutes.first { minutes in
            let span = VirtualDuration.minutes(minutes)
            return [carbon.shifted(by: span), carbon.turned(by: span)].compactMap(\.self).contains {
                allowedCarbon(claim, by: $0)?.intersects(seen) ?? false
            }
        }
    }

    /// Names the claim as energy times an average of the intensities, over the claim's time or over
    /// the whole series, where it is that within one part of so many; nil where it is not, and where
    /// the average is right.
    func averageWords(_ claim: Claim, _ claimed: ClaimedCarbon, within parts: Int128) -> String? {
        let level = account.level(for: claim.point)
        let energy =
            claim.energyMicrojoules.map { Int128($0) }
            ?? account.span(of: level, from: claim.from, to: claim.to)?.nearest ?? 0
        let overTime = carbon.flatAverage(
            energyMicrojoules: energy, from: claim.from, to: claim.to)
        let overSteps = energy * carbon.mean / 3_600_000_000_000
        let value = Int128(claimed.milligrams)
        guard
            let flat = [overTime, overSteps].first(where: {
                $0 > 0 && Int128((value - $0).magnitude) * parts <= $0
            }), allowedCarbon(claim)?.intersects(Interval(flat, flat)) == false
        else { return nil }
        return ", the energy times the average intensity (\(grams(flat))); intensity counts at the "
            + "time of use"
    }
}
