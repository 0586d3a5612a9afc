import JSONText
import VirtualTime

extension SmartPDU {
    /// What GET shows of a resource, with its entity tag where it has one, which the body repeats
    /// as `@odata.etag`.
    ///
    /// The tag is strong: the FNV-1a digest of the representation without it, or of the revision
    /// that the resource says it is at.
    ///
    /// Source: RFC 9110, "HTTP Semantics", clause 8.8.3; DSP0266 "Redfish Specification" 1.8.1,
    /// 6.5 ETags.
    ///
    /// - Parameter annotate: Adds members that belong to this one response.
    func representation(
        of node: ResourceTree.Node, at instant: VirtualInstant,
        annotate: (inout JSONWriter) -> Void = { _ in }
    ) -> (body: [UInt8], entityTag: String?) {
        var tag: String?
        var json = JSONWriter(capacity: 2048)
        json.object { json in
            node.resource.render(self, node.place, instant, &json)
            if let actions = node.actionsJSON {
                json.key("Actions")
                json.raw(actions)
            }
            if node.resource.hasEntityTag {
                let revision = node.resource.revision.map {
                    Array($0(self, node.place, instant).utf8)
                }
                let digest = quotedDigest(revision ?? json.bytes)
                json.member("@odata.etag", digest)
                tag = digest
            }
            annotate(&json)
        }
        return (json.finish(), tag)
    }
}

/// Whether the list of tags in an If-Match or If-None-Match field has this one.
func names(_ condition: String, _ tag: String) -> Bool {
    condition.split(separator: ",").contains { trimmed($0) == tag }
}

private func quotedDigest(_ bytes: [UInt8]) -> String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
    let digits = String(hash, radix: 16)
    return "\"" + String(repeating: "0", count: 16 - digits.count) + digits + "\""
}
