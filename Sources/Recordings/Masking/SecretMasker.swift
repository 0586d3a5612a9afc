import HTTPMessages
import HTTPTypes
package import JSONText

/// Takes secrets out of exchanges before anything is hashed or written.
///
/// Secrets are found by structure: header fields, members of bodies and query parameters whose name
/// says so, passwords in URIs, private keys. Each gets a name, `<token#1>`, `<credential#1>` or
/// `<secret#1>`, numbered by first appearance, and the same secret the same name everywhere, so that
/// a reader still sees which request used which token. A secret once seen is also replaced wherever
/// its value occurs later or elsewhere in the exchange, however it is spelt there, provided it is
/// long enough not to occur by chance.
///
/// Bodies keep every byte that is not part of a secret.
package struct SecretMasker: Sendable {
    private let rules: MaskRules
    private var names: [[UInt8]: String] = [:]
    private var counts: [SecretKind: Int] = [:]
    private var known = KnownValueSearch()
    /// Values that have a name and are not looked for.
    private var unlearnt: Set<[UInt8]> = []

    /// - Parameter rules: What is masked beside secrets.
    package init(rules: MaskRules = MaskRules()) {
        self.rules = rules
    }

    /// The exchange without its secrets.
    package mutating func mask(_ exchange: Exchange) -> Exchange {
        // All secrets are learnt before any is replaced by value: the answer to a login may repeat
        // in its header what only its body names as a secret.
        var masked = exchange
        if BodyKind(exchange.request.head.headerFields) == .form {
            masked.request.body = maskParameters(masked.request.body[...])
        }
        rewrite(
            &masked, target: { maskURI($0) }, field: { maskField($0) },
            body: { maskMembers($0) })
        maskTextBodies(of: &masked)
        maskAuthority(of: &masked)
        guard !known.isEmpty else { return masked }
        rewrite(
            &masked, target: { replaceKnown(inTarget: $0) },
            field: { known.replacing(in: $0.value) }, body: { replaceKnown(in: $0) })
        return masked
    }

    /// What a client said, without its secrets.
    package mutating func mask(_ claim: JSONValue) -> JSONValue {
        var bytes = claim.compactBytes
        bytes = maskMembers(bytes) ?? bytes
        bytes = replaceKnown(in: bytes) ?? bytes
        return (try? JSONValue(parsing: bytes)) ?? .string(String(decoding: bytes, as: UTF8.self))
    }

    /// A line that is no claim is quoted, and may say anything.
    private mutating func maskTexts(_ claim: JSONValue) -> JSONValue {
        guard case .object(var object) = claim else { return claim }
        for name in ["reason", "text"] {
            if let text = object[name]?.string { object[name] = .string(mask(text: text)) }
        }
        return .object(object)
    }

    /// A payload of a stream, without its secrets.
    package mutating func mask(_ record: StreamRecord) -> StreamRecord {
        guard var payload = record.payload else { return record }
        payload.body = maskMembers(payload.body) ?? payload.body
        payload.body = maskText(payload.body) ?? payload.body
        payload.body = replaceKnown(in: payload.body) ?? payload.body
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
            if record.malformation != nil { record.claim = maskTexts(record.claim) }
            return .claim(record)
        case .step(var step):
            if let outcome = known.replacing(in: step.outcome) {
                step.outcome = String(decoding: outcome, as: UTF8.self)
            }
            return .step(step)
        case .truth: return entry
        }
    }

    /// What a program printed, without the secrets it knew and those that stand in it by their names.
    ///
    /// What only this text calls a secret is masked here and not looked for elsewhere: after
    /// `token: expired` that word must not vanish from every payload.
    package mutating func mask(text: String) -> String {
        var bytes = Array(text.utf8)
        bytes = replaceKnown(in: bytes) ?? bytes
        bytes = replace(TextSecrets.find(in: bytes), in: bytes, isLearnt: false) ?? bytes
        return String(decoding: bytes, as: UTF8.self)
    }

    // MARK: By structure, each nil where there is nothing to mask

    private mutating func maskField(_ field: HTTPField) -> [UInt8]? {
        if let kind = rules.kind(ofField: field.name) {
            return name(of: Array(field.value.utf8)[...], kind)
        }
        let lowered = field.name.canonicalName.utf8
        let letters = lowered.suffix(4).reduce(0 as UInt32) { $0 << 8 | UInt32($1) }
        guard SecretKind.mayEndName(letters), let kind = SecretKind(name: lowered) else {
            if rules.hostLabel != nil, field.name == .host { return maskHost(field.value) }
            return Self.fieldsWithURIs.contains(field.name) ? maskURI(field.value) : nil
        }
        let value = Array(field.value.utf8)
        return switch kind {
        case .credential: maskCredentials(value)
        case .secret where field.name == .cookie || field.name == .setCookie:
            maskCookies(value, isSetCookie: field.name == .setCookie)
        default: name(of: value[...], kind)
        }
    }

    private static let fieldsWithURIs: [HTTPField.Name] = [
        .location, .contentLocation, .referer, .link, .origin,
    ]

    /// `Basic dXNlcg==` becomes `Basic <credential#1>`; the password in it is a secret by itself.
    private mutating func maskCredentials(_ value: [UInt8], isLearnt: Bool = true) -> [UInt8] {
        guard let space = value.firstIndex(of: UInt8(ascii: " ")) else {
            return name(of: value[...], .credential, isLearnt: isLearnt)
        }
        let scheme = value[...space]
        let credential = value[(space + 1)...]
        let masked = name(of: credential, .credential, isLearnt: isLearnt)
        if String(decoding: scheme, as: UTF8.self).lowercased() == "basic ",
            let plain = base64Bytes(String(decoding: credential, as: UTF8.self)),
            let colon = plain.firstIndex(of: UInt8(ascii: ":"))
        {
            _ = name(of: plain[(colon + 1)...], .secret, isLearnt: isLearnt)
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
            guard index == 0 || !isSetCookie else {
                masked.append(Array(pair))
                continue
            }
            // A cookie without a name is all value.
            let start = pair.firstIndex(of: UInt8(ascii: "=")).map { $0 + 1 }
            let value = pair[(start ?? pair.startIndex)...].drop { $0 == UInt8(ascii: " ") }
            masked.append(pair[..<value.startIndex] + name(of: value, .secret))
        }
        return Array(masked.joined(separator: [UInt8(ascii: ";")]))
    }

    /// Masks the password of a URI, the parameters of its query that are named like secrets, and its
    /// host where a rule asks for that.
    private mutating func maskURI(_ text: String) -> [UInt8]? {
        var bytes: [UInt8]?
        if text.utf8.contains(UInt8(ascii: ":")) {
            bytes = replace(places(inURI: Array(text.utf8)), in: Array(text.utf8))
        }
        guard bytes?.contains(UInt8(ascii: "?")) ?? text.utf8.contains(UInt8(ascii: "?")) else {
            return bytes
        }
        let all = bytes ?? Array(text.utf8)
        let query = all.firstIndex(of: UInt8(ascii: "?")) ?? all.endIndex
        return all[...query] + maskParameters(all[(query + 1)...])
    }

    private func places(inURI text: [UInt8]) -> [SecretPlaces.Place] {
        text.withUnsafeBufferPointer { bytes in
            bytes.indices.filter { bytes[$0] == UInt8(ascii: ":") }.flatMap { colon in
                [
                    SecretPlaces.userInformation(at: colon, in: bytes).map {
                        SecretPlaces.Place(range: $0, kind: .secret, isPercentEncoded: true)
                    },
                    rules.hostLabel.flatMap { label in
                        SecretPlaces.host(at: colon, in: bytes).map {
                            SecretPlaces.Place(range: $0, kind: .ruled(label))
                        }
                    },
                ].compactMap(\.self)
            }
        }
    }

    /// Parameters of a query or form. In a `Link` field a query ends where its `<…>` does.
    private mutating func maskParameters(_ text: ArraySlice<UInt8>) -> [UInt8] {
        var masked: [UInt8] = []
        var rest = text
        while let end = rest.indices.first(where: { SecretPlaces.endsParameter(rest[$0...]) }) {
            masked += maskParameter(rest[..<end]) + [rest[end]]
            rest = rest[(end + 1)...]
        }
        return masked + maskParameter(rest)
    }

    private mutating func maskParameter(_ parameter: ArraySlice<UInt8>) -> [UInt8] {
        guard let equals = parameter.firstIndex(of: UInt8(ascii: "=")),
            let kind = SecretKind(name: percentDecoded(parameter[..<equals]))
        else { return Array(parameter) }
        let rest = parameter[parameter.index(after: equals)...]
        let end = rest.firstIndex(of: UInt8(ascii: ">")) ?? rest.endIndex
        guard end == rest.endIndex || !isMask(rest[...end]) else { return Array(parameter) }
        let value = name(of: percentDecoded(rest[..<end])[...], kind)
        return parameter[...equals] + value + rest[end...]
    }

    private mutating func maskHost(_ authority: String) -> [UInt8]? {
        guard let label = rules.hostLabel else { return nil }
        let bytes = Array(authority.utf8)
        let length = hostLength(bytes)
        guard !isLoopback(String(decoding: bytes[..<length], as: UTF8.self)) else { return nil }
        return name(of: bytes[..<length], .ruled(label)) + bytes[length...]
    }

    private mutating func maskAuthority(of exchange: inout Exchange) {
        guard let authority = exchange.request.head.authority, let masked = maskHost(authority)
        else { return }
        exchange.request.head.authority = String(decoding: masked, as: UTF8.self)
    }

    /// Masks the values of secret members of a JSON body.
    private mutating func maskMembers(_ body: [UInt8]) -> [UInt8]? {
        replace(SecretPlaces.find(in: body, rules: rules), in: body)
    }

    /// Bodies that are meant for people, documents of XML, and what browsers upload.
    private mutating func maskTextBodies(of exchange: inout Exchange) {
        if BodyKind(exchange.request.head.headerFields) == .text {
            exchange.request.body = maskText(exchange.request.body) ?? exchange.request.body
        }
        if let response = exchange.response, BodyKind(response.head.headerFields) == .text {
            exchange.response?.body = maskText(response.body) ?? response.body
        }
    }

    /// What only a text calls a secret is not looked for elsewhere, as with what programs print.
    private mutating func maskText(_ text: [UInt8]) -> [UInt8]? {
        guard let first = text.first(where: { $0 > 0x20 }), !"{[".utf8.contains(first) else {
            return nil
        }
        return replace(TextSecrets.find(in: text), in: text, isLearnt: false)
    }

    private mutating func replace(
        _ places: [SecretPlaces.Place], in text: [UInt8], isLearnt: Bool = true
    ) -> [UInt8]? {
        guard !places.isEmpty else { return nil }
        var result: [UInt8] = []
        var copied = 0
        for place in places where place.range.lowerBound >= copied {
            var value = Array(text[place.range])
            var quote = place.isNumber ? [UInt8(ascii: "\"")] : []
            for depth in 1...place.stringDepth {
                value = unescapedJSONString(value)
                if depth > 1 { quote = quote.flatMap { [UInt8(ascii: "\\"), $0] } }
            }
            if place.isPercentEncoded { value = percentDecoded(value) }
            let masked =
                place.kind == .credential
                ? maskCredentials(value, isLearnt: isLearnt)
                : name(of: value[...], place.kind, isLearnt: isLearnt)
            result += text[copied..<place.range.lowerBound]
            result += quote + masked + quote
            copied = place.range.upperBound
        }
        return result + text[copied...]
    }

    // MARK: By value, each nil where nothing known occurs

    private func replaceKnown(in text: [UInt8]) -> [UInt8]? {
        let replaced = known.replacing(in: text)
        return replaceKnownInEscapedStrings(of: replaced ?? text) ?? replaced
    }

    /// A string of JSON may spell any character as an escape; what it stands for is looked at.
    private func replaceKnownInEscapedStrings(of text: [UInt8]) -> [UInt8]? {
        guard !known.isEmpty, text.holds(UInt8(ascii: "\\")) else { return nil }
        var result: [UInt8]?
        var copied = 0
        for range in escapedStrings(of: text) {
            let plain = unescapedJSONString(Array(text[range]))
            guard let replaced = known.replacing(in: plain) else { continue }
            let escaped = JSONValue.string(String(decoding: replaced, as: UTF8.self)).compactBytes
            result = (result ?? []) + text[copied..<range.lowerBound]
            result?.append(contentsOf: escaped.dropFirst().dropLast())
            copied = range.upperBound
        }
        return result.map { $0 + text[copied...] }
    }

    private func replaceKnown(inTarget target: String) -> [UInt8]? {
        let replaced = known.replacing(in: target)
        guard target.utf8.contains(UInt8(ascii: "%")) else { return replaced }
        // Any character may be percent-encoded, also those that need not be.
        var result: [UInt8] = []
        var hasChanged = false
        let text = replaced ?? Array(target.utf8)
        for part in text.split(omittingEmptySubsequences: false, whereSeparator: isDelimiter) {
            if part.startIndex > text.startIndex { result.append(text[part.startIndex - 1]) }
            let decoded =
                part.contains(UInt8(ascii: "%")) ? known.replacing(in: percentDecoded(part)) : nil
            result += decoded ?? Array(part)
            hasChanged = hasChanged || decoded != nil
        }
        return hasChanged ? result : replaced
    }

    private func isDelimiter(_ byte: UInt8) -> Bool { "/?&=".utf8.contains(byte) }

    // MARK: Names

    /// The name of a secret, a new one where it was never seen.
    ///
    /// - Parameter isLearnt: Whether the value is looked for elsewhere from now on.
    private mutating func name(
        of value: ArraySlice<UInt8>, _ kind: SecretKind, isLearnt: Bool = true
    ) -> [UInt8] {
        guard !value.isEmpty, !isMask(value) else { return Array(value) }
        let value = Array(value)
        if let name = names[value] {
            if isLearnt, unlearnt.remove(value) != nil { learn(value, name: Array(name.utf8)) }
            return Array(name.utf8)
        }
        let number = counts[kind, default: 0] + 1
        counts[kind] = number
        let name = "<\(kind.label)#\(number)>"
        names[value] = name
        if isLearnt {
            learn(value, name: Array(name.utf8))
        } else {
            unlearnt.insert(value)
        }
        return Array(name.utf8)
    }

    private mutating func learn(_ value: [UInt8], name: [UInt8]) {
        // A key may come again line by line; what stands round it is no secret.
        for line in value.split(separator: UInt8(ascii: "\n")) where line.count < value.count {
            if !line.starts(with: "-----".utf8) { learn(Array(line), name: name) }
        }
        if JSONNumber(text: String(decoding: value, as: UTF8.self)).double.isNaN {
            for spelling in spellings(of: value) { known.add(spelling, replacement: name) }
        } else if value.count >= Self.shortestNumber {
            known.add(value, replacement: name, isNumber: true)
        }
    }

    /// Fewer digits stand in texts by chance.
    private static let shortestNumber = 8
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
