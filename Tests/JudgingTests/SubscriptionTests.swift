import Findings
import HTTPTypes
import JSONText
import Judging
import Testing
import VirtualTime

@Suite struct SubscriptionTests {
    static let outlet = "\(Snippet.unit)/Outlets/1"
    static let branch = "\(Snippet.unit)/Branches/A"

    @Test func aTidySubscriptionPasses() {
        var duties = ClientDuties()
        duties.subscribes = true
        duties.expectedEvents = [
            ExpectedEvent(message: "Power.BreakerTripped", originSuffix: "Branches/A")
        ]
        let judged = Judged(.small, duties) {
            $0.subscribe()
            $0.outlet(1, kWh: "1")
            $0.deliver("1", origin: Self.branch)
            $0.branch("A", kWh: "1")
            $0.deliver("2", "Power.1.2.OutletPoweredOff", origin: Self.outlet)
            $0.outlet(1, kWh: "1")
            $0.claim(["scope": "events", "distinct": 2])
            $0.claim("pdu", nil)
            $0.unsubscribe()
        }
        let group = judged.groups[5]
        #expect(group.results.map(\.verdict) == Array(repeating: Verdict.pass, count: 10))
        #expect(
            group.measure
                == "1 subscription; events: emitted 2, delivered 2, acknowledged 2, "
                + "duplicated 0, lost 0")
    }

    /// A device that restarts forgets; nobody has to delete what it says is not there.
    @Test func aSubscriptionThatTheDeviceLostIsNotLeftBehind() {
        func verdict(status: Int) -> [Verdict?] {
            let judged = Judged {
                $0.subscribe(1)
                $0.get("\(Snippet.subscriptions)/1", status: status)
                $0.subscribe(2)
                $0.unsubscribe(2)
            }
            return [
                judged.verdict("V03-unsubscribes"),
                judged.verdict("V04-one-subscription"),
            ]
        }
        #expect(verdict(status: 404) == [.pass, .pass])
        #expect(verdict(status: 200) == [.fail, .warn])
    }

    @Test func aPollingClientIsNotBound() {
        let judged = Judged { $0.outlet(1, kWh: "1") }
        #expect(judged.verdict("V01-subscribe-body") == .notApplicable)
        #expect(judged.verdict("service/event-delivered") == .notExercised)
    }

    @Test func aClientToldToSubscribeDoes() {
        var duties = ClientDuties()
        duties.subscribes = true
        let judged = Judged(.small, duties) { $0.outlet(1, kWh: "1") }
        #expect(judged.finding("client/subscribes") == "the client never subscribed")
        #expect(judged.verdict("V03-unsubscribes") == .notExercised)
    }

    // MARK: Making and ending

    @Test func aSubscriptionNamesItsProtocol() {
        let judged = Judged { $0.subscribe(protocol: nil, status: 400) }
        #expect(judged.finding("V01-subscribe-body") == "the subscription has no Protocol")
    }

    @Test func onlyAdvertisedFiltersMayBeAskedFor() {
        func verdict(_ prefixes: JSONValue?, ask: [(String, JSONValue)]) -> Verdict? {
            Judged {
                if let prefixes {
                    $0.get(
                        "/redfish/v1/EventService",
                        [
                            "@odata.type": "#EventService.v1_11_0.EventService",
                            "RegistryPrefixes": prefixes, "SubordinateResourcesSupported": true,
                        ])
                }
                $0.subscribe(extra: ask)
            }.verdict("V01-subscribe-body")
        }
        let power: [(String, JSONValue)] = [("RegistryPrefixes", ["Power"])]
        #expect(verdict(["Power", "ResourceEvent"], ask: power) == .pass)
        #expect(verdict(["ResourceEvent"], ask: power) == .fail)
        #expect(verdict(nil, ask: power) == .fail)
        #expect(verdict([], ask: [("SubordinateResources", true)]) == .pass)
        #expect(verdict([], ask: [("IncludeOriginOfCondition", true)]) == .fail)
        #expect(verdict([], ask: [("EventFormatType", "Event")]) == .fail)
    }

    @Test func aSubscriptionLeftBehindIsFound() {
        let judged = Judged { $0.subscribe() }
        #expect(judged.finding("V03-unsubscribes") == "the subscription was left behind")
    }

    @Test func aTerminatedSubscriptionNeedsNoDelete() {
        let judged = Judged {
            $0.subscribe()
            $0.deliver("9", "Base.1.22.SubscriptionTerminated")
        }
        #expect(judged.verdict("V03-unsubscribes") == .pass)
    }

    @Test func aSecondSubscriptionForOneDestinationIsFound() {
        let judged = Judged {
            $0.subscribe(1)
            $0.subscribe(2)
        }
        #expect(judged.verdict("V04-one-subscription") == .warn)
        let renewed = Judged {
            $0.subscribe(1)
            $0.unsubscribe(1)
            $0.subscribe(2)
        }
        #expect(renewed.verdict("V04-one-subscription") == .pass)
    }

    // MARK: The client's side of deliveries

    @Test func everyDeliveryIsAcknowledged() {
        let judged = Judged {
            $0.subscribe()
            $0.deliver("1", status: 500)
        }
        #expect(judged["V05-acknowledges"]?.findings.first?.seen == "500")
    }

    @Test func anEventCountedWrongIsFound() {
        func story(_ distinct: JSONValue) -> Judged {
            Judged {
                $0.subscribe()
                $0.deliver("1")
                $0.deliver("2", status: 500)
                $0.deliver("2")
                $0.deliver("3", context: "forged", fault: "forged")
                $0.claim(["scope": "events", "distinct": distinct])
            }
        }
        #expect(story(2).verdict("V08-nothing-lost") == .pass)
        #expect(
            story(3).finding("V08-nothing-lost")
                == "the client counts 3 distinct events (line 7), it acknowledged 2")
    }

    /// Who is started again may count anew, or go on counting.
    @Test(
        arguments: [(2, 1, true), (2, 3, true), (2, 2, false), (3, 1, false)]
            as [(Int64, Int64, Bool)])
    func aRestartedClientCountsEitherWay(_ first: Int64, _ second: Int64, _ isRight: Bool) {
        var duties = ClientDuties()
        let restart = Snippet.start + .seconds(60)
        duties.absences = [ClientAbsence(from: restart, until: restart)]
        let judged = Judged(.small, duties) {
            $0.subscribe()
            $0.deliver("1")
            $0.deliver("2")
            $0.claim(["scope": "events", "distinct": .number(JSONNumber(first))])
            $0.unsubscribe()
            $0.at(60)
            $0.subscribe(2)
            $0.deliver("3")
            $0.claim(["scope": "events", "distinct": .number(JSONNumber(second))])
        }
        #expect(judged.verdict("V08-nothing-lost") == (isRight ? .pass : .fail))
    }

    @Test func aClaimBeforeReadingAgainIsFound() {
        let unread = Judged {
            $0.subscribe()
            $0.outlet(1, kWh: "1")
            $0.deliver("1", origin: Self.branch)
            $0.outlet(1, kWh: "1")
            $0.claim("pdu", nil)
        }
        #expect(
            unread.finding("V10-rereads")
                == "a claim was made (line 6) before the state was read again after "
                + "Power.BreakerTripped (line 4)")
        let blind = Judged {
            $0.subscribe()
            $0.claim("pdu", nil)
        }
        #expect(blind.finding("V10-rereads")?.hasSuffix("after subscribing (line 2)") == true)
    }

    @Test func aTestMessageObligesToNothing() {
        let judged = Judged {
            $0.subscribe()
            $0.outlet(1, kWh: "1")
            $0.deliver("1", "ResourceEvent.1.4.TestMessage", origin: Self.branch)
            $0.claim("pdu", nil)
        }
        #expect(judged.verdict("V10-rereads") == .pass)
    }

    // MARK: The device's side

    @Test func anEventDeliveredTwiceIsFound() {
        let judged = Judged {
            $0.subscribe()
            $0.deliver("1")
            $0.deliver("1")
        }
        #expect(
            judged.finding("service/event-delivered")
                == "event 1 was delivered again after it had been acknowledged")
    }

    @Test func aRedeliveryAfterALostAnswerIsRight() {
        let judged = Judged {
            $0.subscribe()
            $0.deliver("1", fault: "late-ack")
            $0.deliver("1")
        }
        #expect(judged.verdict("service/event-delivered") == .pass)
    }

    @Test func everyMatchingSubscriptionGetsTheEvent() {
        func story(filter: String, second: Bool) -> Judged {
            Judged {
                $0.subscribe(1)
                $0.subscribe(
                    2, to: "http://127.0.0.1:9/other",
                    extra: [("RegistryPrefixes", [.string(filter)])])
                $0.deliver("1")
                if second { $0.deliver("1", to: "/other") }
            }
        }
        #expect(story(filter: "Power", second: true).verdict("service/event-delivered") == .pass)
        #expect(
            story(filter: "Power", second: false).finding("service/event-delivered")
                == "Power.BreakerTripped at PT0S never reached the subscription to /other")
        #expect(
            story(filter: "TaskEvent", second: false).verdict("service/event-delivered") == .pass)
    }

    @Test func truthSaysWhichEventsMustCome() {
        var facts = DeviceFacts.small
        facts.announcesOutletPower = true
        func story(_ delivery: (inout Snippet) -> Void) -> Judged {
            Judged(facts) {
                $0.subscribe()
                $0.at(5)
                $0.power(outlet: 1, false)
                delivery(&$0)
                $0.at(60)
                $0.outlet(1, kWh: "1")
            }
        }
        let told = story { $0.deliver("1", "Power.1.2.OutletPoweredOff", origin: Self.outlet) }
        #expect(told.verdict("service/event-delivered") == .pass)
        let silent = story { _ in }
        #expect(
            silent.finding("service/event-delivered")
                == "Power.OutletPoweredOff of \(Self.outlet) at PT5S never reached the "
                + "subscription to /events")
        let other = story {
            $0.deliver("1", "Power.1.2.OutletPoweredOff", origin: "\(Snippet.unit)/Outlets/2")
        }
        #expect(other.verdict("service/event-delivered") == .fail)
        #expect(other.groups[5].measure.hasSuffix("duplicated 0, lost 1"))
    }

    @Test func anExpectedEventThatNeverCameIsFound() {
        var duties = ClientDuties()
        duties.expectedEvents = [ExpectedEvent(message: "Power.BreakerTripped")]
        let judged = Judged(.small, duties) { $0.subscribe() }
        #expect(
            judged.finding("service/event-delivered")
                == "the scenario expects Power.BreakerTripped, which was never delivered")
        let refused = Judged(.small, duties) {
            $0.subscribe()
            $0.deliver("1", "Power.1.2.OutletPoweredOff", status: 500)
        }
        #expect(refused.verdict("service/event-delivered") == .pass, "the client's own doing")
        let taken = Judged(.small, duties) {
            $0.subscribe()
            $0.deliver("1", "Power.1.2.OutletPoweredOff", status: 500)
            $0.deliver("1", "Power.1.2.OutletPoweredOff")
        }
        #expect(taken.verdict("service/event-delivered") == .fail)
    }

    @Test func eventsComeInOrder() {
        let judged = Judged {
            $0.subscribe()
            $0.deliver("8")
            $0.deliver("10")
            $0.deliver("9")
        }
        #expect(judged.finding("service/event-order") == "event 9 came after event 10")
        let retried = Judged {
            $0.subscribe()
            $0.deliver("8", status: 500)
            $0.deliver("9")
            $0.deliver("8")
        }
        #expect(retried.verdict("service/event-order") == .pass)
    }

    @Test func theContextIsTheSubscriptions() {
        let judged = Judged {
            $0.subscribe()
            $0.deliver("1", context: "yours")
        }
        #expect(judged["service/event-context"]?.findings.first?.expected == "mine")
        #expect(judged["service/event-context"]?.findings.first?.seen == "yours")
    }
}
