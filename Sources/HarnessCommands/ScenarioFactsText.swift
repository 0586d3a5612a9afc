import Electrical
import Findings
import JSONText
import Scenarios
import SmartPDU
import VirtualTime

/// What was simulated, in the words of the report.
enum ScenarioFactsText {
    static func simulated(
        _ scenario: Scenario, _ history: PowerHistory
    ) -> [ScenarioReport.Fact] {
        var facts = [
            ScenarioReport.Fact("device", device(scenario)),
            ScenarioReport.Fact(
                "time", "\(scenario.duration.iso8601) from \(scenario.start.iso8601)"),
        ]
        let steps = scenario.timeline.map { "\($0.action) at \($0.offset.iso8601)" }
        if !steps.isEmpty {
            facts.append(ScenarioReport.Fact("steps", steps.joined(separator: ", ")))
        }
        if !history.lines.isEmpty {
            facts.append(ScenarioReport.Fact("power", history.lines.joined(separator: ", ")))
        }
        return facts
    }

    static func device(_ scenario: Scenario) -> String {
        let electrical = scenario.device.electrical
        let volts = JSONNumber(units: electrical.nominalVoltageMillivolts, decimals: 3).text
        let hertz = JSONNumber(units: electrical.frequencyMillihertz, decimals: 3).text
        let supply =
            switch electrical.wiring {
            // The voltage between two lines is that to neutral times the root of three.
            case .threePhase5Wire: "\(volts)/\(lineToLineVolts(electrical)) V \(hertz) Hz"
            case .onePhase3Wire: "\(volts) V \(hertz) Hz"
            case .directCurrent: "\(volts) V DC"
            }
        return "\(scenario.device.name): \(electrical.outlets.count) outlets, "
            + "\(electrical.branches.count) branches, \(supply)"
    }

    /// Rounded to 10 V, as nominal voltages are named: 230 V gives 400 V.
    private static func lineToLineVolts(_ electrical: ElectricalConfiguration) -> Int64 {
        let volts = electrical.nominalVoltageMillivolts * 1732 / 1_000_000
        return (volts + 5) / 10 * 10
    }
}
