import HTTPMessages
import HTTPTypes
import Interchange
import JSONText
import Recordings
import Testing
import VirtualTime

@Suite struct HARTests {
    private static let start = VirtualInstant(millisecondsSinceEpoch: 1_768_471_200_000)
    private static let header = RecordingHeader(
        scenario: "short", seed: 7, start: start, client: "reference", clock: "virtual",
        model: "2", resolvedScenario: ["name": "short"], scenarioDigest: "00ff")

    /// One of everything that an archive has no place of its own for.
    private static let entries: [RecordEntry] = [
        .truth(TruthRecord(instant: start, outlet: 3, isPowered: false, cause: "breaker A")),
        .exchange(
            Exchange(
                instant: start + .milliseconds(1500), direction: .request,
                request: RequestMessage(
                    head: HTTPRequest(
                        method: .post, scheme: "https", authority: "pdu.example:8443",
                        path: "/redfish/v1/x?$filter=Name%20eq%20'a'&token=<token#1>",
                        headerFields: [.cookie: "a=1; b=2", .accept: "a", .accept: "b"]),
                    body: [0xFF, 0x00]),
                response: ResponseMessage(
                    status: .init(code: 201, reasonPhrase: "Created"),
                    fields: [.location: "/redfish/v1/x/1", .setCookie: "sid=1; Path=/"],
                    body: Array(#"{"a":1.50}"#.utf8)))),
        .step(StepRecord(instant: start + .seconds(2), action: "expire-sessions", outcome: "1")),
        .claim(ClaimRecord(instant: start + .seconds(2), claim: ["energy": 1])),
        .exchange(
            Exchange(
                instant: start + .seconds(3), direction: .request,
                request: RequestMessage(.get, "*"), response: nil, failure: .resetInBody,
                fault: "reset")),
        .exchange(
            Exchange(
                instant: start + .seconds(3), direction: .delivery,
                request: RequestMessage(.post, "/events", body: Array("{}".utf8)),
                response: ResponseMessage(status: .noContent))),
        .exchange(
            Exchange(
                instant: start + .seconds(3), direction: .request,
                request: RequestMessage(.get, "/a b"), response: nil)),
        .exchange(
            Exchange(
                instant: start + .seconds(4), direction: .request,
                request: RequestMessage(.get, "/short"),
                response: ResponseMessage(status: .ok, body: [0x80]), failure: .shortBody)),
        .streamed(
            StreamRecord(
                instant: start + .seconds(4), stream: 1,
                payload: .init(id: "1", body: Array("{}".utf8)))),
    ]

    private func archive(
        _ head: HARHead, _ entries: [RecordEntry], _ conclusion: RunConclusion? = nil
    ) throws -> JSONValue {
        var writer = HARWriter(head: head, version: "1")
        var bytes = writer.encodeHead()
        for entry in entries { bytes += writer.encode(entry) }
        bytes += writer.encodeEnd(conclusion)
        return try JSONValue(parsing: bytes)
    }

    private struct Contents {
        var head: HARHead?
        var entries: [RecordEntry] = []
        var conclusion: RunConclusion?
        var foreignRequests: Int
        var otherSchemeRequests: Int
        var missingBodies: Int
    }

    /// All of an archive.
    private func read(_ document: JSONValue) throws -> Contents {
        let values = document["log"]?["entries"]?.array ?? []
        var reader = try HARReader(document, count: values.count) { values[$0] }
        var entries: [RecordEntry] = []
        try reader.forEach { entries.append($0) }
        return Contents(
            head: reader.head, entries: entries, conclusion: reader.conclusion,
            foreignRequests: reader.foreignRequests,
            otherSchemeRequests: reader.otherSchemeRequests, missingBodies: reader.missingBodies)
    }

    /// Wherever the pieces end that an archive is read in.
    @Test(arguments: [1, 3, 1000])
    func entriesAreFoundInPieces(ofBytes size: Int) throws {
        let entries = [#"{"a":"]}\\\",","entries":[1,{}]}"#, "7", #""x,y""#]
        let text = """
            \u{FEFF}{"pages":{"entries":[0]},"log":{"pages":[{"entries":[1]}],
            "entries" : [ \(entries.joined(separator: " ,\n")) ],"_after":[2]}}
            """
        let bytes = Array(text.utf8)
        var scanner = HARScanner()
        for start in stride(from: 0, to: bytes.count, by: size) {
            try scanner.add(Array(bytes[start..<min(start + size, bytes.count)]))
        }
        let found = try scanner.places.map {
            try JSONValue(parsing: Array(bytes[$0.offset..<$0.offset + $0.length]))
        }
        #expect(found == (try entries.map { try JSONValue(parsing: $0) }))
        let shell = try scanner.finish()
        #expect(shell["log"]?["entries"] == [])
        #expect(shell["log"]?["_after"] == [2])
        #expect(shell["pages"]?["entries"] == [0])
    }

    @Test(arguments: [
        (#"{"log":{"entries":[{"a":1},{"b""#, "the archive breaks off in log/entries/1"),
        (#"{"log":{"entries":["#, "the archive breaks off in log/entries/0"),
    ])
    func saysWhereAnArchiveBreaksOff(text: String, message: String) throws {
        var scanner = HARScanner()
        try scanner.add(Array(text.utf8))
        let error = #expect(throws: HARError.self) { try scanner.finish() }
        #expect(error?.message == message)
    }

    @Test(arguments: [
        "}}}]:[", #"{"log":{"entries":[1,]}}"#, #"{"log":{"entries":[,1]}}"#, "", "]",
    ])
    func whatIsNoJSONIsRefusedOrHasAnEntryThatCannotBeRead(text: String) throws {
        var scanner = HARScanner()
        try scanner.add(Array(text.utf8))
        let bytes = Array(text.utf8)
        #expect(throws: JSONSyntaxError.self) {
            for place in scanner.places {
                _ = try JSONValue(
                    parsing: Array(bytes[place.offset..<place.offset + place.length]))
            }
            _ = try scanner.finish()
        }
    }

    @Test func aRecordingComesBackAsItWas() throws {
        var conclusion = RunConclusion()
        conclusion.stepsMissed = [2]
        let archive = try archive(.recording(Self.header), Self.entries, conclusion)
        let contents = try read(archive)
        #expect(contents.entries == Self.entries)
        #expect(contents.conclusion == conclusion)
        guard case .recording(let header)? = contents.head else {
            Issue.record("the head is \(String(describing: contents.head))")
            return
        }
        #expect(header == Self.header)
    }

    @Test func aGoldenComesBackByteForByte() throws {
        var header = GoldenHeader(Self.header)
        header.phase = "start"
        header.nextPhase = "late"
        let matchers = [GoldenMatcher(leaf: "/**/Reading", .within("0.01"))]
        let golden = GoldenDocument(header: header, matchers: matchers, entries: Self.entries)
        let bytes = GoldenEncoder.encode(golden)
        let archive = try archive(
            .golden(header, matchers), try GoldenReader.read(bytes).expand())
        let contents = try read(archive)
        guard case .golden(let readHeader, let readMatchers)? = contents.head else {
            Issue.record("the head is \(String(describing: contents.head))")
            return
        }
        let again = GoldenDocument(
            header: readHeader, matchers: readMatchers, entries: contents.entries)
        #expect(GoldenEncoder.encode(again) == bytes)
    }

    @Test func saysWhatTheFormatAsksFor() throws {
        let log = try #require(try archive(.recording(Self.header), Self.entries)["log"])
        #expect(log["version"] == "1.2")
        #expect(log["creator"]?["name"] == "pdu-harness")
        let entry = try #require(log["entries"]?[0])
        #expect(entry["startedDateTime"] == "2026-01-15T10:00:01.500Z")
        let request = try #require(entry["request"])
        #expect(
            request["url"]
                == "https://pdu.example:8443/redfish/v1/x?$filter=Name%20eq%20'a'&token=%3Ctoken%231%3E"
        )
        #expect(
            request["queryString"]
                == [
                    ["name": "$filter", "value": "Name eq 'a'"],
                    ["name": "token", "value": "<token#1>"],
                ])
        #expect(
            request["cookies"]
                == [["name": "a", "value": "1"], ["name": "b", "value": "2"]])
        #expect(entry["response"]?["cookies"] == [["name": "sid", "value": "1"]])
        #expect(entry["response"]?["redirectURL"] == "/redfish/v1/x/1")
        #expect(entry["response"]?["content"]?["text"] == #"{"a":1.50}"#)
        let failed = log["entries"]?[1]
        #expect(failed?["response"]?["status"] == 0)
        #expect(failed?["response"]?["_error"] == "reset-in-body")
        #expect(failed?["_fault"] == "reset")
        #expect(log["entries"]?[2]?["_direction"] == "delivery")
    }

    // MARK: Archives of other tools

    private func foreign(_ entries: String) throws -> JSONValue {
        try JSONValue(parsing: #"{"log":{"version":"1.2","entries":[\#(entries)]}}"#)
    }

    private func entry(
        _ time: String, url: String = "https://pdu:443/redfish/v1", response: String
    ) -> String {
        """
        {"startedDateTime":"\(time)","request":{"method":"GET","url":"\(url)","headers":\
        [{"name":":authority","value":"pdu"},{"name":"accept","value":"*/*"}]},\
        "response":\(response)}
        """
    }

    /// A reason may hold more than ASCII; what it may not hold becomes a blank.
    @Test(arguments: [("Non trouvé", "Non trouvé"), (#"not\u0000found"#, "not found")])
    func reasonsAreKept(_ text: String, _ reason: String) throws {
        let response = #"{"status":404,"statusText":"\#(text)","headers":[],"content":{"size":0}}"#
        let contents = try read(
            foreign(entry("2026-01-15T10:00:01.000Z", response: response)))
        let exchanges = contents.entries.compactMap { entry -> Exchange? in
            if case .exchange(let exchange) = entry { exchange } else { nil }
        }
        #expect(exchanges.map { $0.response?.head.status.reasonPhrase } == [reason])
    }

    @Test func readsWhatBrowsersAndProxiesWrite() throws {
        let chromium = entry(
            "2026-01-15T10:00:01.000Z",
            response: """
                {"status":200,"statusText":"","headers":[{"name":"content-encoding","value":"gzip"},\
                {"name":"set-cookie","value":"a=1\\nb=2"}],\
                "content":{"size":2,"text":"e30=","encoding":"base64"}}
                """)
        let mitmproxy = entry(
            "2026-01-15T10:00:00.250000+00:00",
            response: #"{"status":304,"headers":[],"content":{"size":0}}"#)
        let firefox = entry(
            "2026-01-15T11:00:02.000+01:00",
            response: #"{"status":200,"headers":[],"content":{"size":12}}"#)
        let refused = entry(
            "2026-01-15T10:00:03Z",
            response:
                #"{"status":0,"headers":[],"content":{},"_error":"net::ERR_CONNECTION_REFUSED"}"#)
        let elsewhere = entry(
            "2026-01-15T10:00:00Z", url: "https://fonts.example/x",
            response: #"{"status":200,"headers":[],"content":{}}"#)
        let contents = try read(
            foreign([elsewhere, chromium, mitmproxy, firefox, refused].joined(separator: ",")))
        #expect(contents.head == nil)
        #expect(contents.foreignRequests == 1)
        #expect(contents.missingBodies == 1)
        let exchanges = contents.entries.compactMap { entry -> Exchange? in
            if case .exchange(let exchange) = entry { exchange } else { nil }
        }
        #expect(exchanges.map { $0.response?.status } == [304, 200, 200, nil])
        #expect(exchanges[3].failure == .refused)
        #expect(exchanges[1].response?.body == Array("{}".utf8))
        #expect(exchanges[1].response?.head.headerFields[.contentEncoding] == nil)
        #expect(exchanges[1].response?.head.headerFields[values: .setCookie] == ["a=1", "b=2"])
        #expect(exchanges[0].request.head.authority == "pdu:443")
        #expect(exchanges[0].request.head.headerFields.count == 1)
    }

    /// What browsers do besides HTTP is none of the device's.
    @Test func otherSchemesAreLeftOutAndCounted() throws {
        let answer = #"{"status":200,"headers":[],"content":{}}"#
        let own = entry("2026-01-15T10:00:01Z", response: answer)
        let others = [
            "chrome-extension://abc/x.js", "data:text/plain,hi", "blob:https://pdu/1", "ws://pdu/x",
        ].map { entry("2026-01-15T10:00:00Z", url: $0, response: answer) }
        let contents = try read(foreign((others + [own]).joined(separator: ",")))
        #expect(contents.entries.count == 1)
        #expect(contents.otherSchemeRequests == 4)
        #expect(contents.foreignRequests == 0)
        #expect(throws: HARError.self) {
            try read(foreign(entry("2026-01-15T10:00:00Z", url: "/redfish", response: answer)))
        }
    }

    @Test(arguments: [
        ("application/x-www-form-urlencoded; charset=utf-8", "a=b+c&d%26=%C3%A9", 0),
        ("multipart/form-data; boundary=x", "", 1),
    ])
    func aFormWithoutTextIsWrittenAgain(type: String, body: String, missing: Int) throws {
        let posted =
            #""postData":{"mimeType":"\#(type)","params":["#
            + #"{"name":"a","value":"b c"},{"name":"d&","value":"é"}]},"headers""#
        let entry = entry(
            "2026-01-15T10:00:01Z", response: #"{"status":200,"headers":[],"content":{}}"#
        ).replacing(#""headers""#, with: posted, maxReplacements: 1)
        let contents = try read(foreign(entry))
        guard case .exchange(let exchange)? = contents.entries.first else {
            Issue.record("no exchange was read")
            return
        }
        #expect(String(decoding: exchange.request.body, as: UTF8.self) == body)
        #expect(contents.missingBodies == missing)
        #expect((exchange.request.head.headerFields[.contentType] == nil) == body.isEmpty)
    }

    @Test(arguments: [
        ("[]", "this is no HTTP archive: there is no 'log'"),
        (#"{"log":{}}"#, "this is no HTTP archive: 'log' has no array 'entries'"),
        (
            #"{"log":{"entries":[]}}"#,
            "nobody asks for /redfish in this archive; name the device with --host"
        ),
        (
            #"{"log":{"entries":[{"request":{"url":"http://a/redfish"}}]}}"#,
            "log/entries/0 has no 'startedDateTime'"
        ),
        (
            #"{"log":{"_pduHarness":[],"entries":[]}}"#,
            "log/_pduHarness: this is no recording: the first line is no JSON object with 'recording'"
        ),
        (
            #"{"log":{"_pduHarness":[{"recording":99}],"entries":[]}}"#,
            "log/_pduHarness: the recording has format version 99; this harness reads up to 1"
        ),
    ])
    func saysWhatIsWrong(text: String, message: String) throws {
        let document = try JSONValue(parsing: text)
        let error = #expect(throws: HARError.self) { try read(document) }
        #expect(error?.message == message)
    }
}
