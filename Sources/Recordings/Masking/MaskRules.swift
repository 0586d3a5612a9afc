import HTTPTypes

/// What is masked beside secrets, because it tells whose PDU it was: the values of members and
/// header fields of certain names, and of hosts wherever a URI names one.
package struct MaskRules: Sendable, Hashable {
    private var members: [String: String] = [:]
    private var fields: [String: String] = [:]
    /// Under what name the hosts of URIs are masked, or nil.
    private(set) var hostLabel: String?

    package init() {}

    package var isEmpty: Bool { members.isEmpty && fields.isEmpty && hostLabel == nil }

    /// What masks are called, sorted by bytes.
    package var labels: [String] {
        Set(members.values).union(fields.values).union([hostLabel].compactMap(\.self))
            .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// The rules that have a name of their own.
    package enum Standard: String, CaseIterable, Sendable {
        /// Serial numbers, UUIDs and asset tags.
        case serial
        /// Host names, addresses of the Internet protocol and of hardware.
        case host
    }

    package mutating func add(_ standard: Standard) {
        switch standard {
        case .serial:
            add("serial", members: ["SerialNumber", "UUID", "AssetTag"], fields: [])
        case .host:
            add(
                "host",
                members: [
                    "HostName", "FQDN", "Address", "Gateway", "HostAddress", "RemoteHost",
                    "ClientOriginIPAddress", "MACAddress", "PermanentMACAddress", "NameServers",
                    "StaticNameServers", "NTPServers",
                ], fields: [])
            hostLabel = "host"
        }
    }

    /// - Parameters:
    ///   - label: What the masks are called: `<label#1>`.
    ///   - members: Names of JSON members, letter case aside; all strings below them are masked.
    ///   - fields: Names of header fields.
    package mutating func add(_ label: String, members: [String], fields: [String]) {
        for name in members { self.members[name.lowercased()] = label }
        for name in fields { self.fields[name.lowercased()] = label }
    }

    func kind(ofMember name: [UInt8]) -> SecretKind? {
        guard !members.isEmpty else { return nil }
        return members[String(decoding: name, as: UTF8.self).lowercased()].map { .ruled($0) }
    }

    func kind(ofField name: HTTPField.Name) -> SecretKind? {
        guard !fields.isEmpty else { return nil }
        return fields[name.canonicalName].map { .ruled($0) }
    }
}

/// Whether a host is this machine itself, which tells nothing.
func isLoopback(_ host: some StringProtocol) -> Bool {
    host == "localhost" || host.hasPrefix("127.") || host == "[::1]" || host == "::1"
        || host == "0.0.0.0" || host == "::"
}
