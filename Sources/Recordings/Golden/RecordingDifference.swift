/// One difference between a golden and a run, in the words of its reader.
package struct RecordingDifference: Sendable, Hashable {
    /// Scenario time since the start, ISO 8601.
    package var time: String
    /// For example `GET /redfish/v1/PowerEquipment/RackPDUs/2/Outlets/7`.
    package var subject: String
    /// JSON pointer of the value, or a word such as `status` for other parts of an exchange.
    package var place: String
    /// The value in the golden as JSON text; nil where it has none.
    package var golden: String?
    package var run: String?

    package init(time: String, subject: String, place: String, golden: String?, run: String?) {
        self.time = time
        self.subject = subject
        self.place = place
        self.golden = golden
        self.run = run
    }
}

/// How a run compares with the golden on file.
package struct GoldenComparison: Sendable, Hashable {
    package enum Outcome: Sendable, Hashable {
        case equal(exchanges: Int)
        /// The first differences, and how many there are altogether.
        case different([RecordingDifference], total: Int)
        /// The harness's own model changed since the golden was taken, which explains whatever else
        /// differs.
        case otherModel(golden: String, run: String)
    }

    package var outcome: Outcome
    /// Matchers of the golden that no leaf of it has any use for.
    package var staleMatchers: [GoldenMatcher]

    package init(outcome: Outcome, staleMatchers: [GoldenMatcher]) {
        self.outcome = outcome
        self.staleMatchers = staleMatchers
    }
}
