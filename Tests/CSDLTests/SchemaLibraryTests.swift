import CSDL
import Foundation
import Schema
import Synchronization
import Testing

/// A library over these files, each the body of a CSDL document.
private func library(_ files: [String: String], references: String = "") -> SchemaLibrary {
    SchemaLibrary(
        source: CSDLSource { (name) throws(SchemaError) -> [UInt8]? in
            files[name].map { csdl($0, references: references) }
        })
}

private func reference(_ namespaces: String...) -> String {
    let includes = namespaces.map { "<edmx:Include Namespace=\"\($0)\"/>" }.joined()
    return "<edmx:Reference Uri=\"x\">\(includes)</edmx:Reference>"
}

private let versions = """
    <Schema Namespace="A">
      <EntityType Name="A" Abstract="true"/>
      <ComplexType Name="Inner"><Property Name="Always" Type="Edm.String"/></ComplexType>
      <Action Name="Go" IsBound="true"><Parameter Name="A" Type="A.v1_0_0.Actions"/></Action>
    </Schema>
    <Schema Namespace="A.v1_0_0">
      <EntityType Name="A" BaseType="A.A">
        <Property Name="Links" Type="A.v1_0_0.Links"/>
        <Property Name="Inner" Type="A.Inner"/>
        <Property Name="Actions" Type="A.v1_0_0.Actions"/>
        <NavigationProperty Name="Self" Type="A.A"/>
      </EntityType>
      <ComplexType Name="Links"><Property Name="Old" Type="Edm.String"/></ComplexType>
      <ComplexType Name="Actions"/>
    </Schema>
    <Schema Namespace="A.v1_1_0">
      <EntityType Name="A" BaseType="A.v1_0_0.A"><Property Name="New" Type="Edm.String"/></EntityType>
      <ComplexType Name="Links" BaseType="A.v1_0_0.Links">
        <Property Name="New" Type="Edm.String"/>
      </ComplexType>
    </Schema>
    <Schema Namespace="A.v1_10_0"><EntityType Name="A" BaseType="A.v1_1_0.A"/></Schema>
    """

@Suite struct SchemaLibraryTests {
    private func found(_ library: SchemaLibrary, _ type: String) throws -> FlattenedType {
        guard case .found(let type) = try library.payloadType(type) else {
            throw TestFailure("\(type) was not found")
        }
        return type
    }

    private func linked(
        _ property: String, of type: FlattenedType, in library: SchemaLibrary
    ) throws -> FlattenedType {
        guard case .object(let link) = type.property(property)?.value else {
            throw TestFailure("\(property) is no object")
        }
        return try link.type(in: library)
    }

