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
    var limits = WalkExtent.Limits()

    /// How many requests are under way at once: a device in service has other things to do.
    static let concurrency = 4

    func judge() async throws -> ValidatedTarget {
        let fields = try await login.open(at: origin, with: sender)
        let survey: ServiceSurvey
        let extent: WalkExtent
        let metadata: ServiceMetadata
        do {
            (survey, extent) = try await walk(fields)
            metadata = await readMetadata(fields)
        } catch {
            await login.close(at: origin, with: sender)
            throw error
        }
        await login.close(at: origin, with: sender)
        let reason = extent.reasonToLeave
        var target = ValidatedTarget(
            name: url, kind: "service", payloads: survey.finish(metadata: metadata),
            types: survey.seenTypes, unseenSchemas: survey.unseenSchemas(in: metadata),
            notes: reason.map { ["not read to its end: left after \($0)"] } ?? [])
        profiles.judge(
            survey.surveyed, isWhole: part == MockupTree.root && reason == nil, into: &target)
        return target
    }

    // MARK: Walking

    private func walk(_ fields: HTTPFields) async throws -> (ServiceSurvey, WalkExtent) {
        var survey = ServiceSurvey(validator, part: part)
        var extent = WalkExtent(limits)
        let progress = Progress()
        defer { progress.clear() }
        var isFirst = true
        while true {
            try Task.checkCancellation()
            let uris = survey.takeWaiting()
            guard !uris.isEmpty else { return (survey, extent) }
            // Level by level and each in its order, so that the survey is the same every time.
            for batch in uris.chunks(of: 64) {
                guard extent.reasonToLeave == nil else { return (survey, extent) }
                let resources = await read(batch, fields)
                if isFirst, let first = resources.first { try requireService(first) }
                isFirst = false
                for resource in resources {
                    try requireLogin(at: resource)
                    survey.take(resource)
                    extent.take(resource.content)
                }
                progress.show("\(survey.readCount.counted("resource")) read")
            }
        }
    }

    /// What does not answer at all, or not to this login, is no target.
    private func requireService(_ resource: ServedResource) throws {
        switch resource.content {
        case .body: return
        case .status(let code):
            try requireLogin(at: resource)
            throw CommandFailure.usage("\(url): \(resource.uri) answered \(code)")
        case .failure(let reason): throw CommandFailure.usage("\(url): \(reason)")
        }
    }

    /// A service that tells nothing to strangers has no broken links; it was not asked rightly.
    private func requireLogin(at resource: ServedResource) throws {
        guard resource.content == .status(401) else { return }
        switch login.user {
        case nil:
            throw CommandFailure.usage(
                "\(url) wants a login (\(resource.uri) answered 401); pass --user and --password, "
                    + "or PDU_HARNESS_PASSWORD in the environment")
        case let user? where login.kind == .basic:
            throw CommandFailure.usage(
                "\(url) refuses the login of '\(user.name)' (\(resource.uri) answered 401)")
        // A session has been opened before, so that 401 is the resource's own fault.
        default: return
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
        case .untrustedCertificate:
            "its certificate is not one that this machine trusts: --ca names the authority that "
                + "issued it, --insecure trusts any"
        case .other: "the answer is none that HTTP knows, or of more than 64 MiB"
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
