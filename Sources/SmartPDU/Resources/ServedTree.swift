import Electrical

extension ResourceTree {
    /// Everything a PDU of this configuration serves.
    init(
        serving configuration: DeviceConfiguration, at addresses: Addresses, sensors: SensorCatalog
    ) {
        self.init()
        add(.serviceRoot, at: Addresses.root)
        addAccess()
        add(.managerCollection, at: Addresses.managers)
        add(.manager, at: Addresses.manager)
        add(.networkProtocol, at: Addresses.networkProtocol)
        add(.chassisCollection, at: Addresses.chassisCollection)
        add(.chassis, at: Addresses.chassis)
        add(.sensorCollection, at: Addresses.sensors)
        for (index, sensor) in sensors.definitions.enumerated() {
            add(.sensor(of: sensor), at: sensor.path, .sensor(index))
        }
        addPowerEquipment(configuration.electrical, addresses)
        add(.logServiceCollection, at: Addresses.logServices)
        add(.logService, at: Addresses.eventLog)
        add(.logEntryCollection, at: Addresses.logEntries)
        addMembers(.logEntry, of: Addresses.logEntries)
        addRegistries()
        add(.eventService, at: Addresses.eventService)
        add(.subscriptionCollection, at: Addresses.subscriptions)
        addMembers(.subscription, of: Addresses.subscriptions)
        addServices(at: addresses)
    }

    private mutating func addAccess() {
        add(.sessionService, at: Addresses.sessionService)
        add(.sessionCollection, at: Addresses.sessions)
        addMembers(.session, of: Addresses.sessions)
        add(.accountService, at: Addresses.accountService)
        add(.accountCollection, at: Addresses.accounts)
        addMembers(.account, of: Addresses.accounts)
        add(.roleCollection, at: Addresses.roles)
        for role in StandardRole.allCases {
            add(.role, at: "\(Addresses.roles)/\(role.rawValue)", .member(role.rawValue))
        }
    }

    private mutating func addRegistries() {
        add(.registryCollection, at: Addresses.registries)
        for prefix in EventFilterReader.registryPrefixes {
            let path = "\(Addresses.registries)/\(prefix)"
            add(.registryFile, at: path, .member(prefix))
            add(.registry, at: "\(path)/Registry", .member(prefix))
        }
    }

    private mutating func addPowerEquipment(
        _ electrical: ElectricalConfiguration, _ addresses: Addresses
    ) {
        add(.powerEquipment, at: Addresses.powerEquipment)
        add(.rackPDUCollection, at: Addresses.rackPDUs)
        add(.rackPDU, at: addresses.rackPDU)
        add(.metrics, at: addresses.metrics)
        add(.mainsCollection(at: addresses), at: addresses.mainsCollection)
        add(.mains, at: addresses.mains)
        add(.branchCollection(at: addresses), at: addresses.branchCollection)
        for (index, path) in addresses.branches.enumerated() {
            add(.branch, at: path, .branch(index))
        }
        add(.outletCollection(at: addresses), at: addresses.outletCollection)
        for (index, path) in addresses.outlets.enumerated() {
            let isSwitchable = electrical.outlets[index].isSwitchable
            add(isSwitchable ? .outlet : .fixedOutlet, at: path, .outlet(index))
        }
        add(.groupCollection(at: addresses), at: addresses.groupCollection)
        addMembers(.outletGroup, of: addresses.groupCollection)
    }
}
