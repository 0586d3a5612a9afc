import Electrical
import Schema
package import VirtualTime

/// What of a device never changes while it lives. It stands behind one reference, so that a
/// device, which is a value, is small to pass on.
final class Blueprint: Sendable {
    let configuration: DeviceConfiguration
    let start: VirtualInstant
    let seed: UInt64
    let catalog: MessageCatalog
    let privileges: PrivilegeRegistry
    let addresses: Addresses
    let sensors: SensorCatalog
    let tree: ResourceTree
    let documents: [String: Document]
    let outletStandings: [OutletStanding]
    let serialNumber: String
    let uuid: String

    init(
        _ configuration: DeviceConfiguration, seed: UInt64, start: VirtualInstant,
        catalog: MessageCatalog, privileges: PrivilegeRegistry
    ) {
        self.configuration = configuration
        self.start = start
        self.seed = seed
        self.catalog = catalog
        self.privileges = privileges
        let addresses = Addresses(configuration)
        self.addresses = addresses
        switch configuration.dialect {
        case .redfish:
            sensors = SensorCatalog(configuration.electrical, collection: Addresses.sensors)
            tree = ResourceTree(serving: configuration, at: addresses, sensors: sensors)
            documents = Document.all(types: tree.types)
        case .smartPDUMockup:
            sensors = .mockup(configuration.electrical, at: addresses)
            tree = .mockup(serving: configuration, at: addresses, sensors: sensors)
            documents = [:]
        }
        outletStandings = configuration.electrical.outlets.indices.map {
            OutletStanding($0, of: configuration, at: addresses)
        }
        var random = RandomStream(seed: seed, label: "identity")
        let serial = "PDU-\(random.hexadecimal(digits: 8).uppercased())"
        serialNumber = configuration.identity.serialNumber ?? serial
        let drawn = random.uuid()
        uuid = configuration.identity.uuid ?? drawn
    }
}

extension SmartPDU {
    package var configuration: DeviceConfiguration { blueprint.configuration }
    package var start: VirtualInstant { blueprint.start }
    var seed: UInt64 { blueprint.seed }
    var catalog: MessageCatalog { blueprint.catalog }
    var privileges: PrivilegeRegistry { blueprint.privileges }
    var addresses: Addresses { blueprint.addresses }
    var sensors: SensorCatalog { blueprint.sensors }
    var tree: ResourceTree { blueprint.tree }
    var documents: [String: Document] { blueprint.documents }
    var outletStandings: [OutletStanding] { blueprint.outletStandings }
    var serialNumber: String { blueprint.serialNumber }
    var uuid: String { blueprint.uuid }
}
