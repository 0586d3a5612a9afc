import Electrical
import Findings
import JSONText
import SmartPDU
import VirtualTime

/// Steps that change nothing, or cannot be done.
extension ScenarioReview {
    var timelineRemarks: [Remark] {
        var model = PowerDistribution(
            configuration: scenario.device.electrical, loads: scenario.loads, seed: scenario.seed,
            start: scenario.start)
        var remarks: [Remark] = []
        for step in scenario.timeline {
            for operation in step.operations {
                if case .setPassword(let userName, let password) = operation {
                    remarks += passwordRemarks(userName, password, step)
                }
            }
            remarks += electricalRemarks(step, &model)
        }
        return remarks
    }

    private func passwordRemarks(
        _ userName: String, _ password: String, _ step: Scenario.TimelineStep
    ) -> [Remark] {
        var remarks: [Remark] = []
        let own = scenario.device.service.userName
        if userName != own {
            remarks.append(
                Remark(
                    .warning,
                    "the device has no account '\(userName)', only '\(own)': nothing happens "
                        + "unless the client adds it", at: step.place.appending("user")))
        }
        let length = SmartPDU.passwordLength
        if !length.contains(password.count) {
            remarks.append(
                Remark(
                    .warning,
                    "the device takes no such password from a client: "
                        + "\(password.count.counted("character")), where "
                        + "\(length.lowerBound) to \(length.upperBound) are right",
                    at: step.place.appending("password")))
        }
        return remarks
    }

    // MARK: Power

    /// Plays the step on the model, by its loads and the timeline alone.
    private func electricalRemarks(
        _ step: Scenario.TimelineStep, _ model: inout PowerDistribution
    ) -> [Remark] {
        let commands = step.operations.compactMap(\.switchCommand)
        guard !commands.isEmpty else { return [] }
        let instant = scenario.start + step.offset
        _ = model.advance(to: instant)
        var remarks: [Remark] = []
        // Of many outlets the same is said of the first.
        func remark(_ candidate: Remark?) {
            if let candidate, remarks.isEmpty { remarks.append(candidate) }
        }
        for command in commands {
            do throws(SwitchRefusal) {
                let happened = try model.command(command, at: instant)
                if happened.isEmpty { remark(idleRemark(command, step)) }
            } catch {
                remark(refusalRemark(error, command, step))
            }
        }
        return remarks
    }

    /// A command after which all is as before; nil where it need not show at once.
    private func idleRemark(_ command: SwitchCommand, _ step: Scenario.TimelineStep) -> Remark? {
        switch command {
        case .module(let outlet, isPresent: true):
            Remark(
                .error,
                "outlet \(number(outlet)) is not out at \(step.offset.iso8601); an earlier step "
                    + "pull-outlets has to pull it first", at: step.place.appending("outlets"))
        case .module(let outlet, isPresent: false):
            Remark(
                .error, "outlet \(number(outlet)) is out already at \(step.offset.iso8601)",
                at: step.place.appending("outlets"))
        case .breaker(let branch, .reset):
            unlessClient("breaker \(name(branch)) is closed", "circuit", step)
        case .breaker(let branch, .open), .breaker(let branch, .trip):
            unlessClient("breaker \(name(branch)) is open", "circuit", step)
        case .mains(isPowered: true):
            Remark(
                .error,
                "input power is there at \(step.offset.iso8601); an earlier step lose-mains has to "
                    + "take it away first", at: step.place)
        case .mains(isPowered: false):
            Remark(.error, "input power is lost already at \(step.offset.iso8601)", at: step.place)
        case .outlet, .branch, .resetMetrics, .loseRegister, .replaceMeter: nil
        }
    }

    private func refusalRemark(
        _ refusal: SwitchRefusal, _ command: SwitchCommand, _ step: Scenario.TimelineStep
    ) -> Remark? {
        guard case .outlet(let outlet, _) = command else { return nil }
        let subject = "outlet \(number(outlet))"
        switch refusal {
        case .notSwitchable:
            return Remark(
                .error, "\(subject) has no switch; the device file says so under /outlets",
                at: step.place.appending("outlets"))
        case .absent: return unlessClient("\(subject) is out", "outlets", step)
        case .locked: return unlessClient("\(subject) is locked", "outlets", step)
        case .circuitUnpowered:
            return unlessClient("the circuit of \(subject) has no power", "outlets", step)
        case .unknownPoint: return nil
        }
    }

    private func unlessClient(
        _ state: String, _ member: String, _ step: Scenario.TimelineStep
    ) -> Remark {
        Remark(
            .warning,
            "\(state) at \(step.offset.iso8601), by the loads and the timeline: nothing happens "
                + "unless the client changes that", at: step.place.appending(member))
    }

    private func number(_ outlet: Int) -> String { scenario.device.electrical.outlets[outlet].name }

    private func name(_ branch: Int) -> String { scenario.device.electrical.branches[branch].name }
}
