import JSONText

/// The properties that `$select` asks for.
///
/// It holds for every resource of a response: with `$expand`, the members of a collection show
/// what was selected of them, and what leads to them stays. A property that a resource does not
/// have is read over.
///
/// Source: DSP0266 "Redfish Specification" 1.8.1, 7.3.2 The $select query parameter, and the
/// example of $select with $expand in 7.3.1.
struct Selection: Sendable, Hashable {
    /// Every member of every resource is held against every path.
    static let pathLimit = 256

    private let paths: [[String]]

    /// Reads a list of names and paths: `Name,Status/State`.
    init(parsing text: String) throws(RedfishError) {
        paths = text.split(separator: ",", omittingEmptySubsequences: false).map { item in
            item.split(separator: "/", omittingEmptySubsequences: false).map(trimmed)
        }
        guard paths.count <= Self.pathLimit, paths.allSatisfy({ $0.allSatisfy(isPropertyName) })
        else {
            throw .queryValueFormat("$select", text)
        }
    }

    /// A resource with what is selected of it, and its OData annotations.
    func applied(to resource: JSONValue) -> JSONValue {
        selected(resource, by: paths)
    }

    /// - Parameter paths: Relative to the value.
    private func selected(_ value: JSONValue, by paths: [[String]]) -> JSONValue {
        switch value {
        case .array(let elements):
            return .array(elements.map { selectedBelow($0, by: paths) })
        case .object(let object):
            var kept: [String: JSONValue] = [:]
            for member in object.members where !member.name.contains("@") {
                kept[member.name] = selected(member, by: paths)
            }
            return .object(
                JSONObject(
                    object.members.compactMap { member in
                        let value = kept[member.name] ?? annotation(member, of: kept, by: paths)
                        return value.map { .init(name: member.name, value: $0) }
                    }))
        default: return value
        }
    }

    private func selected(_ member: JSONObject.Member, by paths: [[String]]) -> JSONValue? {
        let narrowed = paths.filter { $0.first == member.name }.map { Array($0.dropFirst()) }
        if narrowed.contains([]) { return member.value }
        let leadsOn = !narrowed.isEmpty && member.value.isContainer
        guard leadsOn || member.value.holdsResource else { return nil }
        return selectedBelow(member.value, by: narrowed)
    }

    /// Annotations of a property go with it, and those of OData with the object.
    private func annotation(
        _ member: JSONObject.Member, of kept: [String: JSONValue], by paths: [[String]]
    ) -> JSONValue? {
        guard let sign = member.name.firstIndex(of: "@") else { return nil }
        let isKept =
            member.name.hasPrefix("@odata.") || paths.contains([member.name])
            || kept[String(member.name[..<sign])] != nil
        return isKept ? member.value : nil
    }

    private func selectedBelow(_ value: JSONValue, by narrowed: [[String]]) -> JSONValue {
        selected(value, by: value.isResource ? narrowed + paths : narrowed)
    }
}

extension JSONValue {
    /// Whether this is a resource and not a link to one.
    var isResource: Bool { self["@odata.id"] != nil && self["@odata.type"] != nil }

    fileprivate var isContainer: Bool { object != nil || array != nil }

    /// Whether there is a resource here or below.
    fileprivate var holdsResource: Bool {
        switch self {
        case .array(let elements): elements.contains(where: \.holdsResource)
        case .object(let object): isResource || object.members.contains { $0.value.holdsResource }
        default: false
        }
    }
}
