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
        // All secrets are learnt before any is replaced: the answer to a login may repeat in its
        // header what only its body names as a secret.
        var masked = exchange
        masked.request.head.path = maskTarget(masked.request.head.path)
        maskFields(&masked.request.head.headerFields)
        maskMembers(&masked.request.body)
        if var response = masked.response {
            maskFields(&response.head.headerFields)
            maskMembers(&response.body)
            masked.response = response
        }
        if !known.isEmpty { replaceKnownValues(in: &masked) }
        return masked
    }

    /// What a client said, without its secrets.
    package mutating func mask(_ claim: JSONValue) -> JSONValue {
        var bytes = claim.compactBytes
        maskMembers(&bytes)
        bytes = known.replacing(in: bytes) ?? bytes
        return (try? JSONValue(parsing: bytes)) ?? .string(String(decoding: bytes, as: UTF8.self))
    }

    // MARK: By structure

    private mutating func maskFields(_ fields: inout HTTPFields) {
        for index in fields.indices {
            let field = fields[index]
            let lowered = field.name.canonicalName.utf8
            guard SecretKind.mayName(lowered), let kind = SecretKind(name: lowered) else {
                continue
            }
            let value = Array(field.value.utf8)
            let masked: [UInt8]
            switch kind {
            case .credential: masked = maskCredentials(value)
            case .secret: masked = maskCookies(value, isSetCookie: field.name == .setCookie)
            case .token: masked = name(of: value[...], .token)
            }
            fields[index] = HTTPField(name: field.name, value: masked)
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
    private mutating func maskTarget(_ target: String?) -> String? {
        guard let target, let query = target.utf8.firstIndex(of: UInt8(ascii: "?")) else {
            return target
        }
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
        let bytes = Array(head) + masked.joined(separator: [UInt8(ascii: "&")])
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Masks the values of secret members of a JSON body.
    private mutating func maskMembers(_ body: inout [UInt8]) {
        let places = SecretPlaces.find(in: body)
        guard !places.isEmpty else { return }
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
        body = result + body[copied...]
    }

    // MARK: By value

    private func replaceKnownValues(in exchange: inout Exchange) {
        exchange.request.head.path = exchange.request.head.path.map(replacingKnownValues)
        replaceKnownValues(in: &exchange.request.head.headerFields)
        replaceKnownValues(in: &exchange.request.body)
        guard var response = exchange.response else { return }
        replaceKnownValues(in: &response.head.headerFields)
        replaceKnownValues(in: &response.body)
        exchange.response = response
    }

    private func replaceKnownValues(in fields: inout HTTPFields) {
        for index in fields.indices {
            let field = fields[index]
            if let value = known.replacing(in: Array(field.value.utf8)) {
                fields[index] = HTTPField(name: field.name, value: value)
            }
        }
    }

    private func replaceKnownValues(in body: inout [UInt8]) {
        if let replaced = known.replacing(in: body) { body = replaced }
    }

    private func replacingKnownValues(_ text: String) -> String {
        known.replacing(in: Array(text.utf8)).map { String(decoding: $0, as: UTF8.self) } ?? text
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
