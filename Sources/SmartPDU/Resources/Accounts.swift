import JSONText
import VirtualTime

extension Resource {
    static let accountCollection = Resource.collection(
        "ManagerAccountCollection", at: Addresses.accounts, name: "Accounts",
        create: { pdu, _, body throws(RedfishError) in try pdu.createAccount(body) },
        members: { pdu in pdu.accounts.accounts.map { "\(Addresses.accounts)/\($0.id)" } })

    /// Source: DSP8010 ManagerAccount v1_14_1. The password reads as null.
    static let account: Resource = Resource(
        type: "ManagerAccount.v1_14_1.ManagerAccount", hasEntityTag: true,
        // A password is not shown, and yet a changed one is a changed account.
        revision: { pdu, place, instant in
            guard case .member(let id) = place, let account = pdu.accounts[id] else { return "" }
            return "\(id) \(account.revision) \(account.isLocked(at: instant))"
        },
        render: { pdu, place, instant, json in
            guard case .member(let id) = place, let account = pdu.accounts[id] else { return }
            json.head(
                "\(Addresses.accounts)/\(id)", .account, id: id,
                name: "Account \(account.userName)")
            json.member("UserName", account.userName)
            json.memberNull("Password")
            json.member("RoleId", account.role.rawValue)
            json.member("Enabled", account.isEnabled)
            json.member("Locked", account.isLocked(at: instant))
            json.member("PasswordChangeRequired", account.mustChangePassword)
            json.array("AccountTypes") { $0.string("Redfish") }
            json.object("Links") { json in
                json.link("Role", "\(Addresses.roles)/\(account.role.rawValue)")
            }
        },
        exists: { pdu, place in
            guard case .member(let id) = place else { return false }
            return pdu.accounts[id] != nil
        },
        writable: writableAccountProperties,
        delete: { pdu, context throws(RedfishError) in
            guard case .member(let id) = context.place else { return }
            guard !pdu.accounts.isLastAdministrator(id) else { throw .resourceCannotBeDeleted }
            pdu.accounts.remove(id)
            pdu.sessions.endAll(of: id)
        })

    // The password comes before the flag, so that one PATCH can set both.
    private static let writableAccountProperties: [WritableProperty] = [
        WritableProperty(name: "UserName") { pdu, context, value throws(RedfishError) in
            guard case .member(let id) = context.place else { return }
            let name = try AccountValues.userName(value)
            if let other = pdu.accounts.named(name), other.id != id {
                throw .resourceExists("ManagerAccount", "UserName", name)
            }
            pdu.accounts.change(id) { $0.userName = name }
        },
        WritableProperty(name: "Password") { pdu, context, value throws(RedfishError) in
            guard case .member(let id) = context.place else { return }
            pdu.accounts.setPassword(try AccountValues.password(value), of: id)
        },
        WritableProperty(name: "RoleId") { pdu, context, value throws(RedfishError) in
            guard case .member(let id) = context.place else { return }
            let role = try AccountValues.role(value)
            if role != .administrator, pdu.accounts.isLastAdministrator(id) {
                throw .propertyConflict("RoleId", "UserName")
            }
            pdu.accounts.change(id) { $0.role = role }
        },
        WritableProperty(name: "Enabled") { pdu, context, value throws(RedfishError) in
            guard case .member(let id) = context.place else { return }
            let isEnabled = try AccountValues.flag("Enabled", value)
            if !isEnabled, pdu.accounts.isLastAdministrator(id) {
                throw .propertyConflict("Enabled", "RoleId")
            }
            pdu.accounts.change(id) { $0.isEnabled = isEnabled }
        },
        // Only an administrator's unlocking is allowed, as the schema says; nobody locks.
        WritableProperty(name: "Locked") { pdu, context, value throws(RedfishError) in
            guard case .member(let id) = context.place else { return }
            guard try !AccountValues.flag("Locked", value) else {
                throw .propertyNotInList("Locked", value.compactText)
            }
            pdu.accounts.unlock(id)
        },
        WritableProperty(name: "PasswordChangeRequired") {
            pdu, context, value throws(RedfishError) in
            guard case .member(let id) = context.place else { return }
            let isRequired = try AccountValues.flag("PasswordChangeRequired", value)
            pdu.accounts.change(id) { $0.mustChangePassword = isRequired }
        },
    ]
}

extension SmartPDU {
    /// POST to the account collection.
    ///
    /// Source: DSP8010 ManagerAccount v1_14_1, properties required or allowed on create.
    fileprivate mutating func createAccount(_ body: JSONObject) throws(RedfishError) -> Created {
        for required in ["UserName", "Password", "RoleId"] where body[required] == nil {
            throw .createPropertyMissing(required)
        }
        var userName = ""
        var password = ""
        var role = StandardRole.readOnly
        var isEnabled = true
        var mustChangePassword = false
        for (name, value) in body.members.map({ ($0.name, $0.value) }) {
            switch name {
            case "UserName": userName = try AccountValues.userName(value)
            case "Password": password = try AccountValues.password(value)
            case "RoleId": role = try AccountValues.role(value)
            case "Enabled": isEnabled = try AccountValues.flag(name, value)
            case "PasswordChangeRequired": mustChangePassword = try AccountValues.flag(name, value)
            case "AccountTypes":
                guard value == ["Redfish"] else {
                    throw .propertyNotInList(name, value.compactText)
                }
            default: throw .propertyUnknown(name)
            }
        }
        guard accounts.named(userName) == nil else {
            throw .resourceExists("ManagerAccount", "UserName", userName)
        }
        guard accounts.accounts.count < AccountStore.limit else { throw .collectionFull }
        let account = accounts.add(userName: userName, password: password, role: role)
        accounts.change(account.id) {
            $0.isEnabled = isEnabled
            $0.mustChangePassword = mustChangePassword
        }
        return Created(path: "\(Addresses.accounts)/\(account.id)")
    }
}

/// What the properties of an account may hold, on creation and later.
private enum AccountValues {
    static func flag(_ name: String, _ value: JSONValue) throws(RedfishError) -> Bool {
        guard let flag = value.bool else { throw .propertyType(name, value.compactText) }
        return flag
    }

    /// Basic authentication has no way to send a name with a colon in it.
    static func userName(_ value: JSONValue) throws(RedfishError) -> String {
        guard let name = value.string else { throw .propertyType("UserName", value.compactText) }
        guard (1...64).contains(name.utf8.count),
            name.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7f && $0 != UInt8(ascii: ":") })
        else { throw .propertyFormat("UserName", name) }
        return name
    }

    /// The value of a password is never echoed.
    static func password(_ value: JSONValue) throws(RedfishError) -> String {
        guard let password = value.string else { throw .propertyType("Password", "") }
        guard AccountStore.passwordLength.contains(password.utf8.count) else {
            throw .propertyOutOfRange("Password", "")
        }
        return password
    }

    static func role(_ value: JSONValue) throws(RedfishError) -> StandardRole {
        guard let name = value.string else { throw .propertyType("RoleId", value.compactText) }
        guard let role = StandardRole(rawValue: name) else {
            throw .propertyNotInList("RoleId", name)
        }
        return role
    }
}
