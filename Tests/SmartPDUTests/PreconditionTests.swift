import HTTPMessages
import HTTPTypes
import JSONText
import SmartPDU
import Testing

private let service = "/redfish/v1/SessionService"

@Suite struct PreconditionTests {
    private func withMatch(_ tag: String) -> HTTPFields {
        basic("admin", "123456789", [.ifMatch: tag])
    }

    /// Four clients read the same tag, and then each writes.
    @Test func ofFourConditionalUpdatesOneWins() throws {
        var pdu = try SmallPDU()
        let tag = try #require(pdu.send(.get, service).head.headerFields[.eTag])
        let answers = [60, 70, 80, 90].map { seconds in
            pdu.send(
                .patch, service, ["SessionTimeout": .init(integerLiteral: seconds)],
                fields: withMatch(tag))
        }
        #expect(answers.map(\.status) == [200, 412, 412, 412])
        #expect(answers[1].messageKey == "PreconditionFailed")
        #expect(try pdu.json(service)["SessionTimeout"] == 60)
        let next = try #require(answers[0].head.headerFields[.eTag])
        #expect(next != tag)
        #expect(
            pdu.send(.patch, service, ["SessionTimeout": 70], fields: withMatch(next)).status == 200
        )
    }

    @Test func aStrictDeviceAsksForTheCondition() throws {
        var pdu = try SmallPDU { $0.service.requiresIfMatch = true }
        let blind = pdu.send(.patch, service, ["SessionTimeout": 60])
        #expect(blind.status == 428)
        #expect(blind.messageKey == "PreconditionRequired")
        #expect(try pdu.json(service)["SessionTimeout"] == 1800)
        #expect(
            pdu.send(.patch, service, ["SessionTimeout": 60], fields: withMatch("*")).status == 200)
    }

    @Test func aStrictDeviceDeletesWithoutCondition() throws {
        var pdu = try SmallPDU { $0.service.requiresIfMatch = true }
        let created = pdu.send(
            .post, "/redfish/v1/AccountService/Accounts",
            ["UserName": "eve", "Password": "correct horse", "RoleId": "ReadOnly"])
        let path = try #require(created.head.headerFields[.location])
        #expect(pdu.send(.delete, path, fields: withMatch("\"0\"")).status == 412)
        #expect(pdu.send(.delete, path).status == 204)
    }

    /// What has no tag cannot be asked for.
    @Test func whatHasNoTagNeedsNoCondition() throws {
        var pdu = try SmallPDU { $0.service.requiresIfMatch = true }
        let outlet = "/redfish/v1/PowerEquipment/RackPDUs/1/Outlets/1"
        #expect(pdu.send(.get, outlet).head.headerFields[.eTag] == nil)
        #expect(pdu.send(.patch, outlet, ["UserLabel": "x"]).status == 200)
    }
}
