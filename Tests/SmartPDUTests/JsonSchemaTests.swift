import HTTPMessages
import HTTPTypes
import JSONText
import Testing

@Suite struct JsonSchemaTests {
    @Test func everyTypeServedHasASchemaFile() throws {
        var pdu = try SmallPDU()
        let members = try #require(try pdu.json("/redfish/v1/JsonSchemas")["Members"]?.array)
        var schemas: Set<String> = []
        for member in members {
            let file = try pdu.json(try #require(member["@odata.id"]?.string))
            let id = try #require(file["Id"]?.string)
            schemas.insert(try #require(file["Schema"]?.string))
            #expect(
                file["Location"]?[0]?["PublicationUri"]?.string
                    == "http://redfish.dmtf.org/schemas/v1/\(id).json")
        }
        #expect(schemas.count == members.count)
        for path in ["/redfish/v1", "/redfish/v1/TaskService/Tasks", "/redfish/v1/JsonSchemas"] {
            let type = try #require(try pdu.json(path)["@odata.type"]?.string)
            #expect(schemas.contains(type), "\(type)")
        }
        #expect(pdu.send(.get, "/redfish/v1/JsonSchemas/Nope.v1_0_0").status == 404)
    }
}
