import HTTPMessages
import HTTPTypes
import JSONText
@testable import Recordings
import Testing
import VirtualTime

/// Entries of every kind, with bodies of every form.
let assortedEntries: [RecordEntry] = {
    let start = SyntheticRun.start
    func exchange(
        _ seconds: Int64, _ method: HTTPRequest.Method, _ target: String, body: [UInt8] = [],
        status: HTTPResponse.Status? = .ok, fields: HTTPFields = [:], answer: [UInt8] = [],
        direction: Exchange.Direction = .request, failure: TransportFailure? = nil,
        fault: String? = nil
    ) -> RecordEntry {
        .exchange(
            Exchange(
                instant: start + .seconds(seconds), direction: direction,
                request: RequestMessage(method, target, fields: [.accept: "*/*"], body: body),
                response: status.map {
                    ResponseMessage(status: $0, fields: fields, body: answer)
                }, failure: failure, fault: fault))
    }
    let json: HTTPFields = [.contentType: "application/json", .odataVersion: "4.0"]
    return [
        exchange(
            0, .post, "/redfish/v1/SessionService/Sessions",
            body: Array(#"{"UserName":"admin","Password":"<secret#1>"}"#.utf8), status: .created,
            fields: [.xAuthToken: "<token#1>", .location: "/redfish/v1/SessionService/Sessions/1"],
            answer: Array(##"{"@odata.type":"#Session.v1_7_1.Session","Id":"1"}"##.utf8)),
        .step(StepRecord(instant: start + .seconds(5), action: "expire-sessions", outcome: "1")),
        exchange(
            5, .get, "/redfish/v1/$metadata", fields: [.contentType: "application/xml"],
            answer: Array("<?xml version=\"1.0\"?>\n<a>\u{e9}\n</a>\n\n".utf8)),
        exchange(6, .get, "/bytes?a=1", answer: Array(0...255) + Array(0...255)),
        exchange(7, .get, "/same", fields: json, answer: Array(#"{"a":1,"a":2}"#.utf8)),
        exchange(
            8, .get, "/numbered", fields: json,
            answer: Array(#"{"0":{"0":1},"l":[[],{},{"0":"x"},{"1":null}],"e":"\u0001\n"}"#.utf8)),
        exchange(8, .get, "~odd", fields: json, answer: Array(#""scalar""#.utf8)),
        exchange(9, .get, "/slow", status: nil, failure: .timeout, fault: "slow"),
        exchange(9, .get, "/short", fields: json, failure: .shortBody, fault: "cut"),
        exchange(9, .get, "/gone", status: nil),
        exchange(
            10, .post, "/events", body: Array(#"{"Events":[{"EventId":"1"}]}"#.utf8),
            status: .noContent, direction: .delivery),
        .truth(
            TruthRecord(
                instant: start + .seconds(11), outlet: 6, isPowered: false, cause: "breaker A")),
        .claim(
            ClaimRecord(
                instant: start + .seconds(12),
                claim: ["kWh": .number(JSONNumber(text: "1.250")), "list": [1, "x"]])),
    ]
}()

@Suite struct RecordingTests {
    private func encode(_ entries: [RecordEntry], isComplete: Bool = true) -> [UInt8] {
        var writer = RecordingWriter(header: SyntheticRun.header)
        var bytes = writer.encodeHeader()
        for entry in entries { bytes += writer.encode(entry) }
        return isComplete ? bytes + writer.encodeEnd() : bytes
    }

    /// How a run ended; a recording of no run has an end all the same.
    @Test func theLastLineSaysHowTheRunEnded() throws {
        var conclusion = RunConclusion()
        conclusion.delayMilliseconds = 12
        conclusion.restarts = 3
        conclusion.mayGoOn = true
        conclusion.stepsReached = 2
        conclusion.stepsMissed = [1, 4]
        conclusion.faultCounts = [.init(name: "busy \"GET\"", count: 5)]
        conclusion.clientOutcome = "done"
        conclusion.program = ProgramEnd(
            summary: "ended with status 1", problem: "the client crashed", expected: "status 0",
            lastLines: ["a", "b"], outputFile: "x.client.err")
        conclusion.unclaimed = "3 lines came"
        for expected in [conclusion, RunConclusion(), nil] {
            var scanner = RecordingScanner()
            var writer = RecordingWriter(header: SyntheticRun.header)
            scanner.add(writer.encodeHeader() + writer.encodeEnd(expected))
            scanner.end()
            #expect(try scanner.next() == nil)
            #expect(scanner.isComplete)
            #expect(scanner.conclusion == expected)
        }
    }

    @Test(arguments: [
        (#"{"end":true,"run":{"restarts":0}}"#, "'mayGoOn' is missing"),
        (#"{"end":true,"run":[]}"#, "'run' is no object"),
        (#"{"end":true,"run":{}"#, "column 21"),
        (
            #"{"end":true,"run":{"delayMilliseconds":-1,"restarts":0,"mayGoOn":false,"#
                + #""stepsReached":0,"stepsMissed":[],"faults":[]}}"#, "expected 0 to"
        ),
    ])
    func aLastLineThatCannotBeReadIsRefused(_ line: String, _ words: String) {
        var scanner = RecordingScanner()
        var writer = RecordingWriter(header: SyntheticRun.header)
        scanner.add(writer.encodeHeader() + Array("\(line)\n".utf8))
        scanner.end()
        let error = #expect(throws: RecordingError.self) { try scanner.next() }
        #expect(error?.line == 2)
        #expect(error?.message.contains(words) ?? false, "\(error?.message ?? "")")
    }

    /// How a client was run; a recording that does not say so reads as before.
    @Test func theHeaderSaysHowTheClientWasRun() throws {
        var header = SyntheticRun.header
        #expect(header.invocation == nil)
        for style in ClientInvocation.Style.allCases {
            header.invocation = ClientInvocation(
                command: ["run", "overload", "--", "./mine", "{url}"], harness: "0.1.0",
                style: style, does: style == .once ? [] : ["poll", "sse"],
                requiresClaims: style == .scraped)
            var writer = RecordingWriter(header: header)
            let line = Array(writer.encodeHeader().dropLast())
            #expect(try RecordingReader.readHeader(line) == header)
            let text = String(decoding: line, as: UTF8.self)
            for (good, bad, words) in [
                (#""style":"\#(style.rawValue)""#, #""style":"never""#, "'never' is not known"),
                (#","overload","--","./mine","{url}""#, "", "names no scenario"),
            ] {
                let error = #expect(throws: RecordingError.self) {
                    try RecordingReader.readHeader(Array(text.replacing(good, with: bad).utf8))
                }
                #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
            }
        }
    }

    @Test func comesBackAsItWas() throws {
        let bytes = encode(assortedEntries)
        let recording = try RecordingReader.read(bytes)
        #expect(recording.header == SyntheticRun.header)
        #expect(recording.entries == assortedEntries)
        #expect(recording.lines.map(\.line) == Array(2..<2 + assortedEntries.count))
        #expect(recording.isComplete)
        #expect(encode(recording.entries) == bytes)
    }

    /// What goes down a stream stands in recordings, and goldens leave it out.
    @Test func streamsComeBack() throws {
        let instant = SyntheticRun.start + .seconds(11)
        let entries: [RecordEntry] = [
            .streamed(
                StreamRecord(
                    instant: instant, stream: 1,
                    payload: .init(id: "7", body: Array(#"{"Events":[]}"#.utf8)))),
            .streamed(
                StreamRecord(
                    instant: instant, stream: 1,
                    payload: .init(id: "8", event: "Alert", body: Array("x".utf8)))),
            .streamed(
                StreamRecord(
                    instant: instant, stream: 1, payload: .init(id: "", retryMilliseconds: 3000))),
            .streamed(StreamRecord(instant: instant, stream: 1, payload: nil)),
        ]
        #expect(try RecordingReader.read(encode(entries)).entries == entries)
        #expect(
            lines(encode(entries))[1...4] == [
                #"{"t":"PT11S","streamed":{"stream":1,"id":"7","body":{"Events":[]}}}"#,
                #"{"t":"PT11S","streamed":{"stream":1,"id":"8","event":"Alert","bodyText":"x"}}"#,
                #"{"t":"PT11S","streamed":{"stream":1,"id":"","retry":3000}}"#,
                #"{"t":"PT11S","streamed":{"stream":1}}"#,
            ])
        let golden = GoldenDocument(header: GoldenHeader(SyntheticRun.header), entries: entries)
        #expect(golden.frames.isEmpty)
    }

    @Test func masksWhatGoesDownStreams() throws {
        var masker = SecretMasker()
        _ = masker.mask(
            Exchange(
                instant: SyntheticRun.start, direction: .request,
                request: RequestMessage(
                    .post, "/x", body: Array(#"{"Password":"correct-horse-battery"}"#.utf8)),
                response: nil))
        let masked = masker.mask(
            StreamRecord(
                instant: SyntheticRun.start, stream: 1,
                payload: .init(id: "1", body: Array(#"{"a":"correct-horse-battery"}"#.utf8))))
        let body = String(decoding: try #require(masked.payload).body, as: UTF8.self)
        #expect(body == #"{"a":"<secret#1>"}"#)
    }

    @Test(arguments: [
        #"{"a":1.0,"b":[-0,1e5,"é\u001f\\\""],"c":{}}"#, #"{ "a":1}"#, #"{"a":"\/"}"#,
        #"{"a":"\u000a"}"#, #"{"a":"\u001F"}"#, "[01]", #"{"a":1,}"#, "nul", "", "\u{FEFF}{}",
    ])
    func keepsBytesWhateverTheyAre(body: String) throws {
        let entry = RecordEntry.exchange(
            Exchange(
                instant: SyntheticRun.start, direction: .request,
                request: RequestMessage(.post, "/x", body: Array(body.utf8)), response: nil))
        let bytes = encode([entry])
        #expect(try RecordingReader.read(bytes).entries == [entry])
        let isCanonical = (try? JSONValue(parsing: body).compactText) == body
        #expect(String(decoding: bytes, as: UTF8.self).contains(#""body":"#) == isCanonical)
    }

    @Test func looksLikeThis() {
        let line = lines(encode(assortedEntries))[1]
        #expect(
            line
                == #"{"t":"PT0S","exchange":{"method":"POST","#
                + #""target":"/redfish/v1/SessionService/Sessions","headers":[["Accept","*/*"]],"#
                + #""body":{"UserName":"admin","Password":"<secret#1>"},"response":{"status":201,"#
                + #""reason":"Created","headers":[["X-Auth-Token","<token#1>"],"#
                + #"["Location","/redfish/v1/SessionService/Sessions/1"]],"#
                + ##""body":{"@odata.type":"#Session.v1_7_1.Session","Id":"1"}}}}"##)
    }

    /// A run that is killed leaves a prefix, wherever the kill strikes after the header.
    @Test(.timeLimit(.minutes(5)))
    func everyPrefixCanBeRead() throws {
        let bytes = encode(assortedEntries)
        let header = lines(bytes)[0].utf8.count + 1
        for length in stride(from: header, to: bytes.count, by: 7) {
            let recording = try RecordingReader.read(Array(bytes[..<length]))
            #expect(recording.entries == Array(assortedEntries.prefix(recording.lines.count)))
        }
        let cut = try RecordingReader.read(encode(assortedEntries, isComplete: false))
        #expect(!cut.isComplete)
    }

    /// Wherever the pieces end that a file is read in.
    @Test(arguments: [1, 7, 64, 100_000])
    func aRecordingCanBeScannedInPieces(ofBytes size: Int) throws {
        let bytes = encode(assortedEntries)
        var scanner = RecordingScanner()
        var entries: [RecordEntry] = []
        for start in stride(from: 0, to: bytes.count, by: size) {
            scanner.add(Array(bytes[start..<min(start + size, bytes.count)]))
            while let next = try scanner.next() {
                entries.append(next.entry)
                let (offset, length) = (next.place.offset, next.place.length)
                let line = try RecordingReader.readEntry(
                    Array(bytes[offset..<offset + length]), start: SyntheticRun.start,
                    number: next.place.line)
                #expect(line == next.entry)
            }
        }
        scanner.end()
        #expect(try scanner.next() == nil)
        #expect(entries == assortedEntries)
        #expect(scanner.isComplete)
    }

    @Test(arguments: [
        ("", RecordingError.Kind.empty, 1, "empty"),
        ("{\"golden\":1}\n", .notARecording, 1, "this is a golden"),
        ("<html>\n", .notARecording, 1, "no recording"),
        ("{\"recording\":2}\n", .newerVersion, 1, "version 2"),
        ("{\"recording\":1}\n", .damaged, 1, "'start' is missing"),
        ("HEADER<<<<<<< HEAD\n{}\n", .conflictMarkers, 2, "conflict"),
        ("HEADER{\"t\":\"PT0S\",\"step\":{\"action\":1}}\n", .damaged, 2, "'action' is no string"),
        (
            "HEADER{\"t\":\"PT0S\",\"truth\":{\"cause\":\"x\",\"powered\":true,\"outlet\":-1}}\n",
            .damaged, 2, "'outlet' is -1; expected 0 to 9999"
        ),
        ("HEADER{\"t\":\"P367D\"}\n", .damaged, 2, "more than P366D"),
        ("HEADER{\"t\":\"soon\"}\n", .damaged, 2, "no duration"),
        ("HEADER{\"t\"\n{\"end\":true}\n", .damaged, 2, "column 5"),
        ("HEADER{\"end\":true}\n{}\n", .damaged, 3, "after the end"),
    ])
    func saysWhatIsWrong(text: String, kind: RecordingError.Kind, line: Int, word: String) {
        var writer = RecordingWriter(header: SyntheticRun.header)
        let header = String(decoding: writer.encodeHeader(), as: UTF8.self)
        let error = #expect(throws: RecordingError.self) {
            try RecordingReader.read(Array(text.replacing("HEADER", with: header).utf8))
        }
        #expect(error?.kind == kind)
        #expect(error?.line == line)
        #expect(error?.message.contains(word) == true, "\(error?.message ?? "")")
    }

    /// Of what stands twice nobody knows which is meant; a device's own payload may hold it.
    @Test(arguments: [
        (#""method":"GET","method":"PUT""#, "line 2: 'method' stands twice in the exchange"),
        (#""method":"GET""#, nil),
    ])
    func nothingOfALineStandsTwice(method: String, complaint: String?) throws {
        let header = String(decoding: encode([]), as: UTF8.self).split(separator: "\n")[0]
        let text =
            "\(header)\n"
            + #"{"t":"PT1S","exchange":{\#(method),"target":"/","headers":[],"#
            + #""body":{"a":1,"a":2}}}"# + "\n"
        var seen: String?
        do throws(RecordingError) {
            _ = try RecordingReader.read(Array(text.utf8))
        } catch {
            seen = error.description
        }
        #expect(seen == complaint)
    }

    @Test func versionsBeginWithOne() throws {
        let text = String(decoding: encode([]), as: UTF8.self)
        let none = text.replacing(#""recording":1"#, with: #""recording":0"#)
        #expect(none != text)
        let error = #expect(throws: RecordingError.self) {
            try RecordingReader.read(Array(none.utf8))
        }
        #expect(error?.message.contains("format version is 0") ?? false)
    }
}
