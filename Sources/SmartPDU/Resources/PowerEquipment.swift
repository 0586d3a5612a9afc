import Electrical
import JSONText

extension Resource {
    /// Source: DSP8010 PowerEquipment v1_2_3.
    static let powerEquipment: Resource = Resource(
        type: "PowerEquipment.v1_2_3.PowerEquipment", hasEntityTag: true,
        render: { _, _, _, json in
            json.head(
                Addresses.powerEquipment, .powerEquipment, id: "PowerEquipment",
                name: "Power equipment")
            json.status()
            json.link("RackPDUs", Addresses.rackPDUs)
            json.object("Links") { $0.links("ManagedBy", [Addresses.manager]) }
        })

    static let rackPDUCollection = Resource.collection(
        "PowerDistributionCollection", at: Addresses.rackPDUs, name: "Rack PDUs",
        members: { pdu in [pdu.addresses.rackPDU] })

    /// Source: DSP8010 PowerDistribution v1_6_0.
    static let rackPDU: Resource = Resource(
        type: "PowerDistribution.v1_6_0.PowerDistribution",
        render: { pdu, _, _, json in
            let identity = pdu.configuration.identity
            let addresses = pdu.addresses
            json.head(
                addresses.rackPDU, .rackPDU, id: identity.rackPDUID, name: identity.model)
            json.member("EquipmentType", "RackPDU")
            json.member("Manufacturer", identity.manufacturer)
            json.member("Model", identity.model)
            json.member("SerialNumber", pdu.serialNumber)
            json.member(
                "PartNumber", ifPresent: identity.partNumber.isEmpty ? nil : identity.partNumber)
            json.member("FirmwareVersion", pdu.firmwareVersion)
            json.member("UUID", pdu.uuid)
            json.member("AssetTag", pdu.labels.assetTag)
            json.member("UserLabel", pdu.labels.rackPDU)
            json.member("PowerCapacityVA", Int(identity.powerCapacityVoltamperes))
            json.status(state: "Enabled", health: pdu.unitHealth)
            json.link("Mains", addresses.mainsCollection)
            json.link("Branches", addresses.branchCollection)
            json.link("Outlets", addresses.outletCollection)
            json.link("OutletGroups", addresses.groupCollection)
            json.link("Metrics", addresses.metrics)
            json.object("Links") { json in
                json.links("Chassis", [Addresses.chassis])
                json.links("ManagedBy", [Addresses.manager])
            }
        },
        writable: [
            .string("AssetTag") { pdu, _, text in pdu.labels.assetTag = text },
            .string("UserLabel") { pdu, _, text in pdu.labels.rackPDU = text },
        ],
        actions: [.exportConfiguration])

    /// Source: DSP8010 PowerDistributionMetrics v1_4_0.
    static let metrics: Resource = Resource(
        type: "PowerDistributionMetrics.v1_4_0.PowerDistributionMetrics",
        render: { pdu, _, instant, json in
            json.head(pdu.addresses.metrics, .metrics, id: "Metrics", name: "PDU metrics")
            json.powerExcerpt(
                "PowerWatts", source: pdu.sensors.source(of: .unit, .power),
                pdu.shown(.unit, at: instant), isDirectCurrent: pdu.isDirectCurrent)
            json.energyExcerpt(
                "EnergykWh", source: pdu.sensors.source(of: .unit, .energy),
                pdu.electrical.register(of: .unit, at: instant))
            json.excerpt(
                "PowerLoadPercent", source: pdu.sensors.source(of: .unit, .loadPercent),
                milliUnits: pdu.milliUnits(of: .unit, .loadPercent, at: instant))
        },
        actions: [
            Action(name: "PowerDistributionMetrics.ResetMetrics") {
                pdu, context, _ throws(RedfishError) in
                try pdu.command(
                    .resetMetrics(.unit), "PowerDistributionMetrics.ResetMetrics",
                    at: context.instant)
            }
        ])
}

extension SmartPDU {
    /// Critical while a breaker has tripped.
    var unitHealth: String {
        let isAnyTripped = configuration.electrical.branches.indices.contains {
            electrical.breakerState($0) == .tripped
        }
        return isAnyTripped ? "Critical" : "OK"
    }
}
