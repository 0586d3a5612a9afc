import Findings
import HTTPTypes
import JSONText
import Recordings
import VirtualTime

/// What a client owes that switches outlets and circuits.
final class ControlCheck: Check {
    /// An action that was posted, and what its resource has not shown since.
    private struct Order {
        var target: String
        var body: [UInt8]
        var reference: ExchangeReference
        var instant: VirtualInstant
        var status: Int?
        /// `On`, `Off` or `PowerCycle`, where it is a power action that was accepted.
        var wanted: String?
        var isConfirmed = false
    }

    /// A task monitor that was handed out.
    private struct Monitor {
        var reference: ExchangeReference
        /// No sooner than this may it be asked.
        var notBefore: VirtualInstant
        var isDone = false
        var wasAsked = false
    }

    private let duties: ClientDuties
    private let served: ServedResources
    private let start: VirtualInstant
    private var actions = 0
    /// The latest action on each resource, by the resource's path, until the resource is read.
    private var unread: [String: Order] = [:]
    /// The latest accepted power action on each resource, in the order of the first.
    private var orders: [String: Order] = [:]
    private var orderedPaths: [String] = []
    private var lockedPaths: Set<String> = []
    private var monitors: [String: Monitor] = [:]
    private var monitorPaths: [String] = []

    private var successTally = RuleTally(ControlCheck.success)
    private var monitorTally = RuleTally(ControlCheck.taskMonitor)
    private var valueTally = RuleTally(ControlCheck.allowedValue)
    private var confirmTally = RuleTally(ControlCheck.confirms)
    private var repeatTally = RuleTally(ControlCheck.blindRepeat)
    private var lockTally = RuleTally(ControlCheck.locks)

    init(_ facts: DeviceFacts, _ duties: ClientDuties, served: ServedResources) {
        self.duties = duties
        self.served = served
        start = facts.start
    }

    /// Whether the rules bind this client, by its word or by what it did.
    var isConcerned: Bool { actions > 0 || !monitors.isEmpty || duties.controls != nil }

    func observe(_ exchange: ObservedExchange) {
        guard exchange.isFromClient else { return }
        if exchange.isRead {
            observeMonitor(exchange)
            for resource in exchange.resources { observe(resource) }
        } else if let action = served.actions[exchange.target], exchange.method == .post {
            judge(action, exchange)
        }
        if exchange.status == 202 { handOut(exchange) }
    }

    // MARK: Actions

    private func judge(_ action: ServedResources.Action, _ exchange: ObservedExchange) {
        actions += 1
        let path = servicePath(action.resource)
        judgeRepeat(exchange, on: path)
        judgeValues(action, exchange)
        let isPower = action.name.hasSuffix(".PowerControl")
        if isPower {
            lockTally.check()
            if lockedPaths.contains(path) {
                lockTally.find(
                    "a power action went to a resource whose control is locked",
                    at: exchange.reference,
                    expected: "no action before PowerControlLocked is false",
                    seen: "PowerControlLocked was true when it was read last")
            }
        }
        var order = Order(
            target: exchange.target, body: exchange.requestBytes, reference: exchange.reference,
            instant: exchange.instant, status: exchange.status)
        unread[path] = order
        guard isPower, exchange.isSuccess,
            let wanted = exchange.requestBody.json?["PowerState"]?.string
        else { return }
        order.wanted = wanted
        if orders.updateValue(order, forKey: path) == nil { orderedPaths.append(path) }
    }

    private func judgeRepeat(_ exchange: ObservedExchange, on path: String) {
        guard let last = unread[path] else { return }
        let isSame = last.target == exchange.target && last.body == exchange.requestBytes
        guard let status = last.status else {
            repeatTally.check()
            guard isSame else { return }
            repeatTally.find(
                "the action was posted again, though nobody knows what the first came to",
                at: exchange.reference, expected: "GET \(path) first",
                seen: "the action of line \(last.reference.line) once more")
            return
        }
        guard (200..<300).contains(status) else { return }
        successTally.check()
        guard isSame else { return }
        successTally.find(
            "the action was posted again, though the answer \(status) was a success",
            at: exchange.reference, expected: "at most one action, or GET \(path) in between",
            seen: "the action of line \(last.reference.line) once more")
    }

