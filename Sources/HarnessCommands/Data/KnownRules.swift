import Findings
import Judging
import Profiles
import Replaying
import Scenarios
import Validation

/// Every rule that any command judges by.
enum KnownRules {
    static let all =
        SchemaRules.all + ProfileRules.all + RuleBook.all + ConductCheck.rules + ReplayRules.all
        + DriftRules.all

    static let families = Array(Set(all.map(\.family))).sorted()
}
