import JSONText

/// Accepted failures of a client in a run.
extension ExpectedFindings {
    /// The verdicts with accepted failures as warnings. A rule that passes although its failure is
    /// expected fails: the entry is out of date.
    ///
    /// - Parameters:
    ///   - scenario: What `at` names.
    ///   - today: `2026-11-21`; an entry counts until the end of its last day.
    package func applied(
        to groups: [CheckGroup], ofScenario scenario: String, today: String
    ) -> [CheckGroup] {
        let here = entries.filter { WildcardText.matches(scenario, $0.place) }
        guard !here.isEmpty else { return groups }
        let valid = here.filter { !$0.isExpired(on: today) }
        let expired = here.filter { $0.isExpired(on: today) }
        return groups.map { group in
            var group = group
            group.results = group.results.map {
                Self.reminded(of: expired, Self.applied(valid, to: $0, scenario), scenario)
            }
            return group
        }
    }

    /// The places of entries that match none of these scenarios, each once.
    package func places(matchingNoneOf scenarios: [String]) -> [String] {
        entries.map(\.place).reduce(into: []) { places, place in
            let isMet = scenarios.contains { WildcardText.matches($0, place) }
            if !isMet, !places.contains(place) { places.append(place) }
        }
    }

    /// Says of a failure that it was accepted once.
    private static func reminded(
        of expired: [Entry], _ result: RuleResult, _ scenario: String
    ) -> RuleResult {
        guard result.verdict == .fail else { return result }
        var result = result
        for (index, finding) in result.findings.enumerated() where finding.level == .fail {
            let entry = expired.first {
                $0.covers(
                    ruleID: finding.ruleID, place: scenario, pointer: finding.pointer?.description)
            }
            guard let entry, let day = entry.expires else { continue }
            result.findings[index].message +=
                " (accepted until \(day), which is over: \(entry.reason))"
        }
        return result
    }

    private static func applied(
        _ entries: [Entry], to result: RuleResult, _ scenario: String
    ) -> RuleResult {
        switch result.verdict {
        case .fail: return accepted(result, by: entries, scenario)
        case .pass, .warn:
            // Only what names the rule itself can be out of date with it.
            guard
                let entry = entries.first(where: { $0.rule == result.rule.id && $0.pointer == nil })
            else { return result }
            var result = result
            result.verdict = .fail
            result.findings.append(
                Finding(
                    ruleID: result.rule.id, level: .fail,
                    message: "the rule passes, though it is expected to fail (\(entry.reason))",
                    expected: "a failure, or no such entry", seen: "no failure"))
            return result
        case .notExercised, .notApplicable: return result
        }
    }

    /// A failure is accepted where every finding is.
    private static func accepted(
        _ result: RuleResult, by entries: [Entry], _ scenario: String
    ) -> RuleResult {
        var findings = result.findings
        for (index, finding) in findings.enumerated() where finding.level == .fail {
            let entry = entries.first {
                $0.covers(
                    ruleID: finding.ruleID, place: scenario, pointer: finding.pointer?.description)
            }
            guard let entry else { return result }
            findings[index].level = .warn
            findings[index].message += " (accepted: \(entry.reason))"
        }
        guard !findings.isEmpty else { return result }
        var result = result
        result.verdict = .warn
        result.findings = findings
        return result
    }
}
