import JSONText
import VirtualTime

/// Where the manager would get its time from; the clock itself is the harness's.
struct TimeService: Sendable, Hashable, Codable {
    static let serverLimit = 8

    var isEnabled = false
    /// Host names or addresses.
    var servers: [String] = []
}

extension Resource {
    /// Source: DSP8010 ManagerNetworkProtocol v1_12_0.
    static let networkProtocol: Resource = Resource(
        type: "ManagerNetworkProtocol.v1_12_0.ManagerNetworkProtocol", hasEntityTag: true,
        render: { pdu, _, _, json in
            json.head(
                Addresses.networkProtocol, .networkProtocol, id: "NetworkProtocol",
                name: "Network protocols")
            json.status()
            let listening = pdu.listening
            for (name, port, standardPort) in [
                ("HTTP", listening.httpPort, 80), ("HTTPS", listening.httpsPort, 443),
                ("SSDP", nil, 1900),
            ] {
                json.object(name) { json in
                    json.member("ProtocolEnabled", port != nil)
                    json.member("Port", port ?? standardPort)
                    if name == "HTTPS" { json.link("Certificates", Addresses.serverCertificates) }
                }
            }
            json.object("NTP") { json in
                json.member("ProtocolEnabled", pdu.timeService.isEnabled)
                json.member("Port", 123)
                json.array("NTPServers") { json in
                    for server in pdu.timeService.servers { json.string(server) }
                }
            }
        },
        writable: [
            .bool("NTP/ProtocolEnabled") { pdu, _, isEnabled in
                pdu.timeService.isEnabled = isEnabled
            },
            WritableProperty(name: "NTP/NTPServers") { pdu, _, value throws(RedfishError) in
                pdu.timeService.servers = try pdu.timeService.servers(changedBy: value)
            },
        ])
}

extension TimeService {
    /// The servers after a PATCH: a text sets the element at its place, an empty object leaves it,
    /// null removes it, and what lies beyond the list goes.
    ///
    /// Source: DSP0266 "Redfish Specification" 1.8.1, 7.7 PATCH on array properties.
    fileprivate func servers(changedBy value: JSONValue) throws(RedfishError) -> [String] {
        let name = "NTP/NTPServers"
        guard let elements = value.array else { throw .propertyType(name, value.compactText) }
        var changed: [String] = []
        for (index, element) in elements.enumerated() {
            switch element {
            case .null: continue
            case .object(let object)
            where object.members.isEmpty && servers.indices.contains(index):
                changed.append(servers[index])
            case .string(let text) where isHost(text): changed.append(text)
            case .string(let text): throw .propertyFormat(name, text)
            default: throw .propertyType(name, element.compactText)
            }
        }
        guard changed.count <= Self.serverLimit else {
            throw .arrayTooLong(name, limit: Self.serverLimit)
        }
        return changed
    }

    /// A host name or an address, as far as its characters tell.
    private func isHost(_ text: String) -> Bool {
        (1...253).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
                    UInt8(ascii: ":"):
                    true
                default: false
                }
            }
    }
}
