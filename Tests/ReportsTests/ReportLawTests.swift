import Findings
import JSONText
import Reports
import Testing

/// What must hold of every report, over thousands made by chance from a seed.
@Suite struct ReportLawTests {
    @Test(arguments: ReportFormat.allCases)
    func theSameRunIsTheSameBytes(format: ReportFormat) {
        let report = Samples.run(Samples.failing, Samples.hostile, Samples.passing)
        let text = format.render(report)
        #expect(format.render(report) == text)
        #expect(text.hasSuffix("\n"))
        #expect(!text.hasSuffix("\n\n") || format == .markdown)
    }

    @Test(.timeLimit(.minutes(1)))
    func jUnitIsRedExactlyWhereSomethingFailed() throws {
        for seed in 0..<2_000 {
            let report = RandomReports(seed: UInt64(seed)).report
            let document = try ParsedXML(JUnitReport.render(report))
            let counts = document.counts
            let declared = try #require(document.attributes(of: "testsuites"))
            #expect(declared["tests"] == "\(counts["testcase"] ?? 0)")
            for name in ["failure", "error", "skipped"] {
                let attribute = name == "skipped" ? name : name + "s"
                #expect(declared[attribute] == "\(counts[name] ?? 0)", "seed \(seed)")
            }
            let isRed = counts["failure"] != nil || counts["error"] != nil
            #expect(isRed == hasFailed(report), "seed \(seed)")
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func sarifHasALevelOnlyBesideAFailure() throws {
        for seed in 0..<1_000 {
            let report = RandomReports(seed: UInt64(seed)).report
            let run = try #require(try JSONValue(parsing: SARIFReport.render(report))["runs"]?[0])
            let results = try #require(run["results"]?.array)
            for result in results {
                #expect((result["kind"] == "fail") == (result["level"] != "none"), "seed \(seed)")
            }
            let isRed =
                results.contains { $0["level"] == "error" }
                || run["invocations"]?.array?.contains { $0["executionSuccessful"] == false }
                    ?? false
            #expect(isRed == hasFailed(report), "seed \(seed)")
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func everyFormatNamesEveryFailedRule() throws {
        for seed in 0..<500 {
            let report = RandomReports(seed: UInt64(seed)).report
            let failed = report.scenarios.flatMap(\.groups).flatMap(\.results)
                .filter { $0.verdict == .fail }.map(\.rule.id)
            for format in ReportFormat.allCases {
                let text = format.render(report)
                #expect(failed.allSatisfy(text.contains), "seed \(seed), \(format)")
            }
        }
    }

    private func hasFailed(_ report: RunReport) -> Bool {
        report.scenarios.contains { scenario in
            !scenario.causes.isEmpty || scenario.golden.verdict == .fail
                || scenario.count(of: .fail) > 0
        }
    }
}

/// Reports by chance, the same for the same seed.
struct RandomReports {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    var report: RunReport {
        var generator = self
        return RunReport(
            harnessVersion: "0.1.0",
            scenarios: (0..<generator.below(4)).map { generator.scenario(number: $0) })
    }

    private mutating func below(_ bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int((state >> 33) % UInt64(bound))
    }

    private mutating func scenario(number: Int) -> ScenarioReport {
        let goldens: [GoldenOutcome] = [
            .equal(exchanges: below(5_000)), .different([], total: 3), .missing(required: true),
            .missing(required: false), .unusable(reason: "damaged"),
            .otherModel(golden: "1", current: "2"), .notCompared(reason: "paced clock"),
        ]
        let causes: [ExitCause] = [
            .client("hung"), .check(ruleID: "a/0-0"), .golden("differs"), .usage("no device"),
            .harnessFault("disk full"), .interrupted(signal: 2),
        ]
        return ScenarioReport(
            scenario: "s\(number)", title: "", seed: 1, client: "reference", clock: "virtual",
            model: "1", simulated: [], recorded: [],
            groups: (0..<below(4)).map { group(number: $0) }, golden: goldens[below(7)],
            causes: below(3) == 0 ? [causes[below(6)]] : [])
    }

    private mutating func group(number: Int) -> CheckGroup {
        let results = (0..<below(4)).map { index in
            let verdict = Verdict.allCases[below(5)]
            let rule = Rule("a/\(number)-\(index)", .shall, .fail, "It holds.", source: "S")
            let findings = (0..<below(3)).map { _ in
                Finding(
                    ruleID: rule.id, level: verdict == .fail ? .fail : .info, message: "seen & <b>")
            }
            return RuleResult(rule: rule, verdict: verdict, measure: "", findings: findings)
        }
        return CheckGroup(name: "group \(number)", measure: "", results: results)
    }
}
