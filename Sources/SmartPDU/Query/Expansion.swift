import JSONText

/// Which links `$expand` follows, and how far.
///
/// Source: DSP0266 "Redfish Specification" 1.8.1, 7.3.1 The $expand query parameter.
struct ExpandOption: Sendable, Hashable {
    enum Scope: Character, Sendable {
        case all = "*"
        /// Links outside of `Links` objects.
        case subordinate = "."
        /// Links inside of `Links` objects.
        case related = "~"

        func covers(insideLinks: Bool) -> Bool {
            switch self {
            case .all: true
            case .subordinate: !insideLinks
            case .related: insideLinks
            }
        }
    }

    /// From the service root down to an outlet it takes five.
    static let maximumLevels = 6

    let scope: Scope
    let levels: Int

    /// Reads `*`, `.` or `~`, with or without `($levels=n)`.
    init(parsing text: String) throws(RedfishError) {
        guard let first = text.first, let scope = Scope(rawValue: first) else {
            throw .queryValueFormat("$expand", text)
        }
        self.scope = scope
        let option = text.dropFirst()
        guard !option.isEmpty else {
            levels = 1
            return
        }
        let prefix = "($levels="
        guard option.hasPrefix(prefix), option.hasSuffix(")"),
            let levels = Int(option.dropFirst(prefix.count).dropLast())
        else { throw .queryValueFormat("$expand", text) }
        guard (1...Self.maximumLevels).contains(levels) else {
            throw .queryValueOutOfRange("$expand", text, 1...Self.maximumLevels)
        }
        self.levels = levels
    }
}

/// Puts resources in the place of the links to them, level by level.
///
/// A link stays a link where it leads back to a resource that it stands in, to nothing, or to
/// what the client may not read.
struct Expansion {
    /// All resources that are put in, as text, together; beyond it the answer is 507.
    static let byteLimit = 4 * 1024 * 1024

    let scope: ExpandOption.Scope
    /// The resource at a path as a GET would show it, and its length; nil where the link stays.
    let resource: (String) -> (json: JSONValue, byteCount: Int)?
    private var byteCount = 0
    private var ancestors: [String] = []

    init(
        _ scope: ExpandOption.Scope,
        resource: @escaping (String) -> (json: JSONValue, byteCount: Int)?
    ) {
        self.scope = scope
        self.resource = resource
    }

    /// - Throws: `Base.InsufficientStorage` where the result would be too large.
    mutating func expand(_ resource: JSONValue, levels: Int) throws(RedfishError) -> JSONValue {
        ancestors.append(resource["@odata.id"]?.string ?? "")
        defer { ancestors.removeLast() }
        return try replaceLinks(in: resource, insideLinks: false, levels: levels)
    }

    private mutating func replaceLinks(
        in value: JSONValue, insideLinks: Bool, levels: Int
    ) throws(RedfishError) -> JSONValue {
        switch value {
        case .array(var elements):
            for index in elements.indices {
                elements[index] = try replaceLinks(
                    in: elements[index], insideLinks: insideLinks, levels: levels)
            }
            return .array(elements)
        case .object(var object):
            if let target = object.linkTarget {
                guard scope.covers(insideLinks: insideLinks) else { return value }
                return try followed(target, levels: levels) ?? value
            }
            for index in object.members.indices {
                let isLinks = object.members[index].name == "Links"
                object.members[index].value = try replaceLinks(
                    in: object.members[index].value, insideLinks: insideLinks || isLinks,
                    levels: levels)
            }
            return .object(object)
        default: return value
        }
    }

    private mutating func followed(
        _ target: String, levels: Int
    ) throws(RedfishError) -> JSONValue? {
        guard !ancestors.contains(target), let found = resource(target) else { return nil }
        byteCount += found.byteCount
        guard byteCount <= Self.byteLimit else { throw .responseTooLarge }
        return levels > 1 ? try expand(found.json, levels: levels - 1) : found.json
    }
}

extension JSONObject {
    /// Where an object leads that is nothing but a link.
    fileprivate var linkTarget: String? {
        members.count == 1 && members[0].name == "@odata.id" ? members[0].value.string : nil
    }
}
