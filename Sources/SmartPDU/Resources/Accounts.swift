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
            json.member("MinPasswordLength", 8)
            json.member("MaxPasswordLength", 64)
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
            .integer("AccountLockoutDuration", in: 0...86_400) { pdu, _, seconds in
                pdu.accounts.lockoutDuration = .seconds(seconds)
            },
            .integer("AccountLockoutCounterResetAfter", in: 0...86_400) { pdu, _, seconds in
                pdu.accounts.lockoutCounterResetAfter = .seconds(seconds)
            },
        ])

    static let accountCollection = Resource.collection(
        "ManagerAccountCollection", at: Addresses.accounts, name: "Accounts",
        members: { pdu in pdu.accounts.accounts.map { "\(Addresses.accounts)/\($0.userName)" } })

    /// Source: DSP8010 ManagerAccount v1_14_1. The password reads as null.
    static let account: Resource = Resource(
        type: "ManagerAccount.v1_14_1.ManagerAccount", hasEntityTag: true,
        render: { pdu, place, instant, json in
            guard case .member(let name) = place, let account = pdu.accounts[name] else { return }
            json.head(
                "\(Addresses.accounts)/\(name)", .account, id: name, name: "Account \(name)")
            json.member("UserName", account.userName)
            json.memberNull("Password")
            json.member("RoleId", account.role.rawValue)
            json.member("Enabled", account.isEnabled)
            json.member("Locked", account.isLocked(at: instant))
            json.member("PasswordChangeRequired", false)
            json.array("AccountTypes") { $0.string("Redfish") }
            json.object("Links") { json in
                json.link("Role", "\(Addresses.roles)/\(account.role.rawValue)")
            }
        },
        exists: { pdu, place in
            guard case .member(let name) = place else { return false }
            return pdu.accounts[name] != nil
        },
        writable: [
            WritableProperty(name: "Password") { pdu, context, value throws(RedfishError) in
                guard case .member(let name) = context.place, let password = value.string else {
                    throw .propertyType("Password", "")
                }
                guard (8...64).contains(password.utf8.count) else {
                    throw .propertyOutOfRange("Password", "")
                }
                pdu.accounts[name]?.password = password
            },
            // Only an administrator's unlocking is allowed, as the schema says; nobody locks.
            WritableProperty(name: "Locked") { pdu, context, value throws(RedfishError) in
                guard let locked = value.bool else {
                    throw .propertyType("Locked", value.compactText)
                }
                guard case .member(let name) = context.place, !locked else {
                    throw .propertyNotInList("Locked", value.compactText)
                }
                pdu.accounts.unlock(name)
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
