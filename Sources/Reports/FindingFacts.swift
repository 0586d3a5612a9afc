import Findings
import JSONText

/// What people are told about a finding, the same words in every format.
extension Finding {
    /// When, what, and where in it: `PT40M`, `GET /redfish/v1`, `line 3214`, `pointer /Name`.
    var whereabouts: [String] {
        var parts: [String] = []
        if let exchange {
            parts += [
                exchange.time, "\(exchange.method) \(exchange.target)", "line \(exchange.line)",
            ]
        }
        if let pointer {
            parts.append(pointer.tokens.isEmpty ? "whole payload" : "pointer \(pointer)")
        }
        if let position { parts.append("payload \(position)") }
        return parts.map { $0.visible(limit: Self.valueLimit) }
    }

    /// The lines below a finding's message, label and pieces that must not be broken.
    var facts: [(label: String, pieces: [String])] {
        var facts: [(label: String, pieces: [String])] = []
        if !whereabouts.isEmpty { facts.append(("at", whereabouts)) }
        if let expected { facts.append(("expected", [expected.visible(limit: Self.valueLimit)])) }
        if let seen { facts.append(("seen", [seen.visible(limit: Self.valueLimit)])) }
        if let definition {
            facts.append(("defined", [definition.description.visible]))
        }
        if let script { facts.append(("script", [script.visible])) }
        return facts
    }

    /// Characters of a payload's value that a report for people shows.
    static let valueLimit = 400
}

extension String {
    /// The text on one line and no longer than a reader wants; says what its length was.
    func visible(limit: Int) -> String {
        guard count > limit else { return visible }
        return String(prefix(limit)).visible + "… (\(count.grouped) characters)"
    }
}

extension RuleResult {
    /// What a report that shows some findings says of the others; nil where it shows all.
    func wordsOfRest(after shown: Int) -> String? {
        let rest = max(0, findings.count - shown) + uncollected
        guard rest > 0 else { return nil }
        let listed =
            uncollected > 0 ? "the JSON report has the first \(findings.count.grouped)" : nil
        return "… and \(rest.grouped) more\(listed.map { "; \($0)" } ?? ", see the JSON report")"
    }

    /// The findings, gravest first, otherwise in the order found.
    var findingsByGravity: [Finding] {
        Level.allCases.flatMap { level in findings.filter { $0.level == level } }
    }

    /// What to say about a breach without a finding of its own.
    var headline: String {
        guard !measure.isEmpty else { return rule.statement }
        let statement =
            rule.statement.hasSuffix(".") ? rule.statement.dropLast() : rule.statement[...]
        return "\(statement) (\(measure))"
    }
}

extension Rule {
    /// The source with the weight it gives the rule.
    var grounds: String {
        switch ground {
        case .shall, .should: "\(source) (\(ground.rawValue))".visible
        case .policy: "\(source) (policy of the harness)".visible
        }
    }
}

extension CheckGroup {
    /// The measure, and how many rules nothing put to the test and how many notes there are. A
    /// group of one rule without a measure of its own has that of the rule.
    ///
    /// A format that doesn't spell the verdict out wants it among the words.
    func measureWithCounts(spelling spellsVerdict: Bool = false) -> String {
        let own = measure.isEmpty && results.count == 1 ? results[0].measure : measure
        var parts = own.isEmpty ? [] : [own.visible]
        let idle = results.count { $0.verdict == .notExercised }
        if spellsVerdict, verdict == .notExercised || verdict == .notApplicable {
            parts.insert(verdict.rawValue, at: 0)
        }
        if idle > 0, idle < results.count {
            parts.append("\(idle.grouped) of \(results.count.counted("rule")) not exercised")
        }
        let notes = results.reduce(0) { $0 + $1.findings.count { $0.level == .info } }
        if notes > 0 { parts.append(notes.counted("note")) }
        return parts.joined(separator: "; ")
    }
}

extension ComparisonReport.Cause {
    /// When it begins, what it is, by how much it differs, and how many values: `PT5M`,
    /// `outlet 7 power`, `+1 W`, `12 values`.
    var cells: [String] {
        [
            from, subject.visible, change.visible(limit: Finding.valueLimit),
            count.counted("value"),
        ]
    }

    /// What follows in one line; empty where nothing does.
    var follow: String {
        guard consequenceCount > 0 else { return "" }
        return (consequences.map(\.visible) + [consequenceCount.counted("value")])
            .joined(separator: "; ")
    }
}

extension GoldenDifference {
    /// A value that one side lacks reads `absent`.
    var goldenValue: String { (golden ?? "absent").visible(limit: Finding.valueLimit) }
    var runValue: String { (run ?? "absent").visible(limit: Finding.valueLimit) }
}

extension ScenarioReport {
    /// The name and the title, as a headline.
    var headline: String {
        (title.isEmpty ? scenario : "\(scenario) · \(title)").visible
    }

    /// What the run's bytes depend on: `seed 7, virtual clock`.
    var conditions: String {
        let own = client == "reference" ? "" : ", client \(client)"
        return "seed \(seed), \(clock) clock\(own)".visible
    }

    /// The facts in two lines of phrases: what was simulated and what was recorded.
    var factLines: [(label: String, pieces: [String])] {
        var lines: [(label: String, pieces: [String])] = []
        for (label, facts) in [("simulated", simulated), ("recorded", recorded)]
        where !facts.isEmpty {
            lines.append((label, facts.map(\.phrase.visible)))
        }
        if let recordingFile { lines.append(("lines in", [recordingFile.visible])) }
        return lines
    }

    var verdictLine: String {
        ExitCause.verdictLine(of: causes, warningCount: count(of: .warn)).visible
    }

    /// How to take the run over as the new golden, where there is something to take over.
    var acceptHint: String? {
        guard pendingGolden != nil else { return nil }
        let name = client == "reference" ? scenario : "\(client)/\(scenario)"
        return "if this is right: pdu-harness accept \(name)".visible
    }
}

extension Ledger {
    /// The summary with what was left out.
    var phrase: String {
        (omitted > 0 ? "\(summary); \(omitted.counted("row")) left out" : summary).visible
    }

    /// A row's cells as texts, the concern last where any row has one.
    func texts(of row: Row) -> [String] {
        let cells = row.cells.map { cell in
            switch cell {
            case .text(let text): text.visible(limit: Finding.valueLimit)
            case .number(let number): number.grouped
            case .none: ""
            }
        }
        return concerns.isEmpty ? cells : cells + [row.concern?.visible ?? ""]
    }

    /// The columns' names in words: `longestGap` is `longest gap`.
    var heads: [String] {
        let words = columns.map { column in
            column.reduce(into: "") { words, letter in
                words += letter.isUppercase ? " " + letter.lowercased() : String(letter)
            }
        }
        return concerns.isEmpty ? words : words + ["concern"]
    }
}

extension RunReport {
    var verdictLine: String {
        let warningCount = scenarios.reduce(0) { $0 + $1.count(of: .warn) }
        return ExitCause.verdictLine(of: causes, warningCount: warningCount).visible
    }

    /// `12 scenarios, 2 failed`.
    var tally: String {
        guard !scenarios.isEmpty else { return "no scenarios" }
        let failed = scenarios.count { $0.verdict == .fail }
        return scenarios.count.counted("scenario")
            + (failed == 0 ? ", all passed" : ", \(failed.grouped) failed")
    }
}
