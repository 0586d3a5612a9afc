import HTTPMessages
import HTTPTypes
import JSONText
import Validation
import Wire

/// Reads a service once, from its root by links, one request at a time: a device in service has
/// other things to do.
struct ServiceCrawl: Sendable {
    let origin: Origin
    let sender: HTTPSender
    let login: ServiceLogin

    var limits = WalkExtent.Limits()

    struct Outcome: Sendable, Equatable {
        /// How many addresses were asked, and how many of them answered otherwise than 200.
        var read = 0
        var refused = 0
        /// Why the rest was left unread, where there is one.
        var reasonToLeave: String?
    }

    func run() async throws -> Outcome {
        let fields = try await login.open(at: origin, with: sender)
        var waiting = ["/redfish", "/redfish/v1/", "/redfish/v1/odata", "/redfish/v1/$metadata"]
        var known = Set(waiting + ["/redfish/v1"])
        var outcome = Outcome()
        var extent = WalkExtent(limits)
        let progress = Progress()
        defer { progress.clear() }
        while outcome.read < waiting.count, !Task.isCancelled {
            outcome.reasonToLeave = extent.reasonToLeave
            guard outcome.reasonToLeave == nil else { break }
            let content = await read(waiting[outcome.read], fields)
            extent.take(content)
            outcome.read += 1
            guard case .body(let bytes) = content else {
                outcome.refused += 1
                continue
            }
            guard let payload = try? JSONValue(parsing: bytes) else { continue }
            for link in Self.links(in: payload) where known.insert(link).inserted {
                waiting.append(link)
            }
            progress.show("\(outcome.read) of \(waiting.count) read")
        }
        await login.close(at: origin, with: sender)
        return outcome
    }

    private func read(_ uri: String, _ fields: HTTPFields) async -> ServedResource.Content {
        var fields = fields
        if uri.hasSuffix("$metadata") { fields[.accept] = "application/xml" }
        switch await sender.send(RequestMessage(.get, uri, fields: fields), to: origin) {
        case .success(let answer):
            return answer.status == 200 ? .body(answer.body) : .status(answer.status)
        case .failure(let failure): return .failure(failure.words)
        }
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
