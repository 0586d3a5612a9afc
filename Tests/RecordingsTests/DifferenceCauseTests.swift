import HTTPMessages
import HTTPTypes
import JSONText
import Recordings
import Testing
import VirtualTime

/// A difference is told by its cause: one seeded edit after another, and what is named for it.
@Suite struct DifferenceCauseTests {
    /// An edit, and the causes to be named in their order.
    struct Edit: Sendable, CustomTestStringConvertible {
        var name: String
        var causes: [String]
        var run = PolledRun()
        var edit: @Sendable (inout [RecordEntry]) -> Void = { _ in }
        var header: @Sendable (inout GoldenHeader) -> Void = { _ in }

        var testDescription: String { name }
    }

    private static func load(
        _ name: String, _ causes: [String],
        _ milliwatts: @escaping @Sendable (Int, Int) -> Int64
    ) -> Edit {
        Edit(name: name, causes: causes, run: PolledRun(extra: milliwatts))
    }

    private static func leaf(
        _ path: String, _ old: String, _ new: String, _ cause: String
    ) -> Edit {
        Edit(name: "\(path) \(old)", causes: [cause]) { entries in
            entries.change(path, at: 3) { exchange in
                let body = String(decoding: exchange.response?.body ?? [], as: UTF8.self)
                let edited = body.replacing(old, with: new, maxReplacements: 1)
                #expect(edited != body, "\(old) is not in \(body)")
                exchange.response?.body = Array(edited.utf8)
            }
        }
    }

    private static func exchange(
        _ name: String, _ path: String, _ causes: [String],
        _ change: @escaping @Sendable (inout Exchange) -> Void
    ) -> Edit {
        Edit(name: name, causes: causes) { $0.change(path, at: 3, change) }
    }

