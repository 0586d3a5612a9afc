import JSONText

/// The resources of a service by URI, read as one reads a service: by links.
struct ServiceResources {
    let documents: [String: JSONValue]
    /// Of what is not among the documents, what the service said it does not have; nil where the
    /// documents are all that there is.
    var refused: Set<String>?

    /// Whether all was read at one moment, so that readings can be held against each other.
    var isOfOneMoment: Bool { refused == nil }

    /// Whether nobody asked for a resource, so that nothing is known of it.
    func isUnread(_ uri: String) -> Bool {
        guard let refused, self[uri] == nil else { return false }
        return !refused.contains(uri)
    }

    subscript(uri: String) -> JSONValue? {
        documents[uri.count > 1 && uri.hasSuffix("/") ? String(uri.dropLast()) : uri]
    }

    /// Where a member of a resource links to.
    func link(_ value: JSONValue?) -> String? { value?["@odata.id"]?.string }

    /// The URIs of the members of a collection that a resource links to.
    func members(of resource: JSONValue, _ name: String) -> [String] {
        guard let uri = link(resource[name]), let collection = self[uri] else { return [] }
        return (collection["Members"]?.array ?? []).compactMap(link)
    }
}

/// A reading of a resource, in thousandths of its unit.
extension JSONValue {
    /// The excerpt of a sensor, or the number itself.
    func thousandths(_ name: String) -> Int64? {
        let value = self[name]
        return (value?["Reading"] ?? value)?.number?.units(decimals: 3)
    }
}

/// What an import has to say: where, what is seen there, and what the device does instead.
package struct ImportRemark: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable {
        /// The source says two things that cannot both be true.
        case contradiction
        /// The source says something that the device cannot show.
        case simplification
        /// The source is a recording, and nobody asked for it there.
        case unread
    }

    package var kind: Kind
    /// A URI, with a JSON pointer where one member is meant.
    package var place: String
    package var message: String
    /// What the device does.
    package var chosen: String
}
