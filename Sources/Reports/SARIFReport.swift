package import Findings
import JSONText

/// The report for code-scanning tools.
///
/// One run holds all scenarios; each has its own invocation, and every result names the one it
/// belongs to. A rule that nothing put to the test has kind `open`.
///
/// Source: OASIS Standard "Static Analysis Results Interchange Format (SARIF) Version 2.1.0",
/// 3.20 invocation, 3.27 result (3.27.9 kind, 3.27.10 level), 3.49 reportingDescriptor.
package enum SARIFReport {
    package static func render(_ report: RunReport) -> String {
        var catalogue = RuleCatalogue()
        var results: [JSONValue] = []
        for (index, scenario) in report.scenarios.enumerated() {
            results += SARIFResults(scenario: scenario, invocation: index).all(&catalogue)
        }
        let driver: JSONValue = [
            "name": "pdu-harness", "version": .string(report.harnessVersion),
            "rules": .array(catalogue.rules.map(descriptor)),
        ]
        let run: JSONValue = [
            "tool": ["driver": driver], "columnKind": "unicodeCodePoints",
            "invocations": .array(report.scenarios.map(invocation)),
            "results": .array(results),
        ]
        let log: JSONValue = [
            "$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0",
            "runs": [run],
        ]
        return log.prettyText
    }

    private static func descriptor(_ rule: Rule) -> JSONValue {
        var object: JSONValue = [
            "id": .string(rule.id), "shortDescription": ["text": .string(rule.statement)],
        ]
        if !rule.source.isEmpty { object.add("help", ["text": .string(rule.grounds)]) }
        object.add("defaultConfiguration", ["level": .string(rule.level.sarif)])
        object.add("properties", ["ground": .string(rule.ground.rawValue)])
        return object
    }

    private static func invocation(_ scenario: ScenarioReport) -> JSONValue {
        let faults = ExitCause.ranked(scenario.causes).flatMap { $0 }.filter(\.isFaultOfTheRun)
        var object: JSONValue = [
            "executionSuccessful": .bool(faults.isEmpty),
            "exitCode": .integer(scenario.exitStatus),
        ]
        if !faults.isEmpty {
            object.add(
                "toolExecutionNotifications",
                .array(
                    faults.map { ["level": "error", "message": ["text": .string($0.words)]] }))
        }
        object.add(
            "properties",
            [
                "scenario": .string(scenario.scenario), "title": .string(scenario.title),
                "seed": .string("\(scenario.seed)"), "client": .string(scenario.client),
                "clock": .string(scenario.clock), "model": .string(scenario.model),
            ])
        return object
    }
}

/// The rules that results refer to by index, each once.
private struct RuleCatalogue {
    private(set) var rules: [Rule] = []
    private var indices: [String: Int] = [:]

    mutating func index(of rule: Rule) -> Int {
        if let index = indices[rule.id] { return index }
        indices[rule.id] = rules.count
        rules.append(rule)
        return rules.count - 1
    }
}

/// The results of one scenario.
private struct SARIFResults {
    let scenario: ScenarioReport
    let invocation: Int

    func all(_ catalogue: inout RuleCatalogue) -> [JSONValue] {
        var results: [JSONValue] = []
        for result in scenario.groups.flatMap(\.results) {
            results += self.results(of: result, index: catalogue.index(of: result.rule))
        }
        for cause in scenario.causesWithoutResult where !cause.isFaultOfTheRun {
            let rule = Rule(
                cause.subject, .policy, .fail, "The scenario ends as it should.", source: "")
            results.append(
                value(rule, catalogue.index(of: rule), "fail", rule.level, cause.words))
        }
        let rule = Rule(
            "golden", .policy, .fail, "The recording equals the golden on file.", source: "")
        results.append(golden(rule, index: catalogue.index(of: rule)))
        return results
    }

    /// A result for each finding; one for the rule itself where no finding says its verdict.
    private func results(of result: RuleResult, index: Int) -> [JSONValue] {
        let rule = result.rule
        let isBreach = result.verdict == .fail || result.verdict == .warn
        let values = result.findings.map { finding in
            let kind = isBreach && finding.level != .info ? "fail" : "informational"
            return value(rule, index, kind, finding.level, finding.sarifText, finding: finding)
        }
        let isTold = isBreach && result.findings.contains { $0.level != .info }
        return isTold ? values : values + [summary(of: result, index: index)]
    }

