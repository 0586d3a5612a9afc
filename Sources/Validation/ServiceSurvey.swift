package import Findings
import JSONText
import Schema

/// Judges a service as a whole while somebody else reads it: says what to read next, takes what was
/// read, and in the end holds the resources against one another.
///
/// A folder, a live service and a device in memory are walked by the same code.
package struct ServiceSurvey {
    /// A resource that was read and understood.
    struct Resource {
        var type: FlattenedType?
        var typeName: String?
        var payload: JSONValue
        var bytes: [UInt8]
        var findings: [Finding]
        var references: [PayloadReference]
        var links: [String]
        var headers: ServedResource.Headers?
    }

    let validator: PayloadValidator
    /// The URI of the part that is looked at; links out of it are not followed.
    let part: String
    private(set) var resources: [String: Resource] = [:]
    /// What could not be read, and why.
    private(set) var unread: [String: ServedResource.Content] = [:]
    /// What could be read but not understood.
    private var damaged: [String: Finding] = [:]
    private var known: Set<String>
    /// Addresses that something other than an OriginOfCondition leads to.
    private var linked: Set<String>
    /// Addresses to read now, in the order met.
    package private(set) var waiting: [String]

    /// - Parameter part: The URI to begin at; what lies not below it is left alone.
    package init(_ validator: PayloadValidator, part: String = "/redfish/v1") {
        self.validator = validator
        let start = ServicePath.normalized(part) ?? part
        self.part = start
        known = [start]
        linked = [start]
        waiting = [start]
    }

    /// How many resources were read.
    package var readCount: Int { resources.count + damaged.count }

    /// Whether the survey has come to know this address.
    package func knows(_ uri: String) -> Bool { known.contains(uri) }

    /// The addresses to read now; the survey then has none waiting.
    package mutating func takeWaiting() -> [String] {
        defer { waiting = [] }
        return waiting
    }

    /// Takes what one address gave.
    package mutating func take(_ served: ServedResource) {
        guard case .body(let bytes) = served.content else {
            unread[served.uri] = served.content
            return
        }
        let payload: JSONValue
        do {
            payload = try JSONValue(parsing: bytes)
        } catch {
            damaged[served.uri] = Finding(
                ruleID: SchemaRules.json.id, level: SchemaRules.json.level,
                message: error.message, position: error.position, expected: "JSON text")
            return
        }
        let judgement = validator.judgement(
            of: payload, as: .response(uri: served.uri), bytes: bytes)
        var resource = Resource(
            type: type(of: payload), typeName: payload["@odata.type"]?.string, payload: payload,
            bytes: bytes, findings: judgement.findings, references: judgement.references,
            links: payload.links, headers: served.headers)
        resource.findings += addressFindings(served.uri, payload)
        if let headers = served.headers {
            resource.findings += HeaderRules.findings(headers, resource.type, payload)
        }
        resources[served.uri] = resource
        linked.formUnion(resource.links)
        let origins = resource.references.filter(\.isOrigin).compactMap {
            ServicePath.normalized($0.address)
        }
        for link in resource.links + origins where isInside(link) && known.insert(link).inserted {
            waiting.append(link)
        }
    }

    /// Whether a link leads to the address, so that its absence is a broken link.
    func isLinked(_ uri: String) -> Bool { linked.contains(uri) }

    private func isInside(_ uri: String) -> Bool {
        guard part != ServicePath.root else { return true }
        return uri == part || uri.hasPrefix(part + "/") || uri.hasPrefix(part + "?")
    }

    private func type(of payload: JSONValue) -> FlattenedType? {
        guard let name = payload["@odata.type"]?.string,
            case .found(let type)? = try? validator.schema.payloadType(name)
        else { return nil }
        return type
    }

    /// Whether a resource says of itself where it was read.
    private func addressFindings(
        _ uri: String, _ payload: JSONValue
    ) -> [Finding] {
        guard let own = payload["@odata.id"]?.string, own.hasPrefix("/"),
            !own.utf8.contains(UInt8(ascii: "#")),
            let address = ServicePath.normalized(own) ?? Optional(own),
            ServicePath.withoutQuery(address) != ServicePath.withoutQuery(uri)
        else { return [] }
        return [
            Finding(
                ruleID: SchemaRules.ownAddress.id, level: SchemaRules.ownAddress.level,
                message: "the resource names another address than its own",
                pointer: JSONPointer(tokens: ["@odata.id"]), expected: uri, seen: own)
        ]
    }

    // MARK: The end

    /// What everything came to, in the order of the addresses.
    ///
    /// - Parameters:
    ///   - metadata: The service's metadata document, or why it cannot be used; nil where there is
    ///     none to judge.
    ///   - present: Addresses where a resource is known to stand, linked or not.
    ///   - file: The user's file that an address was read from.
    package func finish(
        metadata: ServiceMetadata? = nil, present: [String] = [],
        file: (String) -> String? = { _ in nil }
    ) -> [ValidatedPayload] {
        var findings: [String: [Finding]] = resources.mapValues(\.findings)
        for (uri, finding) in damaged { findings[uri] = [finding] }
        for found in referenceFindings() + pairFindings() + pageFindings() {
            findings[found.uri, default: []].append(found.finding)
        }
        for (uri, resource) in resources {
            findings[uri] = findings[uri]?.located(in: resource.bytes)
        }
        var payloads = findings.map { uri, found in
            ValidatedPayload(
                uri: uri, file: file(uri), type: resources[uri]?.typeName.map(withoutHash),
                findings: found.map { place($0, uri, in: uri, file) })
        }
        payloads += unreadPayloads(file)
        payloads += present.filter { !knows($0) }.map { orphan($0, file) }
        if let metadata, part == ServicePath.root { payloads.append(judged(metadata, file)) }
        return payloads.sorted { $0.uri.utf8.lexicographicallyPrecedes($1.uri.utf8) }
    }

    /// - Parameter source: The address of the payload that the finding's position counts in.
    func place(
        _ finding: Finding, _ uri: String, in source: String, _ file: (String) -> String?
    ) -> PlacedFinding {
        let snippet = finding.position.flatMap { position in
            resources[source].map { PayloadSnippet(around: position, in: $0.bytes) }
        }
        return PlacedFinding(finding, uri: uri, file: file(source), snippet: snippet)
    }

    private func withoutHash(_ type: String) -> String { String(type.drop { $0 == "#" }) }
}
