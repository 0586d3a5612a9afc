import HTTPMessages
import HTTPTypes
import JSONText
import Recordings
import Replaying
import VirtualTime

/// A recording made up for a test, and what replays it.
struct Tape {
    static let start = VirtualInstant(millisecondsSinceEpoch: 1_768_471_200_000)

    private(set) var entries: [RecordEntry] = []

    static func at(_ seconds: Int64) -> VirtualInstant { start + .seconds(seconds) }

    mutating func add(
        _ seconds: Int64, _ method: HTTPRequest.Method, _ target: String,
        token: String? = "<token#1>", sent: String = "", status: HTTPResponse.Status? = .ok,
        fields: HTTPFields = [:], body: String = "{}", failure: TransportFailure? = nil,
        direction: Exchange.Direction = .request
    ) {
        var head: HTTPFields = [.host: "pdu.example"]
        if let token { head[.xAuthToken] = token }
        if !sent.isEmpty { head[.contentType] = "application/json" }
        entries.append(
            .exchange(
                Exchange(
                    instant: Self.at(seconds), direction: direction,
                    request: RequestMessage(method, target, fields: head, body: Array(sent.utf8)),
                    response: status.map {
                        ResponseMessage(status: $0, fields: fields, body: Array(body.utf8))
                    }, failure: failure)))
    }

    /// A GET.
    mutating func add(
        _ seconds: Int64, _ target: String, token: String? = "<token#1>",
        status: HTTPResponse.Status? = .ok, fields: HTTPFields = [:], body: String = "{}",
        failure: TransportFailure? = nil
    ) {
        add(
            seconds, .get, target, token: token, status: status, fields: fields, body: body,
            failure: failure)
    }

    mutating func addLogin(_ seconds: Int64, token: String = "<token#1>") {
        add(
            seconds, .post, "/redfish/v1/SessionService/Sessions", token: nil,
            sent: #"{"UserName":"a","Password":"<secret#1>"}"#, status: .created,
            fields: [
                .xAuthToken: token,
                .location: "http://pdu.example/redfish/v1/SessionService/Sessions/1",
            ],
            body: #"{"@odata.id":"/redfish/v1/SessionService/Sessions/1","Id":"1"}"#)
    }

    /// What goes down the stream that was opened first.
    mutating func addStreamed(_ seconds: Int64, _ payload: StreamRecord.Payload) {
        entries.append(
            .streamed(StreamRecord(instant: Self.at(seconds), stream: 1, payload: payload)))
    }

    func device(
        mode: ReplayDevice.Mode = .byTime, password: String? = nil
    ) -> ReplayDevice {
        let entries = entries
        var index = ReplayIndex(header: Self.header)
        for (line, entry) in entries.enumerated() {
            index.note(entry, at: .init(offset: 0, length: 0, line: line + 2))
        }
        index.finish()
        let tokens = TokenCounter()
        return ReplayDevice(
            index, mode: mode, password: password, load: { entries[$0.line - 2] },
            makeToken: { tokens.next() })
    }

    static let header = RecordingHeader(
        scenario: "tape", seed: 0, start: start, client: "unknown", clock: "wall", model: "device",
        resolvedScenario: .null, scenarioDigest: "")
}

extension ReplayDevice {
    /// Logs in at the start and gives the token.
    mutating func login(at seconds: Int64 = 0) -> String {
        ask(
            seconds, .post, "/redfish/v1/SessionService/Sessions", token: nil,
            sent: #"{"UserName":"a","Password":"b"}"#
        ).response?.head.headerFields[.xAuthToken] ?? ""
    }

    /// A GET.
    mutating func ask(
        _ seconds: Int64, _ target: String, token: String?, fields: HTTPFields = [:]
    ) -> Answer {
        ask(seconds, .get, target, token: token, fields: fields)
    }

    mutating func ask(
        _ seconds: Int64, _ method: HTTPRequest.Method, _ target: String, token: String?,
        sent: String = "", fields: HTTPFields = [:]
    ) -> Answer {
        var head = fields
        head[.host] = "127.0.0.1:9000"
        if let token { head[.xAuthToken] = token }
        if !sent.isEmpty { head[.contentType] = "application/json" }
        return answer(
            RequestMessage(method, target, fields: head, body: Array(sent.utf8)),
            connection: 1, at: Tape.at(seconds))
    }
}

extension ReplayDevice.Answer {
    var status: Int? { response?.status }
    var text: String { String(decoding: response?.body ?? [], as: UTF8.self) }
}
