package import Findings
package import JSONText
import Schema
package import Validation

/// The resources of a service, as far as they were read.
package struct SurveyedService: Sendable {
    /// In the order of their addresses.
    package let resources: [SurveyedResource]
    /// Whether all that links lead to was read, so that what is missing is missing.
    let isWhole: Bool
    private let byURI: [String: Int]
    /// Resources that stand for what is to be, or may be, and not for what is.
    private let planned: Set<String>

    package init(_ resources: [SurveyedResource], isWhole: Bool) {
        self.resources = resources
        self.isWhole = isWhole
        byURI = Dictionary(
            resources.enumerated().map { ($1.uri, $0) }, uniquingKeysWith: { first, _ in first })
        planned = Set(resources.flatMap { $0.payload.plannedAddresses })
    }

    /// What stands around a place in a resource's text.
    package func snippet(around position: TextPosition, of uri: String) -> PayloadSnippet? {
        self[uri].map { PayloadSnippet(around: position, in: $0.bytes) }
    }

    subscript(uri: String) -> SurveyedResource? { byURI[uri].map { resources[$0] } }

    /// The resources of a type, those apart that only settings or capabilities lead to.
    func resources(ofType type: String) -> [SurveyedResource] {
        resources.filter { $0.typeName == type && !planned.contains($0.uri) }
    }

    /// The resources above one by its address, from the nearest up to the root.
    func ancestors(of uri: String) -> [SurveyedResource?] {
        var ancestors: [SurveyedResource?] = []
        var path = uri[...]
        while path != SurveyedResource.root[...], let slash = path.lastIndex(of: "/") {
            path = path[..<slash]
            guard path.hasPrefix(SurveyedResource.root) else { break }
            ancestors.append(self[String(path)])
        }
        return ancestors
    }

    /// Whether the resources right above one are of these types, the last being the nearest.
    func isSubordinate(_ uri: String, to types: [String]) -> Bool {
        let above = ancestors(of: uri)
        guard above.count >= types.count else { return false }
        return zip(types.reversed(), above).allSatisfy { $0 == $1?.typeName }
    }
}

extension SurveyedResource {
    static let root = "/redfish/v1"

    /// `Outlet`, the last part of `#Outlet.v1_4_4.Outlet`.
    var typeName: String? {
        payload["@odata.type"]?.string?.split(separator: ".").last.map(String.init)
    }

    /// The version in the type's name; nil for a type without versions.
    var version: SchemaVersion? {
        guard let text = payload["@odata.type"]?.string else { return nil }
        return QualifiedName(text)?.version
    }

    /// Methods that the header Allow lists; nil where there is no such header.
    var allowedMethods: [String]? {
        headers?.allow?.split(separator: ",").map { part in
            part.filter { $0 != " " }.uppercased()
        }
    }
}

extension JSONValue {
    /// The addresses that the annotations of settings and capabilities lead to.
    fileprivate var plannedAddresses: [String] {
        let settings = self["@Redfish.Settings"]?["SettingsObject"]
        let capabilities = self["@Redfish.CollectionCapabilities"]?["Capabilities"]?.array ?? []
        let objects = [settings] + capabilities.map { $0["CapabilitiesObject"] }
        return objects.compactMap { $0?["@odata.id"]?.string }
    }
}
