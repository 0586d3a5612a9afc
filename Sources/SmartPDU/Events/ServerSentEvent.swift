/// What is written to a stream of server-sent events.
///
/// Source: WHATWG HTML Living Standard, "Server-sent events"; DSP0266 "Redfish Specification"
/// 1.8.1, 12.5 Server-Sent Events.
package enum ServerSentEvent: Sendable, Hashable {
    /// A payload, an Event or a MetricReport, under an identifier of its own.
    case payload(id: String, data: [UInt8])
    /// A comment, which clients read over: the connection is alive.
    case keepAlive

    /// As it stands on the wire, the blank line at its end included.
    package var bytes: [UInt8] {
        guard case .payload(let id, let data) = self else { return Array(":\n\n".utf8) }
        var bytes = Array("id: \(id)\n".utf8)
        bytes.reserveCapacity(bytes.count + data.count + 16)
        for line in data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            bytes += Array("data: ".utf8) + line + [UInt8(ascii: "\n")]
        }
        bytes.append(UInt8(ascii: "\n"))
        return bytes
    }
}
