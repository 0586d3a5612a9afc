import Electrical
import JSONText
import VirtualTime

extension Resource {
    static func outletCollection(at addresses: Addresses) -> Resource {
        Resource.collection(
            "OutletCollection", at: addresses.outletCollection, name: "Outlets",
            members: { pdu in pdu.addresses.outlets })
    }

    /// Source: DSP8010 Outlet v1_4_4.
    static let outlet: Resource = Resource(
        type: "Outlet.v1_4_4.Outlet",
        render: { pdu, place, instant, json in
            guard case .outlet(let index) = place else { return }
            pdu.renderOutlet(index, at: instant, to: &json)
        },
        writable: [
            .string("UserLabel") { pdu, place, text in
                guard case .outlet(let index) = place else { return }
                pdu.labels.outlets[index] = text
            }
        ],
        actions: [
            .powerControl("Outlet.PowerControl") { place in
                guard case .outlet(let index) = place else { return [] }
                return [index]
            },
            Action(name: "Outlet.ResetMetrics") { pdu, context, _ throws(RedfishError) in
                guard case .outlet(let index) = context.place else { return [] }
                return try pdu.command(
                    .resetMetrics(.outlet(index)), "Outlet.ResetMetrics", at: context.instant)
            },
        ])

    /// An outlet that can't be switched offers no switching.
    static let fixedOutlet: Resource = Resource(
        type: outlet.type, render: outlet.render, writable: outlet.writable,
        actions: outlet.actions.filter { $0.name != "Outlet.PowerControl" })
}

extension Action {
    /// Values of `Circuit.PowerState`, the parameter of every PowerControl action.
    static let powerStates = ["On", "Off", "PowerCycle"]

    /// Switches the outlets of a place.
    static func powerControl(
        _ name: String, outlets: @escaping @Sendable (Place) -> [Int]
    ) -> Action {
        Action(
            name: name,
            parameters: [Parameter(name: "PowerState", allowableValues: powerStates)]
        ) { pdu, context, arguments throws(RedfishError) in
            let switching = SwitchCommand.Power(arguments)
            var effects: [Effect] = []
            for outlet in outlets(context.place) {
                effects += try pdu.command(
                    .outlet(outlet, switching), name, at: context.instant)
            }
            return effects
        }
    }
}

extension SwitchCommand.Power {
    /// The `PowerState` parameter, checked before.
    init(_ arguments: JSONObject) {
        switch arguments["PowerState"]?.string {
        case "On": self = .on
        case "PowerCycle": self = .powerCycle
        default: self = .off
        }
    }
}

extension SmartPDU {
    /// Carries out an electrical command in the name of an action.
    mutating func command(
        _ command: SwitchCommand, _ action: String, at instant: VirtualInstant
    ) throws(RedfishError) -> [Effect] {
        do {
            return publish(try electrical.command(command, at: instant), at: instant)
        } catch {
            throw .actionRefused(action)
        }
    }

    fileprivate func renderOutlet(
        _ index: Int, at instant: VirtualInstant, to json: inout JSONWriter
    ) {
        let outlet = configuration.electrical.outlets[index]
        let branch = configuration.electrical.branches[outlet.branch]
        let state = electrical.outletState(index)
        let path = addresses.outlets[index]
        let resource = outlet.isSwitchable ? Resource.outlet : Resource.fixedOutlet
        json.head(path, resource, id: outlet.name, name: "Outlet \(outlet.name)")
        json.member("UserLabel", labels.outlets[index] ?? "")
        json.status(state: state.isPowered ? "Enabled" : "StandbyOffline")
        json.member("OutletType", configuration.identity.outletType)
        json.wiring(phase: branch.phase, isDirectCurrent: isDirectCurrent)
        json.member("NominalVoltage", configuration.identity.nominalVoltage)
        json.member("RatedCurrentAmps", units: outlet.ratedMilliamps, decimals: 3)
        json.member("PowerState", state.powerState.redfishName)
        json.member("PowerStateInTransition", state.isInTransition)
        json.member("PowerEnabled", state.isPowered)
        json.member("PowerControlLocked", outlet.isLocked)
        json.seconds("PowerOnDelaySeconds", outlet.onDelay)
        json.seconds("PowerOffDelaySeconds", outlet.offDelay)
        json.seconds("PowerCycleDelaySeconds", outlet.cycleDelay)
        json.seconds("PowerRestoreDelaySeconds", outlet.restoreDelay)
        json.member("PowerRestorePolicy", outlet.restorePolicy.redfishName)
        if outlet.isMetered {
            renderReadings(of: .outlet(index), at: instant, to: &json)
        }
        json.object("Links") { json in
            json.link("BranchCircuit", addresses.branches[outlet.branch])
        }
        json.actions(of: resource, at: path)
    }
}

extension JSONWriter {
    /// How an outlet or a branch is fed: one line and neutral, or two poles of direct current.
    mutating func wiring(phase: Int, isDirectCurrent: Bool) {
        guard !isDirectCurrent else {
            member("VoltageType", "DC")
            return
        }
        member("PhaseWiringType", "OnePhase3Wire")
        member("VoltageType", "AC")
        member("ElectricalContext", lineContext(phase: phase))
    }

    mutating func seconds(_ name: String, _ span: VirtualDuration) {
        member(name, units: span.milliseconds, decimals: 3)
    }
}

extension OutletState.PowerState {
    /// Member of `Resource.PowerState`.
    var redfishName: String {
        switch self {
        case .on: "On"
        case .off: "Off"
        case .poweringOn: "PoweringOn"
        case .poweringOff: "PoweringOff"
        }
    }
}

extension ElectricalConfiguration.RestorePolicy {
    /// Member of `Circuit.PowerRestorePolicyTypes`.
    var redfishName: String {
        switch self {
        case .alwaysOn: "AlwaysOn"
        case .alwaysOff: "AlwaysOff"
        case .lastState: "LastState"
        }
    }
}
