import CSDL
import Findings
import Foundation
import JSONText
import Schema
import Testing
import Validation

/// Rules that no payload of a PDU brings out, on a schema made for them.
@Suite struct SyntheticSchemaTests {
    private func rules(_ members: String, schema body: String) throws -> [String] {
        let library = SchemaLibrary(
            source: CSDLSource { (name) throws(SchemaError) -> [UInt8]? in
                name == "T_v1.xml" ? Array(document(body).utf8) : nil
            })
        let validator = PayloadValidator(schema: library, messages: MessageCatalog([]))
        let text = "{\"@odata.id\": \"/t\", \"@odata.type\": \"#T.v1_1_0.T\", "
        let payload = try JSONValue(parsing: text + members + "}")
        return validator.findings(in: payload, as: .response(uri: "")).map(\.ruleID)
    }

    private func document(_ body: String) -> String {
        """
        <edmx:Edmx xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx" Version="4.0">
        <edmx:Reference Uri="x"><edmx:Include Namespace="RedfishExtensions.v1_0_0" Alias="Redfish"/>
        <edmx:Include Namespace="Validation.v1_0_0" Alias="Validation"/>
        <edmx:Include Namespace="Missing"/></edmx:Reference>
        <edmx:DataServices xmlns="http://docs.oasis-open.org/odata/ns/edm">
        <Schema Namespace="T">\(body)</Schema>
        <Schema Namespace="T.v1_1_0"><EntityType Name="T" BaseType="T.T"/></Schema>
        </edmx:DataServices></edmx:Edmx>
        """
    }

    private func revision(_ kind: String, _ version: String) -> String {
        """
        <Annotation Term="Redfish.Revisions"><Collection><Record>
        <PropertyValue Property="Kind" EnumMember="Redfish.RevisionKind/\(kind)"/>
        <PropertyValue Property="Version" String="\(version)"/></Record></Collection></Annotation>
        """
    }

    private func entity(_ properties: String) -> String {
        "<EntityType Name=\"T\" Abstract=\"true\">\(properties)</EntityType>"
    }

    @Test(arguments: [("v1_1_0", [String]()), ("v1_2_0", ["schema/property-version"])])
    func propertyAddedLater(version: String, expected: [String]) throws {
        let schema = entity(
            "<Property Name=\"P\" Type=\"Edm.String\">\(revision("Added", version))</Property>")
        #expect(try rules(#""P": "x""#, schema: schema) == expected)
    }

    @Test(arguments: [("v1_2_0", [String]()), ("v1_1_0", ["schema/deprecated-property"])])
    func propertyDeprecated(version: String, expected: [String]) throws {
        let schema = entity(
            "<Property Name=\"P\" Type=\"Edm.String\">\(revision("Deprecated", version))</Property>"
        )
        #expect(try rules(#""P": "x""#, schema: schema) == expected)
    }

    @Test(arguments: [("v1_2_0", [String]()), ("v1_1_0", ["schema/deprecated-value"])])
    func valueDeprecated(version: String, expected: [String]) throws {
        let schema =
            entity("<Property Name=\"P\" Type=\"T.E\"/>")
            + "<EnumType Name=\"E\"><Member Name=\"x\">\(revision("Deprecated", version))"
            + "</Member></EnumType>"
        #expect(try rules(#""P": "x""#, schema: schema) == expected)
    }

    @Test(arguments: [("abc", [String]()), ("ABC", ["schema/pattern"])])
    func patterns(text: String, expected: [String]) throws {
        let schema = entity(
            """
            <Property Name="P" Type="Edm.String">
            <Annotation Term="Validation.Pattern" String="^[a-z]+$"/></Property>
            """)
        #expect(try rules("\"P\": \"\(text)\"", schema: schema) == expected)
    }

    @Test func aPatternNobodyUnderstandsIsSaid() throws {
        let schema = entity(
            """
            <Property Name="P" Type="Edm.String">
            <Annotation Term="Validation.Pattern" String="(["/></Property>
            """)
        #expect(try rules(#""P": "x""#, schema: schema) == ["schema/pattern"])
    }

    @Test(arguments: [
        (#""D": {"abc": "x"}"#, [String]()), (#""D": {"ABC": "x"}"#, ["schema/dynamic-property"]),
        (#""D": {"abc": 1}"#, ["schema/json-type"]),
    ])
    func dynamicProperties(members: String, expected: [String]) throws {
        let schema =
            entity("<Property Name=\"D\" Type=\"T.D\"/>")
                + """
                <ComplexType Name="D"><Annotation Term="Redfish.DynamicPropertyPatterns"><Collection>
                <Record><PropertyValue Property="Pattern" String="^[a-z]+$"/>
                <PropertyValue Property="Type" String="Edm.String"/></Record>
                </Collection></Annotation></ComplexType>
                """
        #expect(try rules(members, schema: schema) == expected)
    }

    @Test func typesNobodyDefinesAreSaid() throws {
        let schema = entity(
            "<Property Name=\"P\" Type=\"Missing.P\"/><Property Name=\"Q\" Type=\"Edm.Nothing\"/>")
        let found = try rules(#""P": 1, "Q": 2"#, schema: schema)
        #expect(found == ["schema/known-type", "schema/known-type"])
    }

    @Test func aSchemaThatCannotBeReadIsSaid() throws {
        let found = try rules("\"P\": 1", schema: "<Widget/>")
        #expect(found == ["schema/known-type"])
    }
}

@Suite struct RuleTableTests {
    @Test func idsAreUniqueAndSourcesStated() {
        let ids = SchemaRules.all.map(\.id)
        #expect(Set(ids).count == ids.count)
        for rule in SchemaRules.all {
            #expect(rule.family == "schema")
            #expect(!rule.source.isEmpty)
            #expect(rule.statement.hasSuffix("."))
        }
    }
}
