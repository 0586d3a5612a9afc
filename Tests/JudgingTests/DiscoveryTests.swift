import Electrical
import Findings
import HTTPTypes
import JSONText
import Judging
import Testing
import VirtualTime

@Suite struct DiscoveryTests {
    static let outlet = "\(Snippet.unit)/Outlets/1"

    @Test func aWellBehavedClientPasses() {
        let judged = Judged {
            $0.root()
            $0.login()
            $0.get(Self.outlet)
            $0.logout()
        }
        let expected: [String: Verdict] = [
            "D01-entry": .pass, "D02-no-guessed-uris": .pass, "D03-action-target": .notExercised,
            "H01-content-type": .pass, "H02-odata-version": .notExercised,
            "H09-get-without-body": .pass, "H10-user-agent": .pass,
            "E04-no-unchanged-retry": .notExercised, "M14-no-unordered-writes": .pass,
            "client/poll-cadence": .notApplicable,
        ]
        for (rule, verdict) in expected { #expect(judged.verdict(rule) == verdict, "\(rule)") }
    }

    @Test(arguments: [
        ("/redfish", Verdict.pass), ("/redfish/v1", .pass), ("/redfish/v1/", .pass),
        ("/redfish/v1/Chassis", .fail),
    ])
    func aClientEntersByTheRoot(target: String, verdict: Verdict) {
        #expect(Judged { $0.get(target) }.verdict("D01-entry") == verdict)
    }

    @Test func aGuessedMemberIsFound() {
        let judged = Judged {
            $0.root()
            $0.get("\(Snippet.unit)/Outlets/17", status: 404)
            $0.get("\(Snippet.unit)/Outlets/17", status: 404)
        }
        #expect(judged["D02-no-guessed-uris"]?.findings.count == 2)
        #expect(judged.verdict("D02-no-guessed-uris") == .fail)
    }

    @Test func aGuessedCollectionIsAWarning() {
        let judged = Judged {
            $0.root()
            $0.get(
                "\(Snippet.unit)/Outlets",
                ["@odata.type": "#OutletCollection.OutletCollection", "Members": []])
            $0.get("/redfish/v1/PowerEquipment", status: 404)
        }
        #expect(judged.verdict("D02-no-guessed-uris") == .warn)
        #expect(judged["D02-no-guessed-uris"]?.findings.count == 2)
    }

    @Test func everyFormOfLinkCounts() {
        let judged = Judged {
            $0.get(
                "/redfish/v1/",
                [
                    "Absolute": ["@odata.id": "https://pdu.example:8443/redfish/v1/A/"],
                    "Members@odata.nextLink": "/redfish/v1/B/C?$skip=7",
                    "PowerWatts": ["DataSourceUri": "/redfish/v1/D/E/F"],
                ])
            $0.request(.get, "/redfish/v1/A", answerFields: [.location: "/redfish/v1/G/H"])
            $0.get("/redfish/v1/B/C?$skip=7")
            $0.get("/redfish/v1/D/E/F")
            $0.get("/redfish/v1/G/H")
        }
        #expect(judged.verdict("D02-no-guessed-uris") == .pass)
    }

    @Test func anActionIsPostedToItsTargetAsServed() {
        func story(_ target: String) -> Judged {
            var duties = ClientDuties()
            duties.orderedWrites = [OrderedWrite(.post, Self.outlet)]
            return Judged(.small, duties) {
                $0.root()
                $0.outlet(
                    1,
                    members: [
                        (
                            "Actions",
                            [
                                "#Outlet.PowerControl": [
                                    "target": .string("\(Self.outlet)/Outlet.PowerControl")
                                ]
                            ]
                        )
                    ])
                $0.request(.post, target, ["PowerState": "Off"], status: 204)
            }
        }
        let right = story("\(Self.outlet)/Outlet.PowerControl")
        #expect(right.verdict("D03-action-target") == .pass)
        #expect(right.verdict("M14-no-unordered-writes") == .pass)
        let built = story("\(Self.outlet)/Actions/Outlet.PowerControl")
        #expect(
            built["D03-action-target"]?.findings.first?.expected
                == "\(Self.outlet)/Outlet.PowerControl")
    }

