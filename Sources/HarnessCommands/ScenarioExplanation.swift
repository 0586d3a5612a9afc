import Electrical
import Findings
import JSONText
import Scenarios
import SmartPDU
import VirtualTime

/// A scenario's plan as a timeline: its own steps, and what follows from the physics alone.
enum ScenarioExplanation {
    static func text(of scenario: Scenario) -> String {
        var lines = ["\(scenario.name): \(scenario.title)"]
        lines.append("  device  \(ScenarioFactsText.device(scenario))")
        lines.append(
            "  client  polls every \(scenario.client.pollInterval.iso8601), outlets every "
                + "\(scenario.client.outletPollInterval.iso8601)"
                + (scenario.client.subscribes ? ", subscribes" : ""))
        let entries = steps(scenario) + physics(scenario)
        for entry in entries.sorted(by: { $0.offset < $1.offset }) {
            lines.append("  \(entry.offset.iso8601.padded(to: 10))  \(entry.words)")
        }
        lines.append("  \(scenario.duration.iso8601.padded(to: 10))  end")
        return lines.joined(separator: "\n")
    }

    private struct Entry {
        var offset: VirtualDuration
        var words: String
    }

    private static func steps(_ scenario: Scenario) -> [Entry] {
        var entries = scenario.timeline.map { Entry(offset: $0.offset, words: $0.action) }
        entries += scenario.faults.map { Entry(offset: $0.from, words: "may play: \($0.name)") }
        entries += scenario.carbon.map { step in
            let grams = JSONNumber(units: step.milligramsPerKilowattHour, decimals: 3).text
            return Entry(offset: step.offset, words: "carbon intensity \(grams) gCO2e/kWh")
        }
        return entries
    }

    /// What the loads and the electrical steps of the timeline make happen.
    private static func physics(_ scenario: Scenario) -> [Entry] {
        scenario.electricalPlan.compactMap { event in
            words(for: event.kind, scenario.device.electrical).map {
                Entry(offset: event.instant - scenario.start, words: $0)
            }
        }
    }

    private static func words(
        for kind: ElectricalEvent.Kind, _ electrical: ElectricalConfiguration
    ) -> String? {
        switch kind {
        case .breakerTripped(let branch): "breaker \(electrical.branches[branch].name) trips"
        case .breakerReset(let branch): "breaker \(electrical.branches[branch].name) is closed"
        case .breakerOpened(let branch): "breaker \(electrical.branches[branch].name) is opened"
        case .thresholdChanged(let point, _, _, let level, let reading, _):
            "\(name(of: point, electrical)) \(level) at "
                + JSONNumber(units: reading, decimals: 3).text
        case .mainsPowered(let isPowered): isPowered ? "mains return" : "mains are lost"
        case .branchPowered, .outletPowered, .outletStateChanged: nil
        }
    }

    private static func name(
        of point: MeteringPoint, _ electrical: ElectricalConfiguration
    ) -> String {
        switch point {
        case .branch(let index): "current of branch \(electrical.branches[index].name)"
        case .unit: "power of the unit"
        default: "reading"
        }
    }
}
