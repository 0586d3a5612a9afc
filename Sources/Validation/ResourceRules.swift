import Findings
import JSONText
import Schema

// A resource as a whole: its type is known, its identity is there, it stands where it may stand.

extension PayloadWalk {
    /// A resource as served; `uri` is empty where it is not known.
    mutating func judgeResource(_ object: JSONObject, at uri: String) {
        guard let type = declaredType(of: object) else { return }
        judgeIdentity(object, type, at: uri)
        judge(object, as: type)
    }

    /// The type an object names, or nil after a finding that says why there is none.
    mutating func declaredType(of object: JSONObject) -> FlattenedType? {
        guard let value = object["@odata.type"] else {
            report(
                SchemaRules.required, "the resource does not name its type",
                member: "@odata.type", expected: "@odata.type")
            return nil
        }
        guard case .string(let text) = value else {
            report(
                SchemaRules.annotation, "@odata.type is \(value.article)",
                member: "@odata.type", expected: "a string")
            return nil
        }
        do {
            return try knownType(text)
        } catch {
            report(error)
            return nil
        }
    }

    private mutating func knownType(_ text: String) throws(SchemaError) -> FlattenedType? {
        let problem: String
        switch try schema.payloadType(text) {
        case .found(let type):
            guard type.isAbstract else { return type }
            problem = "type \(type.name) is abstract: a payload names one version of it"
        case .malformed: problem = "'\(text)' is not of the form #Schema.vX_Y_Z.Type"
        case .unknownSchema: problem = "no schema at hand defines type '\(text)'"
        case .unknownVersion(let newest):
            let older = try QualifiedName(text.drop { $0 == "#" }).flatMap {
                (name) throws(SchemaError) in try schema.olderType(than: name)
            }
            let outcome = older.map { "as \($0.name.namespace)" } ?? "no further"
            let hint = newest.map { "; the newest at hand is \($0.namespace)" } ?? ""
            report(
                SchemaRules.knownType,
                "the schemas at hand lack this version of type '\(text)', so it is judged "
                    + outcome + hint, member: "@odata.type", seen: .string(text))
            return older
        case .unknownType(let names):
            let name = QualifiedName(text)?.name ?? text
            problem =
                "the schema defines no type '\(name)'\(suggestion(for: name, among: names))"
        }
        report(SchemaRules.knownType, problem, member: "@odata.type", seen: .string(text))
        return nil
    }

    static let files: Set = ["MessageRegistry", "PrivilegeRegistry", "AttributeRegistry"]

    /// `@odata.id`, the URI and `Id` of a whole resource.
    private mutating func judgeIdentity(
        _ object: JSONObject, _ type: FlattenedType, at uri: String
    ) {
        // Registries are files that may be served as they were published.
        let isFile = Self.files.contains(type.name.family)
        if type.kind == .entity, !isFile, object["@odata.id"] == nil {
            report(
                SchemaRules.required, "the resource does not name its own address",
                member: "@odata.id", expected: "@odata.id")
        }
        if !isPartial, type.lineage.contains(where: { $0.name == "ResourceCollection" }),
            object["Members@odata.count"] == nil
        {
            report(
                SchemaRules.required, "the collection does not say how many members it has",
                member: "Members@odata.count", expected: "Members@odata.count")
        }
        let served = path(of: uri)
        resourceURI = object["@odata.id"]?.string.flatMap(path) ?? served ?? ""
        servedURI = served ?? resourceURI
        judgesPlaces = true
        judgeTrailingSlash(object)
        if type.isDerived(from: Self.sensor) { judgeUnits(object, type) }
        guard !uri.isEmpty else { return }
        judgeLocation(servedURI, object, type)
    }

    /// The address without query, fragment and trailing slash; nil where it is not known.
    private func path(of uri: String) -> String? {
        guard !uri.isEmpty else { return nil }
        let end = uri.utf8.firstIndex { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") }
        if end == nil, uri.utf8.last != UInt8(ascii: "/") { return uri }
        let path = end.map { uri[..<$0] } ?? uri[...]
        return String(path.utf8.count > 1 && path.hasSuffix("/") ? path.dropLast() : path)
    }

    /// Where a resource's settings stand is the service's choice; these two segments are usual.
    private func isSettings(_ uri: String, of type: FlattenedType) -> Bool {
        ["/SD", "/Settings"].contains { suffix in
            uri.hasSuffix(suffix)
                && type.uris.contains { URIPattern.matches(String(uri.dropLast(suffix.count)), $0) }
        }
    }

    private mutating func judgeLocation(
        _ uri: String, _ object: JSONObject, _ type: FlattenedType
    ) {
        guard !type.uris.isEmpty || !type.deprecatedURIs.isEmpty else { return }
        let deprecated = type.deprecatedURIs.first { URIPattern.matches(uri, $0) }
        if let deprecated {
            report(
                SchemaRules.deprecatedURI, "the address is deprecated for \(type.name.name)",
                member: "@odata.id", seen: .string(deprecated), definition: type.location)
        }
        let matching = deprecated ?? type.uris.first { URIPattern.matches(uri, $0) }
        guard let matching else {
            guard !isSettings(uri, of: type) else { return }
            // Where vendors put what is theirs is not for the schema to say.
            oemDepth += uri.contains("/Oem/") ? 1 : 0
            defer { oemDepth -= uri.contains("/Oem/") ? 1 : 0 }
            report(
                SchemaRules.uri, "no \(type.name.name) may stand at \(uri)",
                member: "@odata.id", expected: type.uris.joined(separator: ", "),
                definition: type.location)
            return
        }
        // Where the last segment is the service's choice, the resource is a collection's member.
        guard matching.utf8.last == UInt8(ascii: "}"), let id = object["Id"]?.string else { return }
        let last = lastSegment(of: uri)
        guard last != id else { return }
        report(
            SchemaRules.id, "Id differs from the last segment of the address", member: "Id",
            expected: String(last), seen: .string(id))
    }
}

/// What stands after the last slash that is not the end.
private func lastSegment(of uri: String) -> Substring {
    let trimmed = uri.utf8.last == UInt8(ascii: "/") ? uri.dropLast() : uri[...]
    guard let slash = trimmed.utf8.lastIndex(of: UInt8(ascii: "/")) else { return trimmed }
    return trimmed[trimmed.utf8.index(after: slash)...]
}

/// URI patterns of schemas, `{…}` standing for one segment.
enum URIPattern {
    static func matches(_ uri: String, _ pattern: String) -> Bool {
        var (uri, pattern) = (uri, pattern)
        return uri.withUTF8 { uri in pattern.withUTF8 { matches(uri, $0) } }
    }

    private static func matches(
        _ uri: UnsafeBufferPointer<UInt8>, _ pattern: UnsafeBufferPointer<UInt8>
    ) -> Bool {
        var (index, place) = (0, 0)
        while place < pattern.count {
            if pattern[place] == UInt8(ascii: "{") {
                while place < pattern.count, pattern[place] != UInt8(ascii: "}") { place += 1 }
                let start = index
                while index < uri.count, uri[index] != UInt8(ascii: "/") { index += 1 }
                guard index > start else { return false }
            } else {
                guard index < uri.count, uri[index] == pattern[place] else { return false }
                index += 1
            }
            place += 1
        }
        return index == uri.count || (index == uri.count - 1 && uri[index] == UInt8(ascii: "/"))
    }
}
