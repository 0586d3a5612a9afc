import VirtualTime

/// The relay of one outlet and what it is about to do.
struct OutletSwitch: Sendable {
    struct Transition: Sendable {
        var instant: VirtualInstant
        var closes: Bool
        var cause: SwitchCause
    }

    /// Closed, and its circuit has power: without power a relay falls open.
    var isClosed: Bool
    /// The state that was ordered last; the restore policy `lastState` goes back to it.
    var isWanted: Bool
    /// In order of time.
    var transitions: [Transition] = []
    /// The state last reported.
    var shown: OutletState.PowerState

    init(isClosed: Bool) {
        self.isClosed = isClosed
        isWanted = isClosed
        shown = isClosed ? .on : .off
    }

    var state: OutletState {
        let powerState: OutletState.PowerState =
            switch transitions.first?.closes {
            case true: .poweringOn
            case false: .poweringOff
            case nil: isClosed ? .on : .off
            }
        return OutletState(powerState: powerState, isPowered: isClosed)
    }

    /// Puts a command's transitions in the place of whatever was under way: the latest wins.
    mutating func order(
        _ command: SwitchCommand.Power, of outlet: ElectricalConfiguration.Outlet,
        at instant: VirtualInstant
    ) {
        func transition(_ delay: VirtualDuration, closes: Bool) -> Transition {
            Transition(instant: instant + delay, closes: closes, cause: .command)
        }
        isWanted = command != .off
        switch (command, isClosed) {
        case (.on, true), (.off, false):
            transitions = []
        case (.on, false):
            transitions = [transition(outlet.onDelay, closes: true)]
        case (.off, true):
            transitions = [transition(outlet.offDelay, closes: false)]
        case (.powerCycle, true):
            transitions = [
                transition(outlet.offDelay, closes: false),
                transition(outlet.offDelay + outlet.cycleDelay, closes: true),
            ]
        case (.powerCycle, false):
            transitions = [transition(outlet.cycleDelay, closes: true)]
        }
    }
}
