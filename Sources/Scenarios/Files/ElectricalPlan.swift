package import Electrical
import SmartPDU
import VirtualTime

extension Scenario {
    /// What happens in the power distribution by the loads and the timeline alone, which is all of
    /// it unless a client switches something.
    package var electricalPlan: [ElectricalEvent] {
        var model = PowerDistribution(
            configuration: device.electrical, loads: loads, seed: seed, start: start)
        var events: [ElectricalEvent] = []
        for step in timeline {
            let instant = start + step.offset
            events += model.advance(to: instant)
            for operation in step.operations {
                guard let command = operation.switchCommand else { continue }
                // What the device refuses does not happen; the step's record tells of it.
                events += (try? model.command(command, at: instant)) ?? []
            }
        }
        return events + model.advance(to: end)
    }
}
