package import Electrical
package import VirtualTime

/// What a device file says of a PDU: identity, service and electrical installation.
package struct DeviceConfiguration: Sendable, Hashable {
    package var name: String
    package var identity: Identity
    package var service: Service
    package var electrical: ElectricalConfiguration
    package var outletGroups: [OutletGroup]

    package init(
        name: String, identity: Identity, service: Service, electrical: ElectricalConfiguration,
        outletGroups: [OutletGroup]
    ) {
        self.name = name
        self.identity = identity
        self.service = service
        self.electrical = electrical
        self.outletGroups = outletGroups
    }

    /// Who made it and which one it is. Nil serial number and UUID come from the seed.
    package struct Identity: Sendable, Hashable {
        package var rackPDUID: String
        package var manufacturer: String
        package var model: String
        package var partNumber: String
        package var firmwareVersion: String
        package var serialNumber: String?
        package var uuid: String?
        package var outletType: String
        package var nominalVoltage: String
        package var mainsNominalVoltage: String
        package var plugType: String?
        package var powerCapacityVoltamperes: Int64

        package init(
            rackPDUID: String, manufacturer: String, model: String, partNumber: String,
            firmwareVersion: String, serialNumber: String?, uuid: String?, outletType: String,
            nominalVoltage: String, mainsNominalVoltage: String,
            plugType: String?, powerCapacityVoltamperes: Int64
        ) {
            self.rackPDUID = rackPDUID
            self.manufacturer = manufacturer
            self.model = model
            self.partNumber = partNumber
            self.firmwareVersion = firmwareVersion
            self.serialNumber = serialNumber
            self.uuid = uuid
            self.outletType = outletType
            self.nominalVoltage = nominalVoltage
            self.mainsNominalVoltage = mainsNominalVoltage
            self.plugType = plugType
            self.powerCapacityVoltamperes = powerCapacityVoltamperes
        }
    }

    /// Accounts and the limits of sessions, lockout and event delivery.
    package struct Service: Sendable, Hashable {
        package var userName: String
        package var password: String
        package var sessionTimeout: VirtualDuration
        package var sessionLimit: Int
        package var lockoutThreshold: Int
        package var lockoutDuration: VirtualDuration
        package var lockoutCounterResetAfter: VirtualDuration
        package var deliveryRetryAttempts: Int
        package var deliveryRetryInterval: VirtualDuration
        package var subscriptionLimit: Int
        /// How many event payloads may wait for one subscriber.
        package var eventQueueLimit: Int

        package init(
            userName: String, password: String, sessionTimeout: VirtualDuration,
            sessionLimit: Int, lockoutThreshold: Int, lockoutDuration: VirtualDuration,
            lockoutCounterResetAfter: VirtualDuration, deliveryRetryAttempts: Int,
            deliveryRetryInterval: VirtualDuration, subscriptionLimit: Int,
            eventQueueLimit: Int = 65_536
        ) {
            self.userName = userName
            self.password = password
            self.sessionTimeout = sessionTimeout
            self.sessionLimit = sessionLimit
            self.lockoutThreshold = lockoutThreshold
            self.lockoutDuration = lockoutDuration
            self.lockoutCounterResetAfter = lockoutCounterResetAfter
            self.deliveryRetryAttempts = deliveryRetryAttempts
            self.deliveryRetryInterval = deliveryRetryInterval
            self.subscriptionLimit = subscriptionLimit
            self.eventQueueLimit = eventQueueLimit
        }
    }

    /// A group that the hardware defines. Outlets by index from 0.
    package struct OutletGroup: Sendable, Hashable {
        package var name: String
        package var outlets: [Int]

        package init(name: String, outlets: [Int]) {
            self.name = name
            self.outlets = outlets
        }
    }
}
