import CSDL
import Foundation
import Schema

/// The package's root folder.
let packageRoot = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

/// DMTF's publication, where it is at hand.
let publication: URL? = {
    let path =
        ProcessInfo.processInfo.environment["PDU_HARNESS_DMTF"]
        ?? packageRoot.appendingPathComponent("../shared/dmtf").path
    return FileManager.default.fileExists(atPath: path + "/csdl")
        ? URL(fileURLWithPath: path) : nil
}()

let bundle = packageRoot.appendingPathComponent("CSDL")

func bytes(of file: URL) throws -> [UInt8] { [UInt8](try Data(contentsOf: file)) }

/// The files of a folder with this extension, by name.
func fileNames(in folder: URL, extension suffix: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path)
        .filter { $0.hasSuffix("." + suffix) }.sorted()
}

/// A CSDL file around these schema elements.
func csdl(_ schemas: String, references: String = "") -> [UInt8] {
    Array(
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <edmx:Edmx xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx" Version="4.0">
        <edmx:Reference Uri="http://example.com/RedfishExtensions_v1.xml">
        <edmx:Include Namespace="RedfishExtensions.v1_0_0" Alias="Redfish"/>
        <edmx:Include Namespace="Validation.v1_0_0" Alias="Validation"/>
        <edmx:Include Namespace="Org.OData.Core.V1" Alias="OData"/>
        <edmx:Include Namespace="Org.OData.Capabilities.V1" Alias="Capabilities"/>
        <edmx:Include Namespace="Org.OData.Measures.V1" Alias="Measures"/>
        </edmx:Reference>\(references)
        <edmx:DataServices xmlns="http://docs.oasis-open.org/odata/ns/edm">
        \(schemas)
        </edmx:DataServices>
        </edmx:Edmx>
        """.utf8)
}
