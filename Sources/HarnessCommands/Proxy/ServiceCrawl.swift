import HTTPMessages
import HTTPTypes
import JSONText
import Wire

/// Reads a service once, from its root by links, one request at a time: a device in service has
/// other things to do.
struct ServiceCrawl: Sendable {
    let origin: Origin
    let sender: HTTPSender
    let login: ServiceLogin

    /// A service that names ever new resources is left at some point.
    static let limit = 50_000

    /// - Returns: How many addresses were read, and how many of them answered otherwise than 200.
    func run() async throws -> (read: Int, refused: Int) {
        let fields = try await login.open(at: origin, with: sender)
        var waiting = ["/redfish", "/redfish/v1/", "/redfish/v1/odata", "/redfish/v1/$metadata"]
        var known = Set(waiting + ["/redfish/v1"])
        var counts = (read: 0, refused: 0)
        let progress = Progress()
        defer { progress.clear() }
        while counts.read < waiting.count, counts.read < Self.limit, !Task.isCancelled {
            let uri = waiting[counts.read]
            counts.read += 1
            var asked = fields
            if uri.hasSuffix("$metadata") { asked[.accept] = "application/xml" }
            let answer = try? await sender.send(
                RequestMessage(.get, uri, fields: asked), to: origin
            ).get()
            if answer?.status != 200 { counts.refused += 1 }
            guard let answer, let body = try? JSONValue(parsing: answer.body) else { continue }
            for link in Self.links(in: body) where known.insert(link).inserted {
                waiting.append(link)
            }
            progress.show("\(counts.read) of \(waiting.count) read")
        }
        await login.close(at: origin, with: sender)
        return counts
    }

    /// Addresses of the service that a payload names, in its order.
    ///
    /// Source: DSP0266 "Redfish Specification" 1.8.1, 9.6.2 Resource and collection links, and 9.5.2
    /// `@odata.nextLink`; MessageRegistryFile and JsonSchemaFile name their files by `Uri`.
    private static func links(in value: JSONValue) -> [String] {
        switch value {
        case .array(let elements): return elements.flatMap(links)
        case .object(let object):
            return object.members.flatMap { member -> [String] in
                guard let text = member.value.string else { return links(in: member.value) }
                let isLink =
                    member.name == "@odata.id" || member.name.hasSuffix("@odata.nextLink")
                    || member.name == "Uri"
                guard isLink, text.hasPrefix("/redfish/v1") else { return [] }
                let uri = String(text.prefix { $0 != "#" })
                return [uri.hasSuffix("/") ? String(uri.dropLast()) : uri]
            }
        default: return []
        }
    }
}
