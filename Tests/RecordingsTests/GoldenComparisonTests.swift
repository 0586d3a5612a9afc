import HTTPMessages
import HTTPTypes
import JSONText
import Recordings
import Testing
import VirtualTime

/// What counts as a difference, and what is said of it.
@Suite struct GoldenComparisonTests {
    private let start = SyntheticRun.start

    private func get(
        _ seconds: Int64, _ target: String, _ body: String, status: Int = 200,
        token: String = "<token#1>"
    ) -> RecordEntry {
        .exchange(
            Exchange(
                instant: start + .seconds(seconds), direction: .request,
                request: RequestMessage(.get, target, fields: [.xAuthToken: token]),
                response: ResponseMessage(
                    status: .init(code: status), fields: [.contentType: "application/json"],
                    body: Array(body.utf8))))
    }

    private func document(
        _ entries: [RecordEntry], matchers: [GoldenMatcher] = [], model: String = "1"
    ) -> GoldenDocument {
        var header = GoldenHeader(SyntheticRun.header)
        header.model = model
        return GoldenDocument(header: header, matchers: matchers, entries: entries)
    }

    /// `time subject place golden -> run`.
    private func differences(
        _ golden: [RecordEntry], _ run: [RecordEntry], matchers: [GoldenMatcher] = []
    ) -> [String] {
        let comparison = GoldenComparison.compare(
            golden: document(golden, matchers: matchers), run: document(run))
        guard case .different(let differences, let total) = comparison.outcome else { return [] }
        #expect(total == differences.count)
        return differences.map {
            "\($0.time) \($0.subject) \($0.place) \($0.golden ?? "-") -> \($0.run ?? "-")"
        }
    }

    @Test func reportsWhatDiffersInAnExchange() {
        #expect(
            differences([get(1, "/a", #"{"x":1,"y":"b"}"#)], [get(1, "/a", #"{"x":2,"y":"b"}"#)])
                == ["PT1S GET /a /x 1 -> 2"])
        #expect(
            differences([get(1, "/a", "{}")], [get(1, "/a", "{}", status: 503)])
                == ["PT1S GET /a status 200 -> 503"])
        #expect(
            differences([get(1, "/a", "{}")], [get(1, "/a", "{}", token: "<token#2>")])
                == [
                    #"PT1S GET /a request hdr:X-Auth-Token "<token#1>" -> "<token#2>""#
                ])
        #expect(
            differences([get(1, "/a", #"{"x":1}"#)], [get(1, "/a", #"{"y":1}"#)])
                == ["PT1S GET /a /x 1 -> -", "PT1S GET /a /y - -> 1"])
    }

    @Test func matchesByOccurrenceSoOneExtraIsOneDifference() {
        let polls = [get(1, "/a", "1"), get(1, "/a", "2"), get(1, "/b", "3"), get(2, "/a", "4")]
        var extra = polls
        extra.insert(get(1, "/a", "2"), at: 2)
        #expect(differences(polls, extra) == ["PT1S GET /a exchange - -> 200"])
        #expect(differences(extra, polls) == ["PT1S GET /a exchange 200 -> -"])
    }

    @Test func reportsCausalOrderOnlyWhereThereIsCause() {
        let calm = [get(1, "/a", "1"), get(1, "/b", "2")]
        #expect(differences(calm, calm.reversed()) == [])
        let causal = [get(1, "/a", "1"), get(1, "/b", "2", status: 503)]
        #expect(
            differences(causal, causal.reversed()) == ["PT1S GET /b order after GET of a -> first"])
    }

    @Test func reportsTruthStepsAndClaims() {
        func others(_ outcome: String, _ kilowattHours: String, _ outlet: Int) -> [RecordEntry] {
            [
                .step(StepRecord(instant: start, action: "expire", outcome: outcome)),
                .truth(
                    TruthRecord(
                        instant: start, outlet: outlet, isPowered: false, cause: "breaker A")),
                .claim(
                    ClaimRecord(
                        instant: start, claim: ["kWh": .number(JSONNumber(text: kilowattHours))])),
            ]
        }
        #expect(
            differences(others("1", "0.5", 6), others("2", "0.6", 7)) == [
                "PT0S truth truth outlet 7 off: breaker A -> outlet 8 off: breaker A",
                "PT0S step step expire: 1 -> expire: 2", "PT0S claim /kWh 0.5 -> 0.6",
            ])
    }

