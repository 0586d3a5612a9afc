package import Schema

/// Schemas from a set of CSDL files, read and parsed when they are asked for.
package struct CSDLSource: SchemaSource {
    private let limits: XMLLimits
    private let read: @Sendable (_ fileName: String) throws(SchemaError) -> [UInt8]?

    /// - Parameter read: The bytes of the file of this name, or nil where there is none.
    package init(
        limits: XMLLimits = XMLLimits(),
        read: @escaping @Sendable (_ fileName: String) throws(SchemaError) -> [UInt8]?
    ) {
        self.limits = limits
        self.read = read
    }

    package func document(defining namespace: String) throws(SchemaError) -> SchemaDocument? {
        for fileName in Self.fileNames(for: namespace) {
            guard let bytes = try read(fileName) else { continue }
            return try SchemaDocument(csdl: bytes, fileName: fileName, limits: limits)
        }
        return nil
    }

    /// The names a namespace's file may have, likeliest first.
    ///
    /// Source: DSP0266 "Redfish Specification" 1.8.1, clause "File naming and
    /// publication": the unversioned name, an underscore, `v` and the major version.
    package static func fileNames(for namespace: String) -> [String] {
        let family = namespace.prefix { $0 != "." }
        // The one file of DMTF's that holds a second family.
        if family == "Validation" { return ["RedfishExtensions_v1.xml"] }
        let version = QualifiedName(namespace: namespace, name: "").version
        return ["\(family)_v\(version?.major ?? 1).xml", "\(family).xml"]
    }
}
