import JSONText
import Scenarios
import VirtualTime

/// What may be seen of the device of a recording. Of its energy only the registers are known, and
/// what happens to it has been recorded.
struct ReplayControl: ControlledDevice {
    let service: ReplayService

    var outlook: [JSONObject.Member] {
        [.init(name: "stepsToCome", value: []), .init(name: "faults", value: [])]
    }

    var truth: (instant: VirtualInstant, members: [JSONObject.Member]) {
        let (instant, registers) = service.registers
        let meters = registers.map { register -> JSONValue in
            [
                "path": .string(register.path),
                "registerKilowattHours": .number(register.kilowattHours),
            ]
        }
        return (instant, [.init(name: "meters", value: .array(meters))])
    }

    func trigger(_ located: Located) throws(ConfigurationError) -> JSONValue {
        throw located.error(
            "a replay has no steps and faults to trigger: what happens is what was recorded")
    }
}
