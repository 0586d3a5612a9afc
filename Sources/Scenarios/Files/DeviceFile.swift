import Electrical
package import JSONText
package import SmartPDU
import VirtualTime

/// A device file, decoded: the PDU and the loads it carries where a scenario names none.
package struct DeviceFile: Sendable {
    package var configuration: DeviceConfiguration
    /// The `loads` member as written, decoded once the scenario's seed and span are known.
    package var loads: Located?

    /// Decodes a device file strictly.
    ///
    /// - Parameter located: The whole document, or where it stands inside a resolved scenario.
    package init(_ located: Located) throws(ConfigurationError) {
        var object = try located.object()
        let name = try object.required("name").string()
        let outletCount = try object.required("outletCount").integer(in: 1...512)
        let identity = try Self.identity(&object)
        let service = try Self.service(&object)
        let groups = try Self.groups(&object, outletCount: outletCount)
        let electrical = try ElectricalSection.decode(&object, outletCount: outletCount)
        loads = object.value("loads")
        try object.rejectUnknownMembers()
        configuration = DeviceConfiguration(
            name: name, identity: identity, service: service, electrical: electrical,
            outletGroups: groups)
    }

    private static func identity(
        _ device: inout StrictObject
    ) throws(ConfigurationError) -> DeviceConfiguration.Identity {
        var object = try device.required("identity").object()
        let identity = DeviceConfiguration.Identity(
            rackPDUID: try object.value("rackPDU")?.identifier() ?? "1",
            manufacturer: try object.required("manufacturer").string(),
            model: try object.required("model").string(),
            partNumber: try object.string("partNumber", default: ""),
            firmwareVersion: try object.string("firmwareVersion", default: "1.0.0"),
            serialNumber: try object.value("serialNumber")?.string(),
            uuid: try object.value("uuid")?.string(),
            outletType: try object.string("outletType", default: "IEC_60320_C13"),
            nominalVoltage: try object.string("nominalVoltage", default: "AC230V"),
            mainsNominalVoltage: try object.string("mainsNominalVoltage", default: "AC400V"),
            plugType: try object.value("plugType")?.string(),
            powerCapacityVoltamperes: Int64(
                try object.required("powerCapacityVA").integer(in: 1...1_000_000)))
        try object.rejectUnknownMembers()
        return identity
    }

    private static func service(
        _ device: inout StrictObject
    ) throws(ConfigurationError) -> DeviceConfiguration.Service {
        var object = try device.required("service").object()
        var lockout = try object.required("lockout").object()
        var delivery = try object.required("delivery").object()
        let service = DeviceConfiguration.Service(
            userName: try object.required("user").string(),
            password: try object.required("password").string(),
            sessionTimeout: try object.duration("sessionTimeout", default: .minutes(30)),
            sessionLimit: try object.integer("sessionLimit", default: 8, in: 1...1000),
            lockoutThreshold: try lockout.integer("threshold", default: 5, in: 0...100),
            lockoutDuration: try lockout.duration("duration", default: .minutes(5)),
            lockoutCounterResetAfter: try lockout.duration(
                "counterResetAfter", default: .minutes(1)),
            deliveryRetryAttempts: try delivery.integer("retryAttempts", default: 3, in: 0...100),
            deliveryRetryInterval: try delivery.duration("retryInterval", default: .seconds(30)),
            subscriptionLimit: try delivery.integer("subscriptionLimit", default: 8, in: 1...1000),
            eventQueueLimit: try delivery.integer("queueLimit", default: 65_536, in: 1...65_536))
        try lockout.rejectUnknownMembers()
        try delivery.rejectUnknownMembers()
        try object.rejectUnknownMembers()
        return service
    }

    private static func groups(
        _ device: inout StrictObject, outletCount: Int
    ) throws(ConfigurationError) -> [DeviceConfiguration.OutletGroup] {
        guard let elements = try device.value("outletGroups")?.elements() else { return [] }
        var groups: [DeviceConfiguration.OutletGroup] = []
        for element in elements {
            var object = try element.object()
            let name = try object.required("name")
            let identifier = try name.identifier()
            guard !groups.contains(where: { $0.name == identifier }) else {
                throw name.error("two outlet groups are named '\(identifier)'")
            }
            groups.append(
                DeviceConfiguration.OutletGroup(
                    name: identifier,
                    outlets: try object.required("outlets").indices(
                        upTo: outletCount, what: "outlet")))
            try object.rejectUnknownMembers()
        }
        return groups
    }
}
