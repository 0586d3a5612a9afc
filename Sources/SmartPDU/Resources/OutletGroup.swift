import Electrical
import JSONText
import VirtualTime

extension Resource {
    static func groupCollection(at addresses: Addresses) -> Resource {
        Resource.collection(
            "OutletGroupCollection", at: addresses.groupCollection, name: "Outlet groups",
            members: { pdu in pdu.addresses.groups })
    }

    /// Source: DSP8010 OutletGroup v1_2_0.
    static let outletGroup: Resource = Resource(
        type: "OutletGroup.v1_2_0.OutletGroup",
        render: { pdu, place, instant, json in
            guard case .group(let index) = place else { return }
            pdu.renderGroup(index, at: instant, to: &json)
        },
        actions: [
            Action(
                name: "OutletGroup.PowerControl",
                parameters: [
                    Action.Parameter(name: "PowerState", allowableValues: Action.powerStates)
                ]
            ) { pdu, context, arguments throws(RedfishError) in
                guard case .group(let index) = context.place else { return [] }
                let switching = SwitchCommand.Power(arguments)
                var effects: [Effect] = []
                for outlet in pdu.configuration.outletGroups[index].outlets {
                    effects += try pdu.command(
                        .outlet(outlet, switching), "OutletGroup.PowerControl",
                        at: context.instant)
                }
                return effects
            },
            Action(name: "OutletGroup.ResetMetrics") { pdu, context, _ throws(RedfishError) in
                guard case .group(let index) = context.place else { return [] }
                pdu.groupBaselines[index] = GroupBaseline(
                    energyMicrojoules: pdu.groupEnergyMicrojoules(index, at: context.instant),
                    instant: context.instant)
                return []
            },
        ])
}

extension SmartPDU {
    /// True energy of a group's outlets since the start, through the meter's gain.
    fileprivate func groupEnergyMicrojoules(_ index: Int, at instant: VirtualInstant) -> Int64 {
        let energy = configuration.outletGroups[index].outlets.reduce(Int64(0)) {
            $0 + electrical.energyMicrojoules(of: .outlet($1), at: instant)
        }
        let gain = Int128(1_000_000 + configuration.electrical.meter.gainPartsPerMillion)
        return Int64(Int128(energy) * gain / 1_000_000)
    }

    fileprivate func renderGroup(
        _ index: Int, at instant: VirtualInstant, to json: inout JSONWriter
    ) {
        let group = configuration.outletGroups[index]
        let path = addresses.groups[index]
        let isAnyOn = group.outlets.contains { electrical.outletState($0).isPowered }
        json.head(path, .outletGroup, id: group.name, name: "Outlet group \(group.name)")
        json.status(state: isAnyOn ? "Enabled" : "StandbyOffline")
        json.member("OutletGroupType", "HardwareDefined")
        json.member("CreatedBy", configuration.identity.manufacturer)
        json.member("PowerState", isAnyOn ? "On" : "Off")
        json.member("PowerEnabled", isAnyOn)
        // A group has no sensor of its own; its power is the true sum, rounded once.
        let power = group.outlets.reduce(Int64(0)) {
            $0 + electrical.reading(of: .outlet($1), at: instant).powerMilliwatts
        }
        let resolution = configuration.electrical.resolutions.powerMilliwatts
        json.object("PowerWatts") { json in
            json.member(
                "Reading", units: (power + resolution / 2) / resolution * resolution, decimals: 3)
        }
        let meter = configuration.electrical.meter
        let latched =
            meter.energyLatch > .zero
            ? instant.floored(to: meter.energyLatch, from: start) : instant
        let baseline = groupBaselines[index]
        let lifetime = groupEnergyMicrojoules(index, at: max(latched, start))
        json.energyExcerpt(
            "EnergykWh", source: nil,
            RegisterReading(
                readingMicrojoules: rounded(
                    max(0, lifetime - baseline.energyMicrojoules),
                    to: meter.energyQuantumMicrojoules),
                lifetimeMicrojoules: rounded(lifetime, to: meter.energyQuantumMicrojoules),
                resetInstant: baseline.instant, sampleInstant: latched))
        json.object("Links") { json in
            json.links("Outlets", group.outlets.map { addresses.outlets[$0] })
        }
        json.actions(of: .outletGroup, at: path)
    }

    private func rounded(_ energy: Int64, to quantum: Int64) -> Int64 {
        (energy + quantum / 2) / quantum * quantum
    }
}
