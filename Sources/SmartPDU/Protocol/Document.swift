import HTTPMessages
import HTTPTypes
import JSONText
import VirtualTime

/// One of the fixed documents that are no resources: readable by everybody, never changing.
///
/// Source: DSP0266 "Redfish Specification" 1.8.1, 6.6 Protocol version and 8.4 OData metadata.
struct Document: Sendable {
    let headers: StandingHeaders
    let body: [UInt8]

    func answer(
        _ request: RequestMessage, at instant: VirtualInstant
    ) throws(RedfishError) -> ResponseMessage {
        guard request.head.method == .get || request.head.method == .head else {
            throw .methodNotAllowed(headers.allow)
        }
        if let version = request.head.headerFields[.odataVersion], version != "4.0" {
            throw .headerInvalidODataVersion
        }
        var fields = headers.fields
        fields[.date] = instant.httpDate
        return ResponseMessage(status: .ok, fields: fields, body: body)
    }

    /// The documents of a service that serves these types, by path.
    static func all(types: [String]) -> [String: Document] {
        let json = "application/json; charset=utf-8"
        return [
            "/redfish": Document(
                headers: StandingHeaders(contentType: json),
                body: Array(#"{"v1":"/redfish/v1/"}"#.utf8)),
            "\(Addresses.root)/odata": Document(
                headers: StandingHeaders(contentType: json), body: serviceDocument()),
            "\(Addresses.root)/$metadata": Document(
                headers: StandingHeaders(contentType: "application/xml"),
                body: Array(metadata(types: types).utf8)),
        ]
    }

    private static func serviceDocument() -> [UInt8] {
        let resources = [
            ("SessionService", Addresses.sessionService),
            ("AccountService", Addresses.accountService), ("Managers", Addresses.managers),
            ("Chassis", Addresses.chassisCollection),
            ("PowerEquipment", Addresses.powerEquipment),
            ("EventService", Addresses.eventService), ("Registries", Addresses.registries),
            ("Sessions", Addresses.sessions), ("JsonSchemas", Addresses.jsonSchemas),
            ("Tasks", Addresses.taskService),
            ("TelemetryService", Addresses.telemetryService),
            ("UpdateService", Addresses.updateService),
            ("CertificateService", Addresses.certificateService),
        ]
        var writer = JSONWriter()
        writer.object { json in
            json.member("@odata.context", "\(Addresses.root)/$metadata")
            json.array("value") { json in
                json.object { json in
                    json.member("name", "Service")
                    json.member("kind", "Singleton")
                    json.member("url", "\(Addresses.root)/")
                }
                for (name, path) in resources {
                    json.object { json in
                        json.member("name", name)
                        json.member("kind", "Singleton")
                        json.member("url", path)
                    }
                }
            }
        }
        return writer.bytes
    }

    /// The service's `$metadata`: a reference to the schema file of every type that payloads name,
    /// and the service's entity container.
    static func metadata(types: [String]) -> String {
        // ServiceRoot 1.0.0 is the version that declares the container which ours extends.
        let always = [
            "ServiceRoot.v1_0_0.ServiceRoot", "Event.v1_13_0.Event", "Message.v1_3_0.Message",
        ]
        var namespacesByFile: [(file: String, namespaces: [String])] = []
        for type in types + always {
            let parts = type.split(separator: ".").map(String.init)
            let file = "\(parts[0])_v1.xml"
            let namespaces = parts.count > 2 ? [parts[0], "\(parts[0]).\(parts[1])"] : [parts[0]]
            if let index = namespacesByFile.firstIndex(where: { $0.file == file }) {
                for name in namespaces where !namespacesByFile[index].namespaces.contains(name) {
                    namespacesByFile[index].namespaces.append(name)
                }
            } else {
                namespacesByFile.append((file, namespaces))
            }
        }
        var text = """
            <?xml version="1.0" encoding="UTF-8"?>
            <edmx:Edmx xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx" Version="4.0">

            """
        for entry in namespacesByFile {
            text += "  <edmx:Reference Uri=\"http://redfish.dmtf.org/schemas/v1/\(entry.file)\">\n"
            for name in entry.namespaces {
                text += "    <edmx:Include Namespace=\"\(name)\"/>\n"
            }
            text += "  </edmx:Reference>\n"
        }
        text += """
              <edmx:Reference Uri="http://redfish.dmtf.org/schemas/v1/RedfishExtensions_v1.xml">
                <edmx:Include Namespace="RedfishExtensions.v1_0_0" Alias="Redfish"/>
              </edmx:Reference>
              <edmx:DataServices>
                <Schema xmlns="http://docs.oasis-open.org/odata/ns/edm" Namespace="Service">
                  <EntityContainer Name="Service" Extends="ServiceRoot.v1_0_0.ServiceContainer"/>
                </Schema>
              </edmx:DataServices>
            </edmx:Edmx>

            """
        return text
    }
}

extension SmartPDU {
    func document(at path: String) -> Document? {
        if let document = documents[path] { return document }
        if path == Document.openAPIPath { return .openAPI(describing: tree) }
        guard path.hasSuffix("/") else { return nil }
        return documents[String(path.dropLast())]
    }
}
