import Findings

/// The report of `validate` for CI systems that show JUnit XML: a suite a target, a test case a
/// payload. A payload with failures is a `failure`; accepted findings and warnings are its output.
enum ValidationJUnit {
    /// Findings of one payload that are written out; all are in the JSON report.
    private static let shown = 20

    static func render(_ report: ValidationReport) -> String {
        let all = report.targets.flatMap(\.payloads)
        var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        text += "<testsuites name=\"pdu-harness validate\" \(counts(of: all))>\n"
        for target in report.targets {
            let name = target.name.visible.xmlAttribute
            text += "  <testsuite name=\"\(name)\" \(counts(of: target.payloads))>\n"
            for payload in target.payloads { text += element(payload, in: name) }
            text += "  </testsuite>\n"
        }
        return text + "</testsuites>\n"
    }

    private static func counts(of payloads: [ValidatedPayload]) -> String {
        let failures = payloads.count { $0.count(of: .fail) > 0 }
        return "tests=\"\(payloads.count)\" failures=\"\(failures)\" errors=\"0\" skipped=\"0\""
    }

    private static func element(_ payload: ValidatedPayload, in target: String) -> String {
        let name = payload.uri.visible.xmlAttribute
        let head = "    <testcase name=\"\(name)\" classname=\"\(target)\""
        let failures = payload.findings.filter { $0.counts && $0.finding.level == .fail }
        let others = payload.findings.filter { !$0.counts || $0.finding.level != .fail }
        guard !payload.findings.isEmpty else { return head + "/>\n" }
        var text = head + ">\n"
        if let first = failures.first {
            let message = "\(first.finding.ruleID): \(first.finding.message)".visible.xmlAttribute
            text += "      <failure message=\"\(message)\">\(lines(failures))</failure>\n"
        }
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
