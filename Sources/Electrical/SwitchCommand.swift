/// What somebody orders the power distribution to do. Indices count from 0.
package enum SwitchCommand: Sendable, Hashable, Codable {
    package enum Power: Sendable, Hashable, Codable {
        case on
        case off
        case powerCycle
    }

    package enum Breaker: Sendable, Hashable, Codable {
        /// Closes a breaker that is tripped or off.
        case reset
        /// Opens it by hand: off.
        case open
        /// Makes it trip, as by overcurrent.
        case trip
    }

    case outlet(Int, Power)
    /// Takes the power from, or gives it back to, the whole circuit, its outlets included.
    case branch(Int, Power)
    case breaker(Int, Breaker)
    /// Sets a point's energy register to zero; its lifetime reading stays.
    case resetMetrics(MeteringPoint)
    /// The register begins again from zero without the device noticing, as after a restart of the
    /// firmware that had it in volatile memory.
    case loseRegister(MeteringPoint)
    /// Another meter stands in the place of the one there was; its registers show this much.
    case replaceMeter(MeteringPoint, readingMicrojoules: Int64)
    /// The module of an outlet is pulled out, or put in; without it there is no outlet.
    case module(outlet: Int, isPresent: Bool)
    /// Input power is lost, or comes back.
    case mains(isPowered: Bool)
}

/// Why a command was not carried out; nothing has changed then.
package enum SwitchRefusal: Error, Hashable {
    /// There is no such outlet, branch or line.
    case unknownPoint
    case locked
    case notSwitchable
    /// The outlet is not there.
    case absent
    /// The circuit that would have to carry the power has none.
    case circuitUnpowered
}
