import Electrical
import JSONText
import VirtualTime

/// A resource of the dialect that shows the same at all times: head, status, links, and what else
/// there is to say.
struct MockupPage: Sendable {
    typealias Members = @Sendable (SmartPDU, inout JSONWriter) -> Void

    let path: String
    let type: String
    /// Nil where the page has neither id nor status: collections and the root.
    var id: String?
    var name: String
    var hasStatus = true
    var links: [(name: String, path: String)] = []
    var more: Members = { _, _ in }

    init(
        _ path: String, _ type: String, id: String? = nil, name: String, hasStatus: Bool = true,
        links: [(name: String, path: String)] = [], more: @escaping Members = { _, _ in }
    ) {
        self.path = path
        self.type = type
        self.id = id
        self.name = name
        self.hasStatus = hasStatus
        self.links = links
        self.more = more
    }

    /// A collection of what never comes or goes.
    init(_ path: String, _ type: String, name: String, members: [String]) {
        self.init(path, "\(type).\(type)", name: name, hasStatus: false) { _, json in
            json.members(members)
        }
    }

    var resource: Resource {
        Resource(
            type: type,
            render: { pdu, _, _, json in
                json.mockupHead(path, type, id: id, name: name)
                if hasStatus { json.status() }
                for link in links { json.link(link.name, link.path) }
                more(pdu, &json)
            })
    }
}

extension JSONWriter {
    mutating func mockupHead(_ path: String, _ type: String, id: String?, name: String) {
        member("@odata.id", path)
        member("@odata.type", "#\(type)")
        member("Id", ifPresent: id)
        member("Name", name)
    }

    /// The dialect tells instants as seconds since 1970.
    mutating func mockupInstant(_ name: String, _ instant: VirtualInstant) {
        member(name, units: instant.millisecondsSinceEpoch, decimals: 3)
    }
}

extension MockupPage {
    static func all(_ addresses: Addresses) -> [MockupPage] {
        service(addresses) + managers + equipment(addresses)
    }

    private static func service(_ addresses: Addresses) -> [MockupPage] {
        [
            MockupPage(
                Addresses.root, "ServiceRoot.v1_15_0.ServiceRoot", id: "RootService",
                name: "Root service", hasStatus: false,
                links: [
                    ("SessionService", Addresses.sessionService),
                    ("AccountService", Addresses.accountService),
                    ("Managers", Addresses.managers),
                    ("PowerEquipment", Addresses.powerEquipment),
                    ("EventService", Addresses.eventService),
                ]
            ) { pdu, json in
                json.member("RedfishVersion", "1.10.0")
                json.member("UUID", pdu.uuid)
            },
            MockupPage(
                Addresses.sessionService, "SessionService.v1_1_0.SessionService",
                id: "SessionService", name: "Session service",
                links: [("Sessions", Addresses.sessions)]),
            MockupPage(
                Addresses.accountService, "AccountService.v1_5_0.AccountService",
                id: "AccountService", name: "Account service",
                links: [("Accounts", Addresses.accounts), ("Roles", Addresses.roles)]),
            MockupPage(
                Addresses.roles, "RoleCollection", name: "Roles",
                members: StandardRole.allCases.map { "\(Addresses.roles)/\($0.rawValue)" }),
            MockupPage(
                Addresses.eventService, "EventService.v1_6_0.EventService", id: "EventService",
                name: "Event service", links: [("Subscriptions", Addresses.subscriptions)]),
        ]
    }

