import HTTPMessages
import HTTPTypes
import JSONText
import Testing
import VirtualTime

@testable import Recordings

/// What a client did, whatever the pace and the jitter of the run.
@Suite struct ConductTests {
    /// A client that logs in, reads the root once, and polls; its polls come late by chance.
    struct Client {
        /// Seeds how late each poll comes.
        var jitter: UInt64 = 1
        var polls = 40
        /// Changes the requests of a poll, by its number.
        var turn: @Sendable (Int, inout [String]) -> Void = { _, _ in }
        var context = "mine"
        var logsOut = true

        func document(_ change: (inout [RecordEntry]) -> Void = { _ in }) -> ConductDocument {
            var entries = entries
            change(&entries)
            var header = SyntheticRun.header
            header.resolvedScenario = ["duration": "PT7M"]
            header.clock = "paced:60"
            return ConductDocument(header: header, entries: entries)
        }

        private var entries: [RecordEntry] {
            var random = RandomStream(seed: jitter, label: "jitter")
            var entries = [
                request(.post, "/Sessions", 0, #"{"UserName":"a"}"#, 201), request(.get, "/", 10),
                request(.post, "/Subscriptions", 20, #"{"Context":"\#(context)"}"#, 201),
            ]
            var isExpired = false
            for poll in 0..<polls {
                let late = Int64(random.next() % 4000)
                var targets = ["/A", "/B", "/C"]
                if poll % 6 == 0 { targets += (1...5).map { "/Outlets/\($0)" } }
                turn(poll, &targets)
                if poll == 20 {
                    entries.append(
                        .step(
                            StepRecord(
                                instant: start + .seconds(200), action: "expire-sessions",
                                outcome: "1 session ended")))
                    isExpired = true
                }
                for (index, target) in targets.enumerated() {
                    let at = Int64(poll) * 10_000 + late + Int64(index) * 30 + 1000
                    // The session may run out before any of the requests.
                    if isExpired, index == Int(jitter % 3) {
                        entries.append(request(.get, target, at, status: 401))
                        entries.append(request(.post, "/Sessions", at, #"{"UserName":"a"}"#, 201))
                        isExpired = false
                    }
                    entries.append(request(.get, target, at))
                }
            }
            if logsOut { entries.append(request(.delete, "/Sessions/2", 421_000, status: 204)) }
            return entries
        }

        private let start = SyntheticRun.start

        private func request(
            _ method: HTTPRequest.Method, _ target: String, _ milliseconds: Int64,
            _ body: String = "", _ status: Int = 200
        ) -> RecordEntry {
            .exchange(
                Exchange(
                    instant: start + VirtualDuration(milliseconds: milliseconds),
                    direction: .request,
                    request: RequestMessage(method, target, body: Array(body.utf8)),
                    response: ResponseMessage(status: .init(code: status))))
        }

        private func request(
            _ method: HTTPRequest.Method, _ target: String, _ milliseconds: Int64, status: Int
        ) -> RecordEntry {
            request(method, target, milliseconds, "", status)
        }
    }

    private func differences(_ client: Client, from golden: Client = Client()) -> [String] {
        golden.document().differences(to: client.document()).map {
            "\($0.cause): \($0.subject): \($0.golden ?? "-") → \($0.run ?? "-")"
        }
    }

    @Test(arguments: 2...12 as ClosedRange<UInt64>)
    func paceAndJitterDoNotShow(_ jitter: UInt64) {
        #expect(differences(Client(jitter: jitter)) == [])
        // A run may end in the middle of a round, or a round earlier.
        #expect(differences(Client(jitter: jitter, polls: 39)) == [])
        let ends = Client(jitter: jitter, turn: { if $0 == 39 { $1.removeLast(2) } })
        #expect(differences(ends) == [])
    }

    @Test func whatIsAddedDroppedOrMovedShows() {
        func differs(_ word: String, _ turn: @escaping @Sendable (Int, inout [String]) -> Void) {
            let found = differences(Client(jitter: 5, turn: turn))
            #expect(found.count == 1, "\(found)")
            #expect(found.first?.contains(word) == true, "\(found)")
        }
        differs("turn of /C") { if $0 == 9 { $1.append("/C") } }
        differs("turn of /B") { if $0 == 9 { $1.removeAll { $0 == "/B" } } }
        differs("turn of /Outlets/3") { if $0 == 12 { $1.removeAll { $0 == "/Outlets/3" } } }
        differs("turn of /Outlets/5") { if $0 == 12 { $1.insert("/Outlets/5", at: 0) } }
        differs("start: GET /Extra: - → once") { if $0 == 9 { $1.append("/Extra") } }
        differs("poll of /Outlets/4: every ") { $1.removeAll { $0 == "/Outlets/4" } }
        differs("expire-sessions: poll of /B: goes on → stops") {
            if $0 >= 20 { $1.removeAll { $0 == "/B" } }
        }
    }

    @Test func actsAndTheirOrderShow() {
        #expect(differences(Client(logsOut: false)) == ["stop: DELETE /Sessions/2 → 204: sent → -"])
        #expect(
            differences(Client(context: "other"))
                == [#"start: /Context in POST /Subscriptions: "mine" → "other""#])
        let cut = Client().document { $0.removeAll { $0.isChange } }
        let lost = Client().document().differences(to: cut).filter { $0.run == nil }
        #expect(lost.count { $0.subject.contains("/Sessions") } == 3)
        #expect(lost.count { $0.subject.contains("/Subscriptions") } == 1)
        let swapped = Client().document { $0.swapAt(0, 2) }
        let found = Client().document().differences(to: swapped)
        #expect(found.count == 1)
        #expect(found.first?.subject.hasPrefix("order of POST ") == true)
    }

    /// Sessions that run out between polls: how many there were is chance, that there are many is not.
    @Test func namesAndNumbersFromTheDeviceAreChance() {
        func document(sessions: Int, first: Int) -> ConductDocument {
            let exchanges = (first..<first + sessions).flatMap { number -> [RecordEntry] in
                let location = "http://127.0.0.1:4000/Sessions/\(number)-abc"
                return [
                    (HTTPRequest.Method.post, "/Sessions", 201),
                    (.delete, "/Sessions/\(number)-abc", 204),
                ].map { method, target, status in
                    .exchange(
                        Exchange(
                            instant: SyntheticRun.start + .seconds(Int64(number)),
                            direction: .request,
                            request: RequestMessage(
                                method, target, fields: [.xAuthToken: "<token#\(number)>"]),
                            response: ResponseMessage(
                                status: .init(code: status),
                                fields: status == 201 ? [.location: location] : [:])))
                }
            }
            return ConductDocument(header: SyntheticRun.header, entries: exchanges)
        }
        let one = document(sessions: 1, first: 1)
        #expect(one.differences(to: document(sessions: 1, first: 7)) == [])
        #expect(
            String(decoding: one.encoded(), as: UTF8.self).contains(
                #"{"rq":"DELETE /Sessions/<new>","hd":{"X-Auth-Token":"<token>"},"answer":"204"}"#))
        #expect(one.differences(to: document(sessions: 2, first: 1)).count == 2)
    }

    @Test func whatRepeatsIsOneAct() {
        func logins(_ count: Int) -> ConductDocument {
            Client().document { entries in
                let login = entries[0]
                entries.insert(contentsOf: [RecordEntry](repeating: login, count: count - 1), at: 0)
            }
        }
        #expect(logins(7).differences(to: logins(9)) == [])
        #expect(
            Set(logins(1).differences(to: logins(7)).map(\.subject))
                == ["POST /Sessions → 201", "POST /Sessions → 201, again and again"])
    }

    @Test func slowerPollsShow() {
        let golden = Client().document()
        var slow = golden
        for index in slow.polls.indices { slow.polls[index].every = .seconds(15) }
        #expect(golden.differences(to: slow).contains { $0.run == "every PT15S" })
    }

    @Test func aMatcherAllowsWhatIsNewEachTime() {
        var golden = Client().document()
        golden.matchers = [
            GoldenMatcher(leaf: "/Context", .any), GoldenMatcher(leaf: "/Gone", .any),
        ]
        let other = Client(context: "other").document()
        #expect(golden.differences(to: other) == [])
        #expect(golden.staleMatchers(comparedWith: other) == [golden.matchers[1]])
    }

    @Test func readsItsOwnText() throws {
        var golden = Client().document {
            $0.append(PolledRun.delivery(status: 204))
            $0.append(PolledRun.claim(energy: "0.5"))
        }
        golden.matchers = [GoldenMatcher(leaf: "/Context", .pattern("m*"))]
        let text = golden.encoded()
        #expect(try ConductReader.read(text) == golden)
        #expect(
            lines(text).contains(#"{"claim":{"scope":"pdu","energy":"number"}}"#))
        #expect(lines(text).contains(#"{"rq":"GET of what is polled","answer":"401"}"#))
    }

    @Test(arguments: [
        ("", 1, "empty"), ("{\"golden\":1}\n", 1, "no 'conduct'"),
        ("{\"conduct\":9}\n", 1, "version 9"), ("HEADER", 1, "without its end line"),
        ("HEADER<<<<<<< x\n", 2, "conflict markers"),
        ("HEADER{\"get\":\"/a\",\"times\":1}\n", 2, "under a cause"),
        ("HEADER{\"cause\":\"start\"}\n{\"got\":\"/a\"}\n", 3, "it has 'got'"),
        ("HEADER{\"end\":true}\nx\n", 2, "after the end line"),
    ])
    func saysWhatIsWrong(_ text: String, _ line: Int, _ word: String) {
        let header = lines(Client().document().encoded())[0] + "\n"
        let error = #expect(throws: GoldenError.self) {
            try ConductReader.read(Array(text.replacing("HEADER", with: header).utf8))
        }
        #expect(error?.line == line)
        #expect(error?.message.contains(word) == true, "\(error?.message ?? "")")
    }
}

extension RecordEntry {
    fileprivate var isChange: Bool {
        if case .exchange(let exchange) = self {
            exchange.request.head.method != .get
        } else {
            false
        }
    }
}
