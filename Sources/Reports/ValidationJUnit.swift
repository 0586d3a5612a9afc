import Findings
import JSONText

/// The report of `validate` for CI systems that show JUnit XML: a suite a target with a test case a
/// payload, and a suite a profile with a test case a requirement. A test case with failures is a
/// `failure`; accepted findings and warnings are its output.
enum ValidationJUnit {
    /// Findings of one test case that are written out; all are in the JSON report.
    private static let shown = 20

    private struct Suite {
        var name: String
        var cases: [Case]
    }

    private struct Case {
        var name: String
        var findings: [PlacedFinding]
        var isSkipped = false

        var failures: [PlacedFinding] {
            findings.filter { $0.counts && $0.finding.level == .fail }
        }
    }

    static func render(_ report: ValidationReport) -> String {
        let suites = report.targets.flatMap { target in
            [payloads(of: target)] + target.profiles.map { requirements(of: $0, target) }
        }
        var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        text +=
            "<testsuites name=\"pdu-harness validate\" \(counts(of: suites.flatMap(\.cases)))>\n"
        for suite in suites {
            let name = suite.name.visible.xmlAttribute
            text += "  <testsuite name=\"\(name)\" \(counts(of: suite.cases))>\n"
            for item in suite.cases { text += element(item, in: name) }
            text += "  </testsuite>\n"
        }
        return text + "</testsuites>\n"
    }

    private static func payloads(of target: ValidatedTarget) -> Suite {
        let titles = Set(target.profiles.map(\.title))
        return Suite(
            name: target.name,
            cases: target.payloads.map { payload in
                // What a profile demands is told where its requirements are.
                let own = payload.findings.filter { $0.profile.map(titles.contains) != true }
                return Case(name: payload.uri, findings: own)
            })
    }

    private static func requirements(
        of profile: EvaluatedProfile, _ target: ValidatedTarget
    ) -> Suite {
        let findings = Dictionary(
            grouping: target.findings.filter { $0.profile == profile.title },
            by: { $0.finding.definition?.pointer })
        return Suite(
            name: "\(target.name): profile \(profile.title)",
            cases: profile.requirements.map { requirement in
                Case(
                    name: requirement.demand, findings: findings[requirement.pointer] ?? [],
                    isSkipped: requirement.verdict == .notExercised)
            })
    }

    private static func counts(of cases: [Case]) -> String {
        let failures = cases.count { !$0.failures.isEmpty }
        let skipped = cases.count(where: \.isSkipped)
        return "tests=\"\(cases.count)\" failures=\"\(failures)\" errors=\"0\" "
            + "skipped=\"\(skipped)\""
    }

    private static func element(_ item: Case, in suite: String) -> String {
        let name = item.name.visible.xmlAttribute
        let head = "    <testcase name=\"\(name)\" classname=\"\(suite)\""
        let failures = item.failures
        let others = item.findings.filter { !$0.counts || $0.finding.level != .fail }
        guard !item.findings.isEmpty || item.isSkipped else { return head + "/>\n" }
        var text = head + ">\n"
        if let first = failures.first {
            let message = "\(first.finding.ruleID): \(first.finding.message)".visible.xmlAttribute
            text += "      <failure message=\"\(message)\">\(lines(failures))</failure>\n"
        }
        if item.isSkipped { text += "      <skipped message=\"not exercised\"/>\n" }
        if !others.isEmpty { text += "      <system-out>\(lines(others))</system-out>\n" }
        return text + "    </testcase>\n"
    }

    private static func lines(_ findings: [PlacedFinding]) -> String {
        var lines = findings.prefix(shown).map { placed in
            let accepted = placed.acceptance.map { " (accepted: \($0))" } ?? ""
            return "\(placed.whereabouts): \(placed.finding.level.rawValue) "
                + "\(placed.finding.ruleID): \(placed.sentence)\(accepted)".visible
        }
        let rest = findings.count - shown
        if rest > 0 { lines.append("… and \(rest.grouped) more, see the JSON report") }
        return lines.joined(separator: "\n").xmlText
    }
}
