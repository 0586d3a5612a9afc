/// Who a request comes from, once authentication has succeeded.
struct Principal: Sendable, Hashable {
    var accountID: String
    var privileges: Set<String>
    /// Until a new password is set, nothing else may be done.
    var mustChangePassword: Bool
    /// The session whose token was used; nil with Basic authentication.
    var sessionID: String?

    init(_ account: Account, sessionID: String?) {
        accountID = account.id
        privileges = Set(account.role.privileges)
        mustChangePassword = account.mustChangePassword
        self.sessionID = sessionID
    }
}

/// The roles that every service has, with the privileges DSP0266 gives them.
///
/// Source: DSP0266 "Redfish Specification" 1.8.1, 13.3.10 Roles and 13.3.11 Privileges.
enum StandardRole: String, Sendable, CaseIterable {
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
}
