import Findings
import JSONText

/// The report of `validate` for code-scanning tools: a result a finding, at the user's file where
/// there is one. Accepted findings are suppressed results.
///
/// Source: OASIS Standard "Static Analysis Results Interchange Format (SARIF) Version 2.1.0",
/// 3.27 result, 3.28 location, 3.30 region, 3.35 suppression.
enum ValidationSARIF {
    static func render(_ report: ValidationReport) -> String {
        let used = report.rules.filter { rule in
            report.findings.contains { $0.finding.ruleID == rule.id }
        }
        let indices = Dictionary(
            used.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
        let run: JSONValue = [
            "tool": [
                "driver": [
                    "name": "pdu-harness", "version": .string(report.harnessVersion),
                    "rules": .array(used.map(descriptor)),
                ]
            ],
            "columnKind": "utf16CodeUnits",
            "invocations": [
                ["executionSuccessful": true, "exitCode": .integer(report.exitStatus)]
            ],
            "results": .array(report.findings.map { result($0, indices) }),
        ]
        let log: JSONValue = [
            "$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0",
            "runs": [run],
        ]
        return log.prettyText
    }

    private static func descriptor(_ rule: Rule) -> JSONValue {
        [
            "id": .string(rule.id), "shortDescription": ["text": .string(rule.statement)],
            "help": ["text": .string("\(rule.grounds); \(rule.peerWords)")],
            "defaultConfiguration": ["level": .string(rule.level.sarif)],
            "properties": ["ground": .string(rule.ground.rawValue)],
        ]
    }

    private static func result(_ placed: PlacedFinding, _ indices: [String: Int]) -> JSONValue {
        let finding = placed.finding
        var object: JSONValue = ["ruleId": .string(finding.ruleID)]
        if let index = indices[finding.ruleID] { object.add("ruleIndex", .integer(index)) }
        object.add("level", finding.level.sarif)
        object.add("message", ["text": .string(finding.sarifText)])
        object.add("locations", [location(of: placed)])
        if let definition = finding.definition {
            object.add(
                "relatedLocations",
                [
                    [
                        "id": 1,
                        "physicalLocation": place(definition.file, line: definition.line),
                        "message": ["text": "The definition the rule rests on."],
                    ]
                ])
        }
        if let profile = placed.profile {
            object.add("properties", ["profile": .string(profile)])
        }
        if let reason = placed.acceptance {
            object.add(
                "suppressions", [["kind": "external", "justification": .string(reason)]])
        }
        return object
    }

    private static func location(of placed: PlacedFinding) -> JSONValue {
        let pointer = placed.finding.pointer.map { "#\($0)" } ?? ""
        var object: JSONValue = [
            "logicalLocations": [["fullyQualifiedName": .string(placed.uri + pointer)]]
        ]
        guard let file = placed.file, file != "-" else { return object }
        let position = placed.finding.position
        let line = placed.finding.exchange?.line ?? position?.line ?? 1
        let column = placed.finding.exchange == nil ? position?.column : nil
        object.add(
            "physicalLocation", place(file, line: line, column: column, placed.snippet?.line))
        return object
    }

    private static func place(
        _ file: String, line: Int, column: Int? = nil, _ snippet: String? = nil
    ) -> JSONValue {
        var region: JSONValue = ["startLine": .integer(line)]
        if let column { region.add("startColumn", .integer(column)) }
        if let snippet { region.add("snippet", ["text": .string(snippet)]) }
        return [
            "artifactLocation": ["uri": .string(file.percentEncodedPath)], "region": region,
        ]
    }
}
