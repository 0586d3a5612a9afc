import Findings
import JSONText
import Reports
import Testing

@Suite struct SARIFReportTests {
    private func run(_ scenarios: ScenarioReport...) throws -> JSONValue {
        let report = RunReport(harnessVersion: "0.1.0", scenarios: scenarios)
        let log = try JSONValue(parsing: SARIFReport.render(report))
        #expect(log["version"] == "2.1.0")
        return try #require(log["runs"]?[0])
    }

    private func results(_ run: JSONValue, rule: String) -> [JSONValue] {
        run["results"]?.array?.filter { $0["ruleId"]?.string == rule } ?? []
    }

    @Test(arguments: [
        ("energy/monotonic", "pass", "none"), ("client/A07-one-relogin", "fail", "warning"),
        ("client/A04-session-deleted", "fail", "error"), ("client/B02-etag", "open", "none"),
        ("client/D01-acknowledge", "notApplicable", "none"), ("golden", "fail", "error"),
    ])
    func everyVerdictHasItsKind(rule: String, kind: String, level: String) throws {
        let result = try #require(results(run(Samples.failing), rule: rule).first)
        #expect(result["kind"]?.string == kind)
        #expect(result["level"]?.string == level)
    }

    @Test func everyFindingIsAResultWithItsPlace() throws {
        let found = try results(run(Samples.failing), rule: "client/A04-session-deleted")
        #expect(found.count == 4)
        let place = found[1]["locations"]?[0]
        #expect(
            place?["physicalLocation"] == [
                "artifactLocation": ["uri": "overload.recording.jsonl"],
                "region": ["startLine": 3215],
            ])
        #expect(
            place?["logicalLocations"]?[0]?["fullyQualifiedName"]
                == "overload PT40M POST /redfish/v1/SessionService/Sessions#/Id")
        #expect(
            found[1]["relatedLocations"]?[0]?["physicalLocation"]?["region"]?["startLine"] == 41)
    }

    @Test func rulesAreListedOnceAndFoundByTheirIndex() throws {
        let run = try run(Samples.failing, Samples.passing, Samples.crashed, Samples.failing)
        let rules = try #require(run["tool"]?["driver"]?["rules"]?.array)
        let ids = rules.compactMap { $0["id"]?.string }
        #expect(Set(ids).count == ids.count)
        for result in try #require(run["results"]?.array) {
            let index = try #require(result["ruleIndex"]?.number?.exactInteger)
            #expect(rules[Int(index)]["id"] == result["ruleId"])
        }
    }

    @Test func aFaultOfTheHarnessIsNoResult() throws {
        var scenario = Samples.passing
        scenario.causes = [.harnessFault("the disk is full")]
        let run = try run(Samples.crashed, scenario)
        let invocations = try #require(run["invocations"]?.array)
        #expect(invocations.map { $0["executionSuccessful"] } == [true, false])
        #expect(invocations.map { $0["exitCode"] } == [3, 70])
        #expect(
            invocations[1]["toolExecutionNotifications"]?[0]?["message"]?["text"]
                == "the disk is full")
        #expect(results(run, rule: "client").count == 1)
        #expect(results(run, rule: "harness").isEmpty)
    }

    @Test func aPathBecomesAURI() throws {
        var scenario = Samples.failing
        scenario.recordingFile = "out dir/é#1.jsonl"
        let result = try results(run(scenario), rule: "client/A04-session-deleted")[0]
        let place = result["locations"]?[0]?["physicalLocation"]?["artifactLocation"]
        #expect(place?["uri"] == "out%20dir/%C3%A9%231.jsonl")
    }
}
