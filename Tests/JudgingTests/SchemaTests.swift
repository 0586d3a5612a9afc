import Findings
import HTTPTypes
import JSONText
import Judging
import Synchronization
import Testing

@Suite struct SchemaTests {
    static let outlet = "\(Snippet.unit)/Outlets/1"

    @Test func everyPayloadIsHeldAgainstTheSchemaOfItsTarget() {
        let seen = Mutex<[String]>([])
        let target = "\(Self.outlet)/Outlet.PowerControl"
        _ = Judged(validate: { context, _, _ in
            seen.withLock { $0.append("\(context.kind) \(context.targetType ?? "-")") }
            return []
        }) {
            $0.get("/redfish", ["v1": "/redfish/v1/"])
            $0.login()
            $0.outlet(
                1,
                members: [
                    ("Actions", ["#Outlet.PowerControl": ["target": .string(target)]])
                ])
            $0.request(.post, target, ["PowerState": "Off"], status: 204)
            $0.request(
                .patch, Self.outlet, ["UserLabel": "x"], status: 400, answer: ["error": [:]])
            $0.request(.get, "\(Self.outlet)?$select=Id", answer: ["Id": "1"])
            $0.deliver("1")
        }
        let type = "#Outlet.v1_4_4.Outlet"
        #expect(
            seen.withLock { $0 } == [
                "versions -", "create -", "resource -", "resource -",
                "action(name: \"#Outlet.PowerControl\") \(type)", "update \(type)",
                "message \(type)", "partOfResource \(type)", "event -",
            ])
    }

    @Test func findingsAreFoldedByRuleAndNameTheirExchange() throws {
        let rule = Rule("schema/enum-member", .shall, .fail, "…", source: "…")
        let judged = Judged(schemaRules: [rule]) { _, _, _ in
            [Finding(ruleID: rule.id, level: .fail, message: "no such member")]
        } _: {
            for _ in 0..<25 { $0.outlet(1, kWh: "1") }
        }
        let group = judged.groups[0]
        #expect(group.measure == "25 payloads, 25 findings")
        #expect(group.results.map(\.rule.id) == ["schema/payloads", "schema/enum-member"])
        #expect(group.results.map(\.verdict) == [.pass, .fail])
        let result = group.results[1]
        #expect(result.findings.count == 20)
        #expect(result.measure.contains("25 findings"))
        #expect(result.findings.first?.exchange?.line == 2)
    }

    @Test func aBodyThatIsNoJSONIsFound() {
        let judged = Judged {
            $0.request(
                .get, Self.outlet, answer: .text("{]"),
                answerFields: [.contentType: "application/json"])
        }
        #expect(judged.verdict("schema/payloads") == .fail)
        let cut = Judged {
            $0.request(
                .get, Self.outlet, answer: .text("{]"),
                answerFields: [.contentType: "application/json"], fault: "cut")
        }
        #expect(cut.verdict("schema/payloads") == .notExercised)
        #expect(cut.groups[0].measure == "0 payloads, 0 findings; 1 made by the scenario set aside")
    }

    @Test func otherMediaTypesAreNotPayloads() {
        let judged = Judged {
            $0.request(
                .get, "/redfish/v1/$metadata", answer: .text("<Edmx/>"),
                answerFields: [.contentType: "application/xml"])
        }
        #expect(judged.verdict("schema/payloads") == .notExercised)
    }
}
