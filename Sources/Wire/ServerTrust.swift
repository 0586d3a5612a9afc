import NIOSSL

/// Which servers are believed to be who they say they are.
package struct ServerTrust: Sendable {
    private enum Kind {
        case system
        case authorities([NIOSSLCertificate])
        case anybody
    }

    private let kind: Kind

    /// The authorities that this machine trusts.
    package static let system = ServerTrust(kind: .system)

    /// Every server, whatever its certificate says: for a look at a device that has none.
    package static let anybody = ServerTrust(kind: .anybody)

    private init(kind: Kind) {
        self.kind = kind
    }

    /// These authorities and no others; nil where the text holds no certificate.
    package init?(authoritiesPEM text: [UInt8]) {
        guard let certificates = try? NIOSSLCertificate.fromPEMBytes(text), !certificates.isEmpty
        else { return nil }
        kind = .authorities(certificates)
    }

    var tlsConfiguration: TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        switch kind {
        case .system: break
        case .authorities(let certificates): configuration.trustRoots = .certificates(certificates)
        case .anybody: configuration.certificateVerification = .none
        }
        return configuration
    }
}

extension Origin {
    /// The origin and the path of an absolute `http` or `https` URL; nil for any other text. A
    /// query and a fragment are left out.
    ///
    /// Source: RFC 3986, "Uniform Resource Identifier (URI): Generic Syntax", clause 3; RFC 9110,
    /// "HTTP Semantics", clause 4.2.
    package static func service(at url: String) -> (origin: Origin, path: String)? {
        let isSecure = url.lowercased().hasPrefix("https://")
        guard isSecure || url.lowercased().hasPrefix("http://") else { return nil }
        let rest = url.dropFirst(isSecure ? 8 : 7)
        let authority = String(rest.prefix { !"/?#".contains($0) })
        guard var origin = Origin(authority: authority) else { return nil }
        origin.isSecure = isSecure
        if isSecure, !authority.hasSuffix(":\(origin.port)") { origin.port = 443 }
        let path = rest.dropFirst(authority.count).prefix { !"?#".contains($0) }
        return (origin, String(path))
    }
}
