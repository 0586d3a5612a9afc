import Electrical
import JSONText
import SmartPDU
import VirtualTime

/// Decodes `timeline`: what is done to the device when.
struct TimelineSection {
    let device: DeviceConfiguration
    let duration: VirtualDuration

    /// What a step may do. The words are the scenario's.
    enum Verb: String, CaseIterable {
        case expireSessions = "expire-sessions"
        case setPassword = "set-password"
        case resetBreaker = "reset-breaker"
        case openBreaker = "open-breaker"
        case tripBreaker = "trip-breaker"
        case switchOutlets = "switch-outlets"
        case resetMetrics = "reset-metrics"
        case loseRegisters = "lose-registers"
        case hideReadingTimes = "hide-reading-times"
        case pullOutlets = "pull-outlets"
        case returnOutlets = "return-outlets"
        case swapPDU = "swap-pdu"
        case restartClient = "restart-client"
        case loseMains = "lose-mains"
        case restoreMains = "restore-mains"
        case emitEvents = "emit-events"
    }

    private enum Position: String, CaseIterable {
        case on
        case off
        case cycle

        var power: SwitchCommand.Power {
            switch self {
            case .on: .on
            case .off: .off
            case .cycle: .powerCycle
            }
        }
    }

    func decode(_ located: Located?) throws(ConfigurationError) -> [Scenario.TimelineStep] {
        guard let located else { return [] }
        var steps: [Scenario.TimelineStep] = []
        for element in try located.elements() {
            var object = try element.object()
            let at = try object.required("at")
            let offset = try at.offset(until: duration)
            let verb = try object.required("do").choice(Verb.self)
            var step = Scenario.TimelineStep(
                offset: offset, action: verb.rawValue,
                operations: try operations(of: verb, at: offset, &object),
                place: element.pointer)
            if verb == .restartClient {
                step.clientPause = try object.duration(
                    "down", default: .zero, in: .zero...(duration - offset))
            }
            steps.append(step)
            try object.rejectUnknownMembers()
        }
        return steps.enumerated().sorted { left, right in
            (left.element.offset, left.offset) < (right.element.offset, right.offset)
        }.map(\.element)
    }

    private func operations(
        of verb: Verb, at offset: VirtualDuration, _ object: inout StrictObject
    ) throws(ConfigurationError) -> [DeviceOperation] {
        switch verb {
        case .expireSessions: return [.expireSessions]
        case .setPassword:
            return [
                .setPassword(
                    userName: try object.string("user", default: device.service.userName),
                    password: try object.required("password").string())
            ]
        case .resetBreaker: return [.breaker(try branch(&object), .reset)]
        case .openBreaker: return [.breaker(try branch(&object), .open)]
        case .tripBreaker: return [.breaker(try branch(&object), .trip)]
        case .switchOutlets:
            let position = try object.required("to").choice(Position.self)
            return try outlets(&object).map { .outlet($0, position.power) }
        case .resetMetrics:
            return try object.required("of").meteringPoints(of: device.electrical).map {
                .resetMetrics($0)
            }
        case .loseRegisters:
            return try object.required("of").meteringPoints(of: device.electrical).map {
                .loseRegister($0)
            }
        case .hideReadingTimes: return [.hideReadingTimes]
        case .pullOutlets:
            return try outlets(&object).map { .module(outlet: $0, isPresent: false) }
        case .returnOutlets:
            let registers = try object.value("registers")?.registers(of: device.electrical) ?? [:]
            return try outlets(&object).flatMap { outlet -> [DeviceOperation] in
                let point = MeteringPoint.outlet(outlet)
                return [
                    .module(outlet: outlet, isPresent: true),
                    .replaceMeter(point, readingMicrojoules: registers[point] ?? 0),
                ]
            }
        case .swapPDU: return try swap(&object)
        case .restartClient: return []
        case .loseMains: return [.mains(isPowered: false)]
        case .restoreMains: return [.mains(isPowered: true)]
        case .emitEvents:
            return [
                .emitEvents(
                    count: try object.required("count").integer(in: 1...100_000),
                    over: try object.required("over").duration(in: .zero...(duration - offset)),
                    perPayload: try object.integer("perPayload", default: 1, in: 1...1000))
            ]
        }
    }

    private func outlets(_ object: inout StrictObject) throws(ConfigurationError) -> [Int] {
        try object.required("outlets").indices(
            upTo: device.electrical.outlets.count, what: "outlet")
    }

    /// Another unit of the same model with registers of its own, zero where nothing is said.
    private func swap(
        _ object: inout StrictObject
    ) throws(ConfigurationError) -> [DeviceOperation] {
        let unit = DeviceOperation.replaceUnit(
            serialNumber: try object.required("serialNumber").string(),
            uuid: try object.required("uuid").string(),
            rackPDUID: try object.value("rackPDU")?.identifier() ?? device.identity.rackPDUID)
        let registers = try object.value("registers")?.registers(of: device.electrical) ?? [:]
        return [unit]
            + device.electrical.meteringPoints.map {
                .replaceMeter($0, readingMicrojoules: registers[$0] ?? 0)
            }
    }

    private func branch(_ object: inout StrictObject) throws(ConfigurationError) -> Int {
        let located = try object.required("circuit")
        let name = try located.string()
        let names = device.electrical.branches.map(\.name)
        guard let index = names.firstIndex(of: name) else {
            let hint = "known: \(names.joined(separator: ", "))"
            throw located.error("there is no circuit '\(name)'; \(hint)")
        }
        return index
    }
}
