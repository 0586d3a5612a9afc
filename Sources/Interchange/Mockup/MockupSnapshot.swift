import HTTPMessages
import HTTPTypes
package import JSONText
package import Recordings

/// One file of an export, under the folder that holds them all.
package struct ExportedFile: Sendable, Hashable {
    package var path: String
    package var bytes: [UInt8]

    package init(path: String, bytes: [UInt8]) {
        self.path = path
        self.bytes = bytes
    }
}

/// The resources of a service as a client last saw them: what a DMTF mockup is made of.
///
/// Source of the layout: DMTF, "Redfish Mockup Server" 1.2.6, README: one folder a resource, in it
/// `index.json`, or `index.xml` for `$metadata`, and `headers.json` with the fields of a GET.
package struct MockupSnapshot: Sendable {
    private struct Seen: Sendable {
        var body: [UInt8]
        var fields: HTTPFields
        /// Nil of the service's metadata, which is XML.
        var document: JSONValue?
    }

    private var seen: [String: Seen] = [:]
    /// What the service said last that it does not have.
    package private(set) var refused: Set<String> = []
    /// Members of collections that have been deleted since their collection was read.
    package private(set) var membersTaken = 0
    /// Resources whose URIs cannot be folders of their own.
    package private(set) var foldless: Set<String> = []

    package init() {}

    package var count: Int { seen.count }

    package func contains(_ uri: String) -> Bool { seen[Self.canonical(uri)] != nil }

    /// The JSON resources by URI.
    package var documents: [String: JSONValue] { seen.compactMapValues(\.document) }

    /// Takes note of an exchange; later ones count.
    ///
    /// Whole resources only: what a fault has put in the place of an answer, what was asked for with
    /// a query, and what never came whole is passed over.
    package mutating func note(_ exchange: Exchange) {
        guard exchange.direction == .request, exchange.fault == nil, exchange.failure == nil,
            exchange.request.query == nil, let response = exchange.response
        else { return }
        let uri = Self.canonical(exchange.request.path)
        guard uri == "/redfish" || uri.hasPrefix("/redfish/") else { return }
        guard Self.isFolder(uri) else {
            if exchange.request.head.method == .get, response.status == 200 { foldless.insert(uri) }
            return
        }
        switch (exchange.request.head.method, response.status) {
        case (.get, 200):
            refused.remove(uri)
            keep(response, as: uri)
        case (.get, 404), (.get, 410):
            refused.insert(uri)
            seen[uri] = nil
        case (.delete, 200..<300):
            for below in seen.keys where below == uri || below.hasPrefix(uri + "/") {
                seen[below] = nil
            }
            takeMember(uri)
        default: break
        }
    }

    /// A collection read before the deletion of a member does not name it any more: without this a
    /// crawl would lead to its own session, which it has closed since.
    private mutating func takeMember(_ uri: String) {
        let collection = String(uri.prefix(upTo: uri.lastIndex(of: "/") ?? uri.startIndex))
        guard var object = seen[collection]?.document?.object,
            let members = object["Members"]?.array
        else { return }
        let left = members.filter { $0["@odata.id"]?.string.map(Self.canonical) != uri }
        guard left.count < members.count else { return }
        object["Members"] = .array(left)
        object["Members@odata.count"] = .number(JSONNumber(left.count))
        seen[collection]?.document = .object(object)
        membersTaken += members.count - left.count
    }

    private mutating func keep(_ response: ResponseMessage, as uri: String) {
        let fields = response.head.headerFields
        if uri.hasSuffix("/$metadata") {
            seen[uri] = Seen(body: response.body, fields: fields, document: nil)
        } else if let document = try? JSONValue(parsing: response.body), document.object != nil {
            seen[uri] = Seen(body: response.body, fields: fields, document: document)
        }
    }

    /// Whether the URI can stand for a folder below the mockup's: no segment leads elsewhere, also
    /// not once somebody decodes it, or is one of the mockup's own files.
    private static func isFolder(_ uri: String) -> Bool {
        let segments = uri.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        return segments.map { percentDecoded($0.utf8) }.allSatisfy { name in
            !name.isEmpty && name.count <= nameLimit
                && !reservedNames.contains(String(decoding: name, as: UTF8.self))
                && name.allSatisfy { $0 > 0x1F && !"/\\".utf8.contains($0) }
        }
    }

    private static let reservedNames: Set = [
        ".", "..", "index.json", "index.xml", "headers.json",
    ]

    /// What file systems allow, in bytes.
    private static let nameLimit = 255

    /// A URI without the slash at its end, which names the same resource.
    private static func canonical(_ uri: String) -> String {
        uri.count > 1 && uri.hasSuffix("/") ? String(uri.dropLast()) : uri
    }

    // MARK: Links

    /// Resources that others link to and that were never seen, sorted by bytes.
    package var missing: [String] {
        var targets: Set<String> = []
        for resource in seen.values {
            if let document = resource.document { Self.collectLinks(document, into: &targets) }
        }
        for name in ["/redfish", "/redfish/v1", "/redfish/v1/odata", "/redfish/v1/$metadata"] {
            targets.insert(name)
        }
        return targets.filter { seen[$0] == nil }
            .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// The members whose texts name resources of the same service.
    private static let linkNames: Set = ["@odata.id", "Uri", "DataSourceUri"]

    private static func collectLinks(_ value: JSONValue, into targets: inout Set<String>) {
        for element in value.array ?? [] { collectLinks(element, into: &targets) }
        for member in value.object?.members ?? [] {
            collectLinks(member.value, into: &targets)
            guard linkNames.contains(member.name), let text = member.value.string,
                text.hasPrefix("/redfish/"), !text.contains("?")
            else { continue }
            targets.insert(canonical(String(text.prefix { $0 != "#" })))
        }
    }

    // MARK: Files

    /// The files of the mockup, sorted by path.
    package var files: [ExportedFile] {
        seen.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.flatMap { uri in
            files(of: uri)
        }
    }

    private func files(of uri: String) -> [ExportedFile] {
        guard let resource = seen[uri] else { return [] }
        let folder = uri.dropFirst()
        var writer = JSONWriter()
        writer.object { $0.object("GET") { writeFields(resource.fields, to: &$0) } }
        let headers = (try? JSONValue(parsing: writer.finish())) ?? .null
        let index =
            resource.document.map { document in
                ExportedFile(
                    path: "\(folder)/index.json", bytes: Array(document.prettyText.utf8))
            } ?? ExportedFile(path: "\(folder)/index.xml", bytes: resource.body)
        return [
            ExportedFile(path: "\(folder)/headers.json", bytes: Array(headers.prettyText.utf8)),
            index,
        ]
    }

    /// What belongs to one message and not to the resource.
    private static let passing: [HTTPField.Name] = [
        .contentLength, .contentEncoding, .transferEncoding, .connection, .date, .setCookie,
        .xAuthToken,
    ]

    private func writeFields(_ fields: HTTPFields, to writer: inout JSONWriter) {
        var names: [HTTPField.Name] = []
        for field in fields where !names.contains(field.name) { names.append(field.name) }
        for name in names where !Self.passing.contains(name) {
            writer.member(name.rawName, fields[values: name].joined(separator: ", "))
        }
    }
}
