import HTTPMessages
import HTTPTypes
import Recordings
import Replaying
import Testing

/// What a proxy changes on the way, and what it leaves alone.
@Suite struct ProxyTests {
    private let links = LinkRewriter(
        from: "https://pdu.example:443", to: "http://127.0.0.1:8000")

    @Test(arguments: [
        (#"{"a":"https://pdu.example/redfish/v1"}"#, #"{"a":"http://127.0.0.1:8000/redfish/v1"}"#),
        (#"{ "a" : "HTTPS://PDU.example:443" }"#, #"{ "a" : "http://127.0.0.1:8000" }"#),
        (#"["https:\/\/pdu.example\/x?y"]"#, #"["http://127.0.0.1:8000\/x?y"]"#),
        (#"["https://pdu.example#f", 1.50]"#, #"["http://127.0.0.1:8000#f", 1.50]"#),
    ])
    func absoluteLinksLeadToTheProxy(payload: String, expected: String) throws {
        #expect(try #require(links.json(Array(payload.utf8))) == Array(expected.utf8))
    }

    @Test(arguments: [
        #"{"https://pdu.example/x":1}"#, #"["https://pdu.example.org/x"]"#,
        #"["http://pdu.example/x"]"#, #"["see https://pdu.example/x"]"#,
        #"["https://pdu.example:8443/x"]"#, #"["/redfish/v1"]"#,
    ])
    func everythingElseStays(payload: String) {
        #expect(links.json(Array(payload.utf8)) == nil)
    }

    @Test func headersThatNameURIsLeadToTheProxy() {
        let fields = links.fields([
            .location: "https://pdu.example/redfish/v1/S/1",
            .contentLocation: "/redfish/v1/S", .server: "https://pdu.example/",
            .link: "<https://pdu.example/a>; rel=describedby, </b>; rel=x",
        ])
        #expect(fields[.location] == "http://127.0.0.1:8000/redfish/v1/S/1")
        #expect(fields[.contentLocation] == "/redfish/v1/S")
        #expect(fields[.server] == "https://pdu.example/")
        #expect(fields[.link] == "<http://127.0.0.1:8000/a>; rel=describedby, </b>; rel=x")
    }

    @Test func whatConcernsOneConnectionIsNotPassedOn() {
        let fields: HTTPFields = [
            .connection: "close, X-Own", HTTPField.Name("X-Own")!: "1", .te: "trailers",
            .transferEncoding: "chunked", .xAuthToken: "t", HTTPField.Name("Keep-Alive")!: "5",
        ]
        #expect(fields.endToEnd == [.xAuthToken: "t"])
    }

    @Test func aRequestIsAddressedAnewAndAsksForNoCoding() {
        let request = RequestMessage(
            .post, "/redfish/v1/S",
            fields: [
                .host: "127.0.0.1:8000", .acceptEncoding: "gzip", .contentLength: "9",
                .contentType: "application/json", .referer: "http://127.0.0.1:8000/x",
            ], body: Array(#"["http://127.0.0.1:8000/y"]"#.utf8))
        let forwarded = request.forwarded(
            to: "pdu.example:443",
            links: LinkRewriter(from: "http://127.0.0.1:8000", to: "https://pdu.example:443"))
        let fields = forwarded.head.headerFields
        #expect(fields[.host] == "pdu.example:443")
        #expect(fields[.acceptEncoding] == "identity")
        #expect(fields[.contentLength] == nil)
        #expect(fields[.referer] == "https://pdu.example:443/x")
        #expect(fields[.via] == "1.1 pdu-harness")
        #expect(forwarded.body == Array(#"["https://pdu.example:443/y"]"#.utf8))
    }

    @Test func theLengthOfAnAnswerIsThatOfItsBody() {
        let answer = ResponseMessage(
            status: .ok, fields: [.contentType: "application/json", .contentLength: "27"],
            body: Array(#"["https://pdu.example:443"]"#.utf8))
        let forwarded = answer.forwarded(links: links, isDecoded: false)
        #expect(forwarded.head.headerFields[.contentLength] == "\(forwarded.body.count)")
        // The answer to HEAD has a length and no body.
        let head = ResponseMessage(status: .ok, fields: [.contentLength: "27"])
        #expect(
            head.forwarded(links: links, isDecoded: false).head.headerFields[.contentLength]
                == "27")
    }

    @Test func aSubscriberSeesWhatItWrote() throws {
        var detour = DeliveryDetour(to: "http://10.0.0.5:8000")
        let body = Array(
            #"{"Context":"Destination","Destination" : "http:\/\/127.0.0.1:9/e?a=1"}"#.utf8)
        let redirected = detour.redirect(body)
        let sent = try #require(redirected)
        #expect(DeliveryDetour.destination(in: body) == "http://127.0.0.1:9/e?a=1")
        #expect(
            sent
                == Array(
                    (#"{"Context":"Destination","#
                        + #""Destination" : "http://10.0.0.5:8000/.pdu-harness/events/1"}"#).utf8))
        #expect(
            detour.destination(ofPath: "/.pdu-harness/events/1") == "http://127.0.0.1:9/e?a=1")
        #expect(detour.destination(ofPath: "/.pdu-harness/events/2") == nil)
        let back = LinkRewriter(
            from: "http://pdu.example:80", to: "http://127.0.0.1:8000",
            replacingWhole: detour.shownToClient)
        #expect(back.json(sent) == body)
        for other in [#"{"Destination":"snmp://x"}"#, #"{"Oem":{"Destination":"http://x"}}"#] {
            #expect(detour.redirect(Array(other.utf8)) == nil)
            #expect(DeliveryDetour.destination(in: Array(other.utf8)) == nil)
        }
    }

    @Test(arguments: [
        ("GET", "/redfish/v1", nil), ("M-SEARCH", "/x", nil), ("OPTIONS", "/redfish/v1", nil),
        ("OPTIONS", "*", 501), ("CONNECT", "pdu.example:443", 501), ("GET", "pdu.example", 400),
    ])
    func whatAsksNoResourceIsNotPassedOn(method: String, target: String, status: Int?) throws {
        let request = RequestMessage(try #require(HTTPRequest.Method(method)), target)
        #expect(UnroutableRequest(request)?.status.code == status)
    }

    @Test func aStreamIsTakenApartWhereverItIsCut() {
        let text =
            ": hello\n\nid: 7\r\nevent: a\r\ndata: {\"a\":\r\ndata:1}\r\n\r\nretry: 5\n\n"
            + "retry: 5s\nid: \0\nevent: lost\n\ndata: x\n\n"
        for size in 1...text.utf8.count {
            var reader = EventStreamReader()
            var passed: [UInt8] = []
            var payloads: [StreamRecord.Payload] = []
            let bytes = Array(text.utf8)
            for start in stride(from: 0, to: bytes.count, by: size) {
                for item in reader.take(Array(bytes[start..<min(start + size, bytes.count)])) {
                    switch item {
                    case .line(let line): passed += line
                    case .payload(let payload): payloads.append(payload)
                    }
                }
            }
            #expect(passed + reader.end() == bytes)
            #expect(
                payloads == [
                    .init(id: "7", event: "a", body: Array("{\"a\":\n1}".utf8)),
                    .init(id: "", retryMilliseconds: 5), .init(id: "7", body: Array("x".utf8)),
                ])
        }
    }

    @Test(arguments: [
        StreamRecord.Payload(id: "7", event: "Alert", body: Array("{\n}".utf8)),
        StreamRecord.Payload(id: "", body: []),
        StreamRecord.Payload(id: "", retryMilliseconds: 3000),
    ])
    func aPayloadIsReadAsItWasWritten(payload: StreamRecord.Payload) {
        var reader = EventStreamReader()
        let read = reader.take(payload.eventStreamBytes).compactMap { item in
            if case .payload(let payload) = item { payload } else { nil }
        }
        #expect(read == [payload])
    }
}
