import Findings
import JSONText

/// The report of `validate` for programs: everything, nothing cut short.
///
/// `"validation": 1` names this shape. A target also has its `types`, with how many of their
/// properties some payload has. A target has its `payloads`, each with `uri`, `file`, `type`
/// and `findings`; a finding has its `rule`, `level`, `message` and as much as is known of `uri`,
/// `file`, `pointer`, `position`, `exchange`, `expected`, `seen`, `definition`, `snippet` and
/// `accepted`, the reason why it does not count, and `profile`, the interoperability profile that is
/// not met. A target's `profiles` have every requirement with its place in the profile, how often it
/// was met, missed, or open because nothing was demanded or could be seen, and its verdict.
enum ValidationJSON {
    static func render(_ report: ValidationReport) -> String {
        let value: JSONValue = [
            "validation": 1,
            "harness": .string(report.harnessVersion),
            "verdict": .string((report.causes.isEmpty ? Verdict.pass : .fail).rawValue),
            "exitStatus": .integer(report.exitStatus),
            "counts": [
                "fail": .integer(report.count(of: .fail)),
                "warn": .integer(report.count(of: .warn)),
                "info": .integer(report.count(of: .info)),
                "accepted": .integer(report.acceptedCount),
                "stale": .integer(report.stale.count),
            ],
            "rules": .array(
                report.groups.flatMap { group in
                    group.classes.map { rule($0.rule, $0.findings.count, of: group.profile) }
                }),
            "targets": .array(report.targets.map(target)),
            "stale": .array(report.stale.map(entry)),
        ]
        return value.prettyText
    }

    private static func rule(_ rule: Rule, _ count: Int, of profile: String?) -> JSONValue {
        var object: JSONValue = [
            "rule": .string(rule.id), "findings": .integer(count),
            "level": .string(rule.level.rawValue), "ground": .string(rule.ground.rawValue),
            "statement": .string(rule.statement), "source": .string(rule.source),
        ]
        object.add("profile", profile)
        object.add(
            profile == nil ? "serviceValidator" : "interopValidator",
            .array(rule.peerClasses.map { .string($0) }))
        return object
    }

    private static func target(_ target: ValidatedTarget) -> JSONValue {
        [
            "target": .string(target.name), "kind": .string(target.kind),
            "payloads": .array(target.payloads.map(payload)),
            "types": .array(
                target.types.map {
                    [
                        "type": .string($0.name), "payloads": .integer($0.payloads),
                        "seen": .integer($0.seen), "defined": .integer($0.defined),
                    ]
                }),
            "unseenSchemas": .array(target.unseenSchemas.map { .string($0) }),
            "notes": .array(target.notes.map { .string($0) }),
            "profiles": .array(target.profiles.map(profile)),
        ]
    }

    private static func profile(_ profile: EvaluatedProfile) -> JSONValue {
        var object: JSONValue = [
            "profile": .string(profile.title), "file": .string(profile.file),
            "met": .integer(profile.metCount),
            "counts": .object(
                JSONObject(
                    [Verdict.pass, .fail, .warn, .notExercised].map {
                        JSONObject.Member(
                            name: $0.rawValue, value: .integer(profile.count(of: $0)))
                    })),
        ]
        object.add("purpose", profile.purpose)
        object.add(
            "requirements",
            .array(
                profile.requirements.map {
                    [
                        "pointer": .string($0.pointer.description), "line": .integer($0.line),
                        "demand": .string($0.demand), "verdict": .string($0.verdict.rawValue),
                        "met": .integer($0.met), "missed": .integer($0.missed),
                        "open": .integer($0.open),
                    ]
                }))
        return object
    }

    private static func payload(_ payload: ValidatedPayload) -> JSONValue {
        var object: JSONValue = ["uri": .string(payload.uri)]
        object.add("file", payload.file)
        object.add("type", payload.type)
        object.add("findings", .array(payload.findings.map(finding)))
        return object
    }

    private static func finding(_ placed: PlacedFinding) -> JSONValue {
        var object = JSONReport.finding(placed.finding)
        object.add("uri", placed.uri)
        object.add("file", placed.file)
        object.add("snippet", placed.snippet?.line)
        object.add("profile", placed.profile)
        object.add("accepted", placed.acceptance)
        return object
    }

    private static func entry(_ entry: ExpectedFindings.Entry) -> JSONValue {
        var object: JSONValue = ["rule": .string(entry.rule), "at": .string(entry.place)]
        object.add("pointer", entry.pointer)
        object.add("reason", entry.reason)
        object.add("expires", entry.expires)
        return object
    }
}
