package import SmartPDU
import Synchronization
package import VirtualTime

/// What somebody who holds the clock may see and do beside the service.
extension DeviceHost {
    /// What is so now, whatever the wire shows.
    package var standing: (instant: VirtualInstant, power: PowerStanding) {
        state.withLock { state in
            let instant = state.advance(to: now())
            return (instant, state.device.standing(at: instant))
        }
    }

    /// The steps of the timeline that have not been played yet.
    package var stepsToCome: [Scenario.TimelineStep] {
        state.withLock { $0.script.map { Array($0.stepsToCome) } ?? [] }
    }

    /// Plays the next step of the timeline that does this, now.
    ///
    /// - Returns: False where none is left.
    package func playStep(doing action: String) -> Bool {
        state.withLock { state in
            let instant = state.advance(to: now())
            guard let step = state.script?.takeStep(doing: action) else { return false }
            state.perform(step, at: instant)
            return true
        }
    }

    /// Has a fault play on the next request that it matches.
    ///
    /// - Returns: False where there is none of this name.
    package func callFault(_ name: String) -> Bool { state.withLock { $0.faults.call(name) } }
}
