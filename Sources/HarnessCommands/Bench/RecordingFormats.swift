import HTTPMessages
import HTTPTypes
import JSONText
import Recordings
import VirtualTime

/// The formats in which recorders keep exchanges, as far as their sizes and diffs go: the fields
/// each of them always writes, with its own habits of order and numbering. Modelled, not the tools
/// themselves.
enum RecordedFormat: String, CaseIterable {
    case har = "HAR 1.2, indented"
    case wireMock = "WireMock mappings, a file an exchange"
    case hoverfly = "Hoverfly v5 simulation"
    case vcr = "VCR YAML"
    case fullLines = "JSON Lines, full bodies, with ordinal"
    case snapshots = "a snapshot a poll, pretty JSON"
    case deltasWithOrdinal = "pointer deltas, ordinal and absolute time"
    case deltas = "pointer deltas, relative time"
    case framed = "framed JSON Lines (ours)"

    /// The files of a recording, by name.
    func files(of recorded: RecordedPolls) -> [(name: String, text: String)] {
        switch self {
        case .har:
            let entries = recorded.polls.map(Self.harEntry)
            return [
                (
                    "a.har",
                    JSONValue.object(
                        JSONObject([
                            .init(
                                name: "log",
                                value: [
                                    "version": "1.2",
                                    "creator": ["name": "recorder", "version": "1"],
                                    "entries": .array(entries),
                                ])
                        ])
                    ).prettyText
                )
            ]
        case .wireMock:
            return recorded.polls.enumerated().map(Self.wireMockMapping)
        case .hoverfly:
            let pairs = recorded.polls.enumerated().map(Self.hoverflyPair)
            return [
                (
                    "a.json",
                    (["data": ["pairs": .array(pairs)], "meta": ["schemaVersion": "v5"]]
                        as JSONValue).prettyText
                )
            ]
        case .vcr: return [("a.yml", recorded.polls.map(Self.vcrInteraction).joined())]
        case .fullLines:
            return [
                ("a.jsonl", recorded.polls.enumerated().map(Self.fullLine).joined(separator: "\n"))
            ]
        case .snapshots:
            return recorded.rounds.enumerated().map { index, polls in
                let bodies = polls.map { "GET \($0.target) 200\n\($0.body.prettyText)" }
                return ("poll-\(index).snap", "---\nsource: poll\n---\n" + bodies.joined())
            }
        case .deltasWithOrdinal: return [("a.jsonl", Self.deltas(recorded, isNumbered: true))]
        case .deltas: return [("a.jsonl", Self.deltas(recorded, isNumbered: false))]
        case .framed: return Self.framed(recorded)
        }
    }

    private static let responseFields: [(String, String)] = [
        ("Allow", "GET, HEAD, PATCH"), ("Cache-Control", "no-cache"),
        ("Content-Type", "application/json"), ("OData-Version", "4.0"),
    ]
    private static let requestFields: [(String, String)] = [
        ("Accept", "application/json"), ("Host", "pdu"), ("User-Agent", "client"),
        ("X-Auth-Token", "<token#1>"),
    ]

    private static func harEntry(_ poll: RecordedPolls.Poll) -> JSONValue {
        func list(_ fields: [(String, String)]) -> JSONValue {
            .array(fields.map { ["name": .string($0.0), "value": .string($0.1)] })
        }
        let body = poll.body.compactText
        return [
            "startedDateTime": .string(poll.instant.iso8601), "time": 3,
            "request": [
                "method": "GET", "url": .string("http://pdu\(poll.target)"),
                "httpVersion": "HTTP/1.1", "cookies": [], "headers": list(requestFields),
                "queryString": [], "headersSize": -1, "bodySize": 0,
            ],
            "response": [
                "status": 200, "statusText": "OK", "httpVersion": "HTTP/1.1", "cookies": [],
                "headers": list(responseFields),
                "content": [
                    "size": .number(JSONNumber(body.utf8.count)), "mimeType": "application/json",
                    "text": .string(body),
                ],
                "redirectURL": "", "headersSize": -1,
                "bodySize": .number(JSONNumber(body.utf8.count)),
            ],
            "cache": [:], "timings": ["send": 0, "wait": 3, "receive": 0],
        ]
    }

