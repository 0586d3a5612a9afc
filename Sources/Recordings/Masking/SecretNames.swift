/// What a secret is, by the name it stands under; it shows in the mask.
package enum SecretKind: String, Sendable, Hashable {
    case token
    case credential
    case secret

    /// The kind of secret that a member, parameter or field of this name holds, or nil.
    ///
    /// Judged by how the name ends, without regard to letter case: `NewPassword` and
    /// `old_password` hold one, `PasswordChangeRequired` does not.
    package init?(name: some Sequence<UInt8>) {
        let name = name.map { $0 &- 65 < 26 ? $0 | 0x20 : $0 }
        func ends(in endings: [StaticString]) -> Bool {
            endings.contains { ending in
                ending.withUTF8Buffer { name.suffix($0.count).elementsEqual($0) }
            }
        }
        guard !ends(in: ["skiptoken", "continuationtoken"]) else { return nil }
        if ends(in: ["token"]) {
            self = .token
        } else if ends(in: ["authorization"]) {
            self = .credential
        } else if ends(in: [
            "password", "passphrase", "secret", "cookie", "apikey", "api_key", "api-key",
            "privatekey", "private_key", "communitystring", "authenticationkey", "encryptionkey",
            // A client may hand its private key over in it.
            "certificatestring",
        ]) {
            self = .secret
        } else {
            return nil
        }
    }

    /// A cheap test that every name of a secret passes and few others do: the last four letters of
    /// the endings above, each with the bit of lower case set.
    @inline(__always)
    static func mayEndName(_ letters: UInt32) -> Bool {
        switch letters | 0x2020_2020 {
        case 0x776F_7264 /* word */, 0x7261_7365 /* rase */, 0x6F6B_656E /* oken */,
            0x6372_6574 /* cret */, 0x7469_6F6E /* tion */, 0x6F6B_6965 /* okie */,
            0x696B_6579 /* ikey */, 0x7F6B_6579 /* _key */, 0x2D6B_6579 /* -key */,
            0x656B_6579 /* ekey */, 0x7269_6E67 /* ring */, 0x6E6B_6579 /* nkey */:
            true
        default: false
        }
    }
}

/// The places of a body that hold a secret by structure.
struct SecretPlaces {
    struct Place {
        /// The secret without the quotes round it.
        var range: Range<Int>
        var kind: SecretKind
        /// Whether quotes have to be added, because a number stood there.
        var isNumber = false
    }

    /// Finds the values of secret members in JSON and in texts that were meant to be: the search is
    /// lexical, so a body that was cut short or is malformed gives its secrets up as well.
    static func find(in body: [UInt8]) -> [Place] {
        body.withUnsafeBufferPointer { bytes in
            guard mayHoldSecret(bytes) else { return [] }
            var finder = SecretFinder(bytes: bytes)
            finder.run()
            return finder.places
        }
    }

    /// One cheap pass that most bodies end with: is there a name with the ending of a secret's, an
    /// escape that could hide one, or a user name in a URI?
    private static func mayHoldSecret(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        for index in bytes.indices {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\\") { return true }
            guard byte == UInt8(ascii: ":"), index > 1 else { continue }
            var end = index - 1
            while end > 1, bytes[end] <= 0x20 { end -= 1 }
            if bytes[end] == UInt8(ascii: "\"") {
                guard end >= 4, SecretKind.mayEndName(lastLetters(of: bytes, before: end)),
                    SecretKind(name: bytes[max(0, end - 20)..<end]) != nil
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

    /// The password of `://user:password@`, where the index is that of the first colon.
    ///
    /// Source: RFC 3986, "Uniform Resource Identifier (URI): Generic Syntax", clause 3.2.1.
    static func userInformation(
        at colon: Int, in bytes: UnsafeBufferPointer<UInt8>
    ) -> Range<Int>? {
        guard colon + 2 < bytes.count, bytes[colon + 1] == UInt8(ascii: "/"),
            bytes[colon + 2] == UInt8(ascii: "/")
        else { return nil }
        var separator: Int?
        for index in colon + 3..<bytes.count {
            switch bytes[index] {
            case UInt8(ascii: ":"): separator = separator ?? index
            case UInt8(ascii: "@"): return separator.map { $0 + 1..<index }
            case UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "#"), UInt8(ascii: "\""),
                0...0x20:
                return nil
            default: break
            }
        }
        return nil
    }
}

/// Goes through the strings of a text: a string before a colon is a name, one after it its value.
private struct SecretFinder {
    let bytes: UnsafeBufferPointer<UInt8>
    var places: [SecretPlaces.Place] = []
    private var index = 0

    init(bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    mutating func run() {
        while index < bytes.count {
            guard bytes[index] == UInt8(ascii: "\"") else {
                index += 1
                continue
            }
            let text = skipString()
            skipBlanks()
            guard index < bytes.count, bytes[index] == UInt8(ascii: ":") else {
                findUserInformation(in: text)
                continue
            }
            index += 1
            skipBlanks()
            guard let kind = SecretKind(name: unescaped(text)) else { continue }
            takeValue(kind)
        }
    }

    private mutating func takeValue(_ kind: SecretKind) {
        guard index < bytes.count else { return }
        if bytes[index] == UInt8(ascii: "\"") {
            let value = skipString()
            if !value.isEmpty { places.append(SecretPlaces.Place(range: value, kind: kind)) }
        } else if bytes[index] == UInt8(ascii: "-") || bytes[index] &- 48 < 10 {
            let start = index
            while index < bytes.count, ![0x2C, 0x5D, 0x7D].contains(bytes[index]),
                bytes[index] > 0x20
            {
                index += 1
            }
            places.append(
                SecretPlaces.Place(range: start..<index, kind: kind, isNumber: true))
        }
    }

    private mutating func findUserInformation(in text: Range<Int>) {
        for colon in text where bytes[colon] == UInt8(ascii: ":") {
            guard let range = SecretPlaces.userInformation(at: colon, in: bytes), !range.isEmpty
            else { continue }
            places.append(SecretPlaces.Place(range: range, kind: .secret))
        }
    }

    /// Skips the string that begins here and gives what stands between its quotes; a string that is
    /// cut short ends with the text.
    private mutating func skipString() -> Range<Int> {
        let start = index + 1
        index = start
        while index < bytes.count, bytes[index] != UInt8(ascii: "\"") {
            index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        let end = min(index, bytes.count)
        index = min(end + 1, bytes.count)
        return start..<end
    }

    private mutating func skipBlanks() {
        while index < bytes.count, bytes[index] <= 0x20 { index += 1 }
    }

    private func unescaped(_ range: Range<Int>) -> [UInt8] {
        unescapedJSONString(Array(bytes[range]))
    }
}
