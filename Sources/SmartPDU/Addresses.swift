import Electrical

/// The paths of everything whose path never changes, made once so that no rendering builds them.
struct Addresses: Sendable {
    static let root = "/redfish/v1"
    static let sessionService = "\(root)/SessionService"
    static let sessions = "\(sessionService)/Sessions"
    static let accountService = "\(root)/AccountService"
    static let accounts = "\(accountService)/Accounts"
    static let roles = "\(accountService)/Roles"
    static let managers = "\(root)/Managers"
    static let manager = "\(managers)/Manager"
    static let networkProtocol = "\(manager)/NetworkProtocol"
    static let logServices = "\(manager)/LogServices"
    static let eventLog = "\(logServices)/EventLog"
    static let logEntries = "\(eventLog)/Entries"
    static let chassisCollection = "\(root)/Chassis"
    static let chassis = "\(chassisCollection)/PDU"
    static let sensors = "\(chassis)/Sensors"
    static let powerEquipment = "\(root)/PowerEquipment"
    static let rackPDUs = "\(powerEquipment)/RackPDUs"
    static let registries = "\(root)/Registries"
    static let eventService = "\(root)/EventService"
    static let eventStream = "\(eventService)/SSE"
    static let subscriptions = "\(eventService)/Subscriptions"

    let rackPDU: String
    let outletCollection: String
    let branchCollection: String
    let mainsCollection: String
    let groupCollection: String
    let metrics: String
    let mains: String
    let outlets: [String]
    let branches: [String]
    let groups: [String]

    init(_ configuration: DeviceConfiguration) {
        rackPDU = "\(Self.rackPDUs)/\(configuration.identity.rackPDUID)"
        outletCollection = "\(rackPDU)/Outlets"
        branchCollection = "\(rackPDU)/Branches"
        mainsCollection = "\(rackPDU)/Mains"
        groupCollection = "\(rackPDU)/OutletGroups"
        metrics = "\(rackPDU)/Metrics"
        mains = "\(mainsCollection)/\(configuration.electrical.mainsName)"
        outlets = configuration.electrical.outlets.map { [outletCollection] in
            "\(outletCollection)/\($0.name)"
        }
        branches = configuration.electrical.branches.map { [branchCollection] in
            "\(branchCollection)/\($0.name)"
        }
        groups = configuration.outletGroups.map { [groupCollection] in
            "\(groupCollection)/\($0.name)"
        }
    }
}
