import Findings
import HTTPMessages
import HTTPTypes
import Validation
import Wire

/// Judges a live service, read from its root by links.
struct ServiceTarget: Sendable {
    let url: String
    let origin: Origin
    let sender: HTTPSender
    let login: ServiceLogin
    let validator: PayloadValidator
    let part: String
    let profiles: ProfileJudge

    /// How many requests are under way at once: a device in service has other things to do.
    static let concurrency = 4
    /// A service that names ever new resources is left at some point.
    static let resourceLimit = 50_000

    func judge() async throws -> ValidatedTarget {
        let fields = try await login.open(at: origin, with: sender)
        let survey: ServiceSurvey
        let metadata: ServiceMetadata
        do {
            survey = try await walk(fields)
            metadata = await readMetadata(fields)
        } catch {
            await login.close(at: origin, with: sender)
            throw error
        }
        await login.close(at: origin, with: sender)
        var notes: [String] = []
        let isCutShort = survey.readCount >= Self.resourceLimit
        if isCutShort {
            notes.append("left after \(Self.resourceLimit.grouped) resources")
        }
        var target = ValidatedTarget(
            name: url, kind: "service", payloads: survey.finish(metadata: metadata),
            types: survey.seenTypes, unseenSchemas: survey.unseenSchemas(in: metadata),
            notes: notes)
        profiles.judge(
            survey.surveyed, isWhole: part == MockupTree.root && !isCutShort, into: &target)
        return target
    }

    // MARK: Walking

    private func walk(_ fields: HTTPFields) async throws -> ServiceSurvey {
        var survey = ServiceSurvey(validator, part: part)
        let progress = Progress()
        defer { progress.clear() }
        var isFirst = true
        while true {
            try Task.checkCancellation()
            let uris = survey.takeWaiting()
            guard !uris.isEmpty, survey.readCount < Self.resourceLimit else { break }
            // Level by level and each in its order, so that the survey is the same every time.
            for batch in uris.chunks(of: 64) {
                let resources = await read(batch, fields)
                if isFirst, let first = resources.first { try requireService(first) }
                isFirst = false
                for resource in resources { survey.take(resource) }
                progress.show("\(survey.readCount.counted("resource")) read")
            }
        }
        return survey
    }

    /// What does not answer at all, or not to this login, is no target.
    private func requireService(_ resource: ServedResource) throws {
        switch resource.content {
        case .body: return
        case .status(let code):
            let hint =
                code == 401 ? "; name a user with --user and --password" : ""
            throw CommandFailure.usage("\(url): \(resource.uri) answered \(code)\(hint)")
        case .failure(let reason): throw CommandFailure.usage("\(url): \(reason)")
        }
    }

    /// Reads some addresses, a few at a time, and gives them in the order asked for.
    private func read(_ uris: [String], _ fields: HTTPFields) async -> [ServedResource] {
        await withTaskGroup(of: (Int, ServedResource).self) { group in
            var next = 0
            func start() {
                guard next < uris.count else { return }
                let place = next
                group.addTask { (place, await read(uris[place], fields)) }
                next += 1
            }
            for _ in 0..<Self.concurrency { start() }
            var resources: [Int: ServedResource] = [:]
            while let (place, resource) = await group.next() {
                start()
                resources[place] = resource
            }
            return uris.indices.compactMap { resources[$0] }
        }
    }

    private func read(_ uri: String, _ fields: HTTPFields) async -> ServedResource {
        // The root is the one resource whose address ends with a slash.
        let target = uri == "/redfish/v1" ? "/redfish/v1/" : uri
        let request = RequestMessage(.get, target, fields: fields)
        switch await sender.send(request, to: origin) {
        case .success(let response):
            let headers = response.head.headerFields
            return ServedResource(
                uri: uri,
                content: response.status == 200 ? .body(response.body) : .status(response.status),
                headers: ServedResource.Headers(
                    allow: headers[.allow], contentType: headers[.contentType],
                    odataVersion: headers[.odataVersion], link: headers[.link],
                    entityTag: headers[.eTag]))
        case .failure(let failure):
            return ServedResource(uri: uri, content: .failure(failure.words))
        }
    }

    private func readMetadata(_ fields: HTTPFields) async -> ServiceMetadata {
        var fields = fields
        fields[.accept] = "application/xml"
        let resource = await read(ServiceSurvey.metadataURI, fields)
        guard case .body(let bytes) = resource.content else { return .unread(resource.content) }
        return ServiceMetadata(bytes)
    }
}

extension TransportFailure {
    /// The failure in words for people.
    var words: String {
        switch self {
        case .refused: "nobody listens there"
        case .resetBeforeHead: "the connection was reset before an answer"
        case .resetInBody: "the connection was reset within the answer"
        case .shortBody: "the answer broke off"
        case .timeout: "no answer in time"
        case .withheld: "it was kept from leaving this machine"
        case .other: "the exchange failed; a certificate that is not trusted is one cause"
        }
    }
}

extension Array {
    /// The elements in runs of at most so many.
    fileprivate func chunks(of count: Int) -> [[Element]] {
        stride(from: 0, to: self.count, by: count).map {
            Array(self[$0..<Swift.min($0 + count, self.count)])
        }
    }
}
