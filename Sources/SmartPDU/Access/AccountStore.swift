import VirtualTime

/// A user account of the service.
struct Account: Sendable, Hashable, Codable {
    /// Stands in the URI and stays when the user is renamed.
    let id: String
    var userName: String
    var password: String
    var role: StandardRole
    var isEnabled = true
    /// The service lets the user do nothing but set a new password.
    var mustChangePassword = false
    /// Differs after every change, and from every other account's.
    var revision = 0
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
struct AccountStore: Sendable, Hashable, Codable {
    static let limit = 32
    static let passwordLength = 8...64

    private(set) var accounts: [Account] = []
    /// Failed attempts after which an account is locked; 0 never locks.
    var lockoutThreshold: Int64
    var lockoutDuration: VirtualDuration
    var lockoutCounterResetAfter: VirtualDuration
    private var createdCount = 0
    private var changeCount = 0

    init(
        lockoutThreshold: Int64, lockoutDuration: VirtualDuration,
        lockoutCounterResetAfter: VirtualDuration
    ) {
        self.lockoutThreshold = lockoutThreshold
        self.lockoutDuration = lockoutDuration
        self.lockoutCounterResetAfter = lockoutCounterResetAfter
    }

    subscript(id: String) -> Account? { accounts.first { $0.id == id } }

    func named(_ userName: String) -> Account? { accounts.first { $0.userName == userName } }

    /// Adds an account; the caller has checked what it holds.
    @discardableResult
    mutating func add(userName: String, password: String, role: StandardRole) -> Account {
        createdCount += 1
        changeCount += 1
        let account = Account(
            id: String(createdCount), userName: userName, password: password, role: role,
            revision: changeCount)
        accounts.append(account)
        return account
    }

    mutating func remove(_ id: String) {
        accounts.removeAll { $0.id == id }
    }

    /// Changes what the owner or an administrator may change, and the revision with it.
    mutating func change(_ id: String, _ body: (inout Account) -> Void) {
        guard let index = accounts.firstIndex(where: { $0.id == id }) else { return }
        body(&accounts[index])
        changeCount += 1
        accounts[index].revision = changeCount
    }

    /// Sets a password, after which no other has to be set.
    mutating func setPassword(_ password: String, of id: String) {
        change(id) {
            $0.password = password
            $0.mustChangePassword = false
        }
    }

    mutating func unlock(_ id: String) {
        change(id) {
            $0.lockedUntil = nil
            $0.failedAttempts = 0
        }
    }

    /// Whether without this account nobody could manage accounts any more.
    func isLastAdministrator(_ id: String) -> Bool {
        !accounts.contains { $0.id != id && $0.role == .administrator && $0.isEnabled }
    }

    /// The account, where the credentials are right and the account may be used. Counts failures.
    mutating func authenticate(
        _ credentials: Credentials, at instant: VirtualInstant
    ) -> Account? {
        guard let index = accounts.firstIndex(where: { $0.userName == credentials.userName })
        else { return nil }
        // The usual case changes nothing, so it writes nothing.
        let isUntroubled =
            accounts[index].failedAttempts == 0 && accounts[index].lockedUntil == nil
        if isUntroubled, accounts[index].isEnabled,
            accounts[index].password == credentials.password
        {
            return accounts[index]
        }
        if let lockedUntil = accounts[index].lockedUntil, instant >= lockedUntil {
            accounts[index].lockedUntil = nil
            accounts[index].failedAttempts = 0
        }
        guard !accounts[index].isLocked(at: instant) else { return nil }
        if accounts[index].password == credentials.password, accounts[index].isEnabled {
            accounts[index].failedAttempts = 0
            return accounts[index]
        }
        if let last = accounts[index].lastFailure, instant - last >= lockoutCounterResetAfter {
            accounts[index].failedAttempts = 0
        }
        accounts[index].failedAttempts += 1
        accounts[index].lastFailure = instant
        if lockoutThreshold > 0, accounts[index].failedAttempts >= lockoutThreshold {
            accounts[index].lockedUntil = instant + lockoutDuration
        }
        return nil
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
