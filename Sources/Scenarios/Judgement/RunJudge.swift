package import Findings
package import Judging
package import Recordings
package import SmartPDU
package import VirtualTime

/// All checks over the entries of one run: the judge's, and those of the scenario's conduct.
package final class RunJudge {
    private let judge: Judge
    private let truth: ScenarioTruth
    private var conduct: ConductCheck

    /// - Parameters:
    ///   - expectsClaims: Whether the client could hand its claims over; a recording of a served
    ///     device has none.
    ///   - isWhole: False for a recording that ends before the scenario; what had not come is not
    ///     missing.
    ///   - hasAllHeaderFields: False for a golden, which keeps only some.
    ///   - isReplay: Whether only the client is judged: the device did what was recorded, and its
    ///     registers are all that is known of energy.
    ///   - client: What is asked of a client other than the built-in one.
    package init(
        _ scenario: Scenario, map: SmartPDU.MeteringMap, schemaRules: [Rule],
        expectsClaims: Bool = true, isWhole: Bool = true, hasAllHeaderFields: Bool = true,
        isReplay: Bool = false, client: ClientUnderTest? = nil,
        validatePayload: @escaping PayloadValidation
    ) {
        var duties = ClientDuties(of: scenario)
        if !expectsClaims { duties.expectedClaims = [] }
        if !isWhole { duties.expectedEvents = [] }
        client?.limit(&duties, to: scenario)
        truth = ScenarioTruth(scenario)
        conduct = ConductCheck(
            scenario, client: client, countsRequests: duties.polls.allSatisfy(\.isJudged))
        judge = Judge(
            facts: DeviceFacts(of: scenario, showing: map), duties: duties,
            truth: isReplay ? nil : truth, schemaRules: schemaRules,
            hasAllHeaderFields: hasAllHeaderFields, judgesDevice: !isReplay,
            validatePayload: validatePayload)
    }

    /// Takes the next entry, as masked for the recording.
    package func observe(_ entry: RecordEntry, line: Int) {
        truth.note(entry)
        conduct.observe(entry)
        judge.observe(entry, line: line)
    }

    /// What the client did. Called once, after `finish`.
    package func ledgers() -> [Ledger] { judge.ledgers() }

    /// The verdicts. Conduct is judged only where the run itself is at hand, not its recording.
    ///
    /// - Parameter instant: How far the run went, where that is later than its last entry.
    package func finish(
        _ result: ScenarioDriver.Result?, at instant: VirtualInstant? = nil
    ) -> [CheckGroup] {
        let groups = judge.finish(at: instant)
        guard let result else { return groups }
        return groups + [conduct.finish(result)]
    }
}
