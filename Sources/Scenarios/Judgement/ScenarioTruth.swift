package import Electrical
import Judging
package import Recordings
import SmartPDU
import Synchronization
package import VirtualTime

/// The physics of a run, recomputed from the scenario's loads and the recording's switching log.
package final class ScenarioTruth: EnergyTruth, Sendable {
    private let ledger: Mutex<TruthLedger>
    private let latest: Mutex<VirtualInstant>
    private let outlets: Range<Int>

    package init(_ scenario: Scenario) {
        latest = Mutex(scenario.start)
        outlets = scenario.device.electrical.outlets.indices
        ledger = Mutex(
            TruthLedger(
                configuration: scenario.device.electrical, loads: scenario.loads,
                start: scenario.start))
    }

    /// Takes over what an entry says about power. What cannot be, an outlet the device lacks or a
    /// time that runs backwards, is left out: a recording may have been edited.
    package func note(_ entry: RecordEntry) {
        guard case .truth(let truth) = entry else { return }
        latest.withLock { latest in
            guard truth.instant >= latest, outlets.contains(truth.outlet ?? 0) else { return }
            latest = truth.instant
            note(truth)
        }
    }

    private func note(_ truth: TruthRecord) {
        ledger.withLock { ledger in
            if let outlet = truth.outlet {
                ledger.note(outlet: outlet, isPowered: truth.isPowered, at: truth.instant)
            } else {
                ledger.noteMains(isPowered: truth.isPowered, at: truth.instant)
            }
        }
    }

    package func energyMicrojoules(
        of point: MeteringPoint, at instant: VirtualInstant
    ) -> Int64 {
        ledger.withLock { $0.energyMicrojoules(of: point, at: instant) }
    }
}
