/// A URI with names in braces where members of collections have their ids, and what can be done
/// there.
struct URIPattern: Sendable, Hashable {
    let path: String
    let parameters: [String]
    /// Names of methods as they stand in `Allow`.
    var methods: [String]
    /// Types without `#`, of what stands there and of what a POST creates there.
    let type: String
    let createdType: String
    let isAction: Bool
    /// Whether a POST is answered by a task.
    let isAsynchronous: Bool
}

extension ResourceTree {
    /// The patterns of every URI served, in the order in which they were added.
    var patterns: [URIPattern] {
        var patterns: [URIPattern] = []
        var indexByPath: [String: Int] = [:]
        func add(_ path: String, _ parameters: [String], _ resource: Resource, action: Action?) {
            let methods = action == nil ? resource.methods : ["POST"]
            let full = action.map { "\(path)/Actions/\($0.name)" } ?? path
            if let index = indexByPath[full] {
                // Some outlets can be switched and others not: the pattern allows what any allows.
                for method in methods where !patterns[index].methods.contains(method) {
                    patterns[index].methods.append(method)
                }
                return
            }
            indexByPath[full] = patterns.count
            patterns.append(
                URIPattern(
                    path: full, parameters: parameters, methods: methods, type: resource.type,
                    createdType: dynamicMember(of: path)?.type ?? resource.type,
                    isAction: action != nil, isAsynchronous: action?.start != nil))
        }
        for (path, resource) in served {
            let (pattern, parameters) = pattern(of: path, resource)
            add(pattern, parameters, resource, action: nil)
            for action in resource.actions { add(pattern, parameters, resource, action: action) }
        }
        return patterns
    }

    private func pattern(of path: String, _ resource: Resource) -> (String, [String]) {
        var prefix = ""
        var pattern = ""
        var parameters: [String] = []
        for segment in path.split(separator: "/") {
            let isMember = node(at: prefix)?.resource.isCollection == true
            prefix += "/\(segment)"
            guard isMember else {
                pattern += "/\(segment)"
                continue
            }
            let entity = segment == "*" ? resource.entity : node(at: prefix)?.resource.entity
            let name = "\(entity ?? "Member")Id"
            pattern += "/{\(name)}"
            parameters.append(name)
        }
        return (pattern, parameters)
    }
}
