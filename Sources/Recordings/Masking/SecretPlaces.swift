/// The places of a body that hold a secret by structure.
struct SecretPlaces {
    struct Place {
        /// The secret without the quotes round it.
        var range: Range<Int>
        var kind: SecretKind
        /// Whether quotes have to be added, because a number stood there.
        var isNumber = false
        /// Whether the secret stands in a URI and may be percent-encoded there.
        var isPercentEncoded = false
        /// How many strings of JSON it stands in, one within the other.
        var stringDepth = 1
    }

    /// Finds the values of secret members in JSON and in texts that were meant to be: the search is
    /// lexical, so a body that was cut short or is malformed gives its secrets up as well.
    static func find(in body: [UInt8], rules: MaskRules = MaskRules()) -> [Place] {
        body.withUnsafeBufferPointer { bytes in
            guard !rules.isEmpty || mayHoldSecret(bytes) else { return [] }
            var finder = SecretFinder(bytes: bytes, rules: rules)
            finder.run()
            let keys = privateKeys(in: bytes).filter { key in
                !finder.places.contains { $0.range.overlaps(key.range) }
            }
            guard !keys.isEmpty else { return finder.places }
            return (finder.places + keys).sorted { $0.range.lowerBound < $1.range.lowerBound }
        }
    }

    /// One cheap pass that most bodies end with: is there a name with the ending of a secret's, an
    /// escape that could hide one, a value that bears its name beside it, a user name in a URI, a
    /// secret in its query, or the head of a PEM text?
    private static func mayHoldSecret(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        for index in bytes.indices {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\\") { return true }
            if byte == UInt8(ascii: "-"), bytes[index...].starts(with: "-----".utf8) {
                return true
            }
            if byte == UInt8(ascii: "="), index >= 4,
                SecretKind.mayEndName(lastLetters(of: bytes, before: index))
            {
                return true
            }
            guard byte == UInt8(ascii: ":"), index > 1 else { continue }
            var end = index - 1
            while end > 1, bytes[end] <= 0x20 { end -= 1 }
            if bytes[end] == UInt8(ascii: "\"") {
                if end >= 6, bytes[end - 6] == UInt8(ascii: "\""),
                    SecretPair.isValueName(bytes[end - 5..<end])
                {
                    return true
                }
                guard end >= 4, SecretKind.mayEndName(lastLetters(of: bytes, before: end)),
                    SecretKind(name: bytes[max(0, end - 24)..<end]) != nil
                else { continue }
                return true
            } else if userInformation(at: index, in: bytes) != nil {
                return true
            }
        }
        return false
    }

    @inline(__always)
    private static func lastLetters(
        of bytes: UnsafeBufferPointer<UInt8>, before end: Int
    ) -> UInt32 {
        UInt32(bytes[end - 4]) << 24 | UInt32(bytes[end - 3]) << 16
            | UInt32(bytes[end - 2]) << 8 | UInt32(bytes[end - 1])
    }

    // MARK: URIs

    /// The password of `://user:password@`, where the index is that of the first colon.
    ///
    /// Source: RFC 3986, "Uniform Resource Identifier (URI): Generic Syntax", clause 3.2.1.
    static func userInformation(
        at colon: Int, in bytes: UnsafeBufferPointer<UInt8>
    ) -> Range<Int>? {
        guard let end = authorityEnd(at: colon, in: bytes) else { return nil }
        let authority = colon + 3..<end
        guard let at = authority.last(where: { bytes[$0] == UInt8(ascii: "@") }),
            let separator = authority.first(where: { bytes[$0] == UInt8(ascii: ":") }),
            separator < at
        else { return nil }
        return separator + 1..<at
    }

    /// The values of the parameters of a URI's query or fragment that are named like secrets.
    ///
    /// Source: RFC 3986, clause 3.4; parameters by the custom of HTML forms.
    static func queryParameters(
        in text: Range<Int>, of bytes: UnsafeBufferPointer<UInt8>
    ) -> [Place] {
        guard let mark = text.first(where: { "?#".utf8.contains(bytes[$0]) }) else { return [] }
        var places: [Place] = []
        var start = mark + 1
        while start < text.upperBound {
            let end = parameterEnd(from: start, in: text, of: bytes)
            if let equals = (start..<end).first(where: { bytes[$0] == UInt8(ascii: "=") }),
                equals + 1 < end, let kind = SecretKind(name: percentDecoded(bytes[start..<equals]))
            {
                places.append(Place(range: equals + 1..<end, kind: kind, isPercentEncoded: true))
            }
            start = end + 1
        }
        return places
    }

    /// Whether a parameter of a query has ended where this text begins: at an ampersand, or at a
    /// semicolon that another parameter follows. One that does not may stand in a value, which must
    /// not be masked in part.
    ///
    /// Source: W3C "HTML 4.01 Specification", appendix B.2.2, which has servers take semicolons
    /// beside ampersands.
    static func endsParameter(_ text: some Collection<UInt8>) -> Bool {
        guard text.first == UInt8(ascii: ";") else { return text.first == UInt8(ascii: "&") }
        let name = text.dropFirst().prefix { !"=&;#?<> \"\\".utf8.contains($0) }
        return !name.isEmpty && text.dropFirst(name.count + 1).first == UInt8(ascii: "=")
    }

