import Findings
import Recordings
import Scenarios

/// What the verdicts on a client program amount to: the same in its run and whenever its recording is
/// judged.
struct ClientVerdict {
    private(set) var groups: [CheckGroup]
    private(set) var causes: [ExitCause]
    /// What the report says beside them.
    private(set) var facts: [ScenarioReport.Fact] = []

    /// - Parameters:
    ///   - counts: Of the recording.
    ///   - conclusion: How the run ended; nil where nobody knows, and then nothing is said of that.
    ///   - scenario: The scenario's name, by which accepted failures are found.
    init(
        _ groups: [CheckGroup], of counts: EntryCounts, _ conclusion: RunConclusion?,
        golden: GoldenOutcome, expected: ExpectedFindings?, scenario: String
    ) {
        self.groups = groups
        causes = []
        let program = conclusion?.program
        if program != nil, counts.claims == 0 {
            let reason = conclusion?.unclaimed.map { ": \($0)" } ?? ""
            facts.append(
                .init("energy", "energy: not exercised, for the client claimed none" + reason))
            explain(reason)
        }
        if let expected {
            self.groups = expected.applied(
                to: self.groups, ofScenario: scenario, today: ExpectationFile.today)
        }
        causes = ScenarioReport.causes(groups: self.groups, golden: golden)
        if let problem = program?.problem {
            causes.append(.client(problem))
        } else if program != nil, counts.requests == 0 {
            causes.append(.client("the client never sent a request"))
        }
    }

    /// Says beside what is not claimed why nothing of what the client said became a claim.
    private mutating func explain(_ reason: String) {
        for group in groups.indices {
            for result in groups[group].results.indices
            where groups[group].results[result].rule.id == "claims/complete" {
                for finding in groups[group].results[result].findings.indices {
                    groups[group].results[result].findings[finding].message += reason
                }
            }
        }
    }
}
