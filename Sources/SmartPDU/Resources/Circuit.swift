import Electrical
import JSONText
import VirtualTime

extension Resource {
    static func branchCollection(at addresses: Addresses) -> Resource {
        Resource.collection(
            "CircuitCollection", at: addresses.branchCollection, name: "Branches",
            members: { pdu in pdu.addresses.branches })
    }

    static func mainsCollection(at addresses: Addresses) -> Resource {
        Resource.collection(
            "CircuitCollection", at: addresses.mainsCollection, name: "Mains",
            members: { pdu in [pdu.addresses.mains] })
    }

    /// A branch circuit with its breaker. Source: DSP8010 Circuit v1_9_0.
    static let branch: Resource = Resource(
        type: "Circuit.v1_9_0.Circuit",
        render: { pdu, place, instant, json in
            guard case .branch(let index) = place else { return }
            pdu.renderBranch(index, at: instant, to: &json)
        },
        writable: [
            .string("UserLabel") { pdu, place, text in
                guard case .branch(let index) = place else { return }
                pdu.labels.branches[index] = text
            },
            .bool("CriticalCircuit") { pdu, place, isCritical in
                guard case .branch(let index) = place else { return }
                pdu.branchSettings[index].isCritical = isCritical
            },
            .delay("PowerCycleDelaySeconds") { pdu, place, span in
                guard case .branch(let index) = place else { return }
                pdu.electrical.setCycleDelay(ofBranch: index, to: span)
            },
            .bool("PowerControlLocked") { pdu, place, isLocked in
                guard case .branch(let index) = place else { return }
                pdu.branchSettings[index].isLocked = isLocked
            },
        ],
        actions: [
            Action(
                name: "Circuit.PowerControl",
                parameters: [
                    Action.Parameter(name: "PowerState", allowableValues: Action.powerStates)
                ]
            ) { pdu, context, arguments throws(RedfishError) in
                guard case .branch(let index) = context.place else { return [] }
                guard !pdu.branchSettings[index].isLocked else { throw .powerControlLocked }
                return try pdu.command(
                    .branch(index, SwitchCommand.Power(arguments)), "Circuit.PowerControl",
                    at: context.instant)
            },
            Action(
                name: "Circuit.BreakerControl",
                parameters: [
                    Action.Parameter(name: "PowerState", allowableValues: ["On", "Off"])
                ]
            ) { pdu, context, arguments throws(RedfishError) in
                guard case .branch(let index) = context.place else { return [] }
                let operation: SwitchCommand.Breaker =
                    arguments["PowerState"]?.string == "On" ? .reset : .open
                return try pdu.command(
                    .breaker(index, operation), "Circuit.BreakerControl", at: context.instant)
            },
            Action(name: "Circuit.ResetMetrics") { pdu, context, _ throws(RedfishError) in
                guard case .branch(let index) = context.place else { return [] }
                return try pdu.command(
                    .resetMetrics(.branch(index)), "Circuit.ResetMetrics", at: context.instant)
            },
        ])

    /// The input of the unit. Source: DSP8010 Circuit v1_9_0.
    static let mains: Resource = Resource(
        type: "Circuit.v1_9_0.Circuit",
        render: { pdu, _, instant, json in pdu.renderMains(at: instant, to: &json) },
        writable: [.string("UserLabel") { pdu, _, text in pdu.labels.mains = text }],
        actions: [
            Action(name: "Circuit.ResetMetrics") { pdu, context, _ throws(RedfishError) in
                try pdu.command(
                    .resetMetrics(.mains), "Circuit.ResetMetrics", at: context.instant)
            }
        ])
}

extension SmartPDU {
    fileprivate func renderBranch(
        _ index: Int, at instant: VirtualInstant, to json: inout JSONWriter
    ) {
        let branch = configuration.electrical.branches[index]
        let breaker = electrical.breakerState(index)
        let path = addresses.branches[index]
        json.head(path, .branch, id: branch.name, name: "Branch \(branch.name)")
        json.member("UserLabel", labels.branches[index] ?? "")
        json.status(
            state: breaker == .normal ? "Enabled" : "StandbyOffline",
            health: breaker == .tripped ? "Critical" : "OK")
        json.member("CircuitType", "Branch")
        json.wiring(phase: branch.phase, isDirectCurrent: isDirectCurrent)
        json.member("NominalVoltage", configuration.identity.nominalVoltage)
        json.member("RatedCurrentAmps", units: branch.ratedMilliamps, decimals: 3)
        json.member("CriticalCircuit", branchSettings[index].isCritical)
        json.member("BreakerState", breaker.redfishName)
        json.member("PowerControlLocked", branchSettings[index].isLocked)
        json.seconds(
            "PowerCycleDelaySeconds", electrical.configuration.branches[index].cycleDelay)
        json.member("PowerState", electrical.isBranchPowered(index) ? "On" : "Off")
        json.member("PowerEnabled", electrical.isBranchPowered(index))
        renderReadings(of: .branch(index), at: instant, to: &json)
        json.excerpt(
            "PowerLoadPercent", source: sensors.source(of: .branch(index), .loadPercent),
            milliUnits: milliUnits(of: .branch(index), .loadPercent, at: instant))
        json.object("Links") { json in
            let outlets = configuration.electrical.outlets.indices.filter {
                configuration.electrical.outlets[$0].branch == index
            }
            json.links("Outlets", outlets.map { addresses.outlets[$0] })
            json.link("SourceCircuit", addresses.mains)
        }
    }

