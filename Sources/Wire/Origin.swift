/// Where requests go.
package struct Origin: Sendable, Hashable, CustomStringConvertible {
    package var host: String
    package var port: Int

    package init(host: String = "127.0.0.1", port: Int) {
        self.host = host
        self.port = port
    }

    /// `127.0.0.1:8000`; an IPv6 address stands in brackets.
    package var authority: String {
        host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }

    /// `http://127.0.0.1:8000`
    package var description: String { "http://" + authority }
}
