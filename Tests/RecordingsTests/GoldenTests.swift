import HTTPMessages
import HTTPTypes
import JSONText
import Recordings
import Testing
import VirtualTime

@Suite struct GoldenTests {
    private let header = GoldenHeader(SyntheticRun.header)

    private func golden(_ entries: [RecordEntry]) -> [UInt8] {
        GoldenEncoder.encode(GoldenDocument(header: header, entries: entries))
    }

    /// The round trip of the format: what is read back prints as the same bytes, directly and by way
    /// of the entries it stands for.
    @Test(.timeLimit(.minutes(5)), arguments: [assortedEntries, SyntheticRun(polls: 5).entries])
    func roundTrips(entries: [RecordEntry]) throws {
        let text = golden(entries)
        let document = try GoldenReader.read(text)
        #expect(GoldenEncoder.encode(document) == text)
        #expect(golden(document.expand()) == text)
        #expect(document.expandLines().allSatisfy { $0.line > 1 })
    }

    /// Whatever bodies come, they come back as the same bytes.
    @Test(.timeLimit(.minutes(5)))
    func randomBodiesComeBack() throws {
        for seed in 0..<400 as Range<UInt64> {
            var random = RandomStream(seed: seed, label: "bodies")
            let entries = (0..<12).map { index -> RecordEntry in
                let body = randomJSON(&random, depth: 3).compactBytes
                let status = [200, 200, 404, 503][Int(random.integer(in: 0...3))]
                return .exchange(
                    Exchange(
                        instant: SyntheticRun.start + .seconds(Int64(index)), direction: .request,
                        request: RequestMessage(
                            .get, "/redfish/v1/\(random.integer(in: 0...2))/a",
                            fields: random.chance(1, in: 3) ? [.ifMatch: "\"\(index % 3)\""] : [:]),
                        response: ResponseMessage(
                            status: .init(code: status),
                            fields: [
                                .contentType: "application/json", .eTag: "\"\(index / 4)\"",
                            ], body: body)))
            }
            let text = golden(entries)
            let document = try GoldenReader.read(text)
            #expect(document.expand() == entries)
            #expect(GoldenEncoder.encode(document) == text)
        }
    }

    private func randomJSON(_ random: inout RandomStream, depth: Int) -> JSONValue {
        let names = ["a", "b/c", "~", "", "0", "1", "\u{e9}", "e\u{301}", "@odata.type", "Reading"]
        switch random.integer(in: depth > 0 ? 0...9 : 0...5) {
        case 0: return .null
        case 1: return .bool(random.chance(1, in: 2))
        case 2: return .number(JSONNumber(text: ["0", "-1.50", "2E+3"][Int(random.next() % 3)]))
        case 3: return .string(["", "\u{e9}", "e\u{301}", "\"\n\\"][Int(random.next() % 4)])
        case 4: return .array([])
        case 5: return .object(JSONObject())
        case 6, 7:
            return .array(
                (0...random.integer(in: 0...2)).map { _ in randomJSON(&random, depth: depth - 1) })
        default:
            return .object(
                JSONObject(
                    (0...random.integer(in: 0...3)).map { _ in
                        JSONObject.Member(
                            name: names[Int(random.next() % 10)],
                            value: randomJSON(&random, depth: depth - 1))
                    }))
        }
    }