    @Test func aPropertysTypeIsTheNewestTheVersionMayUse() throws {
        let library = library(["A_v1.xml": versions])
        let old = try found(library, "#A.v1_0_0.A")
        #expect(old.properties.map(\.name) == ["Links", "Inner", "Actions", "Self"])
        #expect(try linked("Links", of: old, in: library).properties.map(\.name) == ["Old"])
        let new = try found(library, "#A.v1_10_0.A")
        #expect(new.properties.map(\.name) == ["Links", "Inner", "Actions", "Self", "New"])
        #expect(try linked("Links", of: new, in: library).properties.map(\.name) == ["Old", "New"])
        #expect(
            new.lineage.map(\.description) == ["A.v1_10_0.A", "A.v1_1_0.A", "A.v1_0_0.A", "A.A"])
        #expect(try linked("Actions", of: new, in: library).actions.keys.sorted() == ["#A.Go"])
    }

    @Test func typesAreMadeOnce() throws {
        let library = library(["A_v1.xml": versions])
        #expect(try found(library, "#A.v1_1_0.A") === found(library, "#A.v1_1_0.A"))
        #expect(
            try library.versions(of: "A").map(\.description) == ["1.0.0", "1.1.0", "1.10.0"])
        let newest = try library.type(QualifiedName(namespace: "A", name: "A"))
        #expect(newest?.name.namespace == "A.v1_10_0")
    }

    @Test(.timeLimit(.minutes(1)))
    func usableFromManyTasks() async throws {
        let library = library(["A_v1.xml": versions])
        try await withThrowingTaskGroup(of: Int.self) { group in
            for index in 0..<64 {
                group.addTask {
                    let version = index % 2 == 0 ? "v1_0_0" : "v1_10_0"
                    return try self.found(library, "#A.\(version).A").properties.count
                }
            }
            var sum = 0
            for try await count in group { sum += count }
            #expect(sum == 32 * 4 + 32 * 5)
        }
    }

    @Test func saysWhyATypeIsUnknown() throws {
        let library = library(["A_v1.xml": versions])
        guard case .unknownVersion(let newest) = try library.payloadType("#A.v1_2_0.A") else {
            throw TestFailure("v1_2_0 does not exist")
        }
        #expect(newest?.description == "A.v1_10_0.A")
        guard case .unknownType(let names) = try library.payloadType("#A.v1_0_0.B") else {
            throw TestFailure("B does not exist")
        }
        #expect(names == ["A", "Links", "Actions"])
        guard case .unknownSchema = try library.payloadType("#B.v1_0_0.B") else {
            throw TestFailure("B does not exist")
        }
        guard case .malformed = try library.payloadType("A.v1_0_0.A") else {
            throw TestFailure("the number sign is missing")
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func typesThatAreTheirOwnBase() throws {
        let cycle = """
            <Schema Namespace="A"><EntityType Name="A" BaseType="B.B"/></Schema>
            """
        let other = """
            <Schema Namespace="B"><EntityType Name="B" BaseType="A.A"/></Schema>
            """
        let library = library(
            ["A_v1.xml": cycle, "B_v1.xml": other], references: reference("A", "B"))
        let error = #expect(throws: SchemaError.self) { try library.payloadType("#A.A") }
        #expect(error?.message == "type A.A is its own base type")
        #expect(error?.location.file == "A_v1.xml")
    }

    @Test func basesThatAreMissing() throws {
        let orphan = """
            <Schema Namespace="A"><EntityType Name="A" BaseType="B.B"/></Schema>
            """
        let library = library(["A_v1.xml": orphan], references: reference("B"))
        let error = #expect(throws: SchemaError.self) { try library.payloadType("#A.A") }
        #expect(error?.description == "A_v1.xml:11: type B.B is not defined")
    }

    @Test func twoFilesThatDefineOneNamespace() throws {
        let first = "<Schema Namespace=\"A\"><EntityType Name=\"A\"/></Schema>"
        let library = library([
            "A_v1.xml": first,
            "B_v1.xml": "<Schema Namespace=\"B\"><EntityType Name=\"B\"/></Schema>" + first,
        ])
        _ = try found(library, "#A.A")
        let error = #expect(throws: SchemaError.self) { try library.payloadType("#B.B") }
        #expect(error?.message == "namespace A is defined in A_v1.xml:11 already")
    }

    @Test func aFileThatCannotBeUsedIsReadOnce() throws {
        let reads = Mutex(0)
        let library = SchemaLibrary(
            source: CSDLSource { (_) throws(SchemaError) -> [UInt8]? in
                reads.withLock { $0 += 1 }
                return Array("<broken".utf8)
            })
        for _ in 0..<3 {
            #expect(throws: SchemaError.self) { try library.payloadType("#A.v1_0_0.A") }
        }
        #expect(reads.withLock { $0 } == 1)
    }

    @Test func everyTypeOfTheBundleFlattens() throws {
        let library = SchemaLibrary(
            source: CSDLSource { (name) throws(SchemaError) -> [UInt8]? in
                try? bytes(of: bundle.appendingPathComponent(name))
            })
        var count = 0
        var undefined: Set<String> = []
        for name in try fileNames(in: bundle, extension: "xml") {
            let document = try SchemaDocument(
                csdl: bytes(of: bundle.appendingPathComponent(name)), fileName: name)
            for type in document.namespaces.flatMap(\.structuredTypes) {
                let flattened = try found(library, "#\(type.name)")
                #expect(flattened.properties.count >= type.properties.count)
                for property in flattened.properties {
                    if case .undefined(let name) = property.value {
                        undefined.insert(name.family)
                    }
                }
                count += 1
            }
        }
        #expect(count > 8000)
        // Volumes refer to schemas that SNIA publishes, outside this release.
        #expect(
            undefined == [
                "Capacity", "DataStorageLoSCapabilities", "IOStatistics", "StorageReplicaInfo",
            ])
    }

    @Test func fileNamesFollowTheNamespace() {
        #expect(CSDLSource.fileNames(for: "Outlet.v1_4_4") == ["Outlet_v1.xml", "Outlet.xml"])
        #expect(CSDLSource.fileNames(for: "Outlet").first == "Outlet_v1.xml")
        #expect(CSDLSource.fileNames(for: "Contoso.v2_0_0").first == "Contoso_v2.xml")
    }
}

private struct TestFailure: Error {
    var message: String
    init(_ message: String) { self.message = message }
}