    static let edits: [Edit] = [
        load("one outlet from the fourth poll on", ["outlet 4 power +1 W"]) {
            $0 == 3 && $1 > 2 ? 1000 : 0
        },
        load("three outlets from the start", ["outlets 1–3 power +2 W"]) { outlet, _ in
            outlet < 3 ? 2000 : 0
        },
        load("one outlet once", ["outlet 6 power −5 W"]) { $0 == 5 && $1 == 2 ? -5000 : 0 },
        load("two outlets at two times", ["outlet 2 power +1 W", "outlet 5 power +3 W"]) {
            outlet, poll in
            outlet == 1 && poll > 1 ? 1000 : outlet == 4 && poll > 3 ? 3000 : 0
        },
        load("less than the meter shows", ["outlet 1 energy +0.0001 kWh"]) { outlet, _ in
            outlet == 0 ? 10 : 0
        },
        leaf(
            "/Outlets/3", #""EnergykWh":{"Reading":"#, #""EnergykWh":{"Reading":9"#,
            "outlet 3 energy"),
        leaf(
            "/Branches/B", #""PowerWatts":{"Reading":"#, #""PowerWatts":{"Reading":1"#,
            "branch B power"),
        leaf("/Metrics", #""EnergykWh":{"Reading":"#, #""EnergykWh":{"Reading":1"#, "PDU energy"),
        leaf(
            "/Outlets/1", #""Voltage":{"Reading":230"#, #""Voltage":{"Reading":231"#,
            "outlet 1 voltage +1 V"),
        leaf(
            "/Outlets/2", #""CurrentAmps":{"Reading":0"#, #""CurrentAmps":{"Reading":1"#,
            "outlet 2 current +1 A"),
        leaf(
            "/Outlets/5", #""PowerFactor":0.95"#, #""PowerFactor":0.9"#,
            "outlet 5 power factor −0.05"),
        leaf(
            "/Outlets/4", #""PowerState":"On""#, #""PowerState":"Off""#,
            #"outlet 4 /PowerState "On" → "Off""#),
        leaf("/Outlets/4", #""Name":"Outlet 4""#, #""Name":"Rack 7""#, "outlet 4 /Name"),
        leaf("/Branches/A", #""Name":"#, #""Extra":1,"Name":"#, "branch A /Extra none → 1"),
        exchange("a response's header", "/Outlets/2", ["outlet 2 header Allow"]) {
            $0.response?.head.headerFields[.allow] = "GET"
        },
        exchange("a status", "/Outlets/2", ["answer of outlet 2 200 → 503"]) {
            $0.response = ResponseMessage(status: .serviceUnavailable)
        },
        exchange("a fault", "/Outlets/2", ["fault played on outlet 2"]) {
            $0.fault = "reset"
            $0.failure = .resetBeforeHead
            $0.response = nil
        },
        exchange("a token", "/Outlets/6", ["hdr:X-Auth-Token in GET of outlet 6"]) {
            $0.request.head.headerFields[.xAuthToken] = "<token#2>"
        },
        Edit(name: "a request more", causes: ["GET of outlet 2 1 more"]) { entries in
            if let index = entries.index("/Outlets/2", at: 3) {
                entries.insert(entries[index], at: index)
            }
        },
        Edit(name: "a request missing", causes: ["GET of branch A 1 missing"]) { entries in
            entries.index("/Branches/A", at: 3).map { _ = entries.remove(at: $0) }
        },
        Edit(name: "a poll missing", causes: ["GET of outlets 1–6 6 missing"]) { entries in
            entries.removeAll { $0.isGet("/Outlets/", at: 3) }
        },
        Edit(name: "a login more", causes: ["POST of SessionService/Sessions 1 more"]) { entries in
            entries.insert(entries[0], at: 1)
        },
        Edit(
            name: "a login as somebody else",
            causes: ["/UserName in POST of SessionService/Sessions"]
        ) {
            $0[0] = PolledRun.login(user: "guest")
        },
        Edit(
            name: "order of cause and effect",
            causes: ["order of POST of EventService/Subscriptions"]
        ) {
            $0.swapAt(0, 1)
        },
        Edit(name: "a delivery missing", causes: ["event delivery 1 missing"]) { entries in
            entries.removeAll { $0.isDelivery }
        },
        Edit(name: "a delivery refused", causes: ["event delivery status 204 → 500"]) { entries in
            entries = entries.map { $0.isDelivery ? PolledRun.delivery(status: 500) : $0 }
        },
        Edit(
            name: "another breaker",
            causes: ["power supply outlet 3 off: breaker A → outlet 3 off: breaker B"]
        ) {
            $0.replaceTruth(cause: "breaker B")
        },
        Edit(name: "no trip", causes: ["power supply 1 missing"]) { entries in
            entries.removeAll { if case .truth = $0 { true } else { false } }
        },
        Edit(
            name: "a step with its effect", causes: ["step of the scenario"],
            run: PolledRun(extra: { $1 > 2 ? 500 : 0 })
        ) { entries in
            entries = entries.map { entry in
                guard case .step(var step) = entry else { return entry }
                step.outcome = "2 sessions ended"
                return .step(step)
            }
        },
        Edit(name: "a claim", causes: ["PDU claimed energy 0.5 → 0.6"]) { entries in
            entries[entries.count - 1] = PolledRun.claim(energy: "0.6")
        },
        Edit(name: "a claim missing", causes: ["PDU claim 1 missing"]) { $0.removeLast() },
        Edit(
            name: "another seed", causes: ["seed of the recording 7 → 8"],
            run: PolledRun(extra: { _, _ in 100 }), header: { $0.seed = 8 }),
        Edit(
            name: "another client", causes: ["client of the recording"],
            edit: { entries in
                entries.removeAll { $0.isGet("/Branches/", at: 3) }
            }, header: { $0.client = "mine" }),
        Edit(
            name: "another model", causes: [#"model of the recording 1 → 2"#],
            run: PolledRun(extra: { _, _ in 100 }), header: { $0.model = "2" }),
    ]

    @Test(arguments: edits)
    func namesTheCause(_ edit: Edit) throws {
        let golden = PolledRun().document { _ in }
        var entries = edit.run.entries
        edit.edit(&entries)
        let run = edit.run.document(entries, edit.header)
        let found = GoldenComparison.differences(golden: golden, run: run).differences
        let causes = DifferenceCause.causes(of: found, golden: golden, run: run)
        let words = causes.map { "\($0.subject) \($0.change)" }
        #expect(words.count == edit.causes.count, "\(words)")
        for (word, cause) in zip(words, edit.causes) {
            #expect(word.hasPrefix(cause), "\(words)")
        }
        #expect(causes.reduce(0) { $0 + $1.differences.count } == found.count)
        // What differs shows in the text for git, too.
        #expect(SemanticView.lines(of: golden) != SemanticView.lines(of: run))
    }

    @Test func thereAreThirtyOfThem() {
        #expect(Self.edits.count >= 30)
        #expect(Set(Self.edits.map(\.name)).count == Self.edits.count)
    }

    @Test func consequencesAreToldByComponent() {
        let golden = PolledRun().document { _ in }
        let run = PolledRun(extra: { $0 == 3 && $1 > 2 ? 1000 : 0 }).document { _ in }
        let causes = DifferenceCause.causes(
            of: GoldenComparison.differences(golden: golden, run: run).differences,
            golden: golden, run: run)
        #expect(causes.map(\.firstFrame.iso8601) == ["PT2M40S"])
        #expect(causes.first?.stories.first?.first.frame.iso8601 == "PT3M")
        #expect(
            causes.first?.consequenceWords == [
                "outlet 4 current +0.005 A, energy +0.0001 kWh",
                "branch A power +1 W, energy +0.0001 kWh", "PDU power +1 W, energy +0.0001 kWh",
            ])
    }

    @Test func equalRunsHaveNoCause() {
        let run = PolledRun()
        #expect(
            GoldenComparison.differences(golden: run.document { _ in }, run: run.document { _ in })
                .differences == [])
    }
}
