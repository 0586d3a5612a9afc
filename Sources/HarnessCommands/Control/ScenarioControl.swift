import Electrical
import JSONText
import Scenarios
import SmartPDU
import VirtualTime

/// What may be seen of a scenario's device, and what may be made to happen to it now.
struct ScenarioControl: ControlledDevice {
    let scenario: Scenario
    let host: DeviceHost

    var outlook: [JSONObject.Member] {
        let steps = host.stepsToCome.map { step -> JSONValue in
            ["at": .string(step.offset.iso8601), "do": .string(step.action)]
        }
        let faults = host.faultCounts.map { fault -> JSONValue in
            ["name": .string(fault.name), "played": .number(JSONNumber(fault.count))]
        }
        return [
            .init(name: "stepsToCome", value: .array(steps)),
            .init(name: "faults", value: .array(faults)),
        ]
    }

    var truth: (instant: VirtualInstant, members: [JSONObject.Member]) {
        let (instant, power) = host.standing
        let meters = power.meters.map { meter -> JSONValue in
            [
                "scope": .string(name(of: meter.point)), "path": .string(meter.path),
                "powerWatts": .number(JSONNumber(units: meter.powerMilliwatts, decimals: 3)),
                "energyKilowattHours": kilowattHours(meter.energyMicrojoules),
                "registerKilowattHours": kilowattHours(meter.registerMicrojoules),
            ]
        }
        let breakers = power.breakers.map { breaker -> JSONValue in
            ["circuit": .string(breaker.circuit), "state": .string(breaker.state)]
        }
        let outlets = power.outlets.map { outlet -> JSONValue in
            ["outlet": .string(outlet.name), "isPowered": .bool(outlet.isPowered)]
        }
        return (
            instant,
            [
                .init(name: "meters", value: .array(meters)),
                .init(name: "breakers", value: .array(breakers)),
                .init(name: "outlets", value: .array(outlets)),
            ]
        )
    }

    /// To the microwatt-hour.
    private func kilowattHours(_ microjoules: Int64) -> JSONValue {
        .number(JSONNumber(units: microjoules / 3600, decimals: 9))
    }

    private func name(of point: MeteringPoint) -> String {
        let electrical = scenario.device.electrical
        return switch point {
        case .outlet(let outlet): "outlet \(electrical.outlets[outlet].name)"
        case .branch(let branch): "branch \(electrical.branches[branch].name)"
        case .phase(let phase): "phase \(phase + 1)"
        case .mains: "mains"
        case .unit: "pdu"
        }
    }

    /// Lets a step of the timeline happen now, or a fault play on the next request it matches.
    func trigger(_ located: Located) throws(ConfigurationError) -> JSONValue {
        var object = try located.object()
        let step = object.value("step")
        let fault = object.value("fault")
        try object.rejectUnknownMembers()
        switch (step, fault) {
        case (let step?, nil):
            let action = try step.string()
            let known = host.stepsToCome.map(\.action)
            guard host.playStep(doing: action) else {
                throw step.error(unknown(action, "step to come", among: known))
            }
            return ["step": .string(action)]
        case (nil, let fault?):
            let name = try fault.string()
            guard host.callFault(name) else {
                throw fault.error(unknown(name, "fault", among: scenario.faults.map(\.name)))
            }
            return ["fault": .string(name)]
        default: throw located.error("write step, a word of the timeline, or fault, a fault's name")
        }
    }

    private func unknown(_ name: String, _ what: String, among known: [String]) -> String {
        let hint = nearMiss(for: name, among: known).map { "; did you mean '\($0)'?" }
        let list = known.isEmpty ? "there is none" : "known: \(known.joined(separator: ", "))"
        return "there is no \(what) '\(name)'\(hint ?? "; \(list)")"
    }
}
