import JSONText
import VirtualTime

extension Resource {
    /// Source: DSP8010 AccountService v1_18_1.
    static let accountService: Resource = Resource(
        type: "AccountService.v1_18_1.AccountService", hasEntityTag: true,
        render: { pdu, _, _, json in
            json.head(
                Addresses.accountService, .accountService, id: "AccountService",
                name: "Account service")
            json.status()
            json.member("ServiceEnabled", true)
            json.member("MinPasswordLength", AccountStore.passwordLength.lowerBound)
            json.member("MaxPasswordLength", AccountStore.passwordLength.upperBound)
            json.member("AccountLockoutThreshold", Int(pdu.accounts.lockoutThreshold))
            json.member(
                "AccountLockoutDuration", Int(pdu.accounts.lockoutDuration.milliseconds / 1000))
            json.member(
                "AccountLockoutCounterResetAfter",
                Int(pdu.accounts.lockoutCounterResetAfter.milliseconds / 1000))
            json.link("Accounts", Addresses.accounts)
            json.link("Roles", Addresses.roles)
        },
        writable: [
            .integer("AccountLockoutThreshold", in: 0...100) { pdu, _, count in
                pdu.accounts.lockoutThreshold = count
            },
            // A lockout lasts at least as long as failures are remembered.
            WritableProperty(name: "AccountLockoutDuration") {
                pdu, _, value throws(RedfishError) in
                let least = pdu.accounts.lockoutCounterResetAfter.milliseconds / 1000
                let seconds = try wholeNumber(value, "AccountLockoutDuration", in: least...86_400)
                pdu.accounts.lockoutDuration = .seconds(seconds)
            },
            WritableProperty(name: "AccountLockoutCounterResetAfter") {
                pdu, _, value throws(RedfishError) in
                let most = pdu.accounts.lockoutDuration.milliseconds / 1000
                let seconds = try wholeNumber(
                    value, "AccountLockoutCounterResetAfter", in: 0...most)
                pdu.accounts.lockoutCounterResetAfter = .seconds(seconds)
            },
        ])

    static let roleCollection = Resource.collection(
        "RoleCollection", at: Addresses.roles, name: "Roles",
        members: { _ in StandardRole.allCases.map { "\(Addresses.roles)/\($0.rawValue)" } })

    /// Source: DSP8010 Role v1_3_3.
    static let role: Resource = Resource(
        type: "Role.v1_3_3.Role", hasEntityTag: true,
        render: { _, place, _, json in
            guard case .member(let name) = place, let role = StandardRole(rawValue: name) else {
                return
            }
            json.head("\(Addresses.roles)/\(name)", .role, id: name, name: "\(name) role")
            json.member("RoleId", name)
            json.member("IsPredefined", true)
            json.array("AssignedPrivileges") { json in
                for privilege in role.privileges { json.string(privilege) }
            }
        })
}
