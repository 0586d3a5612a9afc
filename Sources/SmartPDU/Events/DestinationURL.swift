/// An absolute `http` or `https` URL that events can be posted to.
///
/// Source: RFC 3986, "Uniform Resource Identifier (URI): Generic Syntax", clauses 3.1 and 3.2.
struct DestinationURL: Sendable, Hashable {
    /// Path and query as they stand in a request; `/` where the URL has none.
    let target: String

    /// Nil where the text is anything else, or would name user and password.
    init?(_ text: String) {
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }), text.utf8.count <= 2048 else {
            return nil
        }
        let lowercased = text.lowercased()
        guard let scheme = ["http://", "https://"].first(where: lowercased.hasPrefix) else {
            return nil
        }
        let rest = text.dropFirst(scheme.count)
        let authority = rest.prefix { !"/?#".contains($0) }
        guard Self.isHostAndPort(authority) else { return nil }
        let target = rest.dropFirst(authority.count).prefix { $0 != "#" }
        self.target = target.hasPrefix("/") ? String(target) : "/" + target
    }

    private static func isHostAndPort(_ authority: Substring) -> Bool {
        var port: Substring?
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else { return false }
            let address = authority[..<end].dropFirst()
            guard address.contains(":"), address.allSatisfy({ $0.isHexDigit || ":.".contains($0) })
            else { return false }
            let rest = authority[end...].dropFirst()
            guard rest.isEmpty || rest.hasPrefix(":") else { return false }
            port = rest.isEmpty ? nil : rest.dropFirst()
        } else {
            let host = authority.prefix { $0 != ":" }
            guard !host.isEmpty,
                host.allSatisfy({ $0.isLetter || $0.isNumber || "-._".contains($0) })
            else { return false }
            port = host.count == authority.count ? nil : authority[host.endIndex...].dropFirst()
        }
        guard let port else { return true }
        return Int(port).map { (1...65_535).contains($0) } ?? false
    }
}
