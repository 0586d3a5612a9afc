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
        lines.append("  meter   \(meter(scenario.device.electrical.meter))")
        lines.append(
            "  client  polls every \(scenario.client.pollInterval.iso8601), outlets every "
                + "\(scenario.client.outletPollInterval.iso8601)"
                + (scenario.client.readsSensors ? ", with the Sensors behind them" : "")
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
        var entries = scenario.timeline.map {
            Entry(offset: $0.offset, words: words(for: $0, scenario.device.electrical))
        }
        entries += scenario.faults.map { Entry(offset: $0.from, words: "may play: \($0.name)") }
        entries += scenario.carbon.map { step in
            let grams = JSONNumber(units: step.milligramsPerKilowattHour, decimals: 3).text
            return Entry(offset: step.offset, words: "carbon intensity \(grams) gCO2e/kWh")
        }
        return entries
    }

    /// What is unusual about the registers, beside their quantum.
    private static func meter(_ meter: ElectricalConfiguration.Meter) -> String {
        func kilowattHours(_ microjoules: Int64) -> String {
            JSONNumber(units: microjoules / microjoulesPerMilliwattHour, decimals: 6).text + " kWh"
        }
        var words = ["steps of \(kilowattHours(meter.energyQuantumMicrojoules))"]
        if meter.energyLatch > .zero { words.append("latched for \(meter.energyLatch.iso8601)") }
        if meter.gainPartsPerMillion != 0 {
            words.append("gain \(meter.gainPartsPerMillion) ppm")
        }
        if let modulus = meter.modulusMicrojoules {
            words.append("wraps at \(kilowattHours(modulus))")
        }
        if let modulus = meter.outletModulusMicrojoules {
            words.append("outlets wrap at \(kilowattHours(modulus))")
        }
        if !meter.hasLifetime { words.append("no lifetime readings") }
        if !meter.registerOffsetMicrojoules.isEmpty {
            words.append(
                "\(meter.registerOffsetMicrojoules.count.counted("register")) do not begin at zero")
        }
        if !meter.outletReadings.isEmpty {
            let count = meter.outletReadings.count.counted("Sensor")
            words.append("\(count) of energy without a register")
        }
        return words.joined(separator: ", ")
    }

    private static func words(
        for step: Scenario.TimelineStep, _ electrical: ElectricalConfiguration
    ) -> String {
        if let pause = step.clientPause {
            return step.action + (pause > .zero ? ", which stays away for \(pause.iso8601)" : "")
        }
        let points: [MeteringPoint] = step.operations.compactMap {
            switch $0 {
            case .resetMetrics(let point), .loseRegister(let point): point
            default: nil
            }
        }
        if case .replaceUnit(let serialNumber, _, let id)? = step.operations.first {
            return "\(step.action): \(serialNumber) at …/RackPDUs/\(id)"
        }
        guard let point = points.first else { return step.action }
        return step.action
            + (points.count > 1
                ? ": \(points.count.counted("register"))" : " of \(subject(point, electrical))")
    }

    private static func subject(
        _ point: MeteringPoint, _ electrical: ElectricalConfiguration
    ) -> String {
        switch point {
        case .outlet(let index): "outlet \(electrical.outlets[index].name)"
        case .branch(let index): "branch \(electrical.branches[index].name)"
        case .phase(let index): "line \(index + 1)"
        case .mains: "mains"
        case .unit: "pdu"
        }
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
        case .outletPresent(let outlet, let isPresent):
            "outlet \(electrical.outlets[outlet].name) is \(isPresent ? "put in" : "pulled out")"
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
