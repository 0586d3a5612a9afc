import Electrical

// The dialect of the public mock `oabboud/smartPDU-mockup` (0.2.0), which clients of a SmartPDU were
// written against: its URIs, its types, its members. What it got wrong of the schemas stays, because
// its clients rely on it; its energy does not, because they are judged by it.
//
// Nothing electrical and nothing of accounts, sessions and events is made anew here: what the
// resources of the clean tree show and do is given other names.

extension ResourceTree {
    static func mockup(
        serving configuration: DeviceConfiguration, at addresses: Addresses, sensors: SensorCatalog
    ) -> ResourceTree {
        var tree = ResourceTree()
        for page in MockupPage.all(addresses) { tree.add(page.resource, at: page.path) }
        tree.add(.mockupMetrics(at: addresses), at: addresses.metrics)
        for (index, path) in addresses.branches.enumerated() {
            tree.add(.mockupBranch, at: path, .branch(index))
        }
        for (index, path) in addresses.outlets.enumerated() {
            tree.add(.mockupOutlet, at: path, .outlet(index))
        }
        for (index, sensor) in sensors.definitions.enumerated() {
            tree.add(.mockupSensor, at: sensor.path, .sensor(index))
        }
        tree.addMockupAccess()
        let segments =
            "\(Addresses.root)/PowerDistribution/"
            + "\(configuration.identity.rackPDUID)/PowerControl/Loadsegment"
        tree.addMembers(.mockupLoadSegment, of: segments)
        return tree
    }

    private mutating func addMockupAccess() {
        add(.mockupSessionCollection, at: Addresses.sessions)
        addMembers(.mockupSession, of: Addresses.sessions)
        add(.mockupAccountCollection, at: Addresses.accounts)
        addMembers(.mockupAccount, of: Addresses.accounts)
        for role in StandardRole.allCases {
            let path = "\(Addresses.roles)/\(role.rawValue)"
            add(
                MockupPage(path, "Role.v1_3_0.Role", id: role.rawValue, name: role.rawValue)
                    .resource, at: path)
        }
        add(.mockupSubscriptionCollection, at: Addresses.subscriptions)
        addMembers(.mockupSubscription, of: Addresses.subscriptions)
    }
}
