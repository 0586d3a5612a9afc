package import HTTPMessages
import HTTPTypes

extension RequestMessage {
    /// The request as a proxy sends it on: to another authority, without what concerned the
    /// connection it came by, and asking for an answer that can be read.
    ///
    /// - Parameters:
    ///   - authority: Host and port of the receiver.
    ///   - links: What turns links to the proxy into links to the receiver.
    package func forwarded(to authority: String, links: LinkRewriter?) -> RequestMessage {
        var result = self
        var fields = head.headerFields.endToEnd
        // The body is whole already, and its length is counted anew.
        for name in [HTTPField.Name.contentLength, .expect, .host] { fields[name] = nil }
        if let links {
            fields = links.fields(fields)
            if fields.isJSON { result.body = links.json(body) ?? body }
        }
        fields[.acceptEncoding] = "identity"
        fields[.host] = authority
        // RFC 9110, "HTTP Semantics", clause 7.6.3 Via: a gateway names itself to the server.
        fields.append(HTTPField(name: .via, value: "1.1 pdu-harness"))
        result.head.headerFields = fields
        return result
    }
}

extension ResponseMessage {
    /// The response as a proxy hands it on.
    ///
    /// - Parameter isDecoded: Whether the content coding that the head names has been undone.
    package func forwarded(links: LinkRewriter, isDecoded: Bool) -> ResponseMessage {
        var result = self
        var fields = links.fields(head.headerFields.endToEnd)
        if isDecoded { fields[.contentEncoding] = nil }
        if fields.isJSON, let body = links.json(body) { result.body = body }
        // An answer to HEAD has a length and no body.
        if fields.contains(.contentLength), !body.isEmpty {
            fields[.contentLength] = "\(result.body.count)"
        }
        result.head.headerFields = fields
        return result
    }

    /// Whether the body comes in a coding that is undone on the way.
    package var hasKnownCoding: Bool {
        let coding = head.headerFields[.contentEncoding]?.lowercased()
        return coding == "gzip" || coding == "deflate"
    }

    /// Whether the body comes in a coding that cannot be undone.
    package var hasUnknownCoding: Bool {
        let coding = head.headerFields[.contentEncoding]?.lowercased() ?? "identity"
        return coding != "identity" && !hasKnownCoding
    }

    package var isEventStream: Bool {
        head.headerFields[.contentType]?.lowercased().hasPrefix("text/event-stream") ?? false
    }
}

extension HTTPFields {
    /// Whether the body is JSON, or may be, for want of a word about it.
    var isJSON: Bool { self[.contentType]?.lowercased().contains("json") ?? true }
}
