/// Who a request comes from, once authentication has succeeded.
struct Principal: Sendable, Hashable {
    var accountID: String
    var role: StandardRole
    /// Until a new password is set, nothing else may be done.
    var mustChangePassword: Bool
    /// The session whose token was used; nil with Basic authentication.
    var sessionID: String?

    init(_ account: Account, sessionID: String?) {
        accountID = account.id
        role = account.role
        mustChangePassword = account.mustChangePassword
        self.sessionID = sessionID
    }
}

/// The roles that every service has, with the privileges DSP0266 gives them.
///
/// Source: DSP0266 "Redfish Specification" 1.8.1, 13.3.10 Roles and 13.3.11 Privileges.
enum StandardRole: String, Sendable, CaseIterable, Codable {
    case administrator = "Administrator"
    case operatorRole = "Operator"
    case readOnly = "ReadOnly"

    var privileges: [String] {
        switch self {
        case .administrator:
            ["Login", "ConfigureManager", "ConfigureUsers", "ConfigureSelf", "ConfigureComponents"]
        case .operatorRole: ["Login", "ConfigureSelf", "ConfigureComponents"]
        case .readOnly: ["Login", "ConfigureSelf"]
        }
    }

    /// The privileges over a resource. ConfigureSelf suffices only for what is one's own.
    func privileges(overOwn isOwn: Bool) -> Set<String> {
        let held: HeldPrivileges =
            switch self {
            case .administrator: .administrator
            case .operatorRole: .operatorRole
            case .readOnly: .readOnly
            }
        return isOwn ? held.overOwn : held.overOthers
    }
}

/// A role's privileges as sets, made once: every request is held against them.
private struct HeldPrivileges {
    let overOwn: Set<String>
    let overOthers: Set<String>

    static let administrator = HeldPrivileges(.administrator)
    static let operatorRole = HeldPrivileges(.operatorRole)
    static let readOnly = HeldPrivileges(.readOnly)

    private init(_ role: StandardRole) {
        overOwn = Set(role.privileges)
        overOthers = overOwn.subtracting(["ConfigureSelf"])
    }
}