    // The mock calls its one manager by three names.
    private static let managers: [MockupPage] = {
        let manager = "\(Addresses.managers)/manager"
        let network = "\(Addresses.managers)/managers/NetworkProtocol"
        let logs = "\(Addresses.managers)/1/LogServices"
        return [
            MockupPage(
                Addresses.managers, "ManagerCollection", name: "Managers", members: [manager]),
            MockupPage(
                manager, "Manager.v1_11_0.Manager", id: "manager", name: "PDU manager",
                links: [("NetworkProtocol", network), ("LogServices", logs)]),
            MockupPage(
                network, "ManagerNetworkProtocol.v1_6_0.ManagerNetworkProtocol",
                id: "NetworkProtocol", name: "Network protocol"
            ) { _, json in
                json.object("HTTP") { $0.member("Port", 80) }
                json.object("HTTPS") { $0.member("Port", 443) }
                json.object("SSDP") { $0.member("ProtocolEnabled", false) }
            },
            MockupPage(logs, "LogServiceCollection", name: "Logs", members: ["\(logs)/Log"]),
            MockupPage(
                "\(logs)/Log", "LogService.v1_2_0.LogService", id: "Log", name: "Log",
                links: [("Entries", "\(logs)/Log/Entries")]),
            MockupPage(
                "\(logs)/Log/Entries", "LogEntryCollection.LogEntryCollection",
                name: "Log entries", hasStatus: false
            ) { pdu, json in
                let messages = ["PDU started", "REST API enabled"]
                json.member("Members@odata.count", messages.count)
                json.array("Members") { json in
                    for (index, message) in messages.enumerated() {
                        let id = String(index + 1)
                        json.object { json in
                            json.mockupHead(
                                "\(logs)/Log/Entries/\(id)", "LogEntry.v1_9_0.LogEntry", id: id,
                                name: "Log entry \(id)")
                            json.member("Message", message)
                            json.mockupInstant("Created", pdu.start)
                            json.member("Severity", "OK")
                        }
                    }
                }
            },
        ]
    }()

    private static func equipment(_ addresses: Addresses) -> [MockupPage] {
        [
            MockupPage(
                Addresses.powerEquipment, "PowerEquipment.v1_0_0.PowerEquipment",
                id: "PowerEquipment", name: "Power equipment",
                links: [("RackPDUs", Addresses.rackPDUs)]),
            MockupPage(
                Addresses.rackPDUs, "PowerDistributionCollection", name: "Rack PDUs",
                members: [addresses.rackPDU]),
            MockupPage(
                addresses.rackPDU, "PowerDistribution.v1_1_0.PowerDistribution",
                id: addresses.rackPDU.split(separator: "/").last.map(String.init),
                name: "Rack PDU",
                links: [
                    ("Outlets", addresses.outletCollection),
                    ("Branches", addresses.branchCollection), ("Mains", addresses.mainsCollection),
                    ("Metrics", addresses.metrics), ("Sensors", addresses.mockupSensors),
                ]
            ) { pdu, json in
                json.member("Model", pdu.configuration.identity.model)
                json.member("SerialNumber", pdu.serialNumber)
                json.member("Manufacturer", pdu.configuration.identity.manufacturer)
            },
            MockupPage(
                addresses.branchCollection, "CircuitCollection", name: "Branches",
                members: addresses.branches),
            MockupPage(
                addresses.outletCollection, "OutletCollection", name: "Outlets",
                members: addresses.outlets),
            MockupPage(
                addresses.mainsCollection, "PowerSupplyCollection", name: "Mains",
                members: [addresses.mains]),
            MockupPage(
                addresses.mains, "PowerSupply.v1_5_0.PowerSupply",
                id: addresses.mains.split(separator: "/").last.map(String.init),
                name: "Mains input"
            ) { pdu, json in
                json.member("Phases", pdu.configuration.electrical.wiring.lineCount)
            },
            // Members are not listed; clients form their URIs from the numbers of the outlets.
            MockupPage(
                addresses.mockupSensors, "SensorCollection.SensorCollection", id: "Sensors",
                name: "Sensors"
            ) { _, json in
                json.member(
                    "Note", "Sensors are read by id, for example PowerOUTLET1 or EnergyOUTLET1.")
            },
        ]
    }
}

extension Addresses {
    var mockupSensors: String { "\(rackPDU)/Sensors" }
}
