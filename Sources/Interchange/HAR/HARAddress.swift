import HTTPMessages
import HTTPTypes
import Recordings

/// The absolute URL under which an archive shows an exchange.
///
/// A recording in process knows no host; the host is then one that can never exist.
///
/// Source: RFC 2606, "Reserved Top Level DNS Names", clause 2, for `.invalid`.
struct HARAddress {
    /// A valid URL.
    var text: String
    /// The target as sent, where the URL had to spell it otherwise.
    var exactTarget: String?

    static let deviceOrigin = "http://pdu.invalid"
    static let clientOrigin = "http://client.invalid"

    init(of exchange: Exchange) {
        let head = exchange.request.head
        let unknown = exchange.direction == .delivery ? Self.clientOrigin : Self.deviceOrigin
        let origin = head.authority.map { "\(head.scheme ?? "http")://\($0)" } ?? unknown
        let target = exchange.request.target
        let spelt = Self.spelt(target)
        text = origin + spelt
        if spelt != target { exactTarget = target }
    }

    /// The target with every byte percent-encoded that cannot stand in a path or query.
    ///
    /// Source: RFC 3986, "Uniform Resource Identifier (URI): Generic Syntax", clauses 3.3 and 3.4.
    private static func spelt(_ target: String) -> String {
        var bytes: [UInt8] = []
        if !target.utf8.starts(with: "/".utf8) { bytes.append(UInt8(ascii: "/")) }
        for byte in target.utf8 {
            if isPlain(byte) {
                bytes.append(byte)
            } else {
                bytes += Array("%".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static let digits = Array("0123456789ABCDEF".utf8)
    private static let marks = Set("-._~!$&'()*+,;=:@/?%".utf8)

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: marks.contains(byte)
        }
    }
}

/// A URL taken apart as an archive spells it.
struct AbsoluteURL {
    var scheme: String
    var authority: String
    /// Path and query, without the fragment, which is never sent.
    var target: String

    init?(_ text: String) {
        let lowered = text.prefix { $0 != ":" }.lowercased()
        guard lowered == "http" || lowered == "https",
            text.dropFirst(lowered.count).hasPrefix("://")
        else { return nil }
        scheme = lowered
        let rest = text.dropFirst(lowered.count + 3).prefix { $0 != "#" }
        // The user's name and password are sent in a header.
        let host = rest.prefix { $0 != "/" && $0 != "?" }
        authority = String(host.split(separator: "@").last ?? "")
        guard !authority.isEmpty else { return nil }
        target = String(rest.dropFirst(host.count))
        if !target.hasPrefix("/") { target = "/" + target }
    }
}
