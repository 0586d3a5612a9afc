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
            outletLabel,
            .outletDelay("PowerOnDelaySeconds", \.onDelay),
            .outletDelay("PowerOffDelaySeconds", \.offDelay),
            .outletDelay("PowerCycleDelaySeconds", \.cycleDelay),
            .outletDelay("PowerRestoreDelaySeconds", \.restoreDelay),
            .choice("PowerRestorePolicy", ElectricalConfiguration.RestorePolicy.self) {
                pdu, place, policy in
                pdu.changeOutlet(place) { $0.restorePolicy = policy }
            },
            .bool("PowerControlLocked") { pdu, place, isLocked in
                pdu.changeOutlet(place) { $0.isLocked = isLocked }
            },
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

    private static let outletLabel: WritableProperty = .string("UserLabel") { pdu, place, text in
        guard case .outlet(let index) = place else { return }
        pdu.labels.outlets[index] = text
    }

    /// An outlet that can't be switched offers no switching, and nothing about it to be set.
    static let fixedOutlet: Resource = Resource(
        type: outlet.type, render: outlet.render, writable: [outletLabel],
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

extension WritableProperty {
    fileprivate static func outletDelay(
        _ name: String,
        _ delay: any WritableKeyPath<ElectricalConfiguration.Outlet, VirtualDuration> & Sendable
    ) -> WritableProperty {
        .delay(name) { pdu, place, span in
            pdu.changeOutlet(place) { $0[keyPath: delay] = span }
        }
    }
}

extension SmartPDU {
    /// Changes how an outlet switches, for what is ordered from now on.
    fileprivate mutating func changeOutlet(
        _ place: Place, _ change: (inout ElectricalConfiguration.Outlet) -> Void
    ) {
        guard case .outlet(let index) = place else { return }
        var outlet = electrical.configuration.outlets[index]
        change(&outlet)
        electrical.setSwitching(ofOutlet: index, to: outlet)
    }

    fileprivate func renderOutlet(
        _ index: Int, at instant: VirtualInstant, to json: inout JSONWriter
    ) {
        let outlet = electrical.configuration.outlets[index]
        let state = electrical.outletState(index)
        let standing = outletStandings[index]
        json.standing(standing.head)
        json.member("UserLabel", labels.outlets[index] ?? "")
        let isPresent = electrical.isPresent(outlet: index)
        if isPresent {
            json.status(state: state.isPowered ? "Enabled" : "StandbyOffline")
        } else {
            json.absentStatus()
        }
        json.standing(standing.ratings)
        json.member("PowerState", state.powerState.redfishName)
        json.member("PowerStateInTransition", state.isInTransition)
        json.member("PowerEnabled", state.isPowered)
        json.member("PowerControlLocked", outlet.isLocked)
        json.seconds("PowerOnDelaySeconds", outlet.onDelay)
        json.seconds("PowerOffDelaySeconds", outlet.offDelay)
        json.seconds("PowerCycleDelaySeconds", outlet.cycleDelay)
        json.seconds("PowerRestoreDelaySeconds", outlet.restoreDelay)
        json.member("PowerRestorePolicy", outlet.restorePolicy.redfishName)
        if outlet.isMetered, isPresent {
            renderReadings(of: .outlet(index), at: instant, to: &json)
        }
        json.standing(standing.links)
    }
}

/// What of an outlet's representation never changes.
struct OutletStanding: Sendable {
    let head: StandingMembers
    let ratings: StandingMembers
    let links: StandingMembers

    init(_ index: Int, of configuration: DeviceConfiguration, at addresses: Addresses) {
        let outlet = configuration.electrical.outlets[index]
        let branch = configuration.electrical.branches[outlet.branch]
        let identity = configuration.identity
        let resource = outlet.isSwitchable ? Resource.outlet : Resource.fixedOutlet
        head = StandingMembers { json in
            json.head(
                addresses.outlets[index], resource, id: outlet.name, name: "Outlet \(outlet.name)")
        }
        ratings = StandingMembers { json in
            json.member("OutletType", identity.outletType)
            json.wiring(
                phase: branch.phase,
                isDirectCurrent: configuration.electrical.wiring == .directCurrent)
            json.member("NominalVoltage", identity.nominalVoltage)
            json.member("RatedCurrentAmps", units: outlet.ratedMilliamps, decimals: 3)
        }
        links = StandingMembers { json in
            json.object("Links") { $0.link("BranchCircuit", addresses.branches[outlet.branch]) }
        }
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
