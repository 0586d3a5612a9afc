import VirtualTime

/// A user account of the service.
struct Account: Sendable, Hashable {
    var userName: String
    var password: String
    var role: StandardRole
    var isEnabled = true
    var failedAttempts = 0
    var lastFailure: VirtualInstant?
    var lockedUntil: VirtualInstant?

    func isLocked(at instant: VirtualInstant) -> Bool {
        lockedUntil.map { instant < $0 } ?? false
    }
}

/// The accounts and the lockout that guards them.
///
/// Source: DSP8010 AccountService v1_18, AccountLockoutThreshold, AccountLockoutDuration and
/// AccountLockoutCounterResetAfter.
struct AccountStore: Sendable {
    var accounts: [Account]
    /// Failed attempts after which an account is locked; 0 never locks.
    var lockoutThreshold: Int64
    var lockoutDuration: VirtualDuration
    var lockoutCounterResetAfter: VirtualDuration

    subscript(userName: String) -> Account? {
        get { accounts.first { $0.userName == userName } }
        set {
            guard let newValue, let index = accounts.firstIndex(where: { $0.userName == userName })
            else { return }
            accounts[index] = newValue
        }
    }

    /// The account, where the credentials are right and the account may be used. Counts failures.
    mutating func authenticate(
        _ credentials: Credentials, at instant: VirtualInstant
    ) -> Account? {
        guard var account = self[credentials.userName] else { return nil }
        let isUntroubled = account.failedAttempts == 0 && account.lockedUntil == nil
        if isUntroubled, account.isEnabled, account.password == credentials.password {
            return account
        }
        if let lockedUntil = account.lockedUntil, instant >= lockedUntil {
            account.lockedUntil = nil
            account.failedAttempts = 0
        }
        defer { self[credentials.userName] = account }
        guard !account.isLocked(at: instant) else { return nil }
        if account.password == credentials.password, account.isEnabled {
            account.failedAttempts = 0
            return account
        }
        if let last = account.lastFailure, instant - last >= lockoutCounterResetAfter {
            account.failedAttempts = 0
        }
        account.failedAttempts += 1
        account.lastFailure = instant
        if lockoutThreshold > 0, account.failedAttempts >= lockoutThreshold {
            account.lockedUntil = instant + lockoutDuration
        }
        return nil
    }

    mutating func unlock(_ userName: String) {
        self[userName]?.lockedUntil = nil
        self[userName]?.failedAttempts = 0
    }
}

struct Credentials: Sendable, Hashable {
    var userName: String
    var password: String

    init(userName: String, password: String) {
        self.userName = userName
        self.password = password
    }

    /// Reads `Basic dXNlcjpwYXNz`; nil where it is another scheme or malformed.
    ///
    /// Source: RFC 7617, "The 'Basic' HTTP Authentication Scheme", clause 2.
    init?(authorization: String) {
        let parts = authorization.split(separator: " ", omittingEmptySubsequences: true)
        guard parts.count == 2, parts[0].lowercased() == "basic",
            let bytes = decodeBase64(parts[1].utf8),
            let text = String(validating: bytes, as: UTF8.self),
            let colon = text.firstIndex(of: ":")
        else { return nil }
        self.init(
            userName: String(text[..<colon]), password: String(text[text.index(after: colon)...]))
    }
}

/// Reads Basic credentials, and remembers the last: a client sends the same ones again and again.
struct BasicCredentials: Sendable {
    private var lastField = ""
    private var last: Credentials?

    /// Nil where the field holds another scheme or is malformed.
    mutating func read(_ authorization: String) -> Credentials? {
        if authorization != lastField {
            lastField = authorization
            last = Credentials(authorization: authorization)
        }
        return last
    }
}

/// The bytes of a Base64 text, or nil where it is none.
///
/// Source: RFC 4648, "The Base16, Base32, and Base64 Data Encodings", clause 4.
private func decodeBase64(_ text: Substring.UTF8View) -> [UInt8]? {
    var bytes: [UInt8] = []
    var bits: UInt32 = 0
    var bitCount = 0
    var padding = 0
    for character in text {
        let value: UInt8
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): value = character - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): value = character - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): value = character - UInt8(ascii: "0") + 52
        case UInt8(ascii: "+"): value = 62
        case UInt8(ascii: "/"): value = 63
        case UInt8(ascii: "="):
            padding += 1
            continue
        default: return nil
        }
        guard padding == 0 else { return nil }
        bits = bits << 6 | UInt32(value)
        bitCount += 6
        if bitCount >= 8 {
            bitCount -= 8
            bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(bitCount)))
        }
    }
    return padding <= 2 ? bytes : nil
}
