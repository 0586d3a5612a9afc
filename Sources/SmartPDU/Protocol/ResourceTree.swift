/// Which resource stands at which URI. URIs that never change are looked up whole; members that
/// come and go are found through their collection.
struct ResourceTree: Sendable {
    /// A resource at a place, with whatever about it never changes made once.
    final class Node: Sendable {
        let resource: Resource
        let place: Place
        /// Set where the URI is an action's target.
        let action: Action?
        let headers: StandingHeaders
        /// The resource's, which every request is authorized by.
        let entity: String
        /// The `Actions` object as JSON, where the resource has one.
        let actionsJSON: [UInt8]?

        init(_ resource: Resource, at path: String, _ place: Place, action: Action? = nil) {
            self.resource = resource
            self.place = place
            self.action = action
            entity = resource.entity
            actionsJSON = action == nil ? resource.actionsJSON(at: path) : nil
            headers =
                action == nil
                ? StandingHeaders(for: resource) : StandingHeaders(forActionOf: resource)
        }
    }

    private var nodes: [String: Node] = [:]
    /// Collections whose members come and go, by path without trailing slash.
    private var dynamicMembers: [String: Resource] = [:]
    /// Every resource type served, in the order added; `$metadata` lists them.
    private(set) var types: [String] = []
    /// Everything served, in the order added. The last segment of members that come and go is `*`.
    private(set) var served: [(path: String, resource: Resource)] = []

    mutating func add(_ resource: Resource, at path: String, _ place: Place = .only) {
        nodes[path] = Node(resource, at: path, place)
        note(resource, at: path)
        for action in resource.actions {
            nodes["\(path)/Actions/\(action.name)"] = Node(
                resource, at: path, place, action: action)
        }
    }

    /// Every path that leads somewhere, actions included, in order of their text. `*` stands for the
    /// segment of members that come and go.
    var paths: [String] {
        let members = dynamicMembers.flatMap { collection, resource in
            ["\(collection)/*"] + resource.actions.map { "\(collection)/*/Actions/\($0.name)" }
        }
        return (nodes.keys + members).sorted()
    }

    mutating func addMembers(_ resource: Resource, of collection: String) {
        dynamicMembers[collection] = resource
        note(resource, at: "\(collection)/*")
    }

    private mutating func note(_ resource: Resource, at path: String) {
        // Files and monitors are no resources that a client could find by itself.
        guard resource.respond == nil else { return }
        served.append((path, resource))
        if !types.contains(resource.type) { types.append(resource.type) }
    }

    /// Finds what stands at a path. A trailing slash is read over, and `…/Members` of a collection
    /// is the collection.
    ///
    /// Source: DSP0266 "Redfish Specification" 1.8.1, 6.7 URIs; 7.9 POST to a collection's Members.
    func node(at path: String) -> Node? {
        if let node = nodes[path] { return node }
        guard path.utf8.last != UInt8(ascii: "/") else {
            // One slash is read over, no more.
            let shorter = String(path.dropLast())
            return shorter.utf8.last == UInt8(ascii: "/") ? nil : node(at: shorter)
        }
        if path.hasSuffix("/Members"), let node = nodes[String(path.dropLast(8))],
            node.resource.isCollection
        {
            return node
        }
        return dynamicNode(at: path)
    }

    /// What the members of a collection are, where they come and go.
    func dynamicMember(of collection: String) -> Resource? { dynamicMembers[collection] }

    private func dynamicNode(at path: String) -> Node? {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count > 3 else { return nil }
        if let resource = dynamicMembers[parts.dropLast().joined(separator: "/")] {
            return Node(resource, at: path, .member(String(parts[parts.count - 1])))
        }
        guard parts.count > 5, parts[parts.count - 2] == "Actions",
            let resource = dynamicMembers[parts.dropLast(3).joined(separator: "/")],
            let action = resource.actions.first(where: { $0.name == parts[parts.count - 1] })
        else { return nil }
        return Node(
            resource, at: path, .member(String(parts[parts.count - 3])), action: action)
    }
}