    private static func parameterEnd(
        from start: Int, in text: Range<Int>, of bytes: UnsafeBufferPointer<UInt8>
    ) -> Int {
        // The number of a mask is no fragment: `?token=<token#1>`.
        var isInMask = false
        for index in start..<text.upperBound {
            switch bytes[index] {
            case UInt8(ascii: "<"): isInMask = true
            case UInt8(ascii: ">"): isInMask = false
            case UInt8(ascii: "#"), UInt8(ascii: " "):
                if !isInMask { return index }
            case UInt8(ascii: "&"), UInt8(ascii: ";"):
                if !isInMask, endsParameter(bytes[index..<text.upperBound]) { return index }
            // An ampersand may be spelt so.
            case UInt8(ascii: "\\"):
                if bytes[index..<text.upperBound].starts(with: "\\u0026".utf8) { return index }
            default: break
            }
        }
        return text.upperBound
    }

    /// The host of `://host`, without user and port, where it is not this machine.
    static func host(at colon: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Range<Int>? {
        guard let end = authorityEnd(at: colon, in: bytes) else { return nil }
        let at = (colon + 3..<end).last { bytes[$0] == UInt8(ascii: "@") }
        let start = at.map { $0 + 1 } ?? colon + 3
        let length = hostLength(bytes[start..<end])
        let host = start..<start + length
        guard !isLoopback(String(decoding: bytes[host], as: UTF8.self)) else { return nil }
        return host.isEmpty ? nil : host
    }

    private static func authorityEnd(
        at colon: Int, in bytes: UnsafeBufferPointer<UInt8>
    ) -> Int? {
        guard colon + 2 < bytes.count, bytes[colon + 1] == UInt8(ascii: "/"),
            bytes[colon + 2] == UInt8(ascii: "/")
        else { return nil }
        let ends: [UInt8] = Array("/?#\"'\\".utf8)
        var index = colon + 3
        var isInBrackets = false
        while index < bytes.count {
            // The number of a mask is no fragment: `://user:<secret#1>@host`.
            if let end = Mask.end(at: index, in: bytes) {
                index = end
                continue
            }
            let byte = bytes[index]
            if byte <= 0x20 || ends.contains(byte) { return index }
            if byte == UInt8(ascii: ">"), !isInBrackets { return index }
            // A URI may itself stand in brackets, or a password hold some.
            if byte == UInt8(ascii: "<") || byte == UInt8(ascii: ">") { isInBrackets.toggle() }
            index += 1
        }
        return bytes.count
    }

    // MARK: Keys

    /// What stands between the first and the last line of a private key; the key is cut short where
    /// the last line is missing.
    ///
    /// Source: RFC 7468, "Textual Encodings of PKIX, PKCS, and CMS Structures", clauses 10 and 11.
    static func privateKeys(in bytes: UnsafeBufferPointer<UInt8>) -> [Place] {
        let head = Array("PRIVATE KEY-----".utf8)
        let foot = Array("-----END".utf8)
        var places: [Place] = []
        var index = 0
        // What is not found once is not looked for again, or many heads would take for ever.
        var mayHaveFoot = true
        while let start = firstIndex(of: head, in: bytes, from: index) {
            let last =
                mayHaveFoot ? firstIndex(of: foot, in: bytes, from: start + head.count) : nil
            mayHaveFoot = last != nil
            let end =
                last
                ?? bytes[(start + head.count)...].firstIndex(of: UInt8(ascii: "\"")) ?? bytes.count
            let range = start + head.count..<end
            if !range.isEmpty, !isMask(Array(bytes[range])[...]) {
                places.append(Place(range: range, kind: .secret))
            }
            // Past the last line, which has the words of the first.
            index = last.map { min(bytes.count, $0 + foot.count + head.count + 12) } ?? end
        }
        return places
    }

    private static func firstIndex(
        of text: [UInt8], in bytes: UnsafeBufferPointer<UInt8>, from lower: Int
    ) -> Int? {
        guard bytes.count >= text.count, lower <= bytes.count - text.count else { return nil }
        return (lower...bytes.count - text.count).first { start in
            bytes[start] == text[0] && bytes[start..<start + text.count].elementsEqual(text)
        }
    }
}

/// How much of an authority is its host: all but the port.
func hostLength(_ authority: some Collection<UInt8>) -> Int {
    if authority.first == UInt8(ascii: "["),
        let bracket = authority.firstIndex(of: UInt8(ascii: "]"))
    {
        return authority.distance(from: authority.startIndex, to: bracket) + 1
    }
    return authority.prefix { $0 != UInt8(ascii: ":") }.count
}
