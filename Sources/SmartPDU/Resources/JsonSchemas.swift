import JSONText

extension Resource {
    static let jsonSchemaCollection = Resource.collection(
        "JsonSchemaFileCollection", at: Addresses.jsonSchemas, name: "Schemas",
        members: { pdu in
            pdu.tree.types.map { "\(Addresses.jsonSchemas)/\(schemaFile(of: $0))" }
        })

    /// Where DMTF publishes the schema of a type served here; there is no copy on the device.
    ///
    /// Source: DSP8010 JsonSchemaFile v1_1_5.
    static let jsonSchemaFile: Resource = Resource(
        type: "JsonSchemaFile.v1_1_5.JsonSchemaFile", hasEntityTag: true,
        render: { pdu, place, _, json in
            guard case .member(let file) = place,
                let type = pdu.tree.types.first(where: { schemaFile(of: $0) == file })
            else { return }
            json.head(
                "\(Addresses.jsonSchemas)/\(file)", .jsonSchemaFile, id: file,
                name: "\(file) schema file")
            json.member("Schema", "#\(type)")
            json.strings("Languages", ["en"])
            json.array("Location") { json in
                json.object { json in
                    json.member("Language", "en")
                    json.member(
                        "PublicationUri", "http://redfish.dmtf.org/schemas/v1/\(file).json")
                }
            }
        },
        exists: { pdu, place in
            guard case .member(let file) = place else { return false }
            return pdu.tree.types.contains { schemaFile(of: $0) == file }
        })

    /// `Outlet.v1_4_4` of `Outlet.v1_4_4.Outlet`, `OutletCollection` of the collection's type.
    private static func schemaFile(of type: String) -> String {
        type.split(separator: ".").dropLast().joined(separator: ".")
    }
}
