package import Electrical
package import VirtualTime

/// What a scenario does to the device from outside the service.
package enum DeviceOperation: Sendable, Hashable {
    case expireSessions
    case setPassword(userName: String, password: String)
    /// Switches an outlet as somebody at the device's own panel would.
    case outlet(Int, SwitchCommand.Power)
    case breaker(Int, SwitchCommand.Breaker)
    case mains(isPowered: Bool)
    case resetMetrics(MeteringPoint)
    /// A register begins again from zero and nobody says so.
    case loseRegister(MeteringPoint)
    case replaceMeter(MeteringPoint, readingMicrojoules: Int64)
    /// The module of an outlet is pulled out, or one is put in. Its meter is replaced by an operation
    /// of its own.
    case module(outlet: Int, isPresent: Bool)
    /// Sensors no longer say when their readings were taken.
    case hideReadingTimes
    /// Another unit stands at this address: it knows no session, no subscription and no setting of
    /// the one there was. Its meters are replaced by operations of their own.
    case replaceUnit(serialNumber: String, uuid: String, rackPDUID: String)
    /// Emits this many test messages evenly over a span, some in each payload.
    case emitEvents(count: Int, over: VirtualDuration, perPayload: Int)
}

/// Test messages that are still to come.
struct EventBurst: Sendable {
    var start: VirtualInstant
    var span: VirtualDuration
    var count: Int
    var perPayload: Int
    var emitted = 0

    static let payloadsAtATime = 2000

    /// The instant of the next payload, or nil where all are out.
    var nextInstant: VirtualInstant? {
        guard emitted < count else { return nil }
        return start + .milliseconds(span.milliseconds * Int64(emitted) / Int64(count))
    }
}

extension SmartPDU {
    /// Carries out an operation.
    ///
    /// - Returns: What happened, for people, and the effects.
    package mutating func operate(
        _ operation: DeviceOperation, at instant: VirtualInstant
    ) -> (outcome: String, effects: [Effect]) {
        let due = wake(at: instant)
        let (outcome, effects) = perform(operation, at: instant)
        return (outcome, due + effects)
    }

    private mutating func perform(
        _ operation: DeviceOperation, at instant: VirtualInstant
    ) -> (String, [Effect]) {
        switch operation {
        case .expireSessions:
            let count = sessions.endAll(at: instant)
            return (count == 1 ? "1 session ended" : "\(count) sessions ended", [])
        case .setPassword(let userName, let password):
            guard let account = accounts.named(userName) else {
                return ("no account \(userName)", [])
            }
            accounts.setPassword(password, of: account.id)
            return ("password of \(userName) changed", [])
        case .outlet(let index, let switching):
            return carryOut(.outlet(index, switching), at: instant, "outlet \(outletName(index))")
        case .breaker(let index, let operation):
            return carryOut(
                .breaker(index, operation), at: instant, "breaker \(branchName(index))")
        case .mains(let isPowered):
            return carryOut(
                .mains(isPowered: isPowered), at: instant,
                isPowered ? "input power restored" : "input power lost")
        case .resetMetrics(let point):
            return carryOut(.resetMetrics(point), at: instant, "metrics reset")
        case .loseRegister(let point):
            return carryOut(.loseRegister(point), at: instant, "register lost")
        case .replaceMeter(let point, let reading):
            return carryOut(
                .replaceMeter(point, readingMicrojoules: reading), at: instant, "meter replaced")
        case .module(let index, let isPresent):
            return carryOut(
                .module(outlet: index, isPresent: isPresent), at: instant,
                "outlet \(outletName(index)) \(isPresent ? "put in" : "pulled out")")
        case .hideReadingTimes:
            showsReadingTimes = false
            return ("no more reading times", [])
        case .replaceUnit(let serialNumber, let uuid, let rackPDUID):
            var identity = configuration.identity
            identity.serialNumber = serialNumber
            identity.uuid = uuid
            identity.rackPDUID = rackPDUID
            replace(by: identity)
            return ("unit replaced by \(serialNumber)", [])
        case .emitEvents(let count, let span, let perPayload):
            bursts.append(
                EventBurst(start: instant, span: span, count: count, perPayload: perPayload))
            return ("\(count) events over \(span.iso8601)", emitBursts(at: instant))
        }
    }

    private mutating func carryOut(
        _ command: SwitchCommand, at instant: VirtualInstant, _ subject: String
    ) -> (String, [Effect]) {
        do {
            let happened = try electrical.command(command, at: instant)
            return ("\(subject): \(happened.count) changes", publish(happened, at: instant))
        } catch {
            return ("\(subject) refused", [])
        }
    }

    /// Begins anew as another unit of the same model, fed and loaded as the one in whose place it
    /// stands.
    private mutating func replace(by identity: DeviceConfiguration.Identity) {
        var configuration = configuration
        configuration.identity = identity
        var other = SmartPDU(
            configuration: configuration, electrical: electrical, seed: seed &+ 1, catalog: catalog,
            privileges: privileges)
        other.listening = listening
        other.certificateReader = certificateReader
        self = other
    }

    /// Emits what is due of every burst, so much at a time that requests need not wait long; the
    /// device wants to be woken for the rest at once.
    mutating func emitBursts(at instant: VirtualInstant) -> [Effect] {
        var effects: [Effect] = []
        var payloads = 0
        for index in bursts.indices {
            while let due = bursts[index].nextInstant, due <= instant,
                payloads < EventBurst.payloadsAtATime
            {
                payloads += 1
                let burst = bursts[index]
                let size = min(burst.perPayload, burst.count - burst.emitted)
                let records = (0..<size).map { offset in
                    DeviceEvent(
                        message: RedfishMessage("ResourceEvent.TestMessage"),
                        origin: addresses.rackPDU, originType: "PowerDistribution",
                        instant: due + .milliseconds(Int64(offset)))
                }
                bursts[index].emitted += size
                effects += announce(records, at: instant)
            }
        }
        bursts.removeAll { $0.nextInstant == nil }
        return effects
    }
}

extension DeviceOperation {
    /// The electrical command this is, or nil where it is none.
    package var switchCommand: SwitchCommand? {
        switch self {
        case .outlet(let index, let power): .outlet(index, power)
        case .breaker(let index, let operation): .breaker(index, operation)
        case .mains(let isPowered): .mains(isPowered: isPowered)
        case .resetMetrics(let point): .resetMetrics(point)
        case .loseRegister(let point): .loseRegister(point)
        case .replaceMeter(let point, let reading):
            .replaceMeter(point, readingMicrojoules: reading)
        case .module(let index, let isPresent): .module(outlet: index, isPresent: isPresent)
        case .hideReadingTimes, .replaceUnit, .expireSessions, .setPassword, .emitEvents: nil
        }
    }
}
