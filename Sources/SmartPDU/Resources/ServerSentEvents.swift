import HTTPMessages
import HTTPTypes
import VirtualTime

extension SmartPDU {
    /// GET on `ServerSentEventUri`: the response stays open, and events follow in it.
    ///
    /// Opening a stream makes an event destination, so it takes the privilege for that.
    ///
    /// Source: DSP0266 "Redfish Specification" 1.8.1, 12.5 Server-Sent Events.
    mutating func openStream(
        _ request: RequestMessage, by principal: Principal, at instant: VirtualInstant,
        effects: inout [Effect]
    ) throws(RedfishError) -> ResponseMessage {
        guard let subscriptions = tree.node(at: Addresses.subscriptions) else {
            throw .internalError
        }
        try authorize(principal, .post, on: subscriptions)
        let headers = StandingHeaders.ofEventStream
        guard request.head.method == .get else { throw .methodNotAllowed(headers.allow) }
        let fields = request.head.headerFields
        if let accept = fields.value(of: .accept), !acceptsEventStream(accept) {
            throw .notAcceptable
        }
        let opened = try events.openStream(
            filter: try streamFilter(of: request), lastEventID: fields.value(of: .lastEventID),
            owner: principal.accountID, at: instant, catalog: catalog)
        effects.append(.openStream(opened.stream))
        effects += opened.effects
        var answer = headers.fields
        answer[.date] = instant.httpDate
        return ResponseMessage(status: .ok, fields: answer)
    }

    private func streamFilter(of request: RequestMessage) throws(RedfishError) -> StreamFilter? {
        var filter: StreamFilter?
        for part in (request.query ?? "").split(separator: "&") {
            let name = percentDecoded(part.prefix { $0 != "=" })
            if name == "$filter" {
                let value = part.firstIndex(of: "=").map { part[$0...].dropFirst() } ?? ""
                filter = try StreamFilter(percentDecoded(value))
            } else if name.hasPrefix("$") {
                throw .queryParameterUnsupported(name)
            }
        }
        return filter
    }
}

extension StandingHeaders {
    fileprivate static let ofEventStream: StandingHeaders = {
        var headers = StandingHeaders(contentType: "text/event-stream; charset=utf-8")
        headers.allow = "GET"
        headers.fields[.allow] = "GET"
        return headers
    }()
}

/// Source: RFC 9110, "HTTP Semantics", clause 12.5.1.
private func acceptsEventStream(_ accept: String) -> Bool {
    accept.split(separator: ",").contains { range in
        let parts = range.split(separator: ";").map { trimmed($0).lowercased() }
        guard let type = parts.first, !parts.contains("q=0") else { return false }
        return ["*/*", "text/*", "text/event-stream"].contains(type)
    }
}

/// A query's text as it was meant. What is no escape stays as it is.
private func percentDecoded(_ text: Substring) -> String {
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
        if byte == UInt8(ascii: "%"), let digits = String(rest.prefix(2)), digits.utf8.count == 2,
            let value = UInt8(digits, radix: 16)
        {
            bytes.append(value)
            rest = rest.dropFirst(2)
        } else {
            bytes.append(byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
        }
    }
    return String(decoding: bytes, as: UTF8.self)
}