    /// One file an exchange; the state counts how often the URI was asked before.
    private static func wireMockMapping(
        _ index: Int, _ poll: RecordedPolls.Poll
    ) -> (name: String, text: String) {
        let id = "mapping-\(index)"
        let headers = JSONObject(
            responseFields.map { .init(name: $0.0, value: .string($0.1)) })
        let mapping: JSONValue = [
            "id": .string(id), "request": ["method": "GET", "url": .string(poll.target)],
            "response": [
                "status": 200, "body": .string(poll.body.compactText), "headers": .object(headers),
            ],
            "uuid": .string(id), "persistent": true,
            "scenarioName": .string("scenario-\(poll.id)"),
            "requiredScenarioState": .string("scenario-\(poll.id)-\(index)"),
            "newScenarioState": .string("scenario-\(poll.id)-\(index + 1)"),
            "insertionIndex": .number(JSONNumber(index)),
        ]
        return ("\(id).json", mapping.prettyText)
    }

    private static func hoverflyPair(_ index: Int, _ poll: RecordedPolls.Poll) -> JSONValue {
        func exactly(_ value: String) -> JSONValue {
            [["matcher": "exact", "value": .string(value)]]
        }
        let headers = JSONObject(
            responseFields.map { .init(name: $0.0, value: [.string($0.1)]) })
        return [
            "request": [
                "path": exactly(poll.target), "method": exactly("GET"),
                "destination": exactly("pdu"), "scheme": exactly("http"), "body": exactly(""),
                "requiresState": ["sequence:1": .string(String(poll.round + 1))],
            ],
            "response": [
                "status": 200, "body": .string(poll.body.compactText), "encodedBody": false,
                "headers": .object(headers), "templated": false,
                "transitionsState": ["sequence:1": .string(String(poll.round + 2))],
            ],
        ]
    }

    private static func vcrInteraction(_ poll: RecordedPolls.Poll) -> String {
        func list(_ fields: [(String, String)]) -> String {
            fields.map { "      \($0.0):\n      - \($0.1)\n" }.joined()
        }
        return """
            - request:
                method: get
                uri: http://pdu\(poll.target)
                body:
                  encoding: US-ASCII
                  string: ''
                headers:
            \(list(requestFields))  response:
                status:
                  code: 200
                  message: OK
                headers:
            \(list(responseFields))    body:
                  encoding: UTF-8
                  string: '\(poll.body.compactText)'
              recorded_at: \(poll.instant.iso8601)

            """
    }

    private static func fullLine(_ index: Int, _ poll: RecordedPolls.Poll) -> String {
        let headers = JSONObject(
            responseFields.map { .init(name: $0.0, value: .string($0.1)) })
        let line: JSONValue = [
            "n": .number(JSONNumber(index)), "t": .string(poll.instant.iso8601), "method": "GET",
            "target": .string(poll.target), "status": 200, "headers": .object(headers),
            "body": poll.body,
        ]
        return line.compactText
    }

    /// A line an exchange and one for each leaf that changed since the resource was last read.
    private static func deltas(_ recorded: RecordedPolls, isNumbered: Bool) -> String {
        var last: [String: [String: JSONValue]] = [:]
        var lines: [String] = []
        for (index, poll) in recorded.polls.enumerated() {
            let head =
                isNumbered
                ? #"{"n":\#(index),"t":"\#(poll.instant.iso8601)","rq":"GET \#(poll.target)"}"#
                : #"{"dt":"PT10S","rq":"GET \#(poll.target)"}"#
            lines.append(head)
            for (pointer, value) in poll.readings where last[poll.id]?[pointer] != value {
                let number = isNumbered ? #""n":\#(index),"# : ""
                lines.append(#"{\#(number)"ptr":"\#(pointer)","val":\#(value.compactText)}"#)
                last[poll.id, default: [:]][pointer] = value
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func framed(_ recorded: RecordedPolls) -> [(name: String, text: String)] {
        let entries = recorded.polls.map { poll in
            RecordEntry.exchange(
                Exchange(
                    instant: poll.instant, direction: .request,
                    request: RequestMessage(
                        .get, poll.target, fields: [.xAuthToken: "<token#1>"]),
                    response: ResponseMessage(
                        status: .ok,
                        fields: [
                            .allow: "GET, HEAD, PATCH", .cacheControl: "no-cache",
                            .contentType: "application/json", .odataVersion: "4.0",
                        ], body: poll.body.compactBytes)))
        }
        let header = GoldenHeader(
            scenario: "polls", client: "reference", model: "1", seed: 7,
            start: RecordedPolls.start, scenarioDigest: "")
        return GoldenFile.encode(GoldenDocument(header: header, entries: entries)).map {
            ($0.name, String(decoding: $0.bytes, as: UTF8.self))
        }
    }
}
