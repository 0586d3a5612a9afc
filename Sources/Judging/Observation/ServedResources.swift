import HTTPMessages
import HTTPTypes
import JSONText
import Recordings

/// What the service has handed out so far: the URIs a client may use, the types of its resources
/// and the targets of its actions. Judged entries are learnt after the checks have seen them, so
/// that no answer justifies its own request.
final class ServedResources {
    /// An action as a resource offers it.
    struct Action {
        /// For example `#Outlet.PowerControl`.
        var name: String
        var resourceType: String?
        /// The URI of the resource that offers it.
        var resource: String
        /// What the resource says that parameters may be, in its order.
        var allowableValues: [(parameter: String, values: [String])]
    }

    /// URIs that need not be served first.
    ///
    /// Source: DSP0266 "Redfish Specification" 1.8.1, 6.6 and 7.2.2 to 7.2.3: version object,
    /// service root, OData service document and metadata; the OpenAPI document beside them.
    static let fixedPaths: Set<String> = [
        "/redfish", "/redfish/v1", "/redfish/v1/odata", "/redfish/v1/$metadata",
        "/redfish/v1/openapi.yaml",
    ]

    /// Where a URI was handed out first.
    struct Place {
        /// The exchange that did, for example `GET /redfish/v1/PowerEquipment`.
        var source: String
        /// Its line in the recording.
        var line: Int
        /// Where in the body, or the name of the header field.
        var pointer: String
    }

    private struct Source {
        var name: String
        var line: Int
    }

    private(set) var paths = fixedPaths
    /// Keyed as `paths`.
    private var places: [String: Place] = [:]
    /// Link fields taken apart already; a resource has the same one in every answer.
    private var knownLinks: Set<String> = []
    private(set) var typeAtPath: [String: String] = [:]
    /// Keyed by the target exactly as served, origin aside.
    private(set) var actions: [String: Action] = [:]

    func place(of path: String) -> Place? { places[path] }

    func learn(from exchange: ObservedExchange) {
        let source = Source(
            name: "\(exchange.method.rawValue) \(exchange.path)", line: exchange.line)
        if exchange.isDelivery {
            if let event = exchange.requestBody.json { learnURIs(in: event, of: source) }
            return
        }
        guard let status = exchange.status, status < 400 else { return }
        if let location = exchange.response.location, let path = learnURI(location) {
            notePlace(of: path, source, "Location")
        }
        if let link = exchange.response.link { learnLinkTargets(link, of: source) }
        guard let body = exchange.responseBody.json else { return }
        learnURIs(in: body, of: source)
        for resource in exchange.resources { learn(resource) }
    }

    /// What comes down a stream is served as a delivery is.
    func learn(from record: StreamRecord, line: Int) {
        guard let payload = record.payload, let event = try? JSONValue(parsing: payload.body)
        else { return }
        learnURIs(in: event, of: Source(name: "stream \(record.stream)", line: line))
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
                actions[path] = Action(
                    name: action.name, resourceType: resource.type, resource: resource.path,
                    allowableValues: allowableValues(of: action.value))
            }
        }
    }

    private func allowableValues(
        of action: JSONValue
    ) -> [(parameter: String, values: [String])] {
        let ending = "@Redfish.AllowableValues"
        return (action.object?.members ?? []).compactMap { member in
            guard member.name.hasSuffix(ending), let values = member.value.array else { return nil }
            return (String(member.name.dropLast(ending.count)), values.compactMap(\.string))
        }
    }

    private func learnURIs(in body: JSONValue, of source: Source) {
        var found: [(path: String, text: String)] = []
        learnURIs(in: body, &found)
        // Few answers hold anything new, so only these are searched for the place.
        for (path, text) in found {
            notePlace(of: path, source, pointer(to: text, in: body)?.description ?? "")
        }
    }

    /// Every text that is a URI reference of the service counts as served, whatever its name.
    private func learnURIs(in value: JSONValue, _ found: inout [(path: String, text: String)]) {
        switch value {
        case .string(let text): if let path = learnURI(text) { found.append((path, text)) }
        case .array(let elements): for element in elements { learnURIs(in: element, &found) }
        case .object(let object):
            for member in object.members { learnURIs(in: member.value, &found) }
        default: break
        }
    }

    private func notePlace(of path: String, _ source: Source, _ pointer: String) {
        places[path] = Place(source: source.name, line: source.line, pointer: pointer)
    }

    /// - Returns: The path, where it was not known.
    private func learnURI(_ text: String) -> String? {
        let isReference =
            text.utf8.first == UInt8(ascii: "/")
            ? text.hasPrefix("/redfish") : text.hasPrefix("http") && text.contains("/redfish")
        // Most have been served before, in the judge's own form.
        guard isReference, !paths.contains(text) else { return nil }
        let path = servicePath(text)
        return paths.insert(path).inserted ? path : nil
    }

    /// The targets of a Link field: `<uri>; rel=…, <uri>; rel=…`.
    private func learnLinkTargets(_ link: String, of source: Source) {
        guard knownLinks.insert(link).inserted else { return }
        for part in link.split(separator: "<").dropFirst() {
            if let path = learnURI(String(part.prefix { $0 != ">" })) {
                notePlace(of: path, source, "Link")
            }
        }
    }
}

/// Where in a payload a text stands first.
private func pointer(to text: String, in value: JSONValue) -> JSONPointer? {
    func tokens(in value: JSONValue) -> [String]? {
        switch value {
        case .string(let found): return found == text ? [] : nil
        case .array(let elements):
            for (index, element) in elements.enumerated() {
                if let rest = tokens(in: element) { return [String(index)] + rest }
            }
        case .object(let object):
            for member in object.members {
                if let rest = tokens(in: member.value) { return [member.name] + rest }
            }
        default: break
        }
        return nil
    }
    return tokens(in: value).map { JSONPointer(tokens: $0) }
}

/// A URI reference without scheme and host, otherwise as it is.
func withoutOrigin(_ reference: String) -> String {
    guard reference.utf8.first != UInt8(ascii: "/"),
        let scheme = reference.firstRange(of: "://")
    else { return reference }
    let rest = reference[scheme.upperBound...]
    return rest.firstIndex(of: "/").map { String(rest[$0...]) } ?? "/"
}