    private func summary(of result: RuleResult, index: Int) -> JSONValue {
        let text = result.measure.isEmpty ? result.verdict.rawValue : result.measure
        let rule = result.rule
        return switch result.verdict {
        case .fail: value(rule, index, "fail", .fail, result.headline)
        case .warn: value(rule, index, "fail", .warn, result.headline)
        case .pass: value(rule, index, "pass", nil, text)
        case .notExercised: value(rule, index, "open", nil, text)
        case .notApplicable: value(rule, index, "notApplicable", nil, text)
        }
    }

    private func golden(_ rule: Rule, index: Int) -> JSONValue {
        let golden = scenario.golden
        var text = golden.summary
        if case .different(let differences, _) = golden, let first = differences.first {
            text += ", the first at \(first.time) in \(first.subject) \(first.place):"
            text += " \(first.goldenValue) → \(first.runValue)"
        }
        return switch golden.verdict {
        case .fail: value(rule, index, "fail", .fail, text)
        case .pass, .warn: value(rule, index, "pass", nil, text)
        case .notExercised, .notApplicable: value(rule, index, "open", nil, text)
        }
    }

    /// A level stands only beside the kind `fail`; beside any other it would have to be `none`.
    private func value(
        _ rule: Rule, _ index: Int, _ kind: String, _ level: Level?, _ text: String,
        finding: Finding? = nil
    ) -> JSONValue {
        let severity = kind == "fail" ? level?.sarif ?? "error" : "none"
        var object: JSONValue = [
            "ruleId": .string(rule.id), "ruleIndex": .integer(index), "kind": .string(kind),
            "level": .string(severity), "message": ["text": .string(text)],
            "locations": [location(of: finding)],
        ]
        if let definition = finding?.definition {
            object.add(
                "relatedLocations",
                [
                    [
                        "physicalLocation": place(definition.file, line: definition.line),
                        "message": ["text": "The definition the rule rests on."],
                    ]
                ])
        }
        object.add("provenance", ["invocationIndex": .integer(invocation)])
        return object
    }

    private func location(of finding: Finding?) -> JSONValue {
        let exchange = finding?.exchange.map { " \($0.time) \($0.method) \($0.target)" } ?? ""
        let pointer = finding?.pointer.map { "#\($0)" } ?? ""
        var object: JSONValue = [
            "logicalLocations": [
                ["fullyQualifiedName": .string(scenario.scenario + exchange + pointer)]
            ]
        ]
        if let exchange = finding?.exchange, let file = scenario.recordingFile {
            object.add("physicalLocation", place(file, line: exchange.line))
        }
        return object
    }

    private func place(_ file: String, line: Int) -> JSONValue {
        [
            "artifactLocation": ["uri": .string(file.percentEncodedPath)],
            "region": ["startLine": .integer(line)],
        ]
    }
}

extension Finding {
    /// The finding as prose, since SARIF has no place for expected and seen.
    var sarifText: String {
        var text = message
        if let expected { text += "\nExpected: \(expected)" }
        if let seen { text += "\nSeen: \(seen)" }
        if let position { text += "\nIn the payload at \(position)" }
        return text
    }
}

extension Level {
    var sarif: String {
        switch self {
        case .fail: "error"
        case .warn: "warning"
        case .info: "note"
        }
    }
}

extension ExitCause {
    /// Whether it kept the harness from judging, as opposed to being what it judged.
    fileprivate var isFaultOfTheRun: Bool {
        switch self {
        case .interrupted, .harnessFault, .usage: true
        case .client, .check, .golden: false
        }
    }
}

extension String {
    /// A path as a relative URI reference: what RFC 3986, "Uniform Resource Identifier (URI):
    /// Generic Syntax", 2.3 calls unreserved stays, and the slash; the rest is percent-encoded.
    var percentEncodedPath: String {
        var text = ""
        for byte in utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: "/"):
                text.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                text += "%" + (digits.count == 1 ? "0" : "") + digits
            }
        }
        return text
    }
}
