import Electrical
import Findings
import HTTPMessages
import HTTPTypes
import JSONText
import Recordings
import ReferenceClient
import Scenarios
import Testing
import VirtualTime

/// Every verb of a timeline does what it says, and the always-on checks hold through it.
@Suite(.timeLimit(.minutes(5))) struct TimelineTests {
    private func played(
        _ steps: String, _ more: String = "", duration: String = "PT3M"
    ) async throws -> ScenarioRun.Outcome {
        let members = "\"timeline\": [ \(steps) ]" + (more.isEmpty ? "" : ", " + more)
        let outcome = try await play(small(members, duration: duration))
        #expect(outcome.failures == [])
        return outcome
    }

    private func words(_ truths: [TruthRecord]) throws -> [String] {
        let start = try scenario(small()).start
        return truths.map { truth in
            let subject = truth.outlet.map { "\($0 + 1)" } ?? "unit"
            return "\((truth.instant - start).iso8601) \(subject) "
                + "\(truth.isPowered ? "on" : "off") \(truth.cause)"
        }
    }

    @Test func sessionsExpire() async throws {
        let outcome = try await played(#"{ "at": "PT1M", "do": "expire-sessions" }"#)
        #expect(outcome.steps.map(\.outcome) == ["1 session ended"])
        #expect(outcome.exchanges.count { $0.response?.status == 401 } == 1)
    }

    @Test func aNewPasswordTurnsTheClientAwayAtItsNextLogin() async throws {
        let outcome = try await played(
            """
            { "at": "PT1M", "do": "set-password", "password": "other" },
            { "at": "PT1M", "do": "expire-sessions" }
            """, #""expect": { "outcome": "rejected-credentials" }"#)
        #expect(outcome.steps.map(\.action) == ["set-password", "expire-sessions"])
        #expect(outcome.conduct.clientOutcome == .rejectedCredentials)
    }

    @Test(arguments: [("trip-breaker", "Power.BreakerTripped"), ("open-breaker", "")])
    func aBreakerTakesThePowerAndItsResetGivesItBack(verb: String, event: String) async throws {
        let outcome = try await played(
            """
            { "at": "PT1M", "do": "\(verb)", "circuit": "B" },
            { "at": "PT2M", "do": "reset-breaker", "circuit": "B" }
            """)
        #expect(
            try words(outcome.truths) == [
                "PT1M 3 off breaker B", "PT1M 4 off breaker B", "PT2M 3 on restore",
                "PT2M 4 on restore",
            ])
        #expect(outcome.events.contains { $0.hasSuffix(".BreakerTripped") } == !event.isEmpty)
    }

    @Test func outletsAreSwitched() async throws {
        let outcome = try await played(
            """
            { "at": "PT1M", "do": "switch-outlets", "outlets": "1,3", "to": "off" },
            { "at": "PT1M30S", "do": "switch-outlets", "outlets": "2", "to": "cycle" },
            { "at": "PT2M", "do": "switch-outlets", "outlets": "1", "to": "on" }
            """)
        #expect(
            try words(outcome.truths) == [
                "PT1M 1 off command", "PT1M 3 off command", "PT1M30S 2 off command",
                "PT1M35S 2 on command", "PT2M 1 on command",
            ])
    }

    @Test func modulesArePulledAndOthersPutIn() async throws {
        let outcome = try await played(
            """
            { "at": "PT1M", "do": "pull-outlets", "outlets": "2" },
            { "at": "PT2M", "do": "return-outlets", "outlets": "2" }
            """)
        #expect(try words(outcome.truths) == ["PT1M 2 off removal", "PT2M 2 on restore"])
        #expect(outcome.events.count { $0.hasSuffix(".ResourceStateChanged") } == 2)
    }

    @Test func metricsBeginAgainFromZero() async throws {
        let outcome = try await played(
            #"{ "at": "PT20M30S", "do": "reset-metrics", "of": "outlet 1" }"#, duration: "PT22M")
        let readings = outcome.exchanges.filter {
            $0.request.head.method == .get && $0.request.path.hasSuffix("/Outlets/1")
        }.compactMap { read in
            (try? JSONValue(parsing: read.response?.body ?? []))?["EnergykWh"]?["Reading"]?.number
                .flatMap { Double($0.text) }
        }
        #expect(zip(readings, readings.dropFirst()).count { $1 < $0 } == 1)
        #expect(readings.last.map { $0 < 0.01 } == true)
    }

    /// The unit's own consumption stops with the mains, and everything still adds up.
    @Test func theMainsAreLostAndComeBack() async throws {
        let outcome = try await played(
            """
            { "at": "PT5M", "do": "lose-mains" }, { "at": "PT15M", "do": "restore-mains" }
            """,
            """
            "expect": { "events": [
              { "message": "Power.LossOfInputPower", "count": 1, "from": "PT5M", "until": "PT6M" },
              { "message": "Power.LineInputPowerRestored", "count": 1, "from": "PT15M" } ],
              "claims": { "scope": "pdu" } }
            """, duration: "PT25M")
        let words = try words(outcome.truths)
        #expect(words.prefix(2) == ["PT5M unit off mains", "PT5M 1 off mains"])
        #expect(words.count == 10)
        try expectKept(outcome)
        let totals = outcome.groups.flatMap(\.results).filter { $0.rule.id.hasPrefix("totals/") }
        #expect(totals.map(\.verdict) == [.pass, .pass])
    }

    /// Recording and golden keep what the truth says, that of the unit itself included.
    private func expectKept(_ outcome: ScenarioRun.Outcome) throws {
        let header = ScenarioRun(
            try scenario(small()), resolved: .null, digest: "", environment: environment
        ).header
        var writer = RecordingWriter(header: header)
        let bytes =
            writer.encodeHeader() + outcome.entries.flatMap { writer.encode($0) }
            + writer.encodeEnd()
        let truths = try RecordingReader.read(bytes).lines.compactMap { line in
            if case .truth(let truth) = line.entry { truth } else { nil }
        }
        #expect(truths == outcome.truths)
        let golden = GoldenDocument(
            header: GoldenHeader(header), matchers: [], entries: outcome.entries)
        let read = try GoldenReader.read(GoldenEncoder.encode(golden))
        let comparison = GoldenComparison.compare(golden: read, run: golden)
        #expect(comparison.outcome == .equal(exchanges: outcome.counts.exchanges))
    }

    @Test func eventsAreEmitted() async throws {
        let outcome = try await played(
            #"{ "at": "PT1M", "do": "emit-events", "count": 10, "over": "PT5S", "perPayload": 4 }"#,
            #""expect": { "events": [ { "message": "ResourceEvent.TestMessage", "count": 10 } ] }"#)
        #expect(outcome.events.count == 10)
        #expect(outcome.exchanges.count { $0.direction == .delivery } == 3)
    }

    @Test func stepsArePlayedInOrderOfTimeWhateverTheFileSays() async throws {
        let outcome = try await played(
            """
            { "at": "PT2M", "do": "reset-breaker", "circuit": "A" },
            { "at": "PT1M", "do": "trip-breaker", "circuit": "A" },
            { "at": "PT2M", "do": "expire-sessions" }
            """)
        #expect(
            outcome.steps.map(\.action) == ["trip-breaker", "reset-breaker", "expire-sessions"])
    }

    /// A step leaves what comes before it as it is.
    @Test func aStepChangesNothingBeforeIt() async throws {
        let plain = try await play(small())
        let other = try await played(#"{ "at": "PT2M5S", "do": "expire-sessions" }"#)
        let index = try #require(
            other.entries.firstIndex { if case .step = $0 { true } else { false } })
        #expect(index > 20)
        #expect(other.entries[..<index] == plain.entries[..<index])
    }
}
