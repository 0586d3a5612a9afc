import Findings
import JSONText
import Reports
import Testing

@Suite struct JSONReportTests {
    private func parsed(_ scenarios: ScenarioReport...) throws -> JSONValue {
        let report = RunReport(harnessVersion: "0.1.0", scenarios: scenarios)
        return try JSONValue(parsing: JSONReport.render(report))
    }

    @Test func saysWhatTheRunCameTo() throws {
        let report = try parsed(Samples.failing, Samples.crashed)
        #expect(report["report"]?.number?.exactInteger == 1)
        #expect(report["verdict"] == "fail")
        #expect(report["exitStatus"] == 3)
        #expect(report["causes"]?.array?.map { $0["kind"] } == ["client", "check", "golden"])
        #expect(report["causes"]?[1]?["rule"] == "client/A04-session-deleted")
        #expect(
            report["scenarios"]?[0]?["counts"] == [
                "pass": 1, "fail": 1, "warn": 1, "not exercised": 2, "not applicable": 1,
            ])
    }

    @Test func holdsEveryFindingWhole() throws {
        let report = try parsed(Samples.failing)
        let result = report["scenarios"]?[0]?["groups"]?[1]?["results"]?[0]
        #expect(result?["findings"]?.array?.count == 4)
        #expect(
            result?["findings"]?[3] == [
                "rule": "client/A04-session-deleted", "level": "fail",
                "message": "a session was still open when the client ended",
                "exchange": [
                    "line": 3217, "time": "PT40M", "method": "POST",
                    "target": "/redfish/v1/SessionService/Sessions",
                ],
                "pointer": "/Id", "position": ["offset": 80, "line": 3, "column": 12],
                "expected": "DELETE of session 4", "seen": "nothing up to the end at PT40M",
                "definition": ["file": "CSDL/Session_v1.xml", "line": 41],
            ])
    }

    @Test func holdsTheGoldenOutcome() throws {
        let golden = try parsed(Samples.failing)["scenarios"]?[0]?["golden"]
        #expect(golden?["outcome"] == "different")
        #expect(golden?["total"] == 18)
        #expect(
            golden?["differences"]?[1] == [
                "time": "PT6M", "subject": "POST /events", "place": "status", "golden": "204",
            ])
        let none = try parsed(Samples.passing)["scenarios"]?[0]?["golden"]
        #expect(none == ["outcome": "missing", "verdict": "not exercised", "required": false])
    }

    @Test func keepsValuesAsTheyWere() throws {
        let report = try parsed(Samples.hostile)
        let finding = report["scenarios"]?[0]?["groups"]?[0]?["results"]?[0]?["findings"]?[0]
        #expect(finding?["seen"]?.string == Samples.hostileText)
    }

    @Test func keepsAllBitsOfASeed() throws {
        var scenario = Samples.passing
        scenario.seed = .max
        #expect(
            try parsed(scenario)["scenarios"]?[0]?["seed"]?.number?.text == "18446744073709551615")
    }
}
