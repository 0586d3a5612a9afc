package import HTTPMessages
package import HTTPTypes
import JSONText
package import Recordings
package import VirtualTime

/// Plays the device of a recording.
///
/// What a resource shows follows time and not how often it is asked: the last recorded value at or
/// before the moment, never one between two. A value that was recorded later only holds before its
/// time too. Mishaps, which are answers like 503 and broken connections, happen once to every
/// client, at the first request that comes at their time or later. Changes are answered as recorded,
/// each once for every client, in their order; what the recording does not hold is refused.
package struct ReplayDevice: Sendable {
    package enum Mode: Sendable, Hashable {
        case byTime
        /// The first request of a client for a resource gets the first answer recorded, the second
        /// the second, and so on; the last one stays.
        case sequence
    }

    /// Reads an exchange of the recording again.
    package typealias Load = @Sendable (ReplayIndex.Place) -> RecordEntry?

    /// What becomes of one request.
    package struct Answer: Sendable {
        package var response: ResponseMessage?
        package var failure: TransportFailure?
        package var fault: String?
        /// The number of the stream that the response opens.
        package var stream: Int?
    }

    /// An event for one subscriber.
    package struct Delivery: Sendable {
        package var destination: String
        package var request: RequestMessage
    }

    typealias Client = ReplayProgress.Client

    struct Subscriber: Sendable {
        var uri: String
        var destination: String
        var context: JSONValue?
        /// What is to come, by places in the index, in the order of time.
        var events: ArraySlice<ReplayIndex.Sample>
    }

    struct OpenStream: Sendable {
        var payloads: ArraySlice<ReplayIndex.Sample>
        var end: VirtualInstant?
        var isTold = false
    }

    let index: ReplayIndex
    let mode: Mode
    /// The password that logins need; nil accepts any.
    let password: String?
    let load: Load
    /// `http` or `https`, as clients reach it.
    let scheme: String
    private let makeToken: @Sendable () -> String

    private var sessions = ReplaySessions()
    /// How many expiries of the recording are behind.
    private var expiryCount = 0
    var subscribers: [Int: Subscriber] = [:]
    var openStreams: [Int: OpenStream] = [:]
    var progress = ReplayProgress()
    var lastNumber = 0
    private(set) var coverage = ReplayCoverage()

    package init(
        _ index: ReplayIndex, mode: Mode = .byTime, password: String? = nil,
        scheme: String = "http",
        load: @escaping Load, makeToken: @escaping @Sendable () -> String
    ) {
        self.index = index
        self.mode = mode
        self.password = password
        self.scheme = scheme
        self.load = load
        self.makeToken = makeToken
    }

    /// Whether nobody gets in any more in the end.
    package var refusesLastLogin: Bool {
        index.logins.last.map { !$0.isAccepted } ?? false
    }

    // MARK: Requests

    /// - Parameter connection: Which connection the request came by.
    package mutating func answer(
        _ request: RequestMessage, connection: Int, at now: VirtualInstant
    ) -> Answer {
        expireSessions(at: now)
        coverage.requests += 1
        let key = ReplayIndex.Key(request)
        let isLogin = ReplayIndex.isLogin(request) || key == index.logins.last?.key
        if isLogin, !index.logins.isEmpty {
            return logIn(request, key, at: now)
        }
        let token = request.head.headerFields.value(of: .xAuthToken)
        let credentials = request.head.headerFields.value(of: .authorization)
        let client: Client
        if let token, sessions[token] != nil {
            client = .session(token)
        } else if let credentials, token == nil, admits(credentials) {
            client = .credentials(credentials)
        } else if !index.usesCredentials || index.openPaths.contains(key.path)
            || Self.openToAll.contains(key.path), token == nil, credentials == nil
        {
            client = .connection(connection)
        } else {
            return Answer(response: .replayRefusal(.unauthorized, "Nobody is logged in by this."))
        }
        progress.begin(client, at: now)
        if let answer = answerOwn(request, key) { return answer }
        switch request.head.method {
        case .get, .head: return value(of: request, key, for: client, at: now)
        default: return change(request, key, for: client, at: now)
        }
    }

    /// What every service gives to those who have not logged in.
    ///
    /// Source: DSP0266 "Redfish Specification" 1.8.1, clause 13.3.1.
    private static let openToAll: Set = [
        "/redfish", "/redfish/v1", "/redfish/v1/odata", "/redfish/v1/$metadata",
    ]

    /// What the recording says of a Basic login. Its passwords are masked.
    private func admits(_ credentials: String) -> Bool {
        guard index.acceptsBasic else { return false }
        guard let password else { return true }
        guard credentials.lowercased().hasPrefix("basic "),
            let plain = base64Bytes(String(credentials.dropFirst(6)))
        else { return false }
        return plain.drop { $0 != UInt8(ascii: ":") }.dropFirst().elementsEqual(password.utf8)
    }

    /// The recorded answer, sent by the service that the request was sent to.
    func recorded(_ exchange: Exchange, to request: RequestMessage) -> Answer {
        guard var response = exchange.response else {
            return Answer(failure: exchange.failure ?? .other, fault: exchange.fault)
        }
        let isHead = request.head.method == .head
        let length = response.head.headerFields[.contentLength]
        if let old = exchange.request.head.headerFields[.host],
            let new = request.head.headerFields[.host], old != new
        {
            for recordedScheme in ["http", "https"] {
                let links = LinkRewriter(
                    from: "\(recordedScheme)://\(old)", to: "\(scheme)://\(new)")
                response = response.forwarded(links: links, isDecoded: false)
            }
        }
        response.head.headerFields = response.head.headerFields.endToEnd
        // What is masked has another length now.
        response.head.headerFields[.contentLength] = isHead ? length : nil
        if isHead { response.body = [] }
        return Answer(response: response, fault: exchange.fault)
    }

    func exchange(_ place: ReplayIndex.Place) -> Exchange? {
        if case .exchange(let exchange)? = entry(place) { exchange } else { nil }
    }

    func entry(_ place: ReplayIndex.Place) -> RecordEntry? {
        load(place)?.withFollowableURIs
    }

    // MARK: Sessions

    private mutating func logIn(
        _ request: RequestMessage, _ key: ReplayIndex.Key, at now: VirtualInstant
    ) -> Answer {
        let login =
            index.logins.last { $0.sample.instant <= now } ?? index.logins.first
        guard let login, let exchange = exchange(login.sample.place) else {
            return refuse(request, at: now)
        }
        coverage.logins += 1
        if let password, login.isAccepted,
            (try? JSONValue(parsing: request.body))?["Password"]?.string != password
        {
            return Answer(
                response: .replayRefusal(.unauthorized, "The password is not the one given."))
        }
        var answer = recorded(exchange, to: request)
        guard login.isAccepted, var response = answer.response else { return answer }
        let token = makeToken()
        response.head.headerFields[.xAuthToken] = token
        let location = response.head.headerFields[.location].map(pathOfURI) ?? key.path + "/1"
        let uri = sessions.freshURI(like: location)
        response.rename(location, to: uri)
        let session = ReplaySessions.Session(uri: uri, opened: now, body: response.body)
        if let ended = sessions.open(token, session) { progress.end(.session(ended)) }
        answer.response = response
        return answer
    }

    private mutating func expireSessions(at now: VirtualInstant) {
        while expiryCount < index.expiries.count, index.expiries[expiryCount] <= now {
            for token in sessions.end(openedBefore: index.expiries[expiryCount]) {
                progress.end(.session(token))
            }
            expiryCount += 1
        }
    }

    /// Nobody comes by this connection any more.
    package mutating func connectionClosed(_ connection: Int) {
        progress.end(.connection(connection))
    }

    /// Answers for what clients have made here, which no recording can know.
    private mutating func answerOwn(
        _ request: RequestMessage, _ key: ReplayIndex.Key
    ) -> Answer? {
        let isDelete = request.head.method == .delete
        if let token = sessions.token(at: key.path), let session = sessions[token] {
            guard isDelete || key.method == "GET" else { return nil }
            guard isDelete else {
                return Answer(
                    response: ResponseMessage(
                        status: .ok, fields: .replayed, body: session.body))
            }
            sessions.end(token)
            progress.end(.session(token))
            return deleted(key, request)
        }
        if isDelete, let (number, _) = subscribers.first(where: { $0.value.uri == key.path }) {
            subscribers[number] = nil
            return deleted(key, request)
        }
        return nil
    }

    /// As the device answered a deletion of the same kind.
    private mutating func deleted(_ key: ReplayIndex.Key, _ request: RequestMessage) -> Answer {
        let collection = key.path.dropLast(key.path.reversed().prefix { $0 != "/" }.count)
        let index = self.index
        let change = index.changes.first {
            $0.key.method == "DELETE" && $0.key.path.hasPrefix(collection)
                && ($0.sample.status ?? 500) < 300
        }
        coverage.deletedCollections.insert(String(collection))
        if let change, let exchange = exchange(change.sample.place) {
            return recorded(exchange, to: request)
        }
        return Answer(response: ResponseMessage(status: .noContent, fields: .replayed))
    }

    mutating func noteMade(_ key: ReplayIndex.Key) { coverage.asked.insert(key) }
    mutating func noteMade(change: Int) { coverage.usedChanges.insert(change) }

    /// Refuses what the recording does not hold, and says what comes nearest.
    mutating func refuse(_ request: RequestMessage, at now: VirtualInstant) -> Answer {
        let misses = RequestNearMiss.nearest(to: request, among: candidates(near: request))
        coverage.refuse(request, misses, at: now)
        let near =
            misses.isEmpty
            ? "nothing recorded comes near it"
            : "nearest: " + misses.map(\.description).joined(separator: " | ")
        let isRead = request.head.method == .get || request.head.method == .head
        return Answer(
            response: .replayRefusal(
                isRead ? .notFound : .notImplemented,
                "The recording does not hold this request; \(near)."))
    }

    private func candidates(near request: RequestMessage) -> [RequestNearMiss.Candidate] {
        let reads = index.samples.sorted { $0.key < $1.key }.compactMap { key, samples in
            samples.first.map { sample in
                RequestNearMiss.Candidate(
                    request: RequestMessage(
                        key.method == "HEAD" ? .head : .get, key.target), line: sample.place.line)
            }
        }
        let path = ReplayIndex.Key(request).path
        let changes = index.changes.compactMap { change -> RequestNearMiss.Candidate? in
            // Bodies matter only where the rest is alike.
            guard change.key.path == path, let exchange = exchange(change.sample.place) else {
                guard let method = HTTPRequest.Method(change.key.method) else { return nil }
                return RequestNearMiss.Candidate(
                    request: RequestMessage(method, change.key.target),
                    line: change.sample.place.line)
            }
            return RequestNearMiss.Candidate(
                request: exchange.request, line: change.sample.place.line)
        }
        return reads + changes
    }
}

