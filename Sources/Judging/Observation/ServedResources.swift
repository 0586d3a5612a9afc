import HTTPMessages
import HTTPTypes
import JSONText

/// What the service has handed out so far: the URIs a client may use, the types of its resources
/// and the targets of its actions. Judged entries are learnt after the checks have seen them, so
/// that no answer justifies its own request.
final class ServedResources {
    /// An action as a resource offers it.
    struct Action {
        /// For example `#Outlet.PowerControl`.
        var name: String
        var resourceType: String?
    }

    /// URIs that need not be served first.
    ///
    /// Source: DSP0266 "Redfish Specification" 1.8.1, 6.6 and 7.2.2 to 7.2.3: version object,
    /// service root, OData service document and metadata; the OpenAPI document beside them.
    static let fixedPaths: Set<String> = [
        "/redfish", "/redfish/v1", "/redfish/v1/odata", "/redfish/v1/$metadata",
        "/redfish/v1/openapi.yaml",
    ]

    private(set) var paths = fixedPaths
    /// Link fields taken apart already; a resource has the same one in every answer.
    private var knownLinks: Set<String> = []
    private(set) var typeAtPath: [String: String] = [:]
    /// Keyed by the target exactly as served, origin aside.
    private(set) var actions: [String: Action] = [:]

    func learn(from exchange: ObservedExchange) {
        if exchange.isDelivery {
            if let event = exchange.requestBody.json { learnURIs(in: event) }
            return
        }
        guard let status = exchange.status, status < 400 else { return }
        if let location = exchange.response.location { learnURI(location) }
        if let link = exchange.response.link { learnLinkTargets(link) }
        guard let body = exchange.responseBody.json else { return }
        learnURIs(in: body)
        for resource in exchange.resources { learn(resource) }
    }

    private func learn(_ resource: ObservedResource) {
        if let type = resource.type, typeAtPath[resource.path] != type {
            typeAtPath[resource.path] = type
        }
        guard case .object(let offered)? = resource.object["Actions"] else { return }
        for action in offered.members where action.name.hasPrefix("#") {
            guard let target = action.value["target"]?.string else { continue }
            let path = withoutOrigin(target)
            if actions[path] == nil {
                actions[path] = Action(name: action.name, resourceType: resource.type)
            }
        }
    }

    /// Every text that is a URI reference of the service counts as served, whatever its name.
    private func learnURIs(in value: JSONValue) {
        switch value {
        case .string(let text): learnURI(text)
        case .array(let elements): for element in elements { learnURIs(in: element) }
        case .object(let object): for member in object.members { learnURIs(in: member.value) }
        default: break
        }
    }

    private func learnURI(_ text: String) {
        let isReference =
            text.utf8.first == UInt8(ascii: "/")
            ? text.hasPrefix("/redfish") : text.hasPrefix("http") && text.contains("/redfish")
        // Most have been served before, in the judge's own form.
        if isReference, !paths.contains(text) { paths.insert(servicePath(text)) }
    }

    /// The targets of a Link field: `<uri>; rel=…, <uri>; rel=…`.
    private func learnLinkTargets(_ link: String) {
        guard knownLinks.insert(link).inserted else { return }
        for part in link.split(separator: "<").dropFirst() {
            learnURI(String(part.prefix { $0 != ">" }))
        }
    }
}

/// A URI reference without scheme and host, otherwise as it is.
func withoutOrigin(_ reference: String) -> String {
    guard reference.utf8.first != UInt8(ascii: "/"),
        let scheme = reference.firstRange(of: "://")
    else { return reference }
    let rest = reference[scheme.upperBound...]
    return rest.firstIndex(of: "/").map { String(rest[$0...]) } ?? "/"
}