    fileprivate func renderMains(at instant: VirtualInstant, to json: inout JSONWriter) {
        let isThreePhase = configuration.electrical.wiring == .threePhase5Wire
        let identity = configuration.identity
        json.head(
            addresses.mains, .mains, id: configuration.electrical.mainsName, name: "Mains input")
        json.member("UserLabel", labels.mains)
        json.status()
        json.member("CircuitType", "Mains")
        if !isDirectCurrent {
            json.member("PhaseWiringType", isThreePhase ? "ThreePhase5Wire" : "OnePhase3Wire")
        }
        json.member("VoltageType", isDirectCurrent ? "DC" : "AC")
        json.member("PlugType", ifPresent: identity.plugType)
        json.member("NominalVoltage", identity.mainsNominalVoltage)
        if !isDirectCurrent {
            json.member(
                "NominalFrequencyHz", units: configuration.electrical.frequencyMillihertz,
                decimals: 3)
        }
        json.member(
            "RatedCurrentAmps", units: configuration.electrical.mainsRatedMilliamps, decimals: 3)
        if isThreePhase {
            renderPolyPhase(at: instant, to: &json)
        } else {
            renderReadings(of: .mains, at: instant, to: &json)
        }
        if !isDirectCurrent {
            json.excerpt(
                "FrequencyHz", source: sensors.source(of: .mains, .frequency),
                milliUnits: milliUnits(of: .mains, .frequency, at: instant))
        }
        json.object("Links") { $0.links("DistributionCircuits", addresses.branches) }
    }

    private func renderPolyPhase(at instant: VirtualInstant, to json: inout JSONWriter) {
        json.object("PolyPhaseVoltage") { json in
            for pair in 0..<3 {
                json.excerpt(
                    "Line\(pair + 1)ToLine\((pair + 1) % 3 + 1)",
                    source: sensors.source(of: .mains, .lineVoltage(pair)),
                    milliUnits: milliUnits(of: .mains, .lineVoltage(pair), at: instant))
            }
            for phase in 0..<3 {
                json.excerpt(
                    lineContext(phase: phase), source: sensors.source(of: .phase(phase), .voltage),
                    milliUnits: milliUnits(of: .phase(phase), .voltage, at: instant))
            }
        }
        json.object("PolyPhaseCurrentAmps") { json in
            for phase in 0..<3 {
                json.excerpt(
                    "Line\(phase + 1)", source: sensors.source(of: .phase(phase), .current),
                    milliUnits: milliUnits(of: .phase(phase), .current, at: instant))
            }
            json.excerpt(
                "Neutral", source: sensors.source(of: .mains, .neutralCurrent),
                milliUnits: milliUnits(of: .mains, .neutralCurrent, at: instant))
        }
        json.object("PolyPhasePowerWatts") { json in
            for phase in 0..<3 {
                json.powerExcerpt(
                    lineContext(phase: phase), source: sensors.source(of: .phase(phase), .power),
                    shown(.phase(phase), at: instant), isDirectCurrent: false)
            }
        }
        json.object("PolyPhaseEnergykWh") { json in
            for phase in 0..<3 {
                json.energyExcerpt(
                    lineContext(phase: phase), source: sensors.source(of: .phase(phase), .energy),
                    electrical.register(of: .phase(phase), at: instant))
            }
        }
        json.powerExcerpt(
            "PowerWatts", source: sensors.source(of: .mains, .power), shown(.mains, at: instant),
            isDirectCurrent: false)
        json.energyExcerpt(
            "EnergykWh", source: sensors.source(of: .mains, .energy),
            electrical.register(of: .mains, at: instant))
        for (name, quantity) in [
            ("UnbalancedCurrentPercent", Quantity.unbalancedCurrent),
            ("UnbalancedVoltagePercent", Quantity.unbalancedVoltage),
        ] {
            json.excerpt(
                name, source: sensors.source(of: .mains, quantity),
                milliUnits: milliUnits(of: .mains, quantity, at: instant))
        }
    }
}

extension BreakerState {
    /// Member of `Circuit.BreakerStates`.
    var redfishName: String {
        switch self {
        case .normal: "Normal"
        case .tripped: "Tripped"
        case .off: "Off"
        }
    }
}