    /// Parameters for which the resource has said what it allows.
    private func judgeValues(_ action: ServedResources.Action, _ exchange: ObservedExchange) {
        guard let body = exchange.requestBody.json?.object else { return }
        for (parameter, allowed) in action.allowableValues {
            guard let value = body[parameter]?.string else { continue }
            valueTally.check()
            guard !allowed.contains(value) else { continue }
            valueTally.find(
                "the action asks for what the resource does not allow", at: exchange.reference,
                pointer: JSONPointer(tokens: [parameter]),
                expected: allowed.joined(separator: ", "), seen: value)
        }
    }

    // MARK: What resources show

    private func observe(_ resource: ObservedResource) {
        unread[resource.path] = nil
        if let isLocked = resource.object["PowerControlLocked"]?.bool {
            if isLocked {
                lockedPaths.insert(resource.path)
            } else {
                lockedPaths.remove(resource.path)
            }
        }
        guard let order = orders[resource.path], !order.isConfirmed,
            let state = resource.object["PowerState"]?.string
        else { return }
        let isInTransition = resource.object["PowerStateInTransition"]?.bool ?? false
        let isSettled = order.wanted == "PowerCycle" ? state == "On" : state == order.wanted
        if isSettled, !isInTransition {
            confirmTally.check()
            orders[resource.path]?.isConfirmed = true
        }
    }

    // MARK: Tasks

    private func handOut(_ exchange: ObservedExchange) {
        guard let location = exchange.response.location.map(servicePath), monitors[location] == nil
        else { return }
        monitorTally.check()
        monitorPaths.append(location)
        monitors[location] = Monitor(
            reference: exchange.reference, notBefore: exchange.instant + patience(exchange))
    }

    private func patience(_ exchange: ObservedExchange) -> VirtualDuration {
        exchange.response.retryAfter.flatMap { retryDelay($0, at: exchange.instant) } ?? .zero
    }

    private func observeMonitor(_ exchange: ObservedExchange) {
        guard var monitor = monitors[exchange.path] else { return }
        if !monitor.isDone {
            if exchange.instant < monitor.notBefore {
                monitorTally.find(
                    "the task monitor was asked too soon", at: exchange.reference,
                    expected: "not before \((monitor.notBefore - start).iso8601)",
                    seen: exchange.elapsed.iso8601)
            }
            monitor.wasAsked = true
            monitor.isDone = exchange.status != 202
            monitor.notBefore = exchange.instant + patience(exchange)
        }
        monitors[exchange.path] = monitor
    }

    // MARK: The end

    private func settle(at end: VirtualInstant) {
        for path in monitorPaths {
            guard let monitor = monitors[path], !monitor.isDone, monitor.notBefore < end else {
                continue
            }
            monitorTally.find(
                "the task monitor was not asked until the task was over", at: monitor.reference,
                expected: "GET \(path) until it answers something else than 202",
                seen: monitor.wasAsked ? "202 was its last answer" : "it was never asked")
        }
        for path in orderedPaths {
            guard let order = orders[path], !order.isConfirmed,
                end - order.instant > duties.pollCycle
            else { continue }
            confirmTally.check()
            confirmTally.find(
                "nobody read what the power action came to", at: order.reference,
                expected: "GET \(path) until PowerState is settled",
                seen: "no read that shows \(order.wanted == "Off" ? "Off" : "On")")
        }
    }

    func finish(at end: VirtualInstant) -> CheckGroup {
        settle(at: end)
        let tallies: [(RuleTally, String)] = [
            (successTally, "repetition"), (monitorTally, "task"), (valueTally, "parameter"),
            (confirmTally, "power action"), (repeatTally, "lost answer"),
            (lockTally, "power action"),
        ]
        let findings = tallies.reduce(0) { $0 + $1.0.findingCount }
        let binds = duties.controls == true || actions > 0 || !monitors.isEmpty
        return CheckGroup(
            name: "client control",
            measure: binds ? "\(actions.counted("action")), \(findings.counted("finding"))" : "",
            results: tallies.map { $0.0.result($0.1, isApplicable: binds) })
    }
}
