import Electrical
import Findings
import JSONText
import VirtualTime

// Whether a claim keeps to the time in which its client read anything.

extension ClaimsCheck {
    /// Between its samples the register tells what passed, and a poll before and after them the
    /// steepest slope bounds it. Beyond that nobody knows.
    ///
    /// - Returns: Whether the claim can be held against what was read.
    func judgeReach(_ claim: Claim) -> Bool {
        guard let reach = account.reach(of: claim.point) else { return true }
        let isWithin =
            (!claim.statesFrom || reach.contains(claim.from))
            && (!claim.statesTo || reach.contains(claim.to))
        guard isWithin else {
            wrongClaims[claim.point] = claim
            report(claim, beyond: reach)
            return false
        }
        judgeNamedSamples(claim)
        return true
    }

    private func report(_ claim: Claim, beyond reach: ReadingReach) {
        let words =
            "\(claim.name) is claimed from \((claim.from - facts.start).iso8601) to "
            + (claim.to - facts.start).iso8601
        let member = !claim.samples.isEmpty ? "samples" : reach.contains(claim.from) ? "to" : "from"
        let expected = "times between \(reach.earliest.iso8601) and \(reach.latest.iso8601)"
        guard let shift = zoneShift(claim, reach) else {
            return breach(
                claim,
                "\(words); it was read from \((reach.first - facts.start).iso8601) to "
                    + "\((reach.last - facts.start).iso8601) only", expected, at: member)
        }
        hoursTally.check()
        hoursTally.find(
            "\(words), which is right \(hours(shift.magnitude)) "
                + "\(shift > 0 ? "earlier" : "later"): local time for UTC?",
            at: reference(claim), pointer: JSONPointer(tokens: [member]), expected: expected,
            seen: claim.json[member]?.compactText ?? "absent")
    }

    /// How far ahead of UTC the clock is that makes the claim's times right, in minutes; nil where
    /// none does.
    private func zoneShift(_ claim: Claim, _ reach: ReadingReach) -> Int64? {
        let level = account.level(for: claim.point)
        return zoneOffsetsMinutes.first { minutes in
            let from = claim.statesFrom ? claim.from - .minutes(minutes) : claim.from
            let to = claim.statesTo ? claim.to - .minutes(minutes) : claim.to
            guard reach.contains(from) || !claim.statesFrom, reach.contains(to) || !claim.statesTo
            else { return false }
            guard let energy = claim.energyMicrojoules else { return true }
            return account.span(of: level, from: from, to: to)?.admits(energy, bounds: 2) ?? true
        }
    }

    /// A sample that is named is a reading that some answer showed.
    private func judgeNamedSamples(_ claim: Claim) {
        let tolerance = max(duties.sampleTolerance, .seconds(2))
        guard
            let unseen = claim.samples.first(where: {
                !account.readingTimes.contains($0, within: tolerance)
            })
        else { return }
        breach(
            claim,
            "\(claim.name) names a sample of \((unseen - facts.start).iso8601), when no answer "
                + "showed a reading", "the time of an answer, as its Date has it", at: "samples",
            seen: unseen.iso8601)
    }
}

/// The offsets of the time zones there are, in minutes: whole hours before half ones, and the
/// nearer ones first.
let zoneOffsetsMinutes: [Int64] = offsets(every: 60, from: 60) + offsets(every: 60, from: 30)

private func offsets(every step: Int64, from first: Int64) -> [Int64] {
    // UTC-12 to UTC+14.
    stride(from: first, through: 14 * 60, by: Int64.Stride(step)).flatMap { minutes -> [Int64] in
        minutes <= 12 * 60 ? [minutes, -minutes] : [minutes]
    }
}

/// `1 h`, `5.5 h`.
func hours(_ minutes: some BinaryInteger) -> String {
    decimal(Int64(minutes) * 1_000_000 / 60) + " h"
}

/// The time in which a client read a point, and by how much a claim may reach beyond it.
struct ReadingReach {
    var first: VirtualInstant
    var last: VirtualInstant
    var slack: VirtualDuration

    var earliest: VirtualInstant { first - slack }
    var latest: VirtualInstant { last + slack }

    func contains(_ instant: VirtualInstant) -> Bool { instant >= earliest && instant <= latest }
}

/// When answers showed anything that is metered, and when that was taken: in order, and once each.
struct ReadingTimes {
    private var instants: [VirtualInstant] = []

    mutating func add(_ instant: VirtualInstant) {
        guard let last = instants.last, instant <= last else {
            return instants.appendTightly(instant)
        }
        let index = instants.firstIndex(notBefore: instant)
        if instants[index] != instant { instants.insert(instant, at: index) }
    }

    /// How far the nearest is; nil where there is none.
    func distance(to instant: VirtualInstant) -> VirtualDuration? {
        let index = instants.firstIndex(notBefore: instant)
        let after = index < instants.count ? instants[index] - instant : nil
        let before = index > 0 ? instant - instants[index - 1] : nil
        return [after, before].compactMap(\.self).min()
    }

    func contains(_ instant: VirtualInstant, within tolerance: VirtualDuration) -> Bool {
        let index = instants.firstIndex(notBefore: instant - tolerance)
        return index < instants.count && instants[index] <= instant + tolerance
    }
}

extension [VirtualInstant] {
    /// Of an array in order, the first that is no earlier; its count where none is.
    fileprivate func firstIndex(notBefore instant: VirtualInstant) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if self[middle] < instant { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
