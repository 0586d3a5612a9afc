import HTTPMessages
import HTTPTypes
import JSONText
import Recordings
import VirtualTime

/// Reads one entry of an archive, whoever made it.
struct HAREntryReader {
    private let entry: JSONValue
    /// For messages.
    let place: String

    init(_ entry: JSONValue, index: Int) {
        self.entry = entry
        place = "log/entries/\(index)"
    }

    func instant() throws(HARError) -> VirtualInstant {
        let time = try text(entry, "startedDateTime", place)
        guard let instant = VirtualInstant(iso8601: time) else {
            throw HARError("\(place)/startedDateTime is no date-time with a zone: \(time)")
        }
        return instant
    }

    /// Whether it is what browsers do apart from HTTP: `data:`, `blob:`, `chrome-extension:`, `ws:`.
    ///
    /// Source: RFC 3986, "Uniform Resource Identifier (URI): Generic Syntax", clause 3.1.
    var isOfOtherScheme: Bool {
        guard let address = entry["request"]?["url"]?.string,
            let scheme = address.prefixMatch(of: /[A-Za-z][A-Za-z0-9+.-]*:/)
        else { return false }
        return !["http:", "https:"].contains(scheme.0.lowercased())
    }

    func url() throws(HARError) -> AbsoluteURL {
        let address = try text(try member(entry, "request", place), "url", "\(place)/request")
        guard let url = AbsoluteURL(address) else {
            throw HARError("\(place)/request/url is no http or https URL: \(address)")
        }
        return url
    }

    func exchange() throws(HARError) -> Exchange {
        let instant = try instant()
        var failure: TransportFailure?
        let response = try response()
        if let word = entry["_failure"]?.string {
            guard let known = TransportFailure(rawValue: word) else {
                throw HARError("\(place)/_failure: '\(word)' is not known")
            }
            failure = known
        } else if response == nil, entry["_direction"] == nil {
            failure = entry["response"]?["_error"]?.string == "no response" ? nil : foreignFailure
        }
        return Exchange(
            instant: instant,
            direction: entry["_direction"]?.string == "delivery" ? .delivery : .request,
            request: try request(), response: response, failure: failure,
            fault: entry["_fault"]?.string)
    }

    /// How many of the two messages had a body that the archive does not hold.
    var missingBodies: Int {
        let content = entry["response"]?["content"]
        let lacksContent =
            content?["text"] == nil && (content?["size"]?.number?.exactInteger ?? 0) > 0
        let posted = HARPostedForm(entry["request"]?["postData"])
        return (lacksContent ? 1 : 0) + (posted.map { $0.bytes == nil } ?? false ? 1 : 0)
    }

    /// How a browser says that no response came.
    private var foreignFailure: TransportFailure {
        let word = (entry["response"]?["_error"]?.string ?? "").uppercased()
        if word.contains("REFUSED") { return .refused }
        if word.contains("RESET") || word.contains("EMPTY_RESPONSE") { return .resetBeforeHead }
        return word.contains("TIMED_OUT") ? .timeout : .other
    }

    // MARK: Messages

    private func request() throws(HARError) -> RequestMessage {
        let place = "\(place)/request"
        let value = try member(entry, "request", self.place)
        let word = try text(value, "method", place)
        guard let method = HTTPRequest.Method(word) else {
            throw HARError("\(place)/method: '\(word)' is no HTTP method")
        }
        let address = try text(value, "url", place)
        let url = try url()
        let isKnown =
            address.hasPrefix(HARAddress.deviceOrigin + "/") == false
            && address.hasPrefix(HARAddress.clientOrigin + "/") == false
        let head = HTTPRequest(
            method: method, scheme: isKnown ? url.scheme : nil,
            authority: isKnown ? url.authority : nil, path: value["_target"]?.string ?? url.target,
            headerFields: try fields(value, place))
        guard let form = HARPostedForm(value["postData"]) else {
            return RequestMessage(
                head: head, body: try body(value["postData"], encoding: "_encoding", place))
        }
        var request = RequestMessage(head: head, body: form.bytes ?? [])
        if form.bytes != nil, head.headerFields[.contentType] == nil {
            request.head.headerFields[.contentType] = HARPostedForm.mediaType
        }
        return request
    }

    private func response() throws(HARError) -> ResponseMessage? {
        let place = "\(place)/response"
        guard let value = entry["response"], !value.isNull else { return nil }
        guard let number = value["status"]?.number?.exactInteger, (-1...999).contains(number) else {
            throw HARError("\(place)/status is no HTTP status")
        }
        guard number >= 100 else { return nil }
        let status = HTTPResponse.Status(
            code: Int(number), reasonPhrase: value["statusText"]?.string ?? "")
        return ResponseMessage(
            status: status, fields: try fields(value, place),
            body: try body(value["content"], encoding: "encoding", place))
    }

    /// The fields; those of HTTP/2 that are no fields, such as `:authority`, stand elsewhere too.
    private func fields(_ message: JSONValue, _ place: String) throws(HARError) -> HTTPFields {
        var fields = HTTPFields()
        for (index, pair) in (message["headers"]?.array ?? []).enumerated() {
            let place = "\(place)/headers/\(index)"
            let name = try text(pair, "name", place)
            guard !name.hasPrefix(":") else { continue }
            guard let fieldName = HTTPField.Name(name) else {
                throw HARError("\(place)/name: '\(name)' is no header name")
            }
            // Browsers join the lines of fields that stand several times.
            for value in try text(pair, "value", place).split(
                separator: "\n", omittingEmptySubsequences: false)
            {
                fields.append(HTTPField(name: fieldName, value: String(value)))
            }
        }
        return fields
    }

    private func body(
        _ content: JSONValue?, encoding: String, _ place: String
    ) throws(HARError) -> [UInt8] {
        guard let content, let text = content["text"]?.string else { return [] }
        guard content[encoding]?.string == "base64" else { return Array(text.utf8) }
        guard let bytes = base64Bytes(text) else {
            throw HARError("\(place): the body is said to be base64 and is not")
        }
        return bytes
    }

    // MARK: Members

    private func member(
        _ value: JSONValue, _ name: String, _ place: String
    ) throws(HARError) -> JSONValue {
        guard let member = value[name] else { throw HARError("\(place) has no '\(name)'") }
        return member
    }

    private func text(
        _ value: JSONValue, _ name: String, _ place: String
    ) throws(HARError) -> String {
        guard let text = try member(value, name, place).string else {
            throw HARError("\(place)/\(name) is no string")
        }
        return text
    }
}
