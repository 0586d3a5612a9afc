import Findings
import JSONText

/// Reports made by hand, with every verdict and every kind of failure known beforehand.
enum Samples {
    static let lifecycle = Rule(
        "client/A04-session-deleted", .should, .fail,
        "A client deletes the session it opened before it ends.",
        source: "DSP0266 \"Redfish Specification\" 1.8.1, 13.3.5")
    static let relogin = Rule(
        "client/A07-one-relogin", .policy, .warn, "An expired session costs one login, not many.",
        source: "harness rule book, A07")
    static let monotonic = Rule(
        "energy/monotonic", .policy, .fail, "An energy register never falls without a reset.",
        source: "harness rule book, E01")
    static let backoff = Rule(
        "client/C02-retry-after", .shall, .fail, "A client waits as long as Retry-After says.",
        source: "RFC 9110 \"HTTP Semantics\", 10.2.3")
    static let events = Rule(
        "client/D01-acknowledge", .shall, .fail, "A receiver answers a delivery with 2xx.",
        source: "DSP0266 \"Redfish Specification\" 1.8.1, 12.5")

    static let refresh = Rule(
        "client/B02-etag", .should, .warn, "A client asks again with the ETag it was given.",
        source: "RFC 9110 \"HTTP Semantics\", 13.1.2")

    static func left(_ number: Int) -> Finding {
        Finding(
            ruleID: lifecycle.id, level: .fail,
            message: "a session was still open when the client ended",
            exchange: ExchangeReference(
                line: 3213 + number, time: "PT40M", method: "POST",
                target: "/redfish/v1/SessionService/Sessions"),
            pointer: JSONPointer("/Id"), position: TextPosition(offset: 80, line: 3, column: 12),
            expected: "DELETE of session \(number)", seen: "nothing up to the end at PT40M",
            definition: SourceLocation(file: "CSDL/Session_v1.xml", line: 41))
    }

    /// A group of each verdict, four findings of one rule, a differing golden.
    static let failing = ScenarioReport(
        scenario: "overload", title: "48 outlets, branch A past its breaker", seed: 7,
        client: "reference", clock: "virtual", model: "3",
        simulated: [
            .init("device", "smartpdu-48: 48 outlets, 3 branches, 230/400 V 50 Hz"),
            .init("duration", "40 min"),
        ],
        recorded: [.init("exchanges", "3,214"), .init("deliveries", "41")],
        groups: [
            CheckGroup(
                name: "energy monotonicity", measure: "53 registers, 3,120 readings, 0 fell",
                results: [RuleResult(rule: monotonic, verdict: .pass, measure: "0 of 3,120")]),
            CheckGroup(
                name: "session lifecycle", measure: "4 logins, 4 sessions left open",
                results: [
                    RuleResult(
                        rule: lifecycle, verdict: .fail, measure: "4 of 4 sessions",
                        findings: (1...4).map(left)),
                    RuleResult(rule: backoff, verdict: .notExercised, measure: ""),
                ]),
            CheckGroup(
                name: "logins", measure: "1 expiry",
                results: [RuleResult(rule: relogin, verdict: .warn, measure: "2 logins")]),
            CheckGroup(
                name: "retries", measure: "",
                results: [RuleResult(rule: refresh, verdict: .notExercised, measure: "")]),
            CheckGroup(
                name: "events", measure: "",
                results: [
                    RuleResult(rule: events, verdict: .notApplicable, measure: "no subscription")
                ]),
        ],
        golden: .different(
            [
                GoldenDifference(
                    time: "PT5M", subject: "GET /redfish/v1/PowerEquipment/RackPDUs/2/Outlets/7",
                    place: "/PowerWatts/Reading", golden: "120.4", run: "121.4"),
                GoldenDifference(
                    time: "PT6M", subject: "POST /events", place: "status", golden: "204", run: nil),
            ], total: 18),
        goldenCauses: [
            .init(
                subject: "outlet 7 power", change: "+1 W", from: "PT5M", count: 12,
                rows: [
                    .init(
                        time: "PT5M", subject: "outlet 7 power",
                        exchange: "GET /redfish/v1/PowerEquipment/RackPDUs/2/Outlets/7",
                        place: "/PowerWatts/Reading", left: "120.4", right: "121.4",
                        change: "+1 W")
                ], consequences: ["branch A power"], consequenceCount: 5),
            .init(
                subject: "POST /events", change: "204 → none", from: "PT6M", count: 1, rows: [],
                consequences: [], consequenceCount: 0),
        ],
        causes: [.golden("differs"), .check(ruleID: lifecycle.id)],
        recordingFile: "overload.recording.jsonl", pendingGolden: "Golden/overload.golden.jsonl")

