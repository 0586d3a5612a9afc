import Findings
import HTTPTypes
import JSONText
import Judging
import Testing
import VirtualTime

/// In a replay the device did what was recorded, and only the client is judged.
@Suite struct ReplayJudgingTests {
    private func groups(judgesDevice: Bool) -> [CheckGroup] {
        var snippet = Snippet()
        snippet.root()
        snippet.outlet(1, kWh: "1.0")
        snippet.at(60)
        snippet.outlet(1, kWh: "0.2")
        let judge = Judge(
            ofDeviceSince: Snippet.start, schemaRules: [], judgesDevice: judgesDevice
        ) { context, _, _ in
            [
                Finding(
                    ruleID: "schema/any", level: .fail, message: "everything is wrong",
                    seen: "\(context.kind)")
            ]
        }
        for (index, entry) in snippet.entries.enumerated() { judge.observe(entry, line: index + 2) }
        return judge.finish()
    }

    @Test func whatTheDeviceDidIsNotHeldAgainstTheClient() {
        let whole = groups(judgesDevice: true)
        #expect(whole.contains { $0.name == "energy monotonicity" && $0.verdict == .fail })
        #expect(whole.contains { $0.name == "schema" && $0.verdict == .fail })
        let client = groups(judgesDevice: false)
        #expect(!client.contains { $0.name == "energy monotonicity" })
        #expect(client.allSatisfy { $0.name != "schema" || $0.verdict != .fail })
        #expect(client.contains { $0.name == "session lifecycle" })
    }

    @Test func whatTheClientWritesIsJudged() throws {
        var snippet = Snippet()
        snippet.root()
        snippet.request(.patch, "\(Snippet.unit)/Outlets/1", ["Wrong": 1], answer: ["a": 1])
        let judge = Judge(ofDeviceSince: Snippet.start, schemaRules: [], judgesDevice: false) {
            _, value, _ in
            value["Wrong"] == nil
                ? [Finding(ruleID: "schema/device", level: .fail, message: "the device's")]
                : [Finding(ruleID: "schema/client", level: .fail, message: "the client's")]
        }
        for (index, entry) in snippet.entries.enumerated() { judge.observe(entry, line: index + 2) }
        let schema = try #require(judge.finish().first { $0.name == "schema" })
        #expect(schema.results.map(\.rule.id) == ["schema/payloads", "schema/client"])
    }
}
