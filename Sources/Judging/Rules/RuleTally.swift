import Findings
import JSONText

/// What has become of one rule so far: how often it was put to the test, and what it found.
struct RuleTally {
    let rule: Rule
    /// Findings beyond this are counted and not kept, failures before lesser ones.
    let findingLimit: Int
    private(set) var checked = 0
    private(set) var findings: [Finding] = []
    private(set) var findingCount = 0
    private var worst: Verdict = .pass

    init(_ rule: Rule, keeping findingLimit: Int = 20) {
        self.rule = rule
        self.findingLimit = findingLimit
    }

    /// The rule was put to the test.
    mutating func check(_ count: Int = 1) {
        checked += count
    }

    /// The rule was broken.
    ///
    /// - Parameter level: Where this breach counts less than the rule says.
    mutating func find(
        _ message: @autoclosure () -> String, at exchange: @autoclosure () -> ExchangeReference?,
        pointer: @autoclosure () -> JSONPointer? = nil, level: Level? = nil,
        expected: @autoclosure () -> String, seen: @autoclosure () -> String
    ) {
        let level = level ?? rule.level
        guard count(level) else { return }
        findings.append(
            Finding(
                ruleID: rule.id, level: level, message: message(), exchange: exchange(),
                pointer: pointer(), expected: expected(), seen: seen()))
    }

    /// Takes a finding over that was made elsewhere.
    mutating func take(_ finding: Finding) {
        if count(finding.level) { findings.append(finding) }
    }

    /// The rule was broken so many times more, of which nothing is kept.
    mutating func takeUnkept(_ count: Int) {
        findingCount += count
    }

    private mutating func count(_ level: Level) -> Bool {
        findingCount += 1
        switch level {
        case .fail: worst = .fail
        case .warn: if worst != .fail { worst = .warn }
        case .info: break
        }
        return hasRoom(for: level)
    }

    /// Many warnings do not hide the failures after them.
    private mutating func hasRoom(for level: Level) -> Bool {
        if findings.count < findingLimit { return true }
        guard level == .fail, let lesser = findings.lastIndex(where: { $0.level != .fail }) else {
            return false
        }
        findings.remove(at: lesser)
        return true
    }

    /// The result with its measure: what was checked, then how much was found, then the numbers
    /// behind the verdict.
    ///
    /// - Parameters:
    ///   - singular: What one check was of, for example `reading`.
    ///   - plural: Of several, where it is not the singular with an s.
    ///   - isApplicable: False where the rule does not bind this client or device.
    func result(
        _ singular: String, _ plural: String? = nil, numbers: String? = nil,
        isApplicable: Bool = true
    ) -> RuleResult {
        guard isApplicable || findingCount > 0 else {
            return RuleResult(rule: rule, verdict: .notApplicable, measure: "")
        }
        let measure =
            "\(checked.counted(singular, plural)), \(findingCount.counted("finding"))"
            + (numbers.map { "; \($0)" } ?? "")
        return RuleResult(
            rule: rule, verdict: checked == 0 && findingCount == 0 ? .notExercised : worst,
            measure: measure, findings: findings, uncollected: findingCount - findings.count)
    }
}