    @Test func honoursMatchersAndReportsStaleOnes() throws {
        let golden = [get(1, "/a", #"{"P":{"Reading":10.0},"Id":"x-1","T":"1"}"#)]
        let run = [get(1, "/a", #"{"P":{"Reading":10.05},"Id":"x-2","T":"2"}"#)]
        let matchers = [
            GoldenMatcher(leaf: "/**/Reading", .within("0.05")),
            GoldenMatcher(leaf: "/Id", .pattern("x-*")), GoldenMatcher(leaf: "/*", .any),
            GoldenMatcher(leaf: "/Gone", .ignore),
        ]
        #expect(differences(golden, run, matchers: matchers) == [])
        let narrow = [GoldenMatcher(leaf: "/**/Reading", .within("0.049"))] + matchers[1...]
        #expect(
            differences(golden, run, matchers: narrow) == ["PT1S GET /a /P/Reading 10.0 -> 10.05"])
        let text = GoldenEncoder.encode(document(golden, matchers: matchers))
        let read = try GoldenReader.read(text)
        #expect(read.matchers == [2, 0, 3, 1].map { matchers[$0] })
        #expect(
            GoldenComparison.compare(golden: read, run: document(run)).staleMatchers
                == [matchers[3]])
    }

    /// Matchers for claims, for header fields of requests, and for what only the run has.
    @Test func aMatcherThatIsUsedIsNotStale() {
        func run(_ energy: String, _ token: String, _ body: String) -> [RecordEntry] {
            let claim = #"{"scope":"pdu","energy":\#(energy),"unit":"kWh"}"#
            return [
                get(1, "/a", body, token: token),
                .claim(
                    ClaimRecord(
                        instant: start + .seconds(2),
                        claim: (try? JSONValue(parsing: claim)) ?? .null)),
            ]
        }
        let golden = run("1.5", "<token#1>", #"{"x":1}"#)
        let other = run("1.6", "<token#2>", #"{"x":1,"y":2}"#)
        let matchers = [
            GoldenMatcher(leaf: "/energy", .within("0.2")), GoldenMatcher(leaf: "/y", .ignore),
            GoldenMatcher(leaf: "hdr:X-Auth-Token", .any), GoldenMatcher(leaf: "/y", .any),
            GoldenMatcher(leaf: "/gone", .ignore),
        ]
        let comparison = GoldenComparison.compare(
            golden: document(golden, matchers: matchers), run: document(other))
        #expect(comparison.outcome == .equal(exchanges: 1))
        #expect(comparison.staleMatchers == Array(matchers[3...]))
    }

    /// Many runs of any tokens are tried once, not each for every other.
    @Test(.timeLimit(.minutes(1))) func aPatternOfManyRunsTakesNoTime() {
        let matcher = GoldenMatcher(
            leaf: String(repeating: "/**/a", count: 30) + "/b",
            .pattern(String(repeating: "*a", count: 200) + "b"))
        #expect(!matcher.covers(leaf: String(repeating: "/a", count: 500)))
        #expect(matcher.covers(leaf: String(repeating: "/a", count: 500) + "/b"))
        let text = String(repeating: "a", count: 2_000)
        let golden = [get(1, "/x", #"{"n":"\#(text)"}"#)]
        let run = [get(1, "/x", #"{"n":"\#(text)a"}"#)]
        let pattern = GoldenMatcher(leaf: "/n", matcher.allowance)
        #expect(differences(golden, run, matchers: [pattern]).count == 1)
    }

    @Test func anotherModelIsOneCause() {
        let golden = document([get(1, "/a", "1")])
        #expect(
            GoldenComparison.compare(golden: golden, run: document([get(1, "/a", "2")], model: "2"))
                .outcome == .otherModel(golden: "1", run: "2"))
        #expect(
            GoldenComparison.compare(golden: golden, run: document([get(1, "/a", "1")], model: "2"))
                .outcome == .equal(exchanges: 1))
    }

    @Test func countsWhatItDoesNotSpellOut() {
        let golden = document((0..<20).map { get($0, "/a", "1") })
        let run = document((0..<20).map { get($0, "/a", "2") })
        let comparison = GoldenComparison.compare(golden: golden, run: run, limit: 3)
        guard case .different(let differences, 20) = comparison.outcome else {
            Issue.record("\(comparison.outcome)")
            return
        }
        #expect(differences.count == 3)
    }

    /// A document read from its file equals the one of the run, whatever was edited in the digest.
    @Test func equalsItsOwnFile() throws {
        let run = SyntheticRun(polls: 5).document
        var read = try GoldenReader.read(GoldenEncoder.encode(run))
        read.header.scenarioDigest = "other"
        #expect(GoldenComparison.compare(golden: read, run: run).outcome == .equal(exchanges: 248))
    }
}
