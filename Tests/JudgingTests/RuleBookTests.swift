import Findings
import Judging
import Testing

@Suite struct RuleBookTests {
    @Test func idsAreUniqueAndWellFormed() {
        let ids = RuleBook.all.map(\.id)
        #expect(Set(ids).count == ids.count)
        for id in ids {
            let parts = id.split(separator: "/")
            #expect(parts.count == 2 && !parts[1].contains("_"), "\(id)")
        }
    }

    @Test func everyRuleSaysWhatItRestsOn() {
        for rule in RuleBook.all {
            #expect(rule.statement.hasSuffix("."), "\(rule.id)")
            #expect(!rule.source.isEmpty, "\(rule.id)")
            let isLabelled = rule.source.hasPrefix("harness policy")
            #expect((rule.ground == .policy) == isLabelled, "\(rule.id)")
        }
    }

    @Test func theReportHoldsEveryRuleOfTheBookInItsOrder() {
        var duties = ClientDuties()
        (duties.streams, duties.controls) = (false, false)
        let judged = Judged(.small, duties) { _ in }
        let reported = judged.groups.flatMap(\.results).map(\.rule.id)
        #expect(reported == RuleBook.all.map(\.id))
        #expect(
            judged.groups.map(\.name) == [
                "schema", "energy monotonicity", "totals reconciliation",
                "electrical consistency", "session lifecycle", "subscription lifecycle",
                "event streams", "client discovery and hygiene", "client control", "client claims",
            ])
        #expect(
            judged.groups.flatMap(\.results).allSatisfy {
                [.notExercised, .notApplicable].contains($0.verdict)
            })
    }
}