    static let passing = ScenarioReport(
        scenario: "idle", title: "", seed: 1, client: "my-aggregator", clock: "paced:60",
        model: "3", simulated: [], recorded: [.init("exchanges", "12")],
        groups: [
            CheckGroup(
                name: "energy", measure: "2 registers",
                results: [RuleResult(rule: monotonic, verdict: .pass, measure: "0 of 12")])
        ], golden: .missing(required: false), causes: [])

    static let crashed = ScenarioReport(
        scenario: "crash", title: "", seed: 1, client: "my-aggregator", clock: "paced:60",
        model: "3", simulated: [], recorded: [], groups: [],
        golden: .notCompared(reason: "the client did not end"),
        causes: [.client("the client ended with signal 11")])

    /// One ledger with a concern, one without, one that is empty.
    static var withLedgers: ScenarioReport {
        var report = passing
        report.ledgers = [
            Ledger(
                "sessions", summary: "2 opened, 1 leaked",
                columns: ["session", "requests", "lastUse"],
                rows: [
                    .init([.text("/Sessions/1"), .number(1200), .text("PT5M")]),
                    .init([.text("/Sessions/|2|"), .number(3), .none], concern: "never deleted"),
                ]),
            Ledger(
                "samples", summary: "1 reading", columns: ["resource", "reads"],
                rows: [.init([.text("/Outlets/1"), .number(1)])], omitted: 4),
            Ledger("events", summary: "emitted 0", columns: ["event"], rows: []),
        ]
        report.command = "pdu-harness run idle -- sh 'a b'"
        return report
    }

    /// Text that would break out of every format if it were not escaped.
    static let hostileText =
        "</script><script>alert(1)</script>\"'&]]>|`*\u{1B}[31m\u{0}\u{202E}\n\u{FFFF}é"

    static var hostile: ScenarioReport {
        var rule = lifecycle
        rule.statement = hostileText
        rule.source = hostileText
        let finding = Finding(
            ruleID: rule.id, level: .fail, message: hostileText,
            exchange: ExchangeReference(
                line: 1, time: "PT0S", method: "GET", target: "/" + hostileText),
            pointer: JSONPointer(tokens: [hostileText]), expected: hostileText, seen: hostileText)
        let result = RuleResult(
            rule: rule, verdict: .fail, measure: hostileText, findings: [finding])
        let difference = GoldenDifference(
            time: "PT0S", subject: hostileText, place: hostileText, golden: hostileText,
            run: hostileText)
        return ScenarioReport(
            scenario: hostileText, title: hostileText, seed: 1, client: hostileText,
            clock: hostileText, model: hostileText, simulated: [.init("device", hostileText)],
            recorded: [.init(hostileText, "1")],
            groups: [CheckGroup(name: hostileText, measure: hostileText, results: [result])],
            golden: .different([difference], total: 1),
            goldenCauses: [
                .init(
                    subject: hostileText, change: hostileText, from: "PT0S", count: 1,
                    rows: [
                        .init(
                            time: "PT0S", subject: hostileText, exchange: hostileText,
                            place: hostileText, left: hostileText, right: hostileText,
                            change: hostileText)
                    ], consequences: [hostileText], consequenceCount: 1)
            ],
            causes: [.check(ruleID: rule.id), .client(hostileText), .golden("differs")],
            recordingFile: hostileText, pendingGolden: hostileText)
    }

    static func run(_ scenarios: ScenarioReport...) -> RunReport {
        RunReport(harnessVersion: "0.1.0", scenarios: scenarios)
    }
}
