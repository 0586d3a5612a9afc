import HTTPMessages
import HTTPTypes
import JSONText
import SmartPDU
import Testing
import VirtualTime

@Suite struct AccountTests {
    private let accounts = "/redfish/v1/AccountService/Accounts"
    private let sessions = "/redfish/v1/SessionService/Sessions"

    /// Creates an account and gives its path.
    private func add(
        _ pdu: inout SmallPDU, _ name: String = "guest", role: String = "ReadOnly"
    ) throws -> String {
        let response = pdu.send(.post, accounts, body(name, role: role))
        #expect(response.status == 201)
        return try #require(response.head.headerFields[.location])
    }

    private func body(_ name: String, role: String = "ReadOnly") -> JSONValue {
        ["UserName": .string(name), "Password": "guest-password", "RoleId": .string(role)]
    }

    private let guest = basic("guest", "guest-password")

    @Test func accountsComeChangeAndGo() throws {
        var pdu = try SmallPDU()
        let path = try add(&pdu)
        #expect(try pdu.json(accounts)["Members@odata.count"] == 2)
        #expect(pdu.send(.get, path, fields: guest).status == 200)
        #expect(pdu.send(.patch, path, ["RoleId": "Operator", "UserName": "host"]).status == 200)
        let account = try pdu.json(path)
        #expect(account["RoleId"] == "Operator")
        #expect(account["Password"] == .null)
        #expect(
            account["Links"]?["Role"]?["@odata.id"] == "/redfish/v1/AccountService/Roles/Operator")
        #expect(pdu.send(.get, path, fields: basic("host", "guest-password")).status == 200)
        #expect(pdu.send(.patch, path, ["Enabled": false]).status == 200)
        #expect(pdu.send(.get, path, fields: basic("host", "guest-password")).status == 401)
        #expect(pdu.send(.delete, path).status == 204)
        #expect(pdu.send(.get, path).status == 404)
    }

    @Test(
        arguments: [
            (["UserName": "x", "RoleId": "ReadOnly"], "CreateFailedMissingReqProperties"),
            (["UserName": "x", "Password": "guest-password"], "CreateFailedMissingReqProperties"),
            (
                ["UserName": "a:b", "Password": "guest-password", "RoleId": "ReadOnly"],
                "PropertyValueFormatError"
            ),
            (
                ["UserName": "x", "Password": "short", "RoleId": "ReadOnly"],
                "PropertyValueOutOfRange"
            ),
            (
                ["UserName": "x", "Password": "guest-password", "RoleId": "King"],
                "PropertyValueNotInList"
            ),
            (
                ["UserName": "admin", "Password": "guest-password", "RoleId": "ReadOnly"],
                "ResourceAlreadyExists"
            ),
            (
                ["UserName": "x", "Password": "guest-password", "RoleId": "ReadOnly", "Shoe": 44],
                "PropertyUnknown"
            ),
        ] as [(JSONValue, String)])
    func refusesWrongAccounts(body: JSONValue, key: String) throws {
        var pdu = try SmallPDU()
        let response = pdu.send(.post, accounts, body)
        #expect(response.messageKey == key)
        #expect(!String(decoding: response.body, as: UTF8.self).contains("short"))
        #expect(try pdu.json(accounts)["Members@odata.count"] == 1)
    }

    @Test func usersChangeTheirOwnPasswordAndNothingElse() throws {
        var pdu = try SmallPDU()
        let own = try add(&pdu)
        let other = try add(&pdu, "other")
        let password: JSONValue = ["Password": "a-new-password"]
        for path in [other, "\(accounts)/1"] {
            #expect(pdu.send(.patch, path, password, fields: guest).status == 403)
            #expect(pdu.send(.get, path, fields: guest).status == 403)
        }
        let role: JSONValue = ["RoleId": "Administrator"]
        #expect(pdu.send(.patch, own, role, fields: guest).messageKey == "InsufficientPrivilege")
        let both: JSONValue = ["Password": "a-new-password", "RoleId": "Administrator"]
        #expect(pdu.send(.patch, own, both, fields: guest).status == 403)
        #expect(pdu.send(.get, own, fields: guest).status == 200)
        #expect(pdu.send(.post, accounts, body("third"), fields: guest).status == 403)
        #expect(pdu.send(.delete, own, fields: guest).status == 403)
        #expect(pdu.send(.patch, own, password, fields: guest).status == 200)
        #expect(pdu.send(.get, own, fields: guest).status == 401)
    }

    @Test func theLastAdministratorStays() throws {
        var pdu = try SmallPDU()
        let admin = "\(accounts)/1"
        #expect(pdu.send(.delete, admin).messageKey == "ResourceCannotBeDeleted")
        #expect(pdu.send(.patch, admin, ["Enabled": false]).status == 400)
        #expect(pdu.send(.patch, admin, ["RoleId": "ReadOnly"]).status == 400)
        _ = try add(&pdu, role: "Administrator")
        #expect(pdu.send(.patch, admin, ["RoleId": "ReadOnly"]).status == 200)
        #expect(pdu.send(.delete, admin, fields: guest).status == 204)
    }

    @Test func sessionsEndWithTheirAccount() throws {
        var pdu = try SmallPDU()
        let path = try add(&pdu)
        let login = pdu.send(
            .post, sessions, ["UserName": "guest", "Password": "guest-password"], fields: [:])
        let token = try #require(login.head.headerFields[.xAuthToken])
        #expect(pdu.send(.patch, path, ["UserName": "host"]).status == 200)
        #expect(pdu.send(.get, path, fields: [.xAuthToken: token]).status == 200)
        #expect(pdu.send(.delete, path).status == 204)
        #expect(pdu.send(.get, path, fields: [.xAuthToken: token]).status == 401)
        #expect(try pdu.json(sessions)["Members@odata.count"] == 0)
    }

    @Test func requiredPasswordChangesComeFirst() throws {
        var pdu = try SmallPDU()
        let own = try add(&pdu, role: "Administrator")
        #expect(pdu.send(.patch, own, ["PasswordChangeRequired": true]).status == 200)
        let login = pdu.send(
            .post, sessions, ["UserName": "guest", "Password": "guest-password"], fields: [:])
        #expect(login.status == 201)
        let message = try login.json["@Message.ExtendedInfo"]?[0]
        #expect(message?["MessageId"] == "Base.1.22.PasswordChangeRequired")
        #expect(message?["MessageArgs"] == [.string(own)])
        for path in [sessions, "\(accounts)/1", "/redfish/v1/Chassis"] {
            let refused = pdu.send(.get, path, fields: guest)
            #expect(refused.status == 403)
            #expect(refused.messageKey == "PasswordChangeRequired")
        }
        #expect(pdu.send(.get, "/redfish/v1/", fields: guest).status == 200)
        #expect(pdu.send(.get, own, fields: guest).status == 200)
        let flag: JSONValue = ["PasswordChangeRequired": false]
        #expect(pdu.send(.patch, own, flag, fields: guest).status == 403)
        #expect(pdu.send(.delete, own, fields: guest).status == 403)
        let changed = pdu.send(.patch, own, ["Password": "a-new-password"], fields: guest)
        #expect(try changed.json["PasswordChangeRequired"] == false)
        let new = basic("guest", "a-new-password")
        #expect(pdu.send(.get, "/redfish/v1/Chassis", fields: new).status == 200)
    }

    @Test func aPasswordAndItsExpiryAreSetInEitherOrder() throws {
        var pdu = try SmallPDU()
        let path = try add(&pdu)
        for members in [
            ["PasswordChangeRequired", "Password"], ["Password", "PasswordChangeRequired"],
        ] {
            let object = JSONObject(
                members.map { name in
                    JSONObject.Member(
                        name: name, value: name == "Password" ? "a-new-password" : true)
                })
            let response = pdu.send(.patch, path, .object(object))
            #expect(try response.json["PasswordChangeRequired"] == true)
        }
    }

    @Test func entityTagsOfAccountsTellEveryChange() throws {
        var pdu = try SmallPDU()
        let path = try add(&pdu)
        let first = pdu.send(.get, path)
        let tag = try #require(first.head.headerFields[.eTag])
        #expect(try first.json["@odata.etag"]?.string == tag)
        pdu.wait(.minutes(10))
        #expect(pdu.send(.get, path).head.headerFields[.eTag] == tag)
        // A password is not shown, and yet the tag is another.
        let admin = basic("admin", "123456789", [.ifMatch: tag])
        let changed = pdu.send(.patch, path, ["Password": "a-new-password"], fields: admin)
        let next = try #require(changed.head.headerFields[.eTag])
        #expect(next != tag)
        #expect(try changed.json["@odata.etag"]?.string == next)
        let stale = pdu.send(.patch, path, ["RoleId": "Operator"], fields: admin)
        #expect(stale.messageKey == "PreconditionFailed")
        #expect(try pdu.json(path)["RoleId"] == "ReadOnly")
        #expect(pdu.send(.delete, path, fields: admin).status == 412)
        let same = basic("admin", "123456789", [.ifNoneMatch: next])
        #expect(pdu.send(.get, path, fields: same).status == 304)
    }

    @Test func rolesAreFixed() throws {
        var pdu = try SmallPDU()
        let role = "/redfish/v1/AccountService/Roles/ReadOnly"
        #expect(pdu.send(.patch, role, ["AssignedPrivileges": ["Login"]]).status == 405)
    }
}