extension ResponseMessage {
    /// A refusal of the replay's own, as a Redfish error.
    ///
    /// Source: DSP0266 "Redfish Specification" 1.8.1, 8.6 Error responses.
    package static func replayRefusal(
        _ status: HTTPResponse.Status, _ words: String
    ) -> ResponseMessage {
        let message =
            "A general error has occurred. See Resolution for information on how to "
            + "resolve the error."
        let code: JSONValue = "Base.1.22.GeneralError"
        let body: JSONValue = [
            "error": [
                "code": code, "message": .string(message),
                "@Message.ExtendedInfo": [
                    [
                        "@odata.type": "#Message.v1_3_0.Message", "MessageId": code,
                        "Message": .string(message), "MessageSeverity": "Critical",
                        "Resolution": .string(words),
                    ]
                ],
            ]
        ]
        var fields = HTTPFields.replayed
        if status == .unauthorized { fields[.wwwAuthenticate] = #"Basic realm="Redfish""# }
        return ResponseMessage(status: status, fields: fields, body: body.compactBytes)
    }

    /// Gives a new resource another URI than it had when it was recorded.
    mutating func rename(_ old: String, to new: String) {
        guard old != new else { return }
        if let location = head.headerFields[.location] {
            head.headerFields[.location] = location.replacing(old, with: new)
        }
        func last(_ uri: String) -> String { uri.split(separator: "/").last.map(String.init) ?? "" }
        guard var value = try? JSONValue(parsing: body) else { return }
        value.replace(JSONPointer(tokens: ["@odata.id"]), with: .string(new))
        if value["Id"]?.string == last(old) {
            value.replace(JSONPointer(tokens: ["Id"]), with: .string(last(new)))
        }
        body = value.compactBytes
    }
}

extension HTTPFields {
    static let replayed: HTTPFields = [
        .contentType: "application/json", .odataVersion: "4.0", .cacheControl: "no-cache",
    ]
}
