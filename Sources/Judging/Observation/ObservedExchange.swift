import Findings
import HTTPMessages
import HTTPTypes
import JSONText
import Recordings
import VirtualTime

/// One exchange as the checks see it: everything that several of them need, worked out once.
struct ObservedExchange {
    let exchange: Exchange
    /// The line of the full recording.
    let line: Int
    /// Scenario time.
    let elapsed: VirtualDuration
    /// When the device showed what the answer carries: the exchange's own time, but in a replay the
    /// answer's `Date`.
    let shown: VirtualInstant
    /// The request's path in the judge's form, see `servicePath`.
    let path: String
    let request: ObservedRequestFields
    let response: ObservedResponseFields
    let requestBody: ObservedBody
    let responseBody: ObservedBody
    /// The resources that a successful answer carried, those inside an expanded collection too.
    let resources: [ObservedResource]
    /// Whether it is a write that may switch something: not a login, not a subscription.
    let mayChangeLoad: Bool

    var instant: VirtualInstant { exchange.instant }
    var method: HTTPRequest.Method { exchange.request.head.method }
    var requestBytes: [UInt8] { exchange.request.body }
    var target: String { exchange.request.target }
    /// Nil where no whole response came.
    var status: Int? { exchange.response?.status }
    var isFromClient: Bool { exchange.direction == .request }
    var isDelivery: Bool { exchange.direction == .delivery }
    /// Whether the scenario tampered with it, so that it does not speak for the device.
    var isFaulted: Bool { exchange.fault != nil || exchange.failure != nil }
    var isSuccess: Bool { status.map { (200..<300).contains($0) } ?? false }
    var isRead: Bool { method == .get || method == .head }
    /// Whether a query may have left parts of the resource out.
    var isQuery: Bool { isRead && exchange.request.query != nil }

    var reference: ExchangeReference {
        ExchangeReference(
            line: line, time: elapsed.iso8601, method: method.rawValue, target: target)
    }
}

/// A message body.
enum ObservedBody {
    case empty
    case json(JSONValue)
    /// Said to be JSON, but it is not.
    case malformed(JSONSyntaxError)
    /// Something else than JSON.
    case other

    var json: JSONValue? {
        if case .json(let value) = self { value } else { nil }
    }

    init(_ bytes: [UInt8], contentType: String?) {
        guard !bytes.isEmpty else {
            self = .empty
            return
        }
        guard contentType.map(isJSONMediaType) ?? true else {
            self = .other
            return
        }
        do throws(JSONSyntaxError) {
            self = .json(try JSONValue(parsing: bytes))
        } catch {
            // Without a Content-Type nobody said that it is JSON.
            self = contentType == nil ? .other : .malformed(error)
        }
    }
}

/// Whether a Content-Type names JSON: `application/json` or a `+json` type, parameters aside.
func isJSONMediaType(_ contentType: String) -> Bool {
    let bytes = contentType.utf8.prefix { $0 != UInt8(ascii: ";") }
        .filter { $0 != UInt8(ascii: " ") }
    let type = String(decoding: bytes, as: UTF8.self).lowercased()
    return type == "application/json" || type.hasSuffix("+json")
}

/// The header fields of a request that rules look at, found in one pass.
struct ObservedRequestFields {
    var token: String?
    var authorization: String?
    var contentType: String?
    var odataVersion: String?
    var userAgent: String?
    var ifMatch: String?
    var accept: String?
    var lastEventID: String?

    init(_ fields: HTTPFields) {
        for field in fields {
            switch field.name.canonicalName {
            case "x-auth-token": token = field.value
            case "authorization": authorization = field.value
            case "content-type": contentType = field.value
            case "odata-version": odataVersion = field.value
            case "user-agent": userAgent = field.value
            case "if-match": ifMatch = field.value
            case "accept": accept = field.value
            case "last-event-id": lastEventID = field.value
            default: break
            }
        }
    }

    var usesBasic: Bool {
        authorization.map { $0.prefix(6).lowercased() == "basic " } ?? false
    }
}

/// The header fields of a response that rules look at.
struct ObservedResponseFields {
    var token: String?
    var contentType: String?
    var location: String?
    var retryAfter: String?
    var link: String?

    init() {}

    init(_ fields: HTTPFields) {
        for field in fields {
            switch field.name.canonicalName {
            case "x-auth-token": token = field.value
            case "content-type": contentType = field.value
            case "location": location = field.value
            case "retry-after": retryAfter = field.value
            case "link": link = field.value
            default: break
            }
        }
    }
}
