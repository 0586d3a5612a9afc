import HTTPMessages
import HTTPTypes
package import JSONText

/// Takes secrets out of exchanges before anything is hashed or written.
///
/// Secrets are found by structure: header fields, members of bodies and query parameters whose name
/// says so. Each gets a name, `<token#1>`, `<credential#1>` or `<secret#1>`, numbered by first
/// appearance, and the same secret the same name everywhere, so that a reader still sees which
/// request used which token. A secret once seen is also replaced wherever its value occurs later or
/// elsewhere in the exchange, provided it is long enough not to occur by chance.
///
/// Bodies keep every byte that is not part of a secret.
package struct SecretMasker: Sendable {
    private var names: [[UInt8]: String] = [:]
    private var counts: [SecretKind: Int] = [:]
    private var known = KnownValueSearch()

    package init() {}

    /// The exchange without its secrets.
    package mutating func mask(_ exchange: Exchange) -> Exchange {
        // All secrets are learnt before any is replaced by value: the answer to a login may repeat
        // in its header what only its body names as a secret.
        var masked = exchange
        rewrite(
            &masked, target: { maskTarget($0) }, field: { maskField($0) },
            body: { maskMembers($0) })
        guard !known.isEmpty else { return masked }
        rewrite(
            &masked, target: { known.replacing(in: $0) },
            field: { known.replacing(in: $0.value) }, body: { known.replacing(in: $0) })
        return masked
    }

    /// What a client said, without its secrets.
    package mutating func mask(_ claim: JSONValue) -> JSONValue {
        var bytes = claim.compactBytes
        bytes = maskMembers(bytes) ?? bytes
        bytes = known.replacing(in: bytes) ?? bytes
        return (try? JSONValue(parsing: bytes)) ?? .string(String(decoding: bytes, as: UTF8.self))
    }

    /// A payload of a stream, without its secrets.
    package mutating func mask(_ record: StreamRecord) -> StreamRecord {
        guard var payload = record.payload else { return record }
        payload.body = maskMembers(payload.body) ?? payload.body
        payload.body = known.replacing(in: payload.body) ?? payload.body
        var masked = record
        masked.payload = payload
        return masked
    }

    /// An entry of any kind, without its secrets.
    package mutating func mask(_ entry: RecordEntry) -> RecordEntry {
        switch entry {
        case .exchange(let exchange): return .exchange(mask(exchange))
        case .streamed(let record): return .streamed(mask(record))
        case .claim(var record):
            record.claim = mask(record.claim)
            return .claim(record)
        case .truth, .step: return entry
        }
    }

    // MARK: By structure, each nil where there is nothing to mask

    private mutating func maskField(_ field: HTTPField) -> [UInt8]? {
        let lowered = field.name.canonicalName.utf8
        let letters = lowered.suffix(4).reduce(0 as UInt32) { $0 << 8 | UInt32($1) }
        guard SecretKind.mayEndName(letters), let kind = SecretKind(name: lowered) else {
            return nil
        }
        let value = Array(field.value.utf8)
        return switch kind {
        case .credential: maskCredentials(value)
        case .secret: maskCookies(value, isSetCookie: field.name == .setCookie)
        case .token: name(of: value[...], .token)
        }
    }

    /// `Basic dXNlcg==` becomes `Basic <credential#1>`; the password in it is a secret by itself.
    private mutating func maskCredentials(_ value: [UInt8]) -> [UInt8] {
        guard let space = value.firstIndex(of: UInt8(ascii: " ")) else {
            return name(of: value[...], .credential)
        }
        let scheme = value[...space]
        let credential = value[(space + 1)...]
        let masked = name(of: credential, .credential)
        if String(decoding: scheme, as: UTF8.self).lowercased() == "basic ",
            let plain = base64Bytes(String(decoding: credential, as: UTF8.self)),
            let colon = plain.firstIndex(of: UInt8(ascii: ":"))
        {
            _ = name(of: plain[(colon + 1)...], .secret)
        }
        return scheme + masked
    }

    /// Masks the values of cookies; their names and attributes stay.
    ///
    /// Source: RFC 6265, "HTTP State Management Mechanism", clauses 4.1.1 and 4.2.1.
    private mutating func maskCookies(_ value: [UInt8], isSetCookie: Bool) -> [UInt8] {
        let pairs = value.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)
        var masked: [[UInt8]] = []
        for (index, pair) in pairs.enumerated() {
            if let equals = pair.firstIndex(of: UInt8(ascii: "=")), index == 0 || !isSetCookie {
                masked.append(pair[...equals] + name(of: pair[(equals + 1)...], .secret))
            } else {
                masked.append(Array(pair))
            }
        }
        return Array(masked.joined(separator: [UInt8(ascii: ";")]))
    }

    /// Masks query parameters named like secrets.
    private mutating func maskTarget(_ target: String) -> [UInt8]? {
        guard let query = target.utf8.firstIndex(of: UInt8(ascii: "?")) else { return nil }
        let head = target.utf8[...query]
        let parameters = target.utf8[target.utf8.index(after: query)...]
            .split(separator: UInt8(ascii: "&"), omittingEmptySubsequences: false)
        var masked: [[UInt8]] = []
        for parameter in parameters {
            guard let equals = parameter.firstIndex(of: UInt8(ascii: "=")),
                let kind = SecretKind(name: percentDecoded(parameter[..<equals]))
            else {
                masked.append(Array(parameter))
                continue
            }
            let value = percentDecoded(parameter[parameter.index(after: equals)...])
            masked.append(Array(parameter[...equals]) + name(of: value[...], kind))
        }
        return Array(head) + masked.joined(separator: [UInt8(ascii: "&")])
    }

    /// Masks the values of secret members of a JSON body.
    private mutating func maskMembers(_ body: [UInt8]) -> [UInt8]? {
        let places = SecretPlaces.find(in: body)
        guard !places.isEmpty else { return nil }
        var result: [UInt8] = []
        var copied = 0
        for place in places {
            let value = unescapedJSONString(Array(body[place.range]))
            let masked =
                place.kind == .credential
                ? maskCredentials(value) : name(of: value[...], place.kind)
            let quote = place.isNumber ? [UInt8(ascii: "\"")] : []
            result += body[copied..<place.range.lowerBound]
            result += quote + masked + quote
            copied = place.range.upperBound
        }
        return result + body[copied...]
    }

    // MARK: Names

    /// The name of a secret, a new one where it was never seen.
    private mutating func name(of value: ArraySlice<UInt8>, _ kind: SecretKind) -> [UInt8] {
        guard !value.isEmpty, !isMask(value) else { return Array(value) }
        let value = Array(value)
        if let name = names[value] { return Array(name.utf8) }
        let number = counts[kind, default: 0] + 1
        counts[kind] = number
        let name = "<\(kind.rawValue)#\(number)>"
        names[value] = name
        // What could be a number would be found in readings.
        if JSONNumber(text: String(decoding: value, as: UTF8.self)).double.isNaN {
            for spelling in spellings(of: value) {
                known.add(spelling, replacement: Array(name.utf8))
            }
        }
        return Array(name.utf8)
    }
}

/// Puts what the functions give in the place of an exchange's parts. A part for which they give nil
/// is not touched, which is what nearly every part of nearly every exchange comes to.
func rewrite(
    _ exchange: inout Exchange, target: (String) -> [UInt8]?, field: (HTTPField) -> [UInt8]?,
    body: ([UInt8]) -> [UInt8]?
) {
    func rewritten(_ fields: HTTPFields) -> HTTPFields? {
        var result: HTTPFields?
        for (index, old) in fields.enumerated() {
            guard let value = field(old) else { continue }
            var changed = result ?? fields
            changed[index] = HTTPField(name: old.name, value: value)
            result = changed
        }
        return result
    }
    let request = exchange.request
    if let target = target(request.target) {
        exchange.request.head.path = String(decoding: target, as: UTF8.self)
    }
    if let fields = rewritten(request.head.headerFields) {
        exchange.request.head.headerFields = fields
    }
    if let body = body(request.body) { exchange.request.body = body }
    guard let response = exchange.response else { return }
    if let fields = rewritten(response.head.headerFields) {
        exchange.response?.head.headerFields = fields
    }
    if let body = body(response.body) { exchange.response?.body = body }
}
