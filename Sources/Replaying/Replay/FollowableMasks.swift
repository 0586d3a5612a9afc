import HTTPMessages
import HTTPTypes
import Recordings

// What a recording masks may stand in its URIs too: the chassis' serial number, for one. A number
// sign ends the path of a URI, so a client could follow no such link.

extension RecordEntry {
    /// What the device said and what it was asked for, `/Chassis/<serial#1>` spelt as
    /// `/Chassis/serial-1` throughout.
    var withFollowableURIs: RecordEntry {
        switch self {
        case .exchange(let exchange): return .exchange(exchange.withFollowableURIs)
        case .streamed(var record):
            if let payload = record.payload { record.payload?.body = followable(payload.body) }
            return .streamed(record)
        case .truth, .claim, .step: return self
        }
    }
}

extension Exchange {
    fileprivate var withFollowableURIs: Exchange {
        var exchange = self
        guard direction == .request else {
            exchange.request.body = followable(request.body)
            return exchange
        }
        if let path = request.head.path { exchange.request.head.path = followable(path) }
        guard var response else { return exchange }
        response.body = followable(response.body)
        for index in response.head.headerFields.indices {
            let field = response.head.headerFields[index]
            guard fieldsWithURIs.contains(field.name), holdsMask(field.value) else { continue }
            response.head.headerFields[index].value = followable(field.value)
        }
        exchange.response = response
        return exchange
    }
}

private let fieldsWithURIs: [HTTPField.Name] = [.location, .contentLocation, .link]

private func followable(_ uri: String) -> String {
    Mask.replaced(in: uri) { "\($0.label)-\($0.number)" }
}

/// The strings of a JSON text that are URIs; everything else as it is.
private func followable(_ body: [UInt8]) -> [UInt8] {
    guard body.contains(UInt8(ascii: "<")) else { return body }
    var replacements: [(range: Range<Int>, bytes: [UInt8])] = []
    StringTokens.forEach(in: body) { token in
        let text = String(decoding: body[token.range], as: UTF8.self)
        guard text.hasPrefix("/") || text.contains("://"), holdsMask(text) else { return }
        replacements.append((token.range, Array(followable(text).utf8)))
    }
    return body.replacing(replacements) ?? body
}
