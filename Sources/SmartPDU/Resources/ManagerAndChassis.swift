import JSONText
import VirtualTime

extension Resource {
    static let managerCollection = Resource.collection(
        "ManagerCollection", at: Addresses.managers, name: "Managers",
        members: { _ in [Addresses.manager] })

    /// Source: DSP8010 Manager v1_24_0.
    static let manager: Resource = Resource(
        type: "Manager.v1_24_0.Manager",
        render: { pdu, _, instant, json in
            json.head(Addresses.manager, .manager, id: "Manager", name: "PDU manager")
            json.member("ManagerType", "ManagementController")
            json.member("FirmwareVersion", pdu.firmwareVersion)
            json.member("DateTime", instant.iso8601)
            json.member("DateTimeLocalOffset", "+00:00")
            json.member("ServiceEntryPointUUID", pdu.uuid)
            json.status()
            json.link("NetworkProtocol", Addresses.networkProtocol)
            json.link("LogServices", Addresses.logServices)
            json.object("Links") { json in
                json.links("ManagerForChassis", [Addresses.chassis])
                json.link("ManagerInChassis", Addresses.chassis)
            }
        })

    static let chassisCollection = Resource.collection(
        "ChassisCollection", at: Addresses.chassisCollection, name: "Chassis",
        members: { _ in [Addresses.chassis] })

    /// Source: DSP8010 Chassis v1_28_0.
    static let chassis: Resource = Resource(
        type: "Chassis.v1_28_0.Chassis", hasEntityTag: true,
        render: { pdu, _, _, json in
            let identity = pdu.configuration.identity
            json.head(Addresses.chassis, .chassis, id: "PDU", name: identity.model)
            json.member("ChassisType", "StandAlone")
            json.member("Manufacturer", identity.manufacturer)
            json.member("Model", identity.model)
            json.member("SerialNumber", pdu.serialNumber)
            json.member(
                "PartNumber", ifPresent: identity.partNumber.isEmpty ? nil : identity.partNumber)
            json.member("UUID", pdu.uuid)
            json.status()
            json.link("Sensors", Addresses.sensors)
            json.object("Links") { json in
                json.links("ManagedBy", [Addresses.manager])
                json.links("ManagersInChassis", [Addresses.manager])
                json.link("PowerDistribution", pdu.addresses.rackPDU)
            }
        })
}
