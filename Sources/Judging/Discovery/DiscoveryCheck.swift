import Findings
import HTTPTypes
import JSONText
import Recordings
import VirtualTime

/// How the client finds its way, and how it asks.
final class DiscoveryCheck: Check {
    private let duties: ClientDuties
    private let served: ServedResources
    private let sessionsPath: String
    private let subscriptionsPath: String
    private let hasAllHeaderFields: Bool
    private var retries = UnchangedRetries()
    private var cadence: PollCadence
    private var manners: RetryManners
    private var requests = 0
    private var links = LinkLedger()

    private var entryTally = RuleTally(DiscoveryCheck.entry)
    private var guessedTally = RuleTally(DiscoveryCheck.guessed)
    private var actionTally = RuleTally(DiscoveryCheck.actionTarget)
    private var contentTypeTally = RuleTally(DiscoveryCheck.contentType)
    private var odataVersionTally = RuleTally(DiscoveryCheck.odataVersion)
    private var bodilessTally = RuleTally(DiscoveryCheck.bodilessReads)
    private var userAgentTally = RuleTally(DiscoveryCheck.userAgent)
    private var retryTally = RuleTally(DiscoveryCheck.unchangedRetry)
    private var writeTally = RuleTally(DiscoveryCheck.unorderedWrite)

    init(
        _ facts: DeviceFacts, _ duties: ClientDuties, served: ServedResources,
        hasAllHeaderFields: Bool
    ) {
        self.hasAllHeaderFields = hasAllHeaderFields
        self.duties = duties
        self.served = served
        sessionsPath = servicePath(facts.sessionsURI)
        subscriptionsPath = servicePath(facts.subscriptionsURI)
        cadence = PollCadence(facts, duties)
        manners = RetryManners(start: facts.start, duties)
    }

    func observe(_ exchange: ObservedExchange) {
        guard exchange.isFromClient else {
            if let event = exchange.requestBody.json { cadence.observe(event: event) }
            return
        }
        requests += 1
        judgeEntry(exchange)
        judgeGuess(exchange)
        judgeHeaders(exchange)
        judgeRetry(exchange)
        manners.observe(exchange)
        if exchange.isRead {
            cadence.observe(exchange)
        } else {
            judgeAction(exchange)
            judgeWrite(exchange)
        }
    }

    func observe(_ record: StreamRecord) {
        if let event = record.payload.flatMap({ try? JSONValue(parsing: $0.body) }) {
            cadence.observe(event: event)
        }
    }

    // MARK: Finding the way

    private func judgeEntry(_ exchange: ObservedExchange) {
        guard requests == 1 else { return }
        entryTally.check()
        guard !["/redfish", "/redfish/v1"].contains(exchange.path) else { return }
        entryTally.find(
            "the first request of the client goes elsewhere", at: exchange.reference,
            expected: "/redfish, /redfish/v1 or /redfish/v1/", seen: exchange.target)
    }

    private func judgeGuess(_ exchange: ObservedExchange) {
        guessedTally.check()
        let isServed = served.paths.contains(exchange.path) || isServedMembers(exchange)
        links.note(exchange, isServed: isServed, in: served)
        guard !isServed else { return }
        let isKnowable = isKnowable(exchange)
        guessedTally.find(
            isKnowable
                ? "this URI was not served before; it can be known from the OpenAPI document"
                : "this URI was not served before",
            at: exchange.reference, level: isKnowable ? .warn : nil,
            expected: "a URI from an earlier answer", seen: exchange.path)
    }

    /// Whether the URI of this collection or service follows from its schema. Straight below the
    /// root stand the services.
    private func isKnowable(_ exchange: ObservedExchange) -> Bool {
        let type = exchange.resources.first?.type?.split(separator: ".").first
        return type?.hasSuffix("Collection") ?? false
            || exchange.path.split(separator: "/").count <= 3
            || [sessionsPath, subscriptionsPath].contains(exchange.path)
    }

    /// A POST to a collection may go to its `Members`.
    private func isServedMembers(_ exchange: ObservedExchange) -> Bool {
        exchange.method == .post && exchange.path.hasSuffix("/Members")
            && served.paths.contains(String(exchange.path.dropLast("/Members".count)))
    }

    private func judgeAction(_ exchange: ObservedExchange) {
        guard exchange.method == .post else { return }
        let target = exchange.target.prefix { $0 != "?" }
        let isServed = served.actions[String(target)] != nil
        let lastSegment = exchange.path.split(separator: "/").last ?? ""
        let looksLikeAction = exchange.path.contains("/Actions/") || lastSegment.contains(".")
        guard isServed || looksLikeAction else { return }
        actionTally.check()
        guard !isServed else { return }
        let name = lastSegment
        let offered = served.actions.keys.filter { $0.hasSuffix(name) }.sorted()
        let near = offered.first { isPath($0, atOrBelow: parentResource(of: exchange.path)) }
        actionTally.find(
            "the action was posted to a target that was never served", at: exchange.reference,
            expected: near ?? offered.first ?? "a target from an Actions property",
            seen: exchange.target)
    }

