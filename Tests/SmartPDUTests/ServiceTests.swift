import HTTPMessages
import HTTPTypes
import JSONText
import SmartPDU
import Testing
import VirtualTime

@Suite struct ServiceTests {
    @Test func everyLinkIsAliveAndNamesItself() throws {
        var pdu = try SmallPDU()
        var pending = ["/redfish/v1/"]
        var seen: Set<String> = []
        while let path = pending.popLast() {
            guard seen.insert(path).inserted else { continue }
            let response = pdu.send(.get, path)
            #expect(response.status == 200, "\(path)")
            let body = try response.json
            #expect(body["@odata.id"]?.string == path)
            #expect(body["@odata.type"]?.string?.hasPrefix("#") == true)
            pending += links(in: body)
        }
        #expect(seen.count > 60)
    }

    private func links(in value: JSONValue) -> [String] {
        switch value {
        case .array(let elements): elements.flatMap(links)
        case .object(let object):
            object.members.flatMap { member -> [String] in
                if ["@odata.id", "DataSourceUri"].contains(member.name) {
                    return member.value.string.map { [$0] } ?? []
                }
                return links(in: member.value)
            }
        default: []
        }
    }

    @Test(arguments: ["/redfish", "/redfish/v1", "/redfish/v1/", "/redfish/v1/odata"])
    func entryIsPublic(path: String) throws {
        var pdu = try SmallPDU()
        #expect(pdu.send(.get, path, fields: [:]).status == 200)
    }

    @Test func everythingElseAsksForCredentials() throws {
        var pdu = try SmallPDU()
        for path in ["/redfish/v1/Chassis", "/redfish/v1/nothing/here"] {
            let response = pdu.send(.get, path, fields: [:])
            #expect(response.status == 401)
            #expect(response.head.headerFields[.wwwAuthenticate] != nil)
            #expect(response.messageKey == "NoValidSession")
        }
    }

