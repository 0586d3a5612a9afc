package import Findings
import JSONText

/// The report for CI systems that show JUnit XML: a suite a scenario, a test case a rule.
///
/// There is no official schema; the elements and attributes are those that Jenkins, GitLab and
/// GitHub's report actions read. A broken rule, a differing golden and a crashed client are a
/// `failure`; only what keeps the harness itself from judging is an `error`.
package enum JUnitReport {
    package static func render(_ report: RunReport) -> String {
        let suites = report.scenarios.map { (scenario: $0, cases: cases(of: $0)) }
        let all = suites.flatMap(\.cases)
        var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        text += "<testsuites name=\"pdu-harness\" \(counts(of: all))>\n"
        for (scenario, cases) in suites {
            text +=
                "  <testsuite name=\"\(scenario.scenario.visible.xmlAttribute)\" \(counts(of: cases))>\n"
            text += properties(of: scenario)
            for testCase in cases { text += testCase.element(className: scenario.scenario) }
            text += "  </testsuite>\n"
        }
        return text + "</testsuites>\n"
    }

    private static func cases(of scenario: ScenarioReport) -> [TestCase] {
        scenario.groups.flatMap(\.results).map(TestCase.init(rule:))
            + scenario.causesWithoutResult.map(TestCase.init(cause:))
            + [TestCase(goldenOf: scenario)]
    }

    private static func counts(of cases: [TestCase]) -> String {
        let failures = cases.count { $0.outcome == .failure }
        let errors = cases.count { $0.outcome == .error }
        let skipped = cases.count { $0.outcome == .skipped }
        return "tests=\"\(cases.count)\" failures=\"\(failures)\" errors=\"\(errors)\""
            + " skipped=\"\(skipped)\""
    }

    private static func properties(of scenario: ScenarioReport) -> String {
        let conditions: [ScenarioReport.Fact] = [
            .init("title", scenario.title), .init("seed", "\(scenario.seed)"),
            .init("client", scenario.client), .init("clock", scenario.clock),
            .init("model", scenario.model),
        ]
        let lines = (conditions + scenario.simulated + scenario.recorded).map { fact in
            let (name, value) = (fact.label.visible.xmlAttribute, fact.value.visible.xmlAttribute)
            return "      <property name=\"\(name)\" value=\"\(value)\"/>\n"
        }
        return "    <properties>\n\(lines.joined())    </properties>\n"
    }
}

/// One `testcase` element.
private struct TestCase {
    enum Outcome: String {
        case passed
        case failure
        case error
        case skipped
    }

    var name: String
    var outcome: Outcome
    /// The attribute a list of results shows.
    var message = ""
    /// The text a single result shows.
    var details: [String] = []

    /// Findings and differences that are written out; all are in the JSON report.
    static let shown = 20

    init(rule result: RuleResult) {
        name = result.rule.id
        let findings = result.findingsByGravity
        let blocks = findings.prefix(Self.shown).map { finding in
            ([finding.message.visible] + finding.facts.map(Self.line)).joined(separator: "\n")
        }
        details = blocks + (result.wordsOfRest(after: Self.shown).map { [$0] } ?? [])
        switch result.verdict {
        case .fail, .warn:
            outcome = result.verdict == .fail ? .failure : .passed
            message = findings.first?.message ?? result.headline
            if findings.isEmpty { details.append(result.headline) }
            details.append("rests on  \(result.rule.grounds)")
        case .pass: outcome = .passed
        case .notExercised, .notApplicable:
            outcome = .skipped
            message = result.verdict.rawValue
            if !result.measure.isEmpty { message += ": \(result.measure)" }
            details = []
        }
    }

    init(cause: ExitCause) {
        name = cause.subject
        message = cause.words
        switch cause {
        case .interrupted, .harnessFault, .usage: outcome = .error
        case .client, .check, .golden: outcome = .failure
        }
        details = ["exit status \(cause.status)"]
    }

    init(goldenOf scenario: ScenarioReport) {
        name = "golden"
        message = "golden: \(scenario.golden.summary)"
        switch scenario.golden.verdict {
        case .fail: outcome = .failure
        case .pass, .warn: outcome = .passed
        case .notExercised, .notApplicable: outcome = .skipped
        }
        guard outcome == .failure else { return }
        if case .different = scenario.golden {
            let causes = scenario.goldenCauses
            details = causes.prefix(Self.shown).flatMap { cause in
                [cause.cells.joined(separator: "  ")]
                    + (cause.follow.isEmpty ? [] : ["  follow  \(cause.follow)"])
            }
            details += Self.more(causes.count - Self.shown)
        }
        if let hint = scenario.acceptHint { details.append(hint) }
    }

    func element(className: String) -> String {
        let attributes =
            "name=\"\(name.visible.xmlAttribute)\""
            + " classname=\"\(className.visible.xmlAttribute)\""
        guard let child else { return "    <testcase \(attributes)/>\n" }
        return "    <testcase \(attributes)>\n      \(child)\n    </testcase>\n"
    }

    private var child: String? {
        let text = details.joined(separator: "\n").xmlText
        let message = message.visible.xmlAttribute
        switch outcome {
        case .passed: return text.isEmpty ? nil : "<system-out>\(text)</system-out>"
        case .skipped: return "<skipped message=\"\(message)\"/>"
        case .failure, .error:
            let (tag, type) = (outcome.rawValue, name.visible.xmlAttribute)
            return "<\(tag) message=\"\(message)\" type=\"\(type)\">\(text)</\(tag)>"
        }
    }

    private static func line(_ fact: (label: String, pieces: [String])) -> String {
        let label = fact.label + String(repeating: " ", count: max(0, 8 - fact.label.count))
        return "  \(label)  " + fact.pieces.joined(separator: "  ")
    }

    private static func more(_ count: Int) -> [String] {
        count > 0 ? ["… and \(count.grouped) more, see the JSON report"] : []
    }
}
