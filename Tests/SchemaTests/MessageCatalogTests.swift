import JSONText
import Schema
import Testing

@Suite struct MessageCatalogTests {
    let catalog: MessageCatalog

    init() throws {
        let text = """
            {"RegistryPrefix": "Power", "RegistryVersion": "1.2.0", "OwningEntity": "DMTF",
             "Messages": {
               "BreakerTripped": {"MessageSeverity": "Critical", "NumberOfArgs": 1,
                 "ParamTypes": ["string"], "Message": "Breaker of %1 tripped, %1 and %2.",
                 "Resolution": "Reset it."},
               "BreakerReset": {"MessageSeverity": "OK", "NumberOfArgs": 1,
                 "ParamTypes": ["string"], "VersionAdded": "1.1.0",
                 "ClearingLogic": {"ClearsIf": "SameOriginOfCondition",
                                   "ClearsMessage": ["BreakerTripped"]}}}}
            """
        catalog = MessageCatalog([try MessageRegistry(json: JSONValue(parsing: text))])
    }

    @Test(arguments: [
        "Power.BreakerTripped", "Power.1.2.BreakerTripped", "Power.1.2.0.BreakerTripped",
        "Power.1.0.BreakerTripped",
    ])
    func findsWhateverTheVersion(id: String) {
        #expect(catalog.definition(of: id)?.key == "BreakerTripped")
        #expect(catalog.message(id, arguments: ["A"]).id == "Power.1.2.BreakerTripped")
    }

    @Test(arguments: ["Power.Nothing", "Base.BreakerTripped", "BreakerTripped", ""])
    func doesNotFindOthers(id: String) {
        #expect(catalog.definition(of: id) == nil)
        #expect(catalog.message(id).severity == .critical)
    }

    @Test func substitutesArguments() {
        let message = catalog.message("Power.BreakerTripped", arguments: ["A"])
        #expect(message.text == "Breaker of A tripped, A and %2.")
        #expect(message.resolution == "Reset it.")
        #expect(message.severity == .critical)
    }

    @Test func formsATextWhereNobodyWroteOne() {
        let message = catalog.message("Power.BreakerReset", arguments: ["A"])
        #expect(message.text == "Breaker reset: A.")
        let definition = MessageDefinition(key: "ResourceMissingAtURI", severity: .critical)
        #expect(definition.text(arguments: []) == "Resource missing at URI.")
    }

    @Test func readsClearingLogicAndVersions() {
        let definition = catalog.definition(of: "Power.BreakerReset")
        #expect(definition?.clearing?.clearedKeys == ["BreakerTripped"])
        #expect(definition?.clearing?.condition == "SameOriginOfCondition")
        #expect(definition?.versionAdded == SchemaVersion(1, 1, 0))
    }

    @Test func newestRegistryCounts() throws {
        let newer = MessageRegistry(
            prefix: "Power", version: SchemaVersion(1, 10, 0), owningEntity: "DMTF", messages: [])
        let both = MessageCatalog([newer] + catalog.registries)
        #expect(both["Power"]?.version == SchemaVersion(1, 10, 0))
    }

    @Test(arguments: [
        ("{}", "/RegistryPrefix"),
        (#"{"RegistryPrefix":"P","RegistryVersion":"x"}"#, "/RegistryVersion"),
        (#"{"RegistryPrefix":"P","RegistryVersion":"1.0.0"}"#, "/Messages"),
        (
            #"{"RegistryPrefix":"P","RegistryVersion":"1.0.0","Messages":{"K":{"Severity":"Bad"}}}"#,
            "/Messages/K/MessageSeverity"
        ),
        (
            #"{"RegistryPrefix":"P","RegistryVersion":"1.0.0","Messages":{"K":{"Severity":"OK"}}}"#,
            "/Messages/K/NumberOfArgs"
        ),
    ])
    func refusesWithPointer(text: String, pointer: String) throws {
        let json = try JSONValue(parsing: text)
        let error = #expect(throws: RegistryError.self) { try MessageRegistry(json: json) }
        #expect(error?.pointer.description == pointer)
    }
}

@Suite struct SchemaVersionTests {
    @Test(arguments: [
        ("v1_4_4", SchemaVersion(1, 4, 4)), ("1.22.1", SchemaVersion(1, 22, 1)),
        ("1.2", SchemaVersion(1, 2, 0)), ("v1_4", nil), ("1_2_3", nil), ("v1.2.3", nil),
        ("v1_4_x", nil), ("", nil), ("v1__4", nil),
    ])
    func reads(text: String, version: SchemaVersion?) {
        #expect(SchemaVersion(text) == version)
    }

    @Test func comparesNumbersNotDigits() {
        #expect(SchemaVersion(1, 9, 0) < SchemaVersion(1, 10, 0))
        #expect(SchemaVersion(1, 10, 2).namespaceSuffix == "v1_10_2")
    }
}
