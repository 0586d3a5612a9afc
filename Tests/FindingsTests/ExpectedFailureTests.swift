import JSONText
import Testing

@testable import Findings

@Suite struct ExpectedFailureTests {
    private static let rule = Rule(
        "claims/N02-unit", .policy, .fail, "Units are right.", source: "")

    /// What becomes of a rule under one entry.
    private func verdict(
        _ verdict: Verdict, pointers: [String] = ["/energy"], rule: String = "claims/N02-unit",
        at place: String = "over*", pointer: String? = nil, expires: String? = nil
    ) -> (verdict: Verdict, causes: Int) {
        let findings =
            verdict == .fail
            ? pointers.map {
                Finding(
                    ruleID: Self.rule.id, level: .fail, message: "off", pointer: JSONPointer($0))
            } : []
        let group = CheckGroup(
            name: "claims", measure: "",
            results: [
                RuleResult(rule: Self.rule, verdict: verdict, measure: "", findings: findings)
            ])
        let entry = ExpectedFindings.Entry(
            rule: rule, place: place, pointer: pointer, reason: "issue 12", expires: expires)
        let groups = ExpectedFindings([entry]).applied(
            to: [group], ofScenario: "overload", today: "2026-11-21")
        let causes = ScenarioReport.causes(groups: groups, golden: .missing(required: false))
        return (groups[0].results[0].verdict, causes.count)
    }

    @Test func anAcceptedFailureIsAWarning() {
        #expect(verdict(.fail) == (.warn, 0))
        #expect(verdict(.fail, rule: "claims/") == (.warn, 0))
        #expect(verdict(.fail, expires: "2026-11-21") == (.warn, 0))
    }

    @Test func whatIsNotCoveredStaysAFailure() {
        #expect(verdict(.fail, at: "steady") == (.fail, 1))
        #expect(verdict(.fail, rule: "claims/N01") == (.fail, 1))
        #expect(verdict(.fail, expires: "2026-11-20") == (.fail, 1))
        #expect(verdict(.fail, pointers: ["/energy", "/carbon"], pointer: "/energy") == (.fail, 1))
    }

    @Test func whatWasAcceptedOnceIsSaid() {
        let entry = ExpectedFindings.Entry(
            rule: "claims/", place: "over*", reason: "issue 12", expires: "2026-06-30")
        let finding = Finding(ruleID: Self.rule.id, level: .fail, message: "off")
        let group = CheckGroup(
            name: "claims", measure: "",
            results: [
                RuleResult(rule: Self.rule, verdict: .fail, measure: "", findings: [finding])
            ])
        let result = ExpectedFindings([entry]).applied(
            to: [group], ofScenario: "overload", today: "2026-11-21")[0].results[0]
        #expect(result.verdict == .fail)
        #expect(
            result.findings[0].message
                == "off (accepted until 2026-06-30, which is over: issue 12)")
    }

    @Test func aPlaceThatNoScenarioHasIsFound() {
        let entries = ["pdu", "over*", "pdu", "*"].map {
            ExpectedFindings.Entry(rule: "claims/", place: $0, reason: "")
        }
        #expect(ExpectedFindings(entries).places(matchingNoneOf: ["overload"]) == ["pdu"])
    }

    @Test func anUnexpectedPassIsAnAlarm() {
        #expect(verdict(.pass) == (.fail, 1))
        #expect(verdict(.notExercised) == (.notExercised, 0))
        #expect(verdict(.pass, rule: "claims/") == (.pass, 0))
        #expect(verdict(.pass, at: "steady") == (.pass, 0))
    }
}
