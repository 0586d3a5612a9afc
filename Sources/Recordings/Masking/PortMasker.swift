import HTTPMessages
import HTTPTypes
import JSONText

/// Takes out of a recording what differs from run to run though nothing else does: the ports of
/// this machine that clients listen on, and the entity tags of whatever shows them.
///
/// Ports are numbered by first appearance, `127.0.0.1:1`, so that a reader still tells them apart.
package struct PortMasker: Sendable {
    private var numbers: [[UInt8]: Int] = [:]
    private var tags = KnownValueSearch()
    private var tagCount = 0

    private static let hosts = ["127.0.0.1:", "localhost:", "[::1]:"].map { Array($0.utf8) }

    package init() {}

    package mutating func mask(_ entry: RecordEntry) -> RecordEntry {
        guard case .exchange(let exchange) = entry else { return entry }
        var masked = exchange
        var showsPort = false
        func withoutPorts(_ bytes: [UInt8]) -> [UInt8]? {
            let result = maskPorts(bytes)
            showsPort = showsPort || result != nil
            return result
        }
        rewrite(
            &masked, target: { withoutPorts(Array($0.utf8)) },
            field: { withoutPorts(Array($0.value.utf8)) }, body: { withoutPorts($0) })
        if showsPort { learnTags(of: masked) }
        guard !tags.isEmpty else { return .exchange(masked) }
        let tags = tags
        rewrite(
            &masked, target: { tags.replacing(in: $0) },
            field: { tags.replacing(in: $0.value) }, body: { tags.replacing(in: $0) })
        return .exchange(masked)
    }

    // MARK: Ports

    /// Nil where there is none.
    private mutating func maskPorts(_ bytes: [UInt8]) -> [UInt8]? {
        var result: [UInt8] = []
        var copied = 0
        var index = 0
        while index < bytes.count {
            guard let host = Self.hosts.first(where: { bytes[index...].starts(with: $0) }) else {
                index += 1
                continue
            }
            let start = index + host.count
            let digits = bytes[start...].prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")) ~= $0 }
            index = start + digits.count
            guard !digits.isEmpty else { continue }
            result += bytes[copied..<start] + Array(String(number(of: Array(digits))).utf8)
            copied = index
        }
        return copied == 0 ? nil : result + bytes[copied...]
    }

    private mutating func number(of port: [UInt8]) -> Int {
        if let number = numbers[port] { return number }
        numbers[port] = numbers.count + 1
        return numbers.count
    }

    // MARK: Entity tags

    /// A tag is a digest of what it belongs to.
    ///
    /// Source: DSP0266, "Redfish Specification" 1.8.1, clause 6.5 ETags.
    private mutating func learnTags(of exchange: Exchange) {
        guard let response = exchange.response else { return }
        if let tag = response.head.headerFields[.eTag] { learn(tag) }
        if let body = try? JSONValue(parsing: response.body) { learnTags(in: body) }
    }

    private mutating func learnTags(in value: JSONValue) {
        for member in value.object?.members ?? [] {
            if member.name == "@odata.etag", let tag = member.value.string { learn(tag) }
            learnTags(in: member.value)
        }
        for element in value.array ?? [] { learnTags(in: element) }
    }

    /// Learns what stands between the quotes of a tag.
    private mutating func learn(_ tag: String) {
        guard let open = tag.firstIndex(of: "\""), let close = tag.lastIndex(of: "\""), open < close
        else { return }
        let digest = Array(tag[tag.index(after: open)..<close].utf8)
        guard tags.replacing(in: digest) == nil else { return }
        tagCount += 1
        tags.add(digest, replacement: Array("tag#\(tagCount)".utf8))
    }
}
