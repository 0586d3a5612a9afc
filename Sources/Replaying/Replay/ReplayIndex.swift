package import HTTPMessages
import HTTPTypes
import JSONText
package import Recordings
package import VirtualTime

/// What a recording holds, by what a client may ask: instants and places in the file only, so that
/// memory stays far below the recording's size.
package struct ReplayIndex: Sendable {
    package typealias Place = RecordingScanner.Place

    /// What names a request: `GET` and `/redfish/v1/Chassis?$top=1`, however that is spelt.
    package struct Key: Sendable, Hashable, Comparable {
        package var method: String
        /// As it was spelt.
        package let target: String
        private let canonical: CanonicalTarget

        init(method: String, target: String) {
            self.method = method
            // The root is served with and without its slash.
            self.target =
                target.count > 1 && target.hasSuffix("/")
                ? String(target.dropLast()) : target
            canonical = CanonicalTarget(target)
        }

        package init(_ request: RequestMessage) {
            self.init(method: request.head.method.rawValue, target: request.target)
        }

        var path: String { canonical.path }

        package static func == (left: Key, right: Key) -> Bool {
            left.canonical == right.canonical && left.method == right.method
        }

        package func hash(into hasher: inout Hasher) {
            hasher.combine(method)
            hasher.combine(canonical)
        }

        package static func < (left: Key, right: Key) -> Bool {
            (left.target, left.method) < (right.target, right.method)
        }
    }

    /// One recorded answer.
    struct Sample: Sendable {
        var instant: VirtualInstant
        var place: Place
        /// Nil where there was no whole answer.
        var status: Int?

        /// Whether it is a mishap of the moment and not what the resource has to say.
        var isMishap: Bool {
            guard let status else { return true }
            return [401, 408, 421, 429].contains(status) || status >= 500
        }

        /// It says that what the client has is the last value.
        var isConfirmation: Bool { status == 304 }
    }

    /// A request that may have changed the device.
    struct Change: Sendable {
        var key: Key
        var sample: Sample
    }

    struct Login: Sendable {
        var sample: Sample
        var key: Key
        var isAccepted: Bool
    }

    struct Subscription: Sendable {
        /// Its place in `changes`.
        var change: Int
        var opened: VirtualInstant
        var destination: String
    }

    struct Delivery: Sendable {
        var sample: Sample
        /// The path and query of the destination.
        var target: String
        /// What was sent, whatever the subscriber calls itself.
        var digest: Int
    }

    struct Stream: Sendable {
        var key: Key
        var opening: Sample
        var payloads: [Sample] = []
        /// Those of the payloads that say when to come back, which holds from then on.
        var retries: [Sample] = []
        var end: VirtualInstant?
    }

    package private(set) var start: VirtualInstant
    package private(set) var end: VirtualInstant
    package private(set) var exchangeCount = 0
    /// Entries that stand before others of an earlier time.
    package private(set) var outOfOrder = 0
    private(set) var samples: [Key: [Sample]] = [:]
    private(set) var changes: [Change] = []
    private(set) var changesOfKey: [Key: [Int]] = [:]
    private(set) var logins: [Login] = []
    /// When the device ended sessions by itself.
    private(set) var expiries: [VirtualInstant] = []
    private(set) var subscriptions: [Subscription] = []
    private(set) var deliveries: [Delivery] = []
    private(set) var streams: [Stream] = []
    /// Paths that were answered to somebody who had not logged in.
    private(set) var openPaths: Set<String> = []
    private(set) var usesCredentials = false
    private(set) var acceptsBasic = true

    private var aliveTokens: Set<String> = []
    private var tokenOfSession: [String: String] = [:]
    /// Tokens that were refused though nobody had ended their sessions.
    private var refusedTokens: [String: (key: Key, sample: Sample)] = [:]
    private var basicCount = (accepted: 0, refused: 0)

    package init(header: RecordingHeader) {
        start = header.start
        end = header.start
    }

    /// Takes the next entry of the recording.
    package mutating func note(_ entry: RecordEntry, at place: Place) {
        if entry.instant < end { outOfOrder += 1 }
        end = max(end, entry.instant)
        switch entry.withFollowableURIs {
        case .exchange(let exchange):
            exchangeCount += 1
            let sample = Sample(
                instant: exchange.instant, place: place, status: exchange.response?.status)
            if exchange.direction == .delivery {
                note(delivery: exchange, sample)
            } else {
                note(request: exchange, sample)
            }
        case .streamed(let record):
            guard streams.indices.contains(record.stream - 1) else { return }
            guard let payload = record.payload else {
                streams[record.stream - 1].end = record.instant
                return
            }
            let sample = Sample(instant: record.instant, place: place, status: nil)
            streams[record.stream - 1].payloads.append(sample)
            if !payload.isEvent { streams[record.stream - 1].retries.append(sample) }
        case .truth, .claim, .step: return
        }
    }

    /// Call once, after the last entry.
    package mutating func finish() {
        expiries = refusedTokens.values.map { $0.sample.instant }.sorted()
        refusedTokens = [:]
        acceptsBasic = basicCount.accepted > 0 || basicCount.refused == 0
        guard outOfOrder > 0 else { return }
        for key in samples.keys {
            samples[key]?.sort {
                ($0.instant, $0.place.line) < ($1.instant, $1.place.line)
            }
        }
        deliveries.sort { $0.sample.instant < $1.sample.instant }
    }

    private mutating func note(request exchange: Exchange, _ sample: Sample) {
        let key = Key(exchange.request)
        let fields = exchange.request.head.headerFields
        if let token = fields.value(of: .xAuthToken) {
            usesCredentials = true
            if sample.status == 401, aliveTokens.contains(token) {
                // Whether the session has ended or one answer was false shows later.
                if refusedTokens[token] == nil { refusedTokens[token] = (key, sample) }
                return
            }
            if sample.status == 401 { return }
            if let (refused, mishap) = refusedTokens.removeValue(forKey: token) {
                add(mishap, to: refused)
            }
        } else if fields.contains(.authorization) {
            usesCredentials = true
            if sample.status == 401 {
                basicCount.refused += 1
                return
            }
            basicCount.accepted += 1
        } else if sample.status == 401, key.method != "POST" {
            usesCredentials = true
            return
        } else if let status = sample.status, status < 400 {
            openPaths.insert(key.path)
        }
        switch exchange.request.head.method {
        case .get where exchange.response.map(Self.isEventStream) ?? false:
            streams.append(Stream(key: key, opening: sample))
        case .get, .head: add(sample, to: key)
        case .post where Self.isLogin(exchange): note(login: exchange, key, sample)
        default: note(change: exchange, key, sample)
        }
    }

    private mutating func add(_ sample: Sample, to key: Key) {
        samples[key, default: []].append(sample)
    }

    private mutating func note(login exchange: Exchange, _ key: Key, _ sample: Sample) {
        let fields = exchange.response?.head.headerFields
        let token = fields?.value(of: .xAuthToken)
        logins.append(Login(sample: sample, key: key, isAccepted: token != nil))
        guard let token else { return }
        aliveTokens.insert(token)
        if let location = fields?[.location] { tokenOfSession[pathOfURI(location)] = token }
    }

    private mutating func note(change exchange: Exchange, _ key: Key, _ sample: Sample) {
        if key.method == "DELETE", let token = tokenOfSession[key.path] {
            aliveTokens.remove(token)
        }
        changesOfKey[key, default: []].append(changes.count)
        changes.append(Change(key: key, sample: sample))
        guard key.method == "POST", let status = sample.status, status < 300,
            let body = try? JSONValue(parsing: exchange.request.body),
            let destination = body["Destination"]?.string
        else { return }
        subscriptions.append(
            Subscription(
                change: changes.count - 1, opened: sample.instant, destination: destination))
    }

    private mutating func note(delivery exchange: Exchange, _ sample: Sample) {
        guard exchange.failure != .withheld else { return }
        var content = (try? JSONValue(parsing: exchange.request.body)) ?? .null
        content.remove(JSONPointer(tokens: ["Context"]))
        deliveries.append(
            Delivery(
                sample: sample, target: exchange.request.target, digest: content.hashValue))
    }

    static func isLogin(_ exchange: Exchange) -> Bool {
        exchange.response?.head.headerFields.contains(.xAuthToken) ?? false
            || isLogin(exchange.request)
    }

    /// Source: DSP0266 "Redfish Specification" 1.8.1, 13.3.5.2 Session login.
    static func isLogin(_ request: RequestMessage) -> Bool {
        let path = Key(request).path
        return request.head.method == .post
            && (path.hasSuffix("/Sessions") || path.hasSuffix("/Sessions/Members"))
    }

    private static func isEventStream(_ response: ResponseMessage) -> Bool {
        response.status == 200 && response.isEventStream
    }
}

/// The path of a URI, absolute or not.
func pathOfURI(_ uri: String) -> String {
    guard let scheme = uri.firstRange(of: "://") else { return uri }
    let rest = uri[scheme.upperBound...]
    return rest.firstIndex(of: "/").map { String(rest[$0...]) } ?? "/"
}

/// What is asked for at an absolute URI: path and query, the path `/` where it has none.
///
/// Source: RFC 9112, "HTTP/1.1", clause 3.2.1.
func targetOfURI(_ uri: String) -> String {
    guard let scheme = uri.firstRange(of: "://") else { return uri }
    let target = uri[scheme.upperBound...].drop { $0 != "/" && $0 != "?" }
    return target.hasPrefix("/") ? String(target) : "/" + target
}
