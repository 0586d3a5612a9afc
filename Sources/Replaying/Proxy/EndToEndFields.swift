package import HTTPTypes

extension HTTPFields {
    /// The fields that a proxy passes on: not those that concern one connection only, nor those
    /// that `Connection` names.
    ///
    /// Source: RFC 9110, "HTTP Semantics", clause 7.6.1 Connection.
    package var endToEnd: HTTPFields {
        var ofConnection = Self.hopByHop
        for value in self[values: .connection] {
            for name in value.split(separator: ",") {
                ofConnection.insert(
                    name.lowercased().filter { $0 != " " && $0 != "\t" })
            }
        }
        return filter { !ofConnection.contains($0.name.canonicalName) }
    }

    private static let hopByHop: Set<String> = [
        "connection", "proxy-connection", "keep-alive", "te", "transfer-encoding", "trailer",
        "upgrade", "proxy-authenticate", "proxy-authorization",
    ]

    private func filter(_ isKept: (HTTPField) -> Bool) -> HTTPFields {
        var result = HTTPFields()
        for field in self where isKept(field) { result.append(field) }
        return result
    }
}
