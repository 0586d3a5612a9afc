import CSDL
import Foundation
import JSONText
import Schema
import Testing

@Suite struct BundleTests {
    private let texts: MessageTexts

    init() throws {
        texts = try MessageTexts(
            parsing: bytes(of: bundle.appendingPathComponent("MessageTexts.json")))
    }

    @Test(.enabled(if: publication != nil, "DMTF's publication is not at hand"))
    func bundleSaysWhatThePublicationSays() throws {
        let folder = try #require(publication).appendingPathComponent("csdl")
        let names = try fileNames(in: folder, extension: "xml")
        #expect(names.count == 277)
        #expect(try fileNames(in: bundle, extension: "xml") == names)
        for name in names {
            let official = try SchemaDocument(
                csdl: bytes(of: folder.appendingPathComponent(name)), fileName: name)
            let ours = try SchemaDocument(
                csdl: bytes(of: bundle.appendingPathComponent(name)), fileName: name)
            #expect(official.withoutLines == ours.withoutLines, "\(name)")
        }
    }

    @Test(.enabled(if: publication != nil, "DMTF's publication is not at hand"))
    func rebuildingGivesTheSameBytes() throws {
        let root = try #require(publication)
        let provenance = try JSONValue(
            parsing: bytes(of: bundle.appendingPathComponent("PROVENANCE.json")))
        func sources(_ folder: String, _ suffix: String, _ key: String) throws -> [SourceFile] {
            let folder = root.appendingPathComponent(folder)
            return try fileNames(in: folder, extension: suffix).reversed().map { name in
                SourceFile(
                    name: name, bytes: try bytes(of: folder.appendingPathComponent(name)),
                    digest: try #require(provenance[key]?[name]?.string))
            }
        }
        let builder = BundleBuilder(
            release: try #require(provenance["release"]?.string), messageTexts: texts)
        let files = try builder.build(
            schemas: sources("csdl", "xml", "schemas"),
            registries: sources("registries", "json", "registries"))
        #expect(files.count == 277 + 12 + 1)
        for file in files {
            let committed = try bytes(of: bundle.appendingPathComponent(file.path))
            #expect(committed == file.bytes, "\(file.path)")
        }
    }

    @Test(.enabled(if: publication != nil, "DMTF's publication is not at hand"))
    func aServicesMetadataReads() throws {
        let file = try #require(publication)
            .appendingPathComponent("mockups/public-pdu/$metadata/index.xml")
        let document = try SchemaDocument(csdl: bytes(of: file), fileName: "$metadata")
        #expect(document.references.count > 50)
        #expect(
            document.namespaces.first?.entityContainer?.extends?.description
                == "ServiceRoot.v1_20_0.ServiceContainer")
    }

    @Test func noProseIsLeft() throws {
        for name in try fileNames(in: bundle, extension: "xml") {
            let text = String(
                decoding: try bytes(of: bundle.appendingPathComponent(name)), as: UTF8.self)
            let hasProse = ["OData.Description", "OData.LongDescription", " shall ", " the "]
                .contains { text.contains($0) }
            #expect(!hasProse, "\(name)")
        }
    }

    @Test func everyRegistryReads() throws {
        let folder = bundle.appendingPathComponent("Registries")
        var registries: [MessageRegistry] = []
        for name in try fileNames(in: folder, extension: "json") {
            let json = try JSONValue(parsing: bytes(of: folder.appendingPathComponent(name)))
            if json["Mappings"] != nil {
                let privileges = try PrivilegeRegistry(json: json)
                #expect(
                    privileges.requirement(for: "POST", on: "Outlet") == [["ConfigureComponents"]])
                #expect(
                    privileges.requirement(for: "PATCH", on: "ManagerAccount", property: "Password")
                        == [["ConfigureUsers"], ["ConfigureSelf"]])
            } else {
                registries.append(try MessageRegistry(json: json))
            }
        }
        let catalog = MessageCatalog(registries)
        #expect(catalog.registries.count == 11)
        let tripped = catalog.message("Power.BreakerTripped", arguments: ["A"])
        #expect(tripped.id == "Power.1.2.BreakerTripped")
        #expect(tripped.text == "The breaker of circuit A has tripped.")
        let written = [
            "Base", "Power", "ResourceEvent", "SensorEvent", "HeartbeatEvent", "TaskEvent",
        ]
        for prefix in written {
            let registry = try #require(catalog[prefix])
            for message in registry.messages {
                let arguments = (0..<message.argumentCount).map { "<\($0)>" }
                let text = message.text(arguments: arguments)
                #expect(message.template != nil, "\(prefix).\(message.key)")
                for argument in arguments { #expect(text.contains(argument)) }
            }
        }
    }

    @Test(arguments: [
        (#"{"P": {"Tripp": {"message": "%1", "resolution": ""}}}"#, "did you mean 'Trip'?"),
        (#"{"P": {"Trip": {"message": "none", "resolution": ""}}}"#, "each of its 1 arguments"),
        (#"{"P": {"Trip": {"message": "%1 %2", "resolution": ""}}}"#, "each of its 1 arguments"),
    ])
    func textsMustFitTheirMessages(json: String, words: String) throws {
        let registry = """
            {"RegistryPrefix": "P", "RegistryVersion": "1.0.0", "Messages": {"Trip":
             {"MessageSeverity": "OK", "NumberOfArgs": 1, "ParamTypes": ["string"]}}}
            """
        let builder = BundleBuilder(
            release: "1", messageTexts: try MessageTexts(parsing: Array(json.utf8)))
        let source = SourceFile(name: "P.json", bytes: Array(registry.utf8), digest: "")
        let error = #expect(throws: BundleError.self) {
            try builder.build(schemas: [], registries: [source])
        }
        #expect(error?.description.contains(words) == true)
    }

    @Test func twoFilesMayNotDefineOneNamespace() throws {
        let builder = BundleBuilder(release: "1", messageTexts: texts)
        let bytes = csdl("<Schema Namespace=\"A\"/>")
        let error = #expect(throws: BundleError.self) {
            try builder.build(
                schemas: [
                    SourceFile(name: "A_v1.xml", bytes: bytes, digest: ""),
                    SourceFile(name: "B_v1.xml", bytes: bytes, digest: ""),
                ], registries: [])
        }
        #expect(
            error?.description
                == "B_v1.xml:11: namespace A is defined in A_v1.xml:11 already")
    }
}

extension SchemaDocument {
    /// The same model with every line 0, for comparing files of different layout.
    fileprivate var withoutLines: SchemaDocument {
        var copy = self
        for index in copy.references.indices { copy.references[index].line = 0 }
        for index in copy.namespaces.indices { copy.namespaces[index].clearLines() }
        return copy
    }
}

extension SchemaNamespace {
    fileprivate mutating func clearLines() {
        line = 0
        entityContainer?.line = 0
        for index in terms.indices { terms[index].line = 0 }
        for index in structuredTypes.indices {
            structuredTypes[index].line = 0
            for property in structuredTypes[index].properties.indices {
                structuredTypes[index].properties[property].line = 0
            }
        }
        for index in enumTypes.indices {
            enumTypes[index].line = 0
            for member in enumTypes[index].members.indices {
                enumTypes[index].members[member].line = 0
            }
        }
        for index in typeDefinitions.indices {
            typeDefinitions[index].line = 0
            for value in typeDefinitions[index].allowedValues.indices {
                typeDefinitions[index].allowedValues[value].line = 0
            }
        }
        for index in actions.indices {
            actions[index].line = 0
            for parameter in actions[index].parameters.indices {
                actions[index].parameters[parameter].line = 0
            }
        }
    }
}
