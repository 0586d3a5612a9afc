import Electrical
import JSONText
import Scenarios
import SmartPDU
import VirtualTime
import Wire

/// What somebody who holds the control endpoint may do with a run: move time, look at the truth,
/// let something happen now, end it.
struct Control: Sendable {
    let scenario: Scenario
    let host: DeviceHost
    let clockName: String
    let clock: any RunningClock
    /// What moves the clock, where it does not run by itself.
    let stepped: SteppedTime?
    let stop: StopRequest

    /// Time does not go on for longer than this after the scenario's end, for those who need some
    /// to come to theirs.
    private static let graceAfterEnd = VirtualDuration.minutes(10)

    // MARK: Looking

    var status: JSONValue {
        let steps = host.stepsToCome.map { step -> JSONValue in
            ["at": .string(step.offset.iso8601), "do": .string(step.action)]
        }
        let faults = host.faultCounts.map { fault -> JSONValue in
            ["name": .string(fault.name), "played": .number(JSONNumber(fault.count))]
        }
        var object = JSONObject()
        object["scenario"] = .string(scenario.name)
        object["clock"] = .string(clockName)
        for member in time(clock.now()) { object[member.name] = member.value }
        object["end"] = .string(scenario.end.iso8601)
        object["stepsToCome"] = .array(steps)
        object["faults"] = .array(faults)
        object["isStopping"] = .bool(stop.isMadeBy != nil)
        return .object(object)
    }

    var truth: JSONValue {
        let (instant, power) = host.standing
        let meters = power.meters.map { meter -> JSONValue in
            [
                "scope": .string(name(of: meter.point)), "path": .string(meter.path),
                "powerWatts": .number(JSONNumber(units: meter.powerMilliwatts, decimals: 3)),
                "energyKilowattHours": kilowattHours(meter.energyMicrojoules),
                "registerKilowattHours": kilowattHours(meter.registerMicrojoules),
            ]
        }
        var object = JSONObject()
        for member in time(instant) { object[member.name] = member.value }
        object["meters"] = .array(meters)
        object["breakers"] = .array(
            power.breakers.map { ["circuit": .string($0.circuit), "state": .string($0.state)] })
        object["outlets"] = .array(
            power.outlets.map { ["outlet": .string($0.name), "isPowered": .bool($0.isPowered)] })
        return .object(object)
    }

    func time(_ instant: VirtualInstant) -> [JSONObject.Member] {
        [
            .init(name: "now", value: .string(instant.iso8601)),
            .init(name: "offset", value: .string((instant - scenario.start).iso8601)),
            .init(name: "isOver", value: .bool(instant >= scenario.end)),
        ]
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

    // MARK: Doing

    /// What an `advance` asks for.
    func step(_ located: Located) throws(ConfigurationError) -> (VirtualInstant, Bool) {
        var object = try located.object()
        let by = try object.value("by").map(span)
        let to = object.value("to")
        let untilDelivery = try object.value("untilDelivery")?.bool() ?? false
        try object.rejectUnknownMembers()
        let now = clock.now()
        let target: VirtualInstant
        switch (by, to) {
        case (let span?, nil): target = now + span
        case (nil, let located?): target = try instant(located)
        default: throw located.error("write by, a duration such as PT10S, or to, an instant")
        }
        guard target >= now else {
            throw located.error(
                "it is \((now - scenario.start).iso8601) already, and time does not run backwards")
        }
        return (min(target, max(now, scenario.end + Self.graceAfterEnd)), untilDelivery)
    }

    private func span(_ located: Located) throws(ConfigurationError) -> VirtualDuration {
        let text = try located.string()
        guard let span = VirtualDuration(iso8601: text), span >= .zero, span <= .hours(24 * 366)
        else { throw located.error("'\(text)' is no ISO 8601 duration of at most a year") }
        return span
    }

    /// An offset from the start, or a date-time.
    private func instant(_ located: Located) throws(ConfigurationError) -> VirtualInstant {
        let text = try located.string()
        if let offset = VirtualDuration(iso8601: text) { return scenario.start + offset }
        if let instant = VirtualInstant(iso8601: text) { return instant }
        throw located.error(
            "'\(text)' is no instant; write an offset from the start such as PT5M, or a date-time")
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
