import Findings
import HTTPMessages
import HTTPTypes
import Recordings
import ReferenceClient
import Scenarios
import Testing
import VirtualTime

/// A scenario is strict both ways: each of its demands that a run does not meet fails it, by a rule
/// of its own.
@Suite(.timeLimit(.minutes(5))) struct ConductTests {
    private func failures(_ members: String, _ misbehaviour: Misbehaviour = []) async throws
        -> [String]
    {
        try await play(small(members), misbehaviour: misbehaviour).failures
    }

    /// On the virtual clock every step is reached; a client that ends a paced run early leaves some
    /// out.
    @Test func aStepThatWasNotReached() throws {
        let scenario = try scenario(
            small(
                """
                "timeline": [ { "at": "PT1M", "do": "expire-sessions" },
                  { "at": "PT2M", "do": "trip-breaker", "circuit": "A" } ]
                """))
        var result = ScenarioDriver.Result()
        result.clientOutcome = .done
        result.stepsReached = 1
        let findings = ConductCheck(scenario).finish(result).results.flatMap(\.findings)
        #expect(findings.map(\.ruleID) == ["scenario/step-reached"])
        #expect(findings.map(\.message) == ["the step trip-breaker was never reached"])
        #expect(findings.map(\.expected) == ["at PT2M"])
        result.stepsReached = 2
        #expect(ConductCheck(scenario).finish(result).results.allSatisfy { $0.findings.isEmpty })
    }

    @Test func aFaultThatNeverPlayed() async throws {
        let found = try await failures(
            """
            "faults": [ { "name": "never", "on": { "path": "…/Outlets/1", "nth": 1000 },
              "respond": { "status": 503 } } ]
            """)
        #expect(found == ["scenario/fault-played: never never played"])
    }

    @Test func anEventThatNeverCame() async throws {
        let found = try await failures(
            #""expect": { "events": [ { "message": "Power.BreakerTripped" } ] }"#)
        #expect(
            found.contains(
                "scenario/expected-event: Power.BreakerTripped of any origin came 0 times"))
    }

    /// On a paced clock a burst may not be over when the client ends, which is not its fault.
    @Test(arguments: [(597, 60, Verdict.notExercised), (590, 60, .fail), (597, 0, .fail)])
    func whatWasStillComingIsNotMissing(_ second: Int64, _ pace: Int64, _ verdict: Verdict) throws {
        let short = try scenario(
            small(
                #""expect": { "events": [ { "message": "ResourceEvent.TestMessage", "count": 2 } ] }"#,
                duration: "PT10M"))
        var check = ConductCheck(
            short, client: ClientUnderTest(of: [], does: [.subscribe], pace: pace))
        check.observe(
            .exchange(
                Exchange(
                    instant: short.start + .seconds(second), direction: .delivery,
                    request: RequestMessage(
                        .post, "/events",
                        body: Array(
                            #"{"Events":[{"MessageId":"ResourceEvent.1.4.TestMessage"}]}"#.utf8)),
                    response: ResponseMessage(status: .noContent))))
        let result = check.finish(ScenarioDriver.Result()).results.first {
            $0.rule.id == "scenario/expected-event"
        }
        #expect(result?.verdict == verdict)
    }

    /// A paced clock does not wait for a client that is started elsewhere.
    @Test(
        arguments: [
            (590, 60, [.poll], Verdict.pass), (600, 60, [.poll], .fail),
            (600, 0, [.poll], .notExercised), (600, 60, [.subscribe], .notExercised),
        ] as [(Int64, Int64, [ClientUnderTest.Activity], Verdict)])
    func aClientThatComesWhenAllIsOverHasSeenNothing(
        _ second: Int64, _ pace: Int64, _ does: [ClientUnderTest.Activity], _ verdict: Verdict
    ) throws {
        let short = try scenario(small("", duration: "PT10M"))
        var client = ClientUnderTest(of: [], does: does, pace: pace)
        client.firstRequest = short.start + .seconds(second)
        let result = ConductCheck(short, client: client).finish(ScenarioDriver.Result()).results
            .first { $0.rule.id == "scenario/exercised" }
        #expect(result?.verdict == verdict)
    }

    @Test func anEventThatCameTooOftenOrAtAnotherTimeOrElsewhere() async throws {
        let trip = #""timeline": [ { "at": "PT1M", "do": "trip-breaker", "circuit": "A" } ], "#
        for (event, isMet) in [
            (#"{ "message": "Power.OutletPoweredOff", "count": 2 }"#, true),
            (#"{ "message": "Power.OutletPoweredOff", "count": 1 }"#, false),
            (#"{ "message": "Power.OutletPoweredOff", "count": 1, "origin": "Outlets/1" }"#, true),
            (#"{ "message": "Power.OutletPoweredOff", "count": 0, "origin": "Outlets/3" }"#, true),
            (#"{ "message": "Power.BreakerTripped", "from": "PT1M", "until": "PT1M1S" }"#, true),
            (#"{ "message": "Power.BreakerTripped", "from": "PT1M10S" }"#, false),
        ] {
            let found = try await failures(trip + "\"expect\": { \"events\": [ \(event) ] }")
            #expect(
                found.map { String($0.prefix { $0 != ":" }) }
                    == (isMet ? [] : ["scenario/expected-event"]), "\(event)")
        }
    }

    @Test func aRequestOutOfBounds() async throws {
        for (bounds, isMet) in [
            (#""atLeast": 1, "atMost": 1"#, true), (#""atLeast": 2"#, false),
            (#""atLeast": 0, "atMost": 0"#, false),
        ] {
            let found = try await failures(
                """
                "expect": { "requests": [
                  { "method": "POST", "path": "…/SessionService/Sessions", \(bounds) } ] }
                """)
            #expect(
                found
                    == (isMet
                        ? []
                        : [
                            "scenario/expected-request: POST …/SessionService/Sessions came 1 time"
                        ]))
        }
    }

    @Test func anotherEndOfTheClient() async throws {
        let found = try await failures(#""expect": { "outcome": "rejected-credentials" }"#)
        #expect(
            found == [
                "scenario/client-outcome: the client did not end as the scenario expects"
            ])
    }

    /// A client that refuses a delivery gets it again; an event counts where it was taken.
    @Test func anEventThatTheClientRefusedDidNotCome() async throws {
        let found = try await failures(
            """
            "timeline": [ { "at": "PT1M", "do": "trip-breaker", "circuit": "A" } ],
            "expect": { "events": [ { "message": "Power.BreakerTripped", "count": 1 } ] }
            """, .answersDeliveryWith500)
        #expect(
            found.contains(
                "scenario/expected-event: Power.BreakerTripped of any origin came 0 times"))
    }

    /// The reference client claims no branch, so a scenario that demands one fails.
    @Test func aClaimThatWasDemandedAndNotMade() async throws {
        #expect(try await failures(#""expect": { "claims": { "scope": "outlet 2" } }"#) == [])
        let found = try await failures(#""expect": { "claims": { "scope": "branch A" } }"#)
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix("claim") == true)
    }
}