    @Test func standingHeadersAreThere() throws {
        var pdu = try SmallPDU()
        let fields = pdu.send(.get, "/redfish/v1/PowerEquipment/RackPDUs/1/Outlets/1").head
            .headerFields
        #expect(fields[.odataVersion] == "4.0")
        #expect(
            fields[.link]
                == "<http://redfish.dmtf.org/schemas/v1/Outlet.v1_4_4.json>; rel=describedby")
        #expect(fields[.allow] == "GET, HEAD, PATCH")
        #expect(fields[.date] == "Thu, 15 Jan 2026 10:00:00 GMT")
        #expect(fields[.cacheControl] == "no-cache")
    }

    @Test func refusesWhatItCannotDo() throws {
        var pdu = try SmallPDU()
        let outlet = "/redfish/v1/PowerEquipment/RackPDUs/1/Outlets/1"
        #expect(pdu.send(.get, "/redfish/v1/Chassis/Nope").messageKey == "ResourceMissingAtURI")
        let delete = pdu.send(.delete, outlet)
        #expect(delete.status == 405)
        #expect(delete.head.headerFields[.allow] == "GET, HEAD, PATCH")
        #expect(pdu.send(.get, outlet, fields: withBasic([.odataVersion: "4.1"])).status == 412)
        #expect(pdu.send(.get, outlet, fields: withBasic([.accept: "text/csv"])).status == 406)
        #expect(pdu.send(.get, outlet + "?$orderby=Id").messageKey == "QueryParameterUnsupported")
        #expect(pdu.send(.get, outlet + "?unknown=1").status == 200)
        #expect(pdu.send(.get, outlet + "/Actions/Outlet.PowerControl").status == 405)
    }

    @Test(arguments: [
        ("", "GET, HEAD, PATCH"), ("/Actions/Outlet.PowerControl", "POST"),
        ("?unknown=1", "GET, HEAD, PATCH"),
    ])
    func optionsSayWhatIsAllowed(suffix: String, allow: String) throws {
        var pdu = try SmallPDU()
        let outlet = "/redfish/v1/PowerEquipment/RackPDUs/1/Outlets/1"
        let answer = pdu.send(.options, outlet + suffix)
        #expect(answer.status == 204)
        #expect(answer.head.headerFields[.allow] == allow)
        #expect(pdu.send(.options, outlet, fields: [:]).status == 401)
    }

    @Test func metadataNamesTheTypesServed() throws {
        var pdu = try SmallPDU()
        let response = pdu.send(.get, "/redfish/v1/$metadata", fields: [:])
        let text = String(decoding: response.body, as: UTF8.self)
        #expect(response.head.headerFields[.contentType] == "application/xml")
        #expect(text.contains("Namespace=\"Outlet.v1_4_4\""))
        #expect(text.contains("<EntityContainer"))
    }

    @Test func theOpenAPIDocumentNamesEveryPath() throws {
        var pdu = try SmallPDU()
        let response = pdu.send(.get, "/redfish/v1/openapi.yaml", fields: [:])
        let lines = String(decoding: response.body, as: UTF8.self).split(separator: "\n")
        #expect(response.head.headerFields[.contentType] == "application/yaml")
        let rack = "/redfish/v1/PowerEquipment/RackPDUs/{PowerDistributionId}"
        for path in [
            "/redfish/v1", "\(rack)/Outlets/{OutletId}", "\(rack)/Metrics",
            "\(rack)/Outlets/{OutletId}/Actions/Outlet.PowerControl",
            "/redfish/v1/SessionService/Sessions/{SessionId}",
        ] {
            #expect(lines.filter { $0 == "  \"\(path)\":" }.count == 1, "\(path)")
        }
        #expect(!lines.contains { $0.contains("/RackPDUs/1") || $0.contains("*") })
        #expect(lines.count { $0.contains("\"202\"") } == 2)
    }

    @Test func registriesSayWhatTheServiceSays() throws {
        var pdu = try SmallPDU()
        for member in try #require(try pdu.json("/redfish/v1/Registries")["Members"]?.array) {
            let file = try pdu.json(try #require(member["@odata.id"]?.string))
            let uri = try #require(file["Location"]?[0]?["Uri"]?.string)
            let registry = try pdu.json(uri)
            #expect(registry["RegistryPrefix"] == file["Id"])
            #expect(registry["@Redfish.Copyright"]?.string?.contains("pdu-harness") == true)
            let messages = try #require(registry["Messages"]?.object?.members)
            for message in messages {
                let count = try #require(message.value["NumberOfArgs"]?.number?.exactInteger)
                let text = try #require(message.value["Message"]?.string)
                #expect(message.value["ParamTypes"]?.array?.count ?? 0 == count)
                #expect(count == 0 || text.contains("%1"), "\(message.name)")
            }
        }
    }

    @Test func entityTagsGuardUpdates() throws {
        var pdu = try SmallPDU()
        let path = "/redfish/v1/SessionService"
        let tag = try #require(pdu.send(.get, path).head.headerFields[.eTag])
        let same = pdu.send(
            .get, path, fields: withBasic([.ifNoneMatch: tag]))
        #expect(same.status == 304)
        #expect(same.body.isEmpty)
        #expect(
            pdu.send(.patch, path, ["SessionTimeout": 60], fields: withBasic([.ifMatch: "\"0\""]))
                .status == 412)
        #expect(try pdu.json(path)["SessionTimeout"] == 1800)
        #expect(
            pdu.send(.patch, path, ["SessionTimeout": 60], fields: withBasic([.ifMatch: tag]))
                .status == 200)
        #expect(try pdu.json(path)["SessionTimeout"] == 60)
    }

    @Test func updatesPartlyAndSaysSo() throws {
        var pdu = try SmallPDU()
        let path = "/redfish/v1/SessionService"
        let mixed = pdu.send(.patch, path, ["SessionTimeout": 90, "Name": "x"])
        #expect(mixed.status == 200)
        let message = try mixed.json["@Message.ExtendedInfo"]?[0]?["MessageId"]?.string
        #expect(message == "Base.1.22.PropertyNotWritable")
        #expect(pdu.send(.patch, path, ["Nonsense": 1]).messageKey == "PropertyUnknown")
        #expect(
            pdu.send(.patch, path, ["SessionTimeout": 5]).messageKey == "PropertyValueOutOfRange")
        #expect(pdu.send(.patch, path, ["@odata.id": "x"]).messageKey == "NoOperation")
        #expect(try pdu.json(path)["SessionTimeout"] == 90)
    }
}

/// Fields beside Basic credentials.
private func withBasic(_ fields: HTTPFields) -> HTTPFields {
    var fields = fields
    fields[.authorization] = "Basic YWRtaW46MTIzNDU2Nzg5"
    return fields
}
