package import VirtualTime

/// When something had power: changes in order of time, by offset from the scenario's start.
package struct PowerLog: Sendable, Hashable {
    package struct Change: Sendable, Hashable {
        package var offset: VirtualDuration
        package var isPowered: Bool
    }

    /// The first stands for the state at the start.
    package private(set) var changes: [Change]

    package init(isPowered: Bool) {
        changes = [Change(offset: .zero, isPowered: isPowered)]
    }

    package var isPowered: Bool { changes[changes.count - 1].isPowered }

    package func isPowered(at offset: VirtualDuration) -> Bool {
        changes[index(at: offset)].isPowered
    }

    /// Notes the state from an offset on, which is not before the last one noted; false where it is
    /// the state already.
    @discardableResult
    package mutating func note(isPowered: Bool, at offset: VirtualDuration) -> Bool {
        precondition(offset >= changes[changes.count - 1].offset, "noted out of order")
        guard isPowered != self.isPowered else { return false }
        changes.append(Change(offset: offset, isPowered: isPowered))
        return true
    }

    /// The last change at or before the offset. Most questions are about the present.
    func index(at offset: VirtualDuration) -> Int {
        let milliseconds = offset.milliseconds
        var low = 0
        var high = changes.count
        if changes[high - 1].offset.milliseconds <= milliseconds { return high - 1 }
        while high - low > 1 {
            let middle = (low + high) / 2
            if changes[middle].offset.milliseconds <= milliseconds {
                low = middle
            } else {
                high = middle
            }
        }
        return low
    }
}

/// A load behind a switch: what it drew, given when it had power. Closed-form, like its profile.
package struct SwitchedLoad: Sendable, Hashable {
    package let load: Load
    package private(set) var log: PowerLog

    // For each change: what the load had used by then, less what its profile alone comes to by then
    // if it has power from there on. Adding the profile's energy gives that of any later moment.
    private var energyBases: [Int64]

    package init(load: Load, isPowered: Bool) {
        self.load = load
        log = PowerLog(isPowered: isPowered)
        energyBases = [0]
    }

    /// - Parameter poweredIntervals: Offsets from the scenario's start, in order, not overlapping.
    package init(load: Load, poweredIntervals: [Range<VirtualDuration>]) {
        self.init(load: load, isPowered: false)
        for interval in poweredIntervals {
            note(isPowered: true, at: interval.lowerBound)
            note(isPowered: false, at: interval.upperBound)
        }
    }

    /// Notes whether the load has power from an offset on; offsets never fall.
    package mutating func note(isPowered: Bool, at offset: VirtualDuration) {
        let used = energyMicrojoules(to: offset)
        guard log.note(isPowered: isPowered, at: offset) else { return }
        energyBases.append(
            isPowered ? used - load.profile.energyMicrojoules(to: offset) : used)
    }

    package func isPowered(at offset: VirtualDuration) -> Bool {
        log.isPowered(at: offset)
    }

    package func powerMilliwatts(at offset: VirtualDuration) -> Int64 {
        log.isPowered(at: offset) ? load.profile.powerMilliwatts(at: offset) : 0
    }

    /// What the load used from the scenario's start up to an offset. Every interval counts the
    /// profile's whole microjoules at its end less those at its beginning.
    package func energyMicrojoules(to offset: VirtualDuration) -> Int64 {
        let index = log.index(at: offset)
        let base = energyBases[index]
        guard log.changes[index].isPowered else { return base }
        return base + load.profile.energyMicrojoules(to: offset)
    }
}

/// What a load with this profile used between two offsets, given when it had power.
///
/// - Parameter poweredIntervals: Offsets from the scenario's start, in order, not overlapping.
package func energyMicrojoules(
    of profile: LoadProfile, poweredIntervals: [Range<VirtualDuration>],
    from start: VirtualDuration, to end: VirtualDuration
) -> Int64 {
    let load = SwitchedLoad(load: Load(profile: profile), poweredIntervals: poweredIntervals)
    return load.energyMicrojoules(to: end) - load.energyMicrojoules(to: start)
}