    // MARK: Headers

    @Test func aBodySaysThatItIsJSON() {
        func verdict(_ type: String) -> Verdict? {
            Judged {
                $0.request(
                    .patch, Self.outlet, ["UserLabel": "x"], fields: [.contentType: type])
            }.verdict("H01-content-type")
        }
        #expect(verdict("application/json; charset=utf-8") == .pass)
        #expect(verdict("application/x-www-form-urlencoded") == .fail)
    }

    @Test func theODataVersionIsFour() throws {
        let name = try #require(HTTPField.Name("OData-Version"))
        func verdict(_ version: String) -> Verdict? {
            Judged { $0.request(.get, "/redfish/v1/", fields: [name: version]) }
                .verdict("H02-odata-version")
        }
        #expect(verdict("4.0") == .pass)
        #expect(verdict("4.01") == .fail)
    }

    @Test func adviceAloneDoesNotFail() {
        let judged = Judged { $0.request(.get, "/redfish/v1/", ["a": 1]) }
        #expect(judged.verdict("H09-get-without-body") == .pass)
        #expect(judged["H09-get-without-body"]?.findings.first?.level == .info)
        let nameless = Judged {
            $0.userAgent = nil
            $0.root()
        }
        #expect(nameless.verdict("H10-user-agent") == .pass)
        #expect(nameless.finding("H10-user-agent") == "the request has no User-Agent")
    }

    @Test func aGoldenIsNotAskedForFieldsItDoesNotKeep() {
        let golden = Judged(hasAllHeaderFields: false) {
            $0.userAgent = nil
            $0.root()
        }
        #expect(golden.verdict("H10-user-agent") == .notExercised)
        #expect(golden.verdict("H09-get-without-body") == .pass)
    }

    // MARK: Repeats and writes

    @Test func aRefusedRequestIsNotRepeatedUnchanged() {
        func story(_ seconds: [Int64], status: Int = 404) -> Judged {
            Judged {
                for second in seconds {
                    $0.at(second)
                    $0.get(Self.outlet, status: status)
                }
            }
        }
        #expect(story([0, 1]).verdict("E04-no-unchanged-retry") == .pass)
        #expect(story([0, 1, 2]).verdict("E04-no-unchanged-retry") == .warn)
        #expect(story([0, 60, 120, 180]).verdict("E04-no-unchanged-retry") == .pass)
        #expect(story([0, 1, 2], status: 429).verdict("E04-no-unchanged-retry") == .notExercised)
    }

    @Test func aMonitorDoesNotWrite() {
        let judged = Judged {
            $0.request(.post, "\(Self.outlet)/Outlet.ResetMetrics", [:], status: 204)
        }
        #expect(
            judged["M14-no-unordered-writes"]?.findings.first?.seen
                == "POST \(Self.outlet)/Outlet.ResetMetrics")
    }

    // MARK: Cadence

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

    /// On a paced clock a poll may come early after one that came late.
    @Test func aRepetitionThatWasAllowedLateMayComeEarly() {
        func verdict(slack: Int64) -> Verdict? {
            var duties = ClientDuties()
            duties.polls = [PollDuty([.outlet(0)], every: .seconds(60), slack: .seconds(slack))]
            return Judged(.small, duties) {
                for second in [0, 58, 116] as [Int64] {
                    $0.at(second)
                    $0.request(.get, "\(Snippet.unit)/Outlets/1", status: 404)
                }
            }.verdict("client/E04-no-unchanged-retry")
        }
        #expect(verdict(slack: 1) == .warn)
        #expect(verdict(slack: 3) == .pass)
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
}
