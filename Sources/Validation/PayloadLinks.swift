import JSONText

extension JSONValue {
    /// The addresses that a walk of the service goes on to, in the order of the payload: without
    /// fragment and trailing slash, those of other services left out.
    ///
    /// The members are those that the Redfish Service Validator follows, so that both see the same.
    var links: [String] {
        var found: [String] = []
        guard case .object(var own) = self else { return found }
        // What a resource calls itself is no link.
        own["@odata.id"] = nil
        JSONValue.object(own).collectLinks(into: &found)
        return found
    }

    private func collectLinks(into found: inout [String]) {
        switch self {
        case .array(let elements):
            for element in elements { element.collectLinks(into: &found) }
        case .object(let object):
            // The files of a JSON Schema are no resources.
            guard object["@odata.type"]?.string?.hasPrefix("#JsonSchemaFile.") != true else {
                return
            }
            for member in object.members where member.name != "OriginOfCondition" {
                if member.isLink {
                    if let uri = member.value.string.flatMap(ServicePath.normalized) {
                        found.append(uri)
                    }
                } else {
                    member.value.collectLinks(into: &found)
                }
            }
        default: break
        }
    }
}

extension JSONObject.Member {
    fileprivate var isLink: Bool {
        switch name {
        case "@odata.id", "@Redfish.ActionInfo", "DataSourceUri", "TargetComponentURI", "Uri": true
        default: name.hasSuffix("@odata.nextLink")
        }
    }
}

/// Addresses within one service.
enum ServicePath {
    static let root = "/redfish/v1"

    /// Path and query without fragment and trailing slash; nil for what is outside the service or
    /// names only a part of a resource.
    static func normalized(_ address: String) -> String? {
        guard address.hasPrefix(root), !address.utf8.contains(UInt8(ascii: "#")) else {
            return nil
        }
        let trimmed = address.utf8.last == UInt8(ascii: "/") ? String(address.dropLast()) : address
        let rest = trimmed.utf8.dropFirst(root.utf8.count)
        guard let next = rest.first else { return trimmed }
        return next == UInt8(ascii: "/") || next == UInt8(ascii: "?") ? trimmed : nil
    }

    static func withoutQuery(_ uri: String) -> String { String(uri.prefix { $0 != "?" }) }
}
