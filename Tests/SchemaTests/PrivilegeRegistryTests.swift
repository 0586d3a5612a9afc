import JSONText
import Schema
import Testing

@Suite struct PrivilegeRegistryTests {
    let registry: PrivilegeRegistry

    init() throws {
        let text = """
            {"Id": "R", "PrivilegesUsed": ["Login", "ConfigureSelf"], "Mappings": [
              {"Entity": "Account",
               "OperationMap": {"PATCH": [{"Privilege": ["ConfigureUsers"]}],
                                "POST": [{"Privilege": ["A", "B"]}, {"Privilege": ["C"]}]},
               "PropertyOverrides": [{"Targets": ["Password"], "OperationMap":
                 {"PATCH": [{"Privilege": ["ConfigureUsers"]}, {"Privilege": ["ConfigureSelf"]}]}}],
               "SubordinateOverrides": [{"Targets": ["Manager", "Account"], "OperationMap":
                 {"PATCH": [{"Privilege": ["ConfigureManager"]}]}}]}]}
            """
        registry = try PrivilegeRegistry(json: JSONValue(parsing: text))
    }

    @Test func overridesComeFirst() {
        #expect(registry.requirement(for: "PATCH", on: "Account") == [["ConfigureUsers"]])
        #expect(
            registry.requirement(for: "PATCH", on: "Account", property: "Password")
                == [["ConfigureUsers"], ["ConfigureSelf"]])
        #expect(
            registry.requirement(
                for: "PATCH", on: "Account", below: ["Root", "Manager", "X", "Account"])
                == [["ConfigureManager"]])
        #expect(registry.requirement(for: "GET", on: "Account") == nil)
        #expect(registry.requirement(for: "GET", on: "Nothing") == nil)
    }

    @Test func allOfOneAlternativeSuffice() throws {
        let requirement = try #require(registry.requirement(for: "POST", on: "Account"))
        #expect(!PrivilegeRegistry.suffices(["A"], for: requirement))
        #expect(PrivilegeRegistry.suffices(["A", "B"], for: requirement))
        #expect(PrivilegeRegistry.suffices(["C"], for: requirement))
        #expect(PrivilegeRegistry.suffices([], for: [["NoAuth"]]))
        #expect(PrivilegeRegistry.suffices([], for: []))
    }
}
