package import VirtualTime

/// Something that happened in the power distribution, by itself or by command.
package struct ElectricalEvent: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        case breakerTripped(branch: Int)
        case breakerReset(branch: Int)
        /// Opened by command, not by overcurrent.
        case breakerOpened(branch: Int)
        /// The branch gained or lost voltage behind its breaker.
        case branchPowered(branch: Int, isPowered: Bool)
        /// The load of an outlet gained or lost power; these alone rebuild the truth.
        case outletPowered(outlet: Int, isPowered: Bool, cause: SwitchCause)
        /// The module of an outlet was pulled out or put in.
        case outletPresent(outlet: Int, isPresent: Bool)
        /// What the outlet shows has changed.
        case outletStateChanged(outlet: Int, state: OutletState)
        /// `reading` is the served reading that decided, `threshold` the one that was crossed; on
        /// the way back to normal the lowest there is. Both are in the quantity's unit.
        case thresholdChanged(
            point: MeteringPoint, quantity: MonitoredQuantity, from: ThresholdLevel,
            to: ThresholdLevel, reading: Int64, threshold: Int64)
        /// Input power was lost or came back.
        case mainsPowered(isPowered: Bool)
    }

    package var instant: VirtualInstant
    package var kind: Kind

    package init(instant: VirtualInstant, kind: Kind) {
        self.instant = instant
        self.kind = kind
    }
}

/// Why an outlet gained or lost power.
package enum SwitchCause: Sendable, Hashable {
    /// The breaker of this branch opened.
    case breaker(Int)
    /// A command to the outlet or to its branch.
    case command
    /// Its module was pulled out.
    case removal
    /// Power came back to its circuit.
    case restore
    /// Input power was lost.
    case mains
}

/// A quantity that is held against thresholds.
package enum MonitoredQuantity: Sendable, Hashable {
    /// Milliamperes.
    case current
    /// Milliwatts.
    case power
}

package enum ThresholdLevel: Int, Sendable, Hashable, Comparable {
    case normal
    case caution
    case critical

    package static func < (left: ThresholdLevel, right: ThresholdLevel) -> Bool {
        left.rawValue < right.rawValue
    }
}

package enum BreakerState: Sendable, Hashable {
    case normal
    case tripped
    /// Opened by command.
    case off
}

/// What an outlet shows, and whether its load has power.
package struct OutletState: Sendable, Hashable {
    package enum PowerState: Sendable, Hashable {
        case on
        case off
        /// Off, and about to be switched on.
        case poweringOn
        /// On, and about to be switched off.
        case poweringOff
    }

    package var powerState: PowerState
    /// Whether the outlet is really energised.
    package var isPowered: Bool

    package var isInTransition: Bool { powerState == .poweringOn || powerState == .poweringOff }

    package init(powerState: PowerState, isPowered: Bool) {
        self.powerState = powerState
        self.isPowered = isPowered
    }
}
