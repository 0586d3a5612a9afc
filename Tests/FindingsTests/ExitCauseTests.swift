import Findings
import Testing

@Suite struct ExitCauseTests {
    @Test(
        arguments: [
            ([], "PASS", 0),
            ([.golden("differs")], "FAIL exit 2: golden differs", 2),
            (
                [.golden("differs"), .check(ruleID: "client/A07-one-relogin")],
                "FAIL exit 1: client/A07-one-relogin; golden also differs", 1
            ),
            (
                [.check(ruleID: "a/b"), .client("the client hung"), .check(ruleID: "a/b")],
                "FAIL exit 3: the client hung; also a/b", 3
            ),
            (
                [.usage("no such device"), .check(ruleID: "a/b")],
                "FAIL exit 64: no such device; also a/b", 64
            ),
            ([.usage("x"), .harnessFault("disk full")], "FAIL exit 70: disk full; also x", 70),
            (
                [.harnessFault("disk full"), .interrupted(signal: 15)],
                "FAIL exit 143: interrupted by signal 15; also disk full", 143
            ),
            (
                (1...6).map { .check(ruleID: "a/\($0)") }, "FAIL exit 1: a/1, a/2, a/3 and 3 more",
                1
            ),
        ] as [([ExitCause], String, Int32)])
    func theGravestDecidesAndTheOthersAreNamed(causes: [ExitCause], line: String, status: Int32) {
        #expect(ExitCause.verdictLine(of: causes) == line)
        #expect(ExitCause.status(of: causes) == status)
    }

    @Test func warningsShowInAPass() {
        #expect(ExitCause.verdictLine(of: [], warningCount: 1) == "PASS with 1 warning")
        #expect(ExitCause.verdictLine(of: [], warningCount: 1_200) == "PASS with 1,200 warnings")
    }

    @Test(arguments: [
        (0, "0"), (999, "999"), (1_000, "1,000"), (-1_234_567, "-1,234,567"),
        (Int.min, "-9,223,372,036,854,775,808"),
    ])
    func groupsThousands(number: Int, text: String) {
        #expect(number.grouped == text)
    }

    @Test func aCountCarriesItsNoun() {
        #expect(1.counted("finding") == "1 finding")
        #expect(0.counted("finding") == "0 findings")
        #expect(2.counted("expiry", "expiries") == "2 expiries")
    }

    @Test func aFactIsAPhrase() {
        #expect(ScenarioReport.Fact("deliveries", "3,041").phrase == "3,041 deliveries")
        #expect(ScenarioReport.Fact("duration", "40 min").phrase == "40 min")
    }

    @Test(
        arguments: [
            (.equal(exchanges: 3_255), .pass, "equal, 3,255 exchanges"),
            (.different([], total: 1), .fail, "1 difference"),
            (.missing(required: true), .fail, "missing"),
            (.missing(required: false), .notExercised, "none"),
            (.unusable(reason: "damaged at line 3"), .fail, "damaged at line 3"),
            (
                .otherModel(golden: "2", current: "3"), .fail,
                "taken with model 2 of the harness, this is model 3"
            ),
            (.notCompared(reason: "paced clock"), .notExercised, "not compared: paced clock"),
        ] as [(GoldenOutcome, Verdict, String)])
    func everyGoldenOutcomeHasAVerdict(golden: GoldenOutcome, verdict: Verdict, words: String) {
        #expect(golden.verdict == verdict)
        #expect(golden.summary == words)
        #expect((golden.cause != nil) == (verdict == .fail))
    }

    @Test func causesThatNoResultShowsAreFound() {
        let rule = Rule("a/b", .shall, .fail, "It holds.", source: "")
        let failed = RuleResult(rule: rule, verdict: .fail, measure: "")
        let report = ScenarioReport(
            scenario: "s", title: "", seed: 1, client: "reference", clock: "virtual", model: "1",
            simulated: [], recorded: [],
            groups: [CheckGroup(name: "g", measure: "", results: [failed])],
            golden: .equal(exchanges: 1),
            causes: [
                .golden("is stale"), .check(ruleID: "a/b"), .check(ruleID: "a/c"), .client("hung"),
            ])
        #expect(
            report.causesWithoutResult == [
                .client("hung"), .check(ruleID: "a/c"), .golden("is stale"),
            ])
        #expect(report.count(of: .fail) == 1)
        #expect(
            ScenarioReport.causes(groups: report.groups, golden: .different([], total: 2))
                == [.check(ruleID: "a/b"), .golden("differs")])
    }
}
