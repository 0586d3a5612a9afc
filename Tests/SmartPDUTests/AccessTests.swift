import HTTPMessages
import HTTPTypes
import JSONText
import SmartPDU
import Testing
import VirtualTime

@Suite struct AccessTests {
    private let sessions = "/redfish/v1/SessionService/Sessions"

    private func login(_ pdu: inout SmallPDU, password: String = "123456789") -> ResponseMessage {
        pdu.send(
            .post, sessions, ["UserName": "admin", "Password": .string(password)], fields: [:])
    }

    private func tokenFields(_ response: ResponseMessage) throws -> HTTPFields {
        [.xAuthToken: try #require(response.head.headerFields[.xAuthToken])]
    }

    @Test func sessionsOpenWorkAndEnd() throws {
        var pdu = try SmallPDU()
        let response = login(&pdu)
        #expect(response.status == 201)
        let path = try #require(response.head.headerFields[.location])
        #expect(try response.json["@odata.id"]?.string == path)
        #expect(try response.json["Password"] == .null)
        let fields = try tokenFields(response)
        #expect(pdu.send(.get, "/redfish/v1/Chassis", fields: fields).status == 200)
        #expect(try pdu.json(sessions)["Members@odata.count"] == 1)
        #expect(pdu.send(.delete, path, fields: fields).status == 204)
        #expect(pdu.send(.get, "/redfish/v1/Chassis", fields: fields).status == 401)
    }

    @Test func sessionsEndWhenIdle() throws {
        var pdu = try SmallPDU(sessionTimeout: .seconds(30))
        let fields = try tokenFields(login(&pdu))
        for _ in 0..<3 {
            pdu.wait(.seconds(29))
            #expect(pdu.send(.get, "/redfish/v1/Chassis", fields: fields).status == 200)
        }
        pdu.wait(.seconds(30))
        #expect(pdu.send(.get, "/redfish/v1/Chassis", fields: fields).status == 401)
    }

    @Test func sessionsAreLimited() throws {
        var pdu = try SmallPDU(sessionLimit: 1)
        #expect(login(&pdu).status == 201)
        #expect(login(&pdu).messageKey == "SessionLimitExceeded")
    }

    @Test func accountsLockAfterFailuresAndOpenAgain() throws {
        var pdu = try SmallPDU(lockoutThreshold: 3)
        for _ in 0..<3 { #expect(login(&pdu, password: "wrong-one").status == 401) }
        #expect(login(&pdu).status == 401)
        pdu.wait(.minutes(5))
        #expect(login(&pdu).status == 201)
    }

    @Test func failuresAreForgottenAfterAWhile() throws {
        var pdu = try SmallPDU(lockoutThreshold: 3)
        for _ in 0..<2 { _ = login(&pdu, password: "wrong-one") }
        pdu.wait(.minutes(1))
        for _ in 0..<2 { _ = login(&pdu, password: "wrong-one") }
        #expect(login(&pdu).status == 201)
    }

    @Test(
        arguments: [
            (["UserName": "admin"], "CreateFailedMissingReqProperties"),
            (["UserName": 1, "Password": "x"], "PropertyValueTypeError"),
            (["username": "admin", "password": "x"], "PropertyUnknown"),
        ] as [(JSONValue, String)])
    func loginRefusesWrongBodies(body: JSONValue, key: String) throws {
        var pdu = try SmallPDU()
        let response = pdu.send(.post, sessions, body, fields: [:])
        #expect(response.status == 400)
        #expect(response.messageKey == key)
    }

    @Test func changedPasswordsCount() throws {
        var pdu = try SmallPDU()
        _ = pdu.device.operate(
            .setPassword(userName: "admin", password: "another-one"), at: pdu.now)
        #expect(login(&pdu).status == 401)
        #expect(login(&pdu, password: "another-one").status == 201)
    }
}
