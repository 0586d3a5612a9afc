package import VirtualTime

/// The highest power that a meter saw, and when.
package struct PowerPeak: Sendable, Hashable {
    package var milliwatts: Int64
    package var instant: VirtualInstant

    package init(milliwatts: Int64, instant: VirtualInstant) {
        self.milliwatts = milliwatts
        self.instant = instant
    }
}

extension PowerDistribution {
    /// The highest real power of an outlet at the milliseconds between two instants, both included,
    /// and when it was first met. It follows from the load's profile and from when the outlet had
    /// power, so it does not depend on who read the meter or how often.
    package func powerPeak(
        ofOutlet outlet: Int, from first: VirtualInstant, through last: VirtualInstant
    ) -> PowerPeak {
        let load = truth.outlets[outlet]
        let begin = max(.zero, first - start)
        let end = max(begin, knownOffset(of: last))
        var peak = PowerPeak(milliwatts: load.powerMilliwatts(at: begin), instant: start + begin)
        let changes = load.log.changes
        for (index, change) in changes.enumerated() where change.isPowered {
            let next = index + 1 < changes.count ? changes[index + 1].offset : nil
            let from = max(begin, change.offset)
            let through = min(end, next.map { $0 - .milliseconds(1) } ?? end)
            guard from <= through else { continue }
            let highest = load.load.profile.peak(from: from, through: through)
            if highest.milliwatts > peak.milliwatts {
                peak = PowerPeak(
                    milliwatts: highest.milliwatts, instant: start + highest.offset)
            }
        }
        return peak
    }
}
