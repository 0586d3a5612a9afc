import Findings
import HTTPTypes
import JSONText
import Judging
import Testing

/// What is owed by who switches outlets, and by who takes events by stream.
@Suite struct ControlTests {
    private static let outlet = "\(Snippet.unit)/Outlets/1"
    private static let target = "\(outlet)/Actions/Outlet.PowerControl"

    /// Reads the outlet, which offers its action.
    private static func read(
        _ snippet: inout Snippet, _ state: String = "On", isInTransition: Bool = false,
        isLocked: Bool = false
    ) {
        snippet.get(
            outlet,
            [
                "@odata.type": "#Outlet.v1_4_4.Outlet", "PowerState": .string(state),
                "PowerStateInTransition": .bool(isInTransition),
                "PowerControlLocked": .bool(isLocked),
                "Actions": [
                    "#Outlet.PowerControl": [
                        "target": .string(target),
                        "PowerState@Redfish.AllowableValues": ["On", "Off"],
                    ]
                ],
            ])
    }

    private static func turn(
        _ snippet: inout Snippet, _ state: String = "Off", status: Int? = 204
    ) {
        snippet.request(.post, target, ["PowerState": .string(state)], status: status)
    }

    private func judged(_ story: (inout Snippet) -> Void) -> Judged {
        var duties = ClientDuties()
        duties.controls = true
        return Judged(.small, duties, story)
    }

    @Test func whoWaitsUntilTheOutletHasSettledPasses() {
        let judged = judged {
            Self.read(&$0)
            Self.turn(&$0)
            $0.at(2)
            Self.read(&$0, "On", isInTransition: true)
            $0.at(10)
            Self.read(&$0, "Off")
            $0.at(200)
        }
        #expect(judged.verdict("M10-confirms-switching") == .pass)
        #expect(judged.verdict("M09-allowed-value") == .pass)
        #expect(judged.verdict("M12-respects-locks") == .pass)
        #expect(judged.verdict("M11-no-blind-repeat") == .notExercised)
    }

    @Test func whoBelievesTheAnswerDoesNot() {
        let judged = judged {
            Self.read(&$0)
            Self.turn(&$0)
            Self.read(&$0, "On", isInTransition: true)
            $0.at(200)
            $0.root()
        }
        #expect(
            judged.finding("M10-confirms-switching") == "nobody read what the power action came to")
        #expect(judged["M10-confirms-switching"]?.findings.first?.exchange?.line == 3)
    }

    @Test func whatIsNotAllowedIsNotAskedFor() {
        let judged = judged {
            Self.read(&$0)
            Self.turn(&$0, "PowerCycle", status: 400)
        }
        let finding = judged["M09-allowed-value"]?.findings.first
        #expect(finding?.expected == "On, Off")
        #expect(finding?.seen == "PowerCycle")
    }

    @Test func aLockedOutletIsLeftAlone() {
        let judged = judged {
            Self.read(&$0, isLocked: true)
            Self.turn(&$0, status: 409)
        }
        #expect(judged.verdict("M12-respects-locks") == .warn)
    }

    @Test(arguments: [
        (Optional(204), "M07-success-is-success", Verdict.warn),
        (nil, "M11-no-blind-repeat", .fail),
    ])
    func anActionIsNotRepeatedBlindly(_ status: Int?, _ rule: String, _ verdict: Verdict) {
        let blind = judged {
            Self.read(&$0)
            Self.turn(&$0, status: status)
            Self.turn(&$0)
        }
        #expect(blind.verdict(rule) == verdict)
        let careful = judged {
            Self.read(&$0)
            Self.turn(&$0, status: status)
            Self.read(&$0)
            Self.turn(&$0)
        }
        #expect(careful.verdict(rule) == .notExercised)
    }

    @Test func aTaskIsAskedForWithPatienceUntilItIsOver() {
        func story(_ first: Int64, until last: Int) -> Judged {
            judged {
                Self.read(&$0)
                let monitor = "/redfish/v1/TaskService/TaskMonitors/1"
                $0.request(
                    .post, Self.target, ["PowerState": "Off"], status: 202,
                    answerFields: [.location: monitor, .retryAfter: "5"])
                $0.at(first)
                $0.get(monitor, status: last)
                $0.at(100)
                Self.read(&$0, "Off")
            }
        }
        #expect(story(5, until: 204).verdict("M08-task-monitor") == .pass)
        #expect(
            story(4, until: 204).finding("M08-task-monitor")
                == "the task monitor was asked too soon")
        #expect(
            story(5, until: 202)["M08-task-monitor"]?.findings.first?.seen
                == "202 was its last answer")
    }

    @Test func whoSwitchesNothingIsNotConcerned() {
        var duties = ClientDuties()
        duties.controls = false
        duties.streams = false
        let judged = Judged(.small, duties) { $0.root() }
        #expect(judged.verdict("M10-confirms-switching") == .notApplicable)
        #expect(judged.verdict("V13-resumes-stream") == .notApplicable)
        let builtIn = Judged { $0.root() }
        #expect(builtIn.verdict("M10-confirms-switching") == nil)
    }

    // MARK: Streams

    private func streamed(_ story: (inout Snippet) -> Void) -> Judged {
        var duties = ClientDuties()
        duties.streams = true
        return Judged(.small, duties, story)
    }

    @Test func aStreamIsResumedWhereItEnded() {
        func story(_ lastEventID: String?) -> Judged {
            streamed {
                $0.stream()
                $0.event("7", on: 1)
                $0.endStream(1)
                $0.stream(lastEventID: lastEventID)
                $0.at(100)
            }
        }
        #expect(story("7").verdict("V13-resumes-stream") == .pass)
        #expect(story(nil)["V13-resumes-stream"]?.findings.first?.expected == "Last-Event-ID: 7")
        #expect(story("6")["V13-resumes-stream"]?.findings.first?.seen == "Last-Event-ID: 6")
    }

    @Test func aStreamThatEndsIsOpenedAgain() {
        #expect(streamed { $0.root() }.verdict("client/streams") == .fail)
        let ended = streamed {
            $0.stream()
            $0.endStream(1)
            $0.at(300)
            $0.root()
        }
        #expect(ended.verdict("client/streams") == .fail)
        #expect(streamed { $0.stream() }.verdict("client/streams") == .pass)
    }

    @Test func aRefusedStreamIsNotStormed() {
        func story(_ second: Int64) -> Judged {
            streamed {
                $0.stream(status: 503, retryAfter: "10")
                $0.at(second)
                $0.stream()
            }
        }
        #expect(story(9).verdict("V14-refused-stream") == .warn)
        #expect(story(10).verdict("V14-refused-stream") == .pass)
    }
}
