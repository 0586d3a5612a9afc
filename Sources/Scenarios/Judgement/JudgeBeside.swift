import Findings
import Recordings

/// A judge that works beside the run, on another core where there is one: the checks take as long as
/// the playing. It sees the same entries in the same order, so its verdicts are the same.
actor JudgeBeside {
    struct Item {
        var entry: RecordEntry
        var line: Int
    }

    private let judge: RunJudge

    init(_ judge: sending RunJudge) {
        self.judge = judge
    }

    func observe(_ batch: [Item]) {
        for item in batch { judge.observe(item.entry, line: item.line) }
    }

    /// The verdicts, and what the client did. Called once, after the last entry.
    func finish(_ conduct: ScenarioDriver.Result) -> ([CheckGroup], [Ledger]) {
        let groups = judge.finish(conduct)
        return (groups, judge.ledgers())
    }
}
