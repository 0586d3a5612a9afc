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

    @Test func whatAnEventNamesIsServed() {
        func judged(_ tell: (inout Snippet) -> Void) -> Verdict? {
            Judged {
                $0.root()
                tell(&$0)
                $0.get("\(Snippet.unit)/Outlets/17", status: 404)
            }.verdict("D02-no-guessed-uris")
        }
        #expect(judged { $0.deliver("1", origin: "\(Snippet.unit)/Outlets/17") } == .pass)
        #expect(judged { $0.event("1", on: 1, origin: "\(Snippet.unit)/Outlets/17") } == .pass)
        #expect(judged { $0.event("1", on: 1, origin: "\(Snippet.unit)/Outlets/18") } == .fail)
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
}
