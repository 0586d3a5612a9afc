/// Where requests go.
package struct Origin: Sendable, Hashable, CustomStringConvertible {
    package var host: String
    package var port: Int
    /// Whether requests go through TLS.
    package var isSecure = false

    package init(host: String = "127.0.0.1", port: Int, isSecure: Bool = false) {
        self.host = host
        self.port = port
        self.isSecure = isSecure
    }

    /// `127.0.0.1:8000`; an IPv6 address stands in brackets.
    package var authority: String {
        host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }

    /// `http://127.0.0.1:8000`
    package var description: String { (isSecure ? "https://" : "http://") + authority }
}

extension Origin {
    /// The origin of an absolute `http` URL; nil for any other scheme, and for an authority that is
    /// more than host and port.
    ///
    /// Source: RFC 3986, "Uniform Resource Identifier (URI): Generic Syntax", clause 3.2.
    package init?(url: String) {
        let scheme = "http://"
        guard url.prefix(scheme.count).lowercased() == scheme else { return nil }
        let rest = url.dropFirst(scheme.count)
        self.init(authority: String(rest.prefix { !"/?#".contains($0) }))
    }

    /// Reads `host`, `host:port`, `[address]` or `[address]:port`. User information is refused: it
    /// would make a name look like another.
    package init?(authority: String) {
        var host = Substring(authority)
        var portText: Substring?
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else { return nil }
            host = authority[authority.index(after: authority.startIndex)..<end]
            let rest = authority[authority.index(after: end)...]
            guard rest.isEmpty || rest.hasPrefix(":") else { return nil }
            portText = rest.isEmpty ? nil : rest.dropFirst()
        } else if let colon = authority.firstIndex(of: ":") {
            host = authority[..<colon]
            portText = authority[authority.index(after: colon)...]
        }
        let isPlain = host.utf8.allSatisfy { byte in
            byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ":")
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
        }
        guard !host.isEmpty, isPlain else { return nil }
        guard let portText else {
            self.init(host: String(host), port: 80)
            return
        }
        guard let port = Int(portText), (1...65_535).contains(port) else { return nil }
        self.init(host: String(host), port: port)
    }

    /// Whether the host is this machine itself, by name or by number.
    ///
    /// Source: RFC 5735, "Special Use IPv4 Addresses", clause 3; RFC 4291, clause 2.5.3.
    package var isLoopback: Bool {
        if host.lowercased() == "localhost" || host == "::1" { return true }
        let octets = host.split(separator: ".", omittingEmptySubsequences: false)
        return octets.count == 4 && octets.allSatisfy { UInt8($0) != nil } && octets[0] == "127"
    }
}