    private func parentResource(of actionPath: String) -> String {
        let segments = actionPath.split(separator: "/")
        let kept = segments.dropLast(segments.dropLast().last == "Actions" ? 2 : 1)
        return "/" + kept.joined(separator: "/")
    }

    // MARK: Asking

    private func judgeHeaders(_ exchange: ObservedExchange) {
        let hasBody = !exchange.requestBytes.isEmpty
        if hasBody, !exchange.isRead {
            contentTypeTally.check()
            if !(exchange.request.contentType.map(isJSONMediaType) ?? false) {
                contentTypeTally.find(
                    "the body does not say that it is JSON", at: exchange.reference,
                    expected: "Content-Type: application/json",
                    seen: exchange.request.contentType ?? "no Content-Type")
            }
        }
        if let version = exchange.request.odataVersion {
            odataVersionTally.check()
            if version != "4.0" {
                odataVersionTally.find(
                    "OData-Version has another value", at: exchange.reference,
                    expected: "4.0 or no such header", seen: version)
            }
        }
        if exchange.isRead {
            bodilessTally.check()
            if hasBody {
                bodilessTally.find(
                    "a read carries a body", at: exchange.reference, expected: "no body",
                    seen: exchange.requestBytes.count.counted("byte"))
            }
        }
        guard hasAllHeaderFields else { return }
        userAgentTally.check()
        if exchange.request.userAgent == nil {
            userAgentTally.find(
                "the request has no User-Agent", at: exchange.reference,
                expected: "User-Agent: name/version", seen: "none")
        }
    }

    private func judgeRetry(_ exchange: ObservedExchange) {
        guard let status = exchange.status else { return }
        guard (400..<500).contains(status), status != 408, status != 429 else {
            retries.forget(exchange)
            return
        }
        retryTally.check()
        let repeats = retries.count(exchange, within: duties.hasteWindow)
        guard repeats > 1 else { return }
        retryTally.find(
            "the request was refused with \(status) and repeated unchanged "
                + repeats.counted("time"),
            at: exchange.reference,
            expected: "at most one repeat within \(duties.pollCycle.iso8601)",
            seen: repeats.counted("repeat"))
    }

    private func judgeWrite(_ exchange: ObservedExchange) {
        writeTally.check()
        let isOwn =
            isPath(exchange.path, atOrBelow: sessionsPath)
            || isPath(exchange.path, atOrBelow: subscriptionsPath)
        let isOrdered = duties.orderedWrites.contains {
            $0.method == exchange.method && exchange.path.hasPrefix(servicePath($0.pathPrefix))
        }
        guard !isOwn, !isOrdered else { return }
        let orders = duties.orderedWrites.map { "\($0.method.rawValue) \($0.pathPrefix)" }
        writeTally.find(
            "the client wrote what nobody ordered", at: exchange.reference,
            expected: (["sessions", "subscriptions"] + orders).joined(separator: ", "),
            seen: "\(exchange.method.rawValue) \(exchange.path)")
    }

    var ledgers: [Ledger] { [links.ledger] }

    func finish(at end: VirtualInstant) -> CheckGroup {
        let cadenceResult = cadence.finish(at: end)
        let tallies: [(RuleTally, String, String?)] = [
            (entryTally, "entry", "entries"), (guessedTally, "request", nil),
            (actionTally, "action", nil), (contentTypeTally, "body", "bodies"),
            (odataVersionTally, "header", nil), (bodilessTally, "read", nil),
            (userAgentTally, "request", nil), (retryTally, "refusal", nil),
            (manners.retryAfterTally, "repeat", nil), (manners.hammeringTally, "repeat", nil),
            (writeTally, "write", nil),
        ]
        let late = cadenceResult.findings.count + cadenceResult.uncollected
        let findings = tallies.reduce(late) { $0 + $1.0.findingCount }
        return CheckGroup(
            name: "client discovery and hygiene",
            measure: "\(requests.counted("request")), \(findings.counted("finding"))",
            results: tallies.map { $0.0.result($0.1, $0.2) } + [cadenceResult])
    }
}

/// Counts refused requests that come again as they were.
private struct UnchangedRetries {
    private struct Key: Hashable {
        var method: HTTPRequest.Method
        var target: String
        var token: String?
        var ifMatch: String?
        var body: [UInt8]

        init(_ exchange: ObservedExchange) {
            method = exchange.method
            target = exchange.target
            token = exchange.request.token ?? exchange.request.authorization
            ifMatch = exchange.request.ifMatch
            body = exchange.requestBytes
        }
    }

    private var refused: [Key: (repeats: Int, last: VirtualInstant)] = [:]

    /// How often the request has now been repeated, pauses of a whole window aside: those are the
    /// next poll.
    mutating func count(_ exchange: ObservedExchange, within window: VirtualDuration) -> Int {
        let key = Key(exchange)
        var repeats = 0
        if let known = refused[key], exchange.instant - known.last < window {
            repeats = known.repeats + 1
        }
        refused[key] = (repeats, exchange.instant)
        return repeats
    }

    mutating func forget(_ exchange: ObservedExchange) {
        if !refused.isEmpty { refused[Key(exchange)] = nil }
    }
}
