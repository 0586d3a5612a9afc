import CSDL
import Schema
import Testing

@Suite struct ReadingTests {
    private func namespace(_ body: String) throws -> SchemaNamespace {
        let bytes = csdl("<Schema Namespace=\"A.v1_2_3\">\(body)</Schema>")
        let document = try SchemaDocument(csdl: bytes, fileName: "A_v1.xml")
        return try #require(document.namespaces.first)
    }

    @Test func readsPropertiesWithTheirFacts() throws {
        let type = try namespace(
            """
            <EntityType Name="T" BaseType="A.v1_2_3.B" Abstract="true">
              <Property Name="P" Type="Collection(Edm.Decimal)" Nullable="false">
                <Annotation Term="OData.Permissions" EnumMember="OData.Permission/ReadWrite"/>
                <Annotation Term="Measures.Unit" String="W"/>
                <Annotation Term="Validation.Minimum" Int="-1"/>
                <Annotation Term="Validation.Maximum" Int="5"/>
                <Annotation Term="Redfish.Required"/>
                <Annotation Term="Redfish.Excerpt" String="Power,EnergykWh"/>
                <Annotation Term="Redfish.Revisions"><Collection>
                  <Record>
                    <PropertyValue Property="Kind" EnumMember="Redfish.RevisionKind/Added"/>
                    <PropertyValue Property="Version" String="v1_1_0"/>
                  </Record><Record>
                    <PropertyValue Property="Kind" EnumMember="Redfish.RevisionKind/Deprecated"/>
                    <PropertyValue Property="Version" String="v1_2_0"/>
                    <PropertyValue Property="Description" String="Words."/>
                  </Record>
                </Collection></Annotation>
              </Property>
              <NavigationProperty Name="N" Type="A.v1_2_3.T" ContainsTarget="true">
                <Annotation Term="OData.AutoExpandReferences"/>
                <Annotation Term="Redfish.ExcerptCopy" String="Power"/>
                <Annotation Term="Redfish.Required" Bool="false"/>
              </NavigationProperty>
            </EntityType>
            """
        ).structuredTypes[0]
        #expect(type.kind == .entity)
        #expect(type.isAbstract)
        #expect(type.baseType?.description == "A.v1_2_3.B")
        let property = type.properties[0]
        #expect(property.type.description == "Collection(Edm.Decimal)")
        #expect(!property.isNullable)
        #expect(property.permissions == .readWrite)
        #expect(property.unit == "W")
        #expect(property.limits == ValueLimits(minimum: -1, maximum: 5))
        #expect(property.isRequired)
        #expect(property.excerpt == .keys(["Power", "EnergykWh"]))
        #expect(
            property.revisions
                == Revisions(added: SchemaVersion(1, 1, 0), deprecated: SchemaVersion(1, 2, 0)))
        #expect(property.line == 12)
        let navigation = type.properties[1]
        #expect(navigation.isNavigation && navigation.containsTarget)
        #expect(navigation.isNullable)
        #expect(navigation.expansion == .references)
        #expect(navigation.excerptCopy == .keys(["Power"]))
        #expect(!navigation.isRequired)
    }

    @Test func readsTypesActionsAndCapabilities() throws {
        let namespace = try namespace(
            """
            <Annotation Term="Redfish.OwningEntity" String="DMTF"/>
            <Annotation Term="Redfish.Release" String="2025.4"/>
            <ComplexType Name="C">
              <Annotation Term="OData.AdditionalProperties" Bool="false"/>
              <Annotation Term="Redfish.DynamicPropertyPatterns"><Collection><Record>
                <PropertyValue Property="Pattern" String="^[a-z]+$"/>
                <PropertyValue Property="Type" String="Edm.String"/>
              </Record></Collection></Annotation>
              <Annotation Term="Redfish.Uris"><Collection>
                <String>/redfish/v1/{Id}</String></Collection></Annotation>
              <Annotation Term="Capabilities.DeleteRestrictions"><Record>
                <PropertyValue Property="Deletable" Bool="false"/></Record></Annotation>
            </ComplexType>
            <EnumType Name="E"><Member Name="On"/><Member Name="Off"/></EnumType>
            <TypeDefinition Name="D" UnderlyingType="Edm.String">
              <Annotation Term="Redfish.Enumeration"><Collection>
                <Record><PropertyValue Property="Member" String="42U"/></Record>
              </Collection></Annotation>
            </TypeDefinition>
            <Action Name="Do" IsBound="true">
              <Parameter Name="A" Type="A.v1_2_3.C"/>
              <Parameter Name="State" Type="A.v1_2_3.E" Nullable="false"/>
              <ReturnType Type="A.v1_2_3.C"/>
            </Action>
            """)
        #expect(namespace.version == SchemaVersion(1, 2, 3))
        #expect(namespace.owningEntity == "DMTF")
        #expect(namespace.release == "2025.4")
        let type = namespace.structuredTypes[0]
        #expect(type.allowsAdditionalProperties == false)
        #expect(type.dynamicPatterns.map(\.pattern) == ["^[a-z]+$"])
        #expect(type.uris == ["/redfish/v1/{Id}"])
        #expect(type.deletable == Capability(isAllowed: false))
        #expect(namespace.enumTypes[0].members.map(\.name) == ["On", "Off"])
        #expect(namespace.typeDefinitions[0].allowedValues.map(\.name) == ["42U"])
        let action = namespace.actions[0]
        #expect(action.bindingType?.name == "C")
        #expect(action.parameters.map(\.name) == ["State"])
        #expect(action.returnType?.name.name == "C")
    }

    @Test func findsTermsUnderOtherAliases() throws {
        let bytes = csdl(
            """
            <Schema Namespace="A"><ComplexType Name="T"><Property Name="P" Type="Edm.String">
            <Annotation Term="RF.Required"/><Annotation Term="RedfishExtensions.v1_0_0.Excerpt"/>
            </Property></ComplexType></Schema>
            """,
            references: """
                <edmx:Reference Uri="x"><edmx:Include Namespace="RedfishExtensions.v1_0_0"
                Alias="RF"/></edmx:Reference>
                """)
        let document = try SchemaDocument(csdl: bytes, fileName: "A_v1.xml")
        let property = document.namespaces[0].structuredTypes[0].properties[0]
        #expect(property.isRequired)
        #expect(property.excerpt == .unkeyed)
    }
}
