package import Findings
import JSONText

/// The report for programs: everything the run knows, nothing cut short.
///
/// `"report": 1` names this shape; members may be added under the same number, and are left out
/// where there is nothing to say. At the top: `harness`, `verdict`, `exitStatus`, `causes`,
/// `scenarios` and `staleGoldens`, the files that no scenario uses. A scenario has its conditions (`seed`, `client`, `clock`, `model`), the facts
/// `simulated` and `recorded`, `counts` of rules by verdict, `groups` of `results` with their
/// `rule` and `findings`, and the `golden` outcome. A cause is `kind`, `exitStatus`, `words` and,
/// for a check, `rule`; the decisive one stands first. Verdicts and levels are the words of the
/// text report. `ledgers` are what the client did, each with a `summary` and `rows`, whose members
/// are the ledger's columns and, where something is wrong, `concern`.
package enum JSONReport {
    package static func render(_ report: RunReport) -> String {
        var value: JSONValue = [
            "report": 1,
            "harness": .string(report.harnessVersion),
            "verdict": .string((report.causes.isEmpty ? Verdict.pass : .fail).rawValue),
            "exitStatus": .integer(report.exitStatus),
            "causes": causes(report.causes),
            "scenarios": .array(report.scenarios.map(scenario)),
        ]
        if !report.staleGoldens.isEmpty {
            value.add("staleGoldens", .array(report.staleGoldens.map { .string($0) }))
        }
        return value.prettyText
    }

    private static func scenario(_ scenario: ScenarioReport) -> JSONValue {
        var object: JSONValue = [
            "scenario": .string(scenario.scenario),
            "title": .string(scenario.title),
            "seed": .integer(scenario.seed),
            "client": .string(scenario.client),
            "clock": .string(scenario.clock),
            "model": .string(scenario.model),
            "verdict": .string(scenario.verdict.rawValue),
            "exitStatus": .integer(scenario.exitStatus),
            "causes": causes(scenario.causes),
            "simulated": facts(scenario.simulated),
            "recorded": facts(scenario.recorded),
            "counts": .object(
                JSONObject(
                    Verdict.allCases.map {
                        .init(name: $0.rawValue, value: .integer(scenario.count(of: $0)))
                    })),
        ]
        object.add("recordingFile", scenario.recordingFile)
        object.add("pendingGolden", scenario.pendingGolden)
        object.add("command", scenario.command)
        object.add("groups", .array(scenario.groups.map(group)))
        if !scenario.ledgers.isEmpty {
            object.add("ledgers", .array(scenario.ledgers.map(ledger)))
        }
        object.add("golden", golden(scenario.golden))
        return object
    }

    private static func causes(_ causes: [ExitCause]) -> JSONValue {
        .array(
            ExitCause.ranked(causes).flatMap { $0 }.map { cause in
                var object: JSONValue = [
                    "kind": .string(cause.kind), "exitStatus": .integer(cause.status),
                    "words": .string(cause.words),
                ]
                if case .check(let ruleID) = cause { object.add("rule", ruleID) }
                return object
            })
    }

    private static func facts(_ facts: [ScenarioReport.Fact]) -> JSONValue {
        .array(facts.map { ["label": .string($0.label), "value": .string($0.value)] })
    }

    private static func group(_ group: CheckGroup) -> JSONValue {
        [
            "name": .string(group.name), "verdict": .string(group.verdict.rawValue),
            "measure": .string(group.measure), "results": .array(group.results.map(result)),
        ]
    }

    private static func result(_ result: RuleResult) -> JSONValue {
        let rule = result.rule
        var object: JSONValue = [
            "rule": .string(rule.id), "verdict": .string(result.verdict.rawValue),
            "measure": .string(result.measure), "ground": .string(rule.ground.rawValue),
            "level": .string(rule.level.rawValue), "statement": .string(rule.statement),
            "source": .string(rule.source), "findings": .array(result.findings.map(finding)),
        ]
        if result.uncollected > 0 { object.add("uncollected", .integer(result.uncollected)) }
        return object
    }

    private static func ledger(_ ledger: Ledger) -> JSONValue {
        let rows = ledger.rows.map { row in
            var object: JSONValue = .object(JSONObject())
            for (column, cell) in zip(ledger.columns, row.cells) {
                switch cell {
                case .text(let text): object.add(column, text)
                case .number(let number): object.add(column, .integer(number))
                case .none: break
                }
            }
            object.add("concern", row.concern)
            return object
        }
        var object: JSONValue = [
            "name": .string(ledger.name), "summary": .string(ledger.summary),
            "rows": .array(rows),
        ]
        if ledger.omitted > 0 { object.add("omitted", .integer(ledger.omitted)) }
        return object
    }

    static func finding(_ finding: Finding) -> JSONValue {
        var object: JSONValue = [
            "rule": .string(finding.ruleID), "level": .string(finding.level.rawValue),
            "message": .string(finding.message),
        ]
        if let exchange = finding.exchange {
            object.add(
                "exchange",
                [
                    "line": .integer(exchange.line), "time": .string(exchange.time),
                    "method": .string(exchange.method), "target": .string(exchange.target),
                ])
        }
        object.add("pointer", finding.pointer?.description)
        if let position = finding.position {
            object.add(
                "position",
                [
                    "offset": .integer(position.offset), "line": .integer(position.line),
                    "column": .integer(position.column),
                ])
        }
        object.add("expected", finding.expected)
        object.add("seen", finding.seen)
        if let definition = finding.definition {
            var place: JSONValue = [
                "file": .string(definition.file), "line": .integer(definition.line),
            ]
            place.add("pointer", definition.pointer?.description)
            object.add("definition", place)
        }
        object.add("script", finding.script)
        return object
    }

    private static func golden(_ golden: GoldenOutcome) -> JSONValue {
        var object: JSONValue = [
            "outcome": .string(golden.kind), "verdict": .string(golden.verdict.rawValue),
        ]
        switch golden {
        case .equal(let exchanges): object.add("exchanges", .integer(exchanges))
        case .different(let differences, let total):
            object.add("total", .integer(total))
            object.add("differences", .array(differences.map(difference)))
        case .missing(let required): object.add("required", .bool(required))
        case .unusable(let reason), .notCompared(let reason): object.add("reason", reason)
        case .otherModel(let golden, let current):
            object.add("goldenModel", golden)
            object.add("model", current)
        }
        return object
    }

    private static func difference(_ difference: GoldenDifference) -> JSONValue {
        var object: JSONValue = [
            "time": .string(difference.time), "subject": .string(difference.subject),
            "place": .string(difference.place),
        ]
        object.add("golden", difference.golden)
        object.add("run", difference.run)
        return object
    }
}

extension ExitCause {
    fileprivate var kind: String {
        switch self {
        case .interrupted: "interrupted"
        case .harnessFault: "harness fault"
        case .usage: "usage"
        case .client: "client"
        case .check: "check"
        case .golden: "golden"
        }
    }
}

extension GoldenOutcome {
    fileprivate var kind: String {
        switch self {
        case .equal: "equal"
        case .different: "different"
        case .missing: "missing"
        case .unusable: "unusable"
        case .otherModel: "other model"
        case .notCompared: "not compared"
        }
    }
}

extension JSONValue {
    static func integer(_ value: some BinaryInteger) -> JSONValue { .number(JSONNumber(value)) }

    /// Adds a member to an object at its end; a nil value adds nothing.
    mutating func add(_ name: String, _ value: JSONValue) {
        guard case .object(var object) = self else { return }
        object.members.append(.init(name: name, value: value))
        self = .object(object)
    }

    mutating func add(_ name: String, _ text: String?) {
        if let text { add(name, .string(text)) }
    }
}
