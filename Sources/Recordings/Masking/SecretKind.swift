/// What a secret is, by the name it stands under; it shows in the mask.
package enum SecretKind: Sendable, Hashable {
    case token
    case credential
    case secret
    /// What a rule of the user's masks, under the rule's own name.
    case ruled(String)

    var label: String {
        switch self {
        case .token: "token"
        case .credential: "credential"
        case .secret: "secret"
        case .ruled(let label): label
        }
    }

    /// The kind of secret that a member, parameter or field of this name holds, or nil.
    ///
    /// Judged by how the name ends, without regard to letter case, hyphens and underscores:
    /// `NewPassword`, `old_password`, `X-Api-Key` and `tokens` hold one, `PasswordChangeRequired` does
    /// not.
    package init?(name: some Sequence<UInt8>) {
        let name = name.filter { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: "_") }
            .map { $0 &- 65 < 26 ? $0 | 0x20 : $0 }
        func ends(in endings: [StaticString]) -> Bool {
            endings.contains { ending in
                ending.withUTF8Buffer { name.suffix($0.count).elementsEqual($0) }
            }
        }
        guard !ends(in: ["skiptoken", "continuationtoken"]) else { return nil }
        if ends(in: ["token", "tokens"]) {
            self = .token
        } else if ends(in: ["authorization"]) {
            self = .credential
        } else if ends(in: [
            "password", "passphrase", "passwd", "pwd", "passcode", "keytab", "passwords",
            "passphrases", "secrets", "apikeys", "secret", "cookie", "apikey",
            "privatekey", "secretkey", "accesskey", "authkey",
            "sessionkey", "keystring", "communitystring", "trapcommunity", "authenticationkey",
            "encryptionkey",
            // A client may hand its private key over in it.
            "certificatestring",
            // What a listener wants to see with every event: tokens as a rule. Event destinations
            // never show it again: DMTF EventDestination.v1_16_0, HttpHeaders.
            "httpheaders",
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
        let letters = letters | 0x2020_2020
        if letters & 0xFF_FFFF == 0x70_7764 /* pwd */ { return true }
        switch letters {
        case 0x776F_7264 /* word */, 0x7261_7365 /* rase */, 0x6F6B_656E /* oken */,
            0x6372_6574 /* cret */, 0x7469_6F6E /* tion */, 0x6F6B_6965 /* okie */,
            0x696B_6579 /* ikey */, 0x7F6B_6579 /* _key */, 0x2D6B_6579 /* -key */,
            0x656B_6579 /* ekey */, 0x7269_6E67 /* ring */, 0x6E6B_6579 /* nkey */,
            0x7373_7764 /* sswd */, 0x636F_6465 /* code */, 0x746B_6579 /* tkey */,
            0x736B_6579 /* skey */, 0x686B_6579 /* hkey */, 0x6E69_7479 /* nity */,
            0x6465_7273 /* ders */, 0x7974_6162 /* ytab */, 0x6F72_6473 /* ords */,
            0x6173_6573 /* ases */, 0x6B65_6E73 /* kens */, 0x7265_7473 /* rets */,
            0x6B65_7973 /* keys */:
            return true
        default: return false
        }
    }
}
