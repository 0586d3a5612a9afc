/// What several causes come to, and the words for it.
extension ExitCause {
    /// The distinct causes, the decisive kind first, each kind in the order given.
    package static func ranked(_ causes: some Sequence<ExitCause>) -> [[ExitCause]] {
        var distinct: [ExitCause] = []
        var seen: Set<ExitCause> = []
        for cause in causes where seen.insert(cause).inserted { distinct.append(cause) }
        return (0...5).map { rank in distinct.filter { $0.rank == rank } }
            .filter { !$0.isEmpty }
    }

    /// The causes in words, the decisive kind first:
    /// `client/A07-one-relogin; golden also differs`.
    package static func words(of causes: some Sequence<ExitCause>) -> String {
        ranked(causes).enumerated().map { index, kind in
            index == 0 ? listed(kind.map(\.words)) : wordsAfterFirst(kind)
        }.joined(separator: "; ")
    }

    /// The last line of a text report: `PASS`, `PASS with 2 warnings`, or
    /// `FAIL exit 1: client/A07-one-relogin; golden also differs`.
    package static func verdictLine(
        of causes: some Sequence<ExitCause>, warningCount: Int = 0
    ) -> String {
        let causes = Array(causes)
        guard causes.isEmpty else { return "FAIL exit \(status(of: causes)): \(words(of: causes))" }
        return warningCount == 0 ? "PASS" : "PASS with \(warningCount.counted("warning"))"
    }

    private static func wordsAfterFirst(_ kind: [ExitCause]) -> String {
        let goldenReasons = kind.compactMap { cause -> String? in
            if case .golden(let reason) = cause { reason } else { nil }
        }
        return goldenReasons.isEmpty
            ? "also " + listed(kind.map(\.words)) : "golden also " + listed(goldenReasons)
    }

    /// The first few of many, and how many more there are.
    private static func listed(_ items: [String]) -> String {
        let shown = items.count > 4 ? items.prefix(3) : items[...]
        let rest = items.count - shown.count
        return shown.joined(separator: ", ") + (rest > 0 ? " and \(rest.grouped) more" : "")
    }

    /// A word for what the cause is about, as the name of a row or test case.
    package var subject: String {
        switch self {
        case .interrupted: "run"
        case .harnessFault: "harness"
        case .usage: "scenario"
        case .client: "client"
        case .check(let ruleID): ruleID
        case .golden: "golden"
        }
    }
}

extension GoldenOutcome {
    /// Fail wherever the exit status is 2 for it; not exercised where nothing was compared.
    package var verdict: Verdict {
        switch self {
        case .equal: .pass
        case .different, .missing(required: true), .unusable, .otherModel: .fail
        case .missing(required: false), .notCompared: .notExercised
        }
    }

    /// The outcome in a few words.
    package var summary: String {
        switch self {
        case .equal(let exchanges): "equal, \(exchanges.counted("exchange"))"
        case .different(_, let total): total.counted("difference")
        case .missing(required: true): "missing"
        case .missing(required: false): "none"
        case .unusable(let reason): reason
        case .otherModel(let golden, let current):
            "taken with model \(golden) of the harness, this is model \(current)"
        case .notCompared(let reason): "not compared: \(reason)"
        }
    }
}

extension GoldenOutcome {
    /// Why the run does not end with 0 for it; nil where it may.
    package var cause: ExitCause? {
        switch self {
        case .different: .golden("differs")
        case .missing(required: true): .golden("is missing")
        case .unusable: .golden("is unusable")
        case .otherModel: .golden("is of another model")
        case .equal, .missing(required: false), .notCompared: nil
        }
    }
}

extension ScenarioReport {
    /// The causes that checks and golden imply. Whoever builds a report adds those that lie outside
    /// both; a failed row without a cause would be red above a green last line.
    package static func causes(groups: [CheckGroup], golden: GoldenOutcome) -> [ExitCause] {
        let failed = groups.flatMap(\.results).filter { $0.verdict == .fail }
        return failed.map { .check(ruleID: $0.rule.id) } + (golden.cause.map { [$0] } ?? [])
    }

    /// The causes that neither a failing rule nor the golden's outcome shows, such as a crash of
    /// the client. A report that left them out would look green although the run failed.
    package var causesWithoutResult: [ExitCause] {
        let failed = groups.flatMap(\.results).filter { $0.verdict == .fail }.map(\.rule.id)
        let failedIDs = Set(failed)
        return ExitCause.ranked(causes).flatMap { $0 }.filter { cause in
            switch cause {
            case .check(let ruleID): !failedIDs.contains(ruleID)
            case .golden: golden.verdict != .fail
            case .interrupted, .harnessFault, .usage, .client: true
            }
        }
    }

    /// How many rules came to a verdict.
    package func count(of verdict: Verdict) -> Int {
        groups.reduce(0) { $0 + $1.results.count { $0.verdict == verdict } }
    }
}