    @Test func expandsToTheSameBodies() throws {
        let document = try GoldenReader.read(golden(assortedEntries))
        let expanded = document.expand()
        #expect(expanded.count == assortedEntries.count)
        for (entry, original) in zip(expanded, assortedEntries) {
            #expect(entry.instant == original.instant)
            guard case .exchange(let mine) = entry, case .exchange(let theirs) = original else {
                #expect(entry == original)
                continue
            }
            #expect(mine.request.target == theirs.request.target)
            #expect(mine.request.body == theirs.request.body)
            #expect(mine.response?.body == theirs.response?.body)
            #expect(mine.response?.status == theirs.response?.status)
            #expect(
                mine.response?.head.headerFields[.location]
                    == theirs.response?.head.headerFields[.location])
            #expect(
                mine.response?.head.headerFields[.contentType]
                    == theirs.response?.head.headerFields[.contentType])
            #expect(mine.failure == theirs.failure && mine.fault == theirs.fault)
        }
    }

    @Test func readsLikeThis() {
        let text = lines(golden(Array(assortedEntries[0...1] + assortedEntries[7...])))
        let frames = text[(text.firstIndex { $0.hasPrefix(#"{"frame""#) } ?? 0)...]
        #expect(
            Array(frames) == [
                #"{"frame":"PT0S","seq":true}"#,
                #"{"rq":"POST ~/SessionService/Sessions","hd":{"Content-Type":null},"bs":"request","#
                    + #""st":201,"sh":"Session"}"#,
                #"{"frame":"PT5S","seq":true}"#,
                #"{"step":"expire-sessions","outcome":"1"}"#,
                #"{"frame":"PT9S","seq":true}"#,
                #"{"rq":"GET /slow","fault":"slow","failure":"timeout"}"#,
                #"{"rq":"GET /short","fault":"cut","failure":"short-body","st":200}"#,
                #"{"rq":"GET /gone","st":null}"#,
                #"{"frame":"PT10S","seq":true}"#,
                #"{"dl":"POST /events","hd":{"Content-Type":null},"bs":"request.2","st":204}"#,
                #"{"frame":"PT11S"}"#,
                #"{"truth":"breaker A","outlet":6,"powered":false}"#,
                #"{"frame":"PT12S"}"#,
                #"{"claim":{"kWh":1.250,"list":[1,"x"]}}"#,
                #"{"end":true}"#,
            ])
    }

    @Test func namesTheUsualTokenOncePerChange() {
        func get(_ seconds: Int64, _ token: String) -> RecordEntry {
            .exchange(
                Exchange(
                    instant: SyntheticRun.start + .seconds(seconds), direction: .request,
                    request: RequestMessage(.get, "/a", fields: [.xAuthToken: token]),
                    response: ResponseMessage(status: .ok)))
        }
        let text = lines(
            golden([
                get(0, "<token#1>"), get(1, "<token#1>"), get(2, "<token#2>"), get(2, "<token#2>"),
                get(2, "<token#1>"),
            ]))
        #expect(
            Array(text.dropFirst()) == [
                #"{"frame":"PT0S","hd":{"X-Auth-Token":"<token#1>"}}"#, #"{"rq":"GET /a"}"#,
                #"{"frame":"PT1S"}"#, #"{"rq":"GET /a"}"#,
                #"{"frame":"PT2S","hd":{"X-Auth-Token":"<token#2>"}}"#, #"{"rq":"GET /a"}"#,
                #"{"rq":"GET /a"}"#, #"{"rq":"GET /a","hd":{"X-Auth-Token":"<token#1>"}}"#,
                #"{"end":true}"#,
            ])
    }

    /// A register that was never reset reads what it has counted in its whole life; where it was
    /// reset, the line says so.
    @Test func saysOnceWhatALeafRepeats() throws {
        func register(_ poll: Int64, isReset: Bool = false) -> RecordEntry {
            let body = #"{"kWh":{"Reading":\#(isReset ? 0 : 100 + poll),"Life":\#(100 + poll)}}"#
            return .exchange(
                Exchange(
                    instant: SyntheticRun.start + .seconds(poll), direction: .request,
                    request: RequestMessage(.get, "/a"),
                    response: ResponseMessage(
                        status: .ok, fields: [.contentType: "application/json"],
                        body: Array(body.utf8))))
        }
        let entries = (0..<16).map { register($0, isReset: $0 == 9) }
        let text = golden(entries)
        #expect(
            lines(text).contains(
                #"{"shape":"body","ptr":"/kWh/Life","same":"/kWh/Reading","as":"Life"}"#))
        #expect(lines(text).contains(#"{"rq":"GET /a","v":{"kWh":108}}"#))
        #expect(lines(text).contains(#"{"rq":"GET /a","v":{"kWh":0,"Life":109}}"#))
        #expect(try GoldenReader.read(text).expand() == entries)
    }

    @Test func masksCallbacksOfThisMachine() throws {
        let body = Array(#"{"Destination":"http://127.0.0.1:40123/events","Context":"x"}"#.utf8)
        let entry = RecordEntry.exchange(
            Exchange(
                instant: SyntheticRun.start, direction: .request,
                request: RequestMessage(.post, "/Subscriptions", body: body), response: nil))
        let text = String(decoding: golden([entry]), as: UTF8.self)
        #expect(text.contains(#""<callback>/events""#))
        #expect(!text.contains("40123"))
    }

    /// What was masked is an address again, and masks to the same.
    @Test func expandsCallbacksToAddresses() throws {
        let body = Array(#"{"Destination":"http://127.0.0.1:40123/events"}"#.utf8)
        let location = "https://localhost:8443/redfish/v1/a"
        let entry = RecordEntry.exchange(
            Exchange(
                instant: SyntheticRun.start, direction: .request,
                request: RequestMessage(.post, "/Subscriptions", body: body),
                response: ResponseMessage(status: .created, fields: [.location: location])))
        let bytes = golden([entry])
        let document = try GoldenReader.read(bytes)
        guard case .exchange(let exchange)? = document.expand().first else {
            Issue.record("no exchange")
            return
        }
        #expect(
            String(decoding: exchange.request.body, as: UTF8.self)
                == #"{"Destination":"http://127.0.0.1:0/events"}"#)
        #expect(
            exchange.response?.head.headerFields[.location] == "http://127.0.0.1:0/redfish/v1/a")
        #expect(golden(document.expand()) == bytes)
    }

    @Test func longBodiesGoOnInLinesOfTheirOwn() throws {
        func collection(_ poll: Int64) -> RecordEntry {
            let members = (0..<48).map { outlet in
                #"{"Id":"\#(outlet)","W":\#(Int64(outlet) * 3 + poll),"A":0.\#(poll + 10)}"#
            }
            return .exchange(
                Exchange(
                    instant: SyntheticRun.start + .seconds(poll), direction: .request,
                    request: RequestMessage(.get, "/Outlets?$expand=."),
                    response: ResponseMessage(
                        status: .ok, fields: [.contentType: "application/json"],
                        body: Array("{\"Members\":[\(members.joined(separator: ","))]}".utf8))))
        }
        let entries = (0..<9).map(collection)
        let text = golden(entries)
        #expect(lines(text).allSatisfy { $0.utf8.count <= GoldenEncoder.lineLengthLimit })
        #expect(
            lines(text).contains(
                #"{"+v":{"/Members/7/W":25,"/Members/7/A":0.14}}"#))
        #expect(try GoldenReader.read(text).expand() == entries)
    }

    /// An edited value is judged, not refused.
    @Test func takesAnEditedValue() throws {
        let text = String(
            decoding: golden(SyntheticRun(outlets: 2, polls: 3).entries), as: UTF8.self)
        let edited = text.replacing("\"kWh\":100.0015", with: "\"kWh\":99.5")
        #expect(edited != text)
        let entries = try GoldenReader.read(Array(edited.utf8)).expand()
        let bodies = entries.compactMap { entry -> String? in
            guard case .exchange(let exchange) = entry else { return nil }
            return String(decoding: exchange.response?.body ?? [], as: UTF8.self)
        }
        #expect(bodies.count { $0.contains("\"Reading\":99.5}") } == 1)
    }

    @Test(arguments: [
        ("", GoldenError.Kind.empty, 1, "empty"),
        ("{\"recording\":1}\n", .notAGolden, 1, "this is a full recording"),
        ("{\"golden\":2}\n", .newerVersion, 1, "version 2"),
        ("HEADER{\"frame\":\"PT0S\"}\n", .truncated, 2, "without its end line"),
        ("HEADER{\"frame\":\"PT", .truncated, 2, "without its end line"),
        ("HEADER<<<<<<< ours\n=======\n>>>>>>> theirs\n", .conflictMarkers, 2, "merge conflict"),
        ("<<<<<<< ours\n", .conflictMarkers, 1, "merge conflict"),
        ("HEADER{\"frame\" \"PT0S\"}\n{\"end\":true}\n", .damaged, 2, "column 10"),
        ("HEADER{\"rq\":\"GET /\"}\n{\"end\":true}\n", .damaged, 2, "in a frame"),
        (
            "HEADER{\"frame\":\"PT0S\"}\n{\"rq\":\"GET /\",\"sh\":\"X\"}\n{\"end\":true}\n",
            .damaged,
            3, "no shape 'X'"
        ),
        (
            "HEADER{\"frame\":\"PT0S\"}\n{\"rq\":\"GET /\",\"stt\":1}\n{\"end\":true}\n", .damaged,
            3,
            "'stt' is not known"
        ),
        (
            "HEADER{\"shape\":\"S\",\"ptr\":\"/a\",\"per\":\"exchange\"}\n{\"frame\":\"PT0S\"}\n"
                + "{\"rq\":\"GET /\",\"sh\":\"S\"}\n{\"end\":true}\n", .damaged, 4,
            "no value for '/a'"
        ),
        (
            "HEADER{\"shape\":\"S\",\"ptr\":\"/a\",\"same\":\"/b\"}\n{\"end\":true}\n",
            .damaged, 2, "names no leaf that stands before: '/b'"
        ),
        ("HEADER{\"match\":\"/a\",\"sort\":true}\n{\"end\":true}\n", .damaged, 2, "none of"),
        (
            "HEADER{\"frame\":\"PT0S\"}\n{\"truth\":\"x\",\"powered\":true,"
                + "\"outlet\":9223372036854775807}\n{\"end\":true}\n", .damaged, 3,
            "'outlet' is 9223372036854775807; expected 0 to 9999"
        ),
        ("HEADER{\"match\":\"/a\",\"any\":false}\n{\"end\":true}\n", .damaged, 2, "is false"),
    ])
    func saysWhatIsWrong(text: String, kind: GoldenError.Kind, line: Int, word: String) {
        let header = lines(golden([]))[0] + "\n"
        let error = #expect(throws: GoldenError.self) {
            try GoldenReader.read(Array(text.replacing("HEADER", with: header).utf8))
        }
        #expect(error?.kind == kind)
        #expect(error?.line == line)
        #expect(error?.message.contains(word) == true, "\(error?.message ?? "")")
    }
}
