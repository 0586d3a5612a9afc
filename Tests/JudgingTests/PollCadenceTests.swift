import Electrical
import Findings
import HTTPTypes
import JSONText
import Judging
import Testing
import VirtualTime

/// How often the client reads what the scenario wants read.
@Suite struct PollCadenceTests {
    private static let outlet = "\(Snippet.unit)/Outlets/1"

    private func cadence(_ story: (inout Snippet) -> Void) -> Judged {
        var duties = ClientDuties()
        duties.polls = [PollDuty([.outlet(0)], every: .seconds(60), slack: .seconds(6))]
        return Judged(.small, duties, story)
    }

    @Test func steadyPollsPass() {
        let judged = cadence {
            for poll in 0...5 {
                $0.at(Int64(poll) * 60)
                $0.outlet(1, kWh: "1")
            }
        }
        #expect(judged.verdict("client/poll-cadence") == .pass)
        #expect(
            judged["client/poll-cadence"]?.measure
                == "6 polls, 0 findings; 1 point, longest gap PT1M")
    }

    @Test func aGapIsFound() {
        let judged = cadence {
            $0.outlet(1, kWh: "1")
            $0.at(67)
            $0.outlet(1, kWh: "1")
        }
        #expect(
            judged.finding("client/poll-cadence")
                == "outlet 1 was not asked for between PT0S and PT1M7S")
    }

    @Test func aPointNeverAskedForIsFound() {
        let judged = cadence {
            $0.at(600)
            $0.outlet(2, kWh: "1")
        }
        #expect(judged.verdict("client/poll-cadence") == .fail)
    }

    /// A program that is stopped takes its time to leave, and may poll once more on the way.
    @Test(arguments: [(240, Verdict.pass), (500, .fail)] as [(Int64, Verdict)])
    func aClientThatWasStoppedOwesNoPoll(back: Int64, verdict: Verdict) {
        var duties = ClientDuties()
        duties.polls = [PollDuty([.outlet(0)], every: .seconds(60), slack: .seconds(6))]
        duties.absences = [
            ClientAbsence(from: Snippet.start + .seconds(60), until: Snippet.start + .seconds(180))
        ]
        let judged = Judged(.small, duties) {
            for second in [0, 60, 61, back] {
                $0.at(second)
                $0.outlet(1, kWh: "1")
            }
        }
        #expect(judged.verdict("client/poll-cadence") == verdict)
    }

    /// One that is started again at once polls on its way out after it was to be back.
    @Test(arguments: [(360, Verdict.pass), (700, .fail)] as [(Int64, Verdict)])
    func aClientStartedAgainAtOnceTakesItsTime(back: Int64, verdict: Verdict) {
        var duties = ClientDuties()
        duties.polls = [PollDuty([.outlet(0)], every: .seconds(60), slack: .seconds(6))]
        duties.toleratesLatePolls = true
        duties.rateWindow = .seconds(60)
        let restart = Snippet.start + .seconds(60)
        duties.absences = [ClientAbsence(from: restart, until: restart)]
        let judged = Judged(.small, duties) {
            for second in [0, 60, 61, back] {
                $0.at(second)
                $0.outlet(1, kWh: "1")
            }
        }
        #expect(judged.verdict("client/poll-cadence") == verdict)
    }

    // MARK: Clocks that run faster than the wall's

    /// Twenty polls, some of them so many seconds late.
    private func hurried(late: [Int], by delay: Int64, tolerates: Bool = true) -> Verdict? {
        var duties = ClientDuties()
        duties.polls = [PollDuty([.outlet(0)], every: .seconds(60), slack: .seconds(6))]
        duties.toleratesLatePolls = tolerates
        return Judged(.small, duties) {
            var time: Int64 = 0
            for poll in 1...20 {
                time += 60 + (late.contains(poll) ? delay : 0)
                $0.at(time)
                $0.outlet(1, kWh: "1")
            }
        }.verdict("client/poll-cadence")
    }

    @Test func aFewLatePollsAreTheMachinesAndMoreTheClients() {
        #expect(hurried(late: [5, 9], by: 50) == .pass)
        #expect(hurried(late: [5, 9, 13], by: 50) == .fail)
        #expect(hurried(late: [5], by: 67) == .fail)
        #expect(hurried(late: [5], by: 50, tolerates: false) == .fail)
    }

    @Test func pollsAreOwedFromTheFirstRequestToTheEnd() {
        var duties = ClientDuties()
        duties.polls = [PollDuty([.outlet(0)], every: .seconds(60), slack: .seconds(6))]
        func verdict() -> Verdict? {
            Judged(.small, duties) {
                for second in [100, 160, 500] as [Int64] {
                    $0.at(second)
                    $0.outlet(1, kWh: "1")
                }
            }.verdict("client/poll-cadence")
        }
        #expect(verdict() == .fail)
        duties.pollsFrom = Snippet.start + .seconds(90)
        #expect(verdict() == .fail)
        duties.pollsUntil = Snippet.start + .seconds(200)
        #expect(verdict() == .pass)
        duties.pollsFrom = nil
        #expect(verdict() == .fail)
    }

    @Test func whatTheClockIsTooFastForIsNotExercised() {
        var duties = ClientDuties()
        var duty = PollDuty([.outlet(0)], every: .seconds(60), slack: .seconds(6))
        duty.isJudged = false
        duties.polls = [duty]
        func judged(_ polls: Int64) -> Judged {
            Judged(.small, duties) {
                for poll in 0..<polls {
                    $0.at(600 / (polls - 1) * poll)
                    $0.outlet(1, kWh: "1")
                }
            }
        }
        #expect(judged(3).verdict("client/poll-cadence") == .notExercised)
        #expect(
            judged(3)["client/poll-cadence"]?.measure.hasSuffix(
                "the clock is too fast to judge polls every PT1M") == true)
        // With less than a quarter of what the scenario wants, it has put nothing to the test.
        #expect(judged(2).verdict("client/poll-cadence") == .fail)
        #expect(
            judged(2).finding("client/poll-cadence")?.hasPrefix(
                "the scenario was not exercised: outlet 1 was asked for 2 times") == true)
    }

    /// Whoever is started for every poll does not choose when.
    @Test func pollsThatTheHarnessStartsAreNotTheClientsDoing() {
        var duties = ClientDuties()
        duties.polls = [PollDuty([.outlet(0)], every: .seconds(60), slack: .seconds(6))]
        duties.invocations = 8
        func judged(_ seconds: [Int64]) -> Judged {
            Judged(.small, duties) {
                for second in seconds {
                    $0.at(second)
                    $0.outlet(1, kWh: "1")
                }
            }
        }
        let late = judged([0, 70, 200, 600])
        #expect(late.verdict("client/poll-cadence") == .notExercised)
        #expect(
            late["client/poll-cadence"]?.measure.hasSuffix(
                "the harness starts the client, so when it polls is not its own doing") == true)
        // A quarter of the starts at least has to have shown something.
        #expect(judged([0, 600]).verdict("client/poll-cadence") == .notExercised)
        duties.invocations = 9
        #expect(judged([0, 600]).verdict("client/poll-cadence") == .fail)
    }

    @Test func aFailureAllowsAnotherIntervalAndItsRetryAfter() {
        func story(_ next: Int64, _ retryAfter: String?) -> Verdict? {
            cadence {
                $0.request(
                    .get, Self.outlet, status: 503,
                    answerFields: retryAfter.map { [.retryAfter: $0] } ?? [:])
                $0.at(next)
                $0.outlet(1, kWh: "1")
            }.verdict("client/poll-cadence")
        }
        #expect(story(126, nil) == .pass)
        #expect(story(127, nil) == .fail)
        #expect(story(156, "30") == .pass)
        #expect(story(156, "Thu, 15 Jan 2026 10:00:30 GMT") == .pass)
        #expect(story(157, "30") == .fail)
    }

    /// Where nothing is answered at all, one attempt stands for all that is to be polled.
    @Test func aServiceOutOfReachIsAskedByAnyRequest() {
        func verdict(_ status: Int?) -> Verdict? {
            cadence {
                $0.outlet(1, kWh: "1")
                $0.at(60)
                $0.request(.get, "/redfish/v1", status: status)
                $0.at(150)
                $0.outlet(1, kWh: "1")
            }.verdict("client/poll-cadence")
        }
        #expect(verdict(nil) == .pass)
        #expect(verdict(200) == .fail)
    }

    @Test func anExpandedCollectionPollsItsMembers() {
        let judged = cadence {
            $0.get(
                "\(Snippet.unit)/Outlets?$expand=.",
                [
                    "@odata.type": "#OutletCollection.OutletCollection",
                    "Members": [
                        [
                            "@odata.id": .string(Self.outlet),
                            "@odata.type": "#Outlet.v1_4_4.Outlet",
                            "EnergykWh": ["Reading": 1],
                        ]
                    ],
                ])
            $0.at(66)
            $0.outlet(1, kWh: "0.9")
        }
        #expect(judged.verdict("client/poll-cadence") == .pass)
        #expect(judged.verdict("energy/monotonic") == .fail)
    }

    /// A program that knows nothing of the pace keeps a Retry-After by the wall's clock.
    @Test(arguments: [(160, Verdict.pass), (430, .pass), (431, .fail)] as [(Int64, Verdict)])
    func aRetryAfterMayBeKeptByTheClientsOwnClock(back: Int64, verdict: Verdict) {
        var duties = ClientDuties()
        duties.polls = [PollDuty([.outlet(0)], every: .seconds(60), slack: .seconds(6))]
        duties.rateWindow = .seconds(10)
        let judged = Judged(.small, duties) {
            $0.outlet(1, kWh: "1")
            $0.at(4)
            $0.request(.get, Self.outlet, status: 503, answerFields: [.retryAfter: "30"])
            $0.at(back)
            $0.outlet(1, kWh: "1")
        }
        #expect(judged.verdict("client/poll-cadence") == verdict)
        let measure = judged["client/poll-cadence"]?.measure ?? ""
        #expect(measure.contains("another clock") == (back == 430))
    }

    /// One outlet of several is left out: it is not the clock then.
    @Test func aForgottenPointIsNotTheClocksDoing() {
        var duties = ClientDuties()
        var duty = PollDuty([.outlet(0), .outlet(1)], every: .seconds(60), slack: .seconds(6))
        duty.isJudged = false
        duties.polls = [duty]
        let judged = Judged(.small, duties) {
            for poll in 0...10 {
                $0.at(Int64(poll) * 60)
                $0.outlet(1, kWh: "1")
            }
        }
        #expect(
            judged.finding("client/poll-cadence")
                == "the scenario was not exercised: outlet 2 was asked for 0 times, and so were 0 "
                + "points more too seldom; others of its level were asked for 11 times")
    }

    // MARK: Levels that a client need not poll

    /// It owes outlets and branches, as far as it polls them; the unit's outlet 1 is polled.
    private func reader(_ story: (inout Snippet, Int64) -> Void) -> String? {
        var duties = ClientDuties()
        duties.owesOnlyLevelsItReads = true
        duties.polls = [
            PollDuty(
                [.outlet(0), .branch(0), .branch(1)], every: .seconds(60), slack: .seconds(6))
        ]
        return Judged(.small, duties) {
            for minute in 0...10 as ClosedRange<Int64> {
                $0.at(minute * 60)
                $0.outlet(1, kWh: "1")
                story(&$0, minute)
            }
        }.finding("client/poll-cadence")
    }

    private static let branch = "\(Snippet.unit)/Branches/A"

    @Test func whatIsReadOnceIsNoPoll() {
        #expect(
            reader { snippet, minute in
                if minute == 0 { snippet.branch("A", kWh: "1") }
            } == nil)
        #expect(
            reader { snippet, minute in
                if minute < 2 { snippet.branch("A", kWh: "1") }
            } == "branch A was not asked for between PT1M and PT10M")
    }

    @Test(arguments: [true, false]) func whatAnEventMakesAClientReadIsNoPoll(streams: Bool) {
        #expect(
            reader { snippet, minute in
                if minute == 0 { streams ? snippet.stream() : snippet.subscribe() }
                guard minute > 3, minute < 7 else { return }
                if streams {
                    snippet.event("\(minute)", on: 1, origin: Self.branch)
                } else {
                    snippet.deliver("\(minute)", origin: Self.branch)
                }
                snippet.branch("A", kWh: "1")
            } == nil)
    }
}
