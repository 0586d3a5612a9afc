import Findings
import HTTPTypes
import JSONText
import Judging
import Testing
import VirtualTime

@Suite struct SessionTests {
    static let outlet = "\(Snippet.unit)/Outlets/1"

    @Test func aTidySessionPasses() {
        let judged = Judged {
            $0.login()
            $0.get(Self.outlet)
            $0.logout()
        }
        for rule in ["A01-session-login", "A02-token-from-header", "A03-session-reuse"] {
            #expect(judged.verdict(rule) == .pass, "\(rule)")
        }
        #expect(judged.verdict("A04-session-deleted") == .pass)
        #expect(judged.verdict("A07-one-relogin") == .notExercised)
        #expect(judged.verdict("A08-stops-before-lockout") == .notExercised)
        #expect(judged.verdict("A12-no-relogin-on-403") == .notExercised)
        #expect(
            judged.groups[4].measure == "1 session, 0 refused by the device, 0 left open")
    }

    @Test func withoutSessionsNothingIsExercised() {
        let judged = Judged {
            $0.token = nil
            $0.root()
        }
        #expect(judged.groups[4].verdict == .notExercised)
    }

    @Test func aLoginHasExactlyTwoMembersAndOnePlace() {
        let extra = Judged {
            $0.login(body: ["UserName": "reader", "Password": "secret", "Token": "x"])
        }
        #expect(
            extra["A01-session-login"]?.findings.first?.seen
                == "POST \(Snippet.sessions) with Password, Token, UserName")
        let unlabelled = Judged {
            $0.request(
                .post, Snippet.sessions, ["UserName": "reader", "Password": "secret"],
                fields: [.contentType: "application/x-www-form-urlencoded"])
        }
        #expect(unlabelled.verdict("A01-session-login") == .pass)
        #expect(unlabelled.verdict("H01-content-type") == .fail)
        let astray = Judged { $0.login(status: 404, to: "/redfish/v1/Login") }
        #expect(astray.verdict("A01-session-login") == .fail)
        let members = Judged { $0.login(to: Snippet.sessions + "/Members") }
        #expect(members.verdict("A01-session-login") == .pass)
    }

    @Test func aTokenComesFromTheHeaderAndStandsAlone() {
        let decoy = Judged {
            $0.login()
            $0.token = "from-the-body"
            $0.get(Self.outlet, status: 401)
        }
        #expect(
            decoy.finding("A02-token-from-header")
                == "the token was never given in an X-Auth-Token header")
        let both = Judged {
            $0.login()
            $0.request(.get, Self.outlet, fields: [.authorization: "Basic cjpz"])
        }
        #expect(both["A02-token-from-header"]?.findings.first?.expected == "X-Auth-Token alone")
    }

    @Test func aLoginForEveryPollIsNoReuse() {
        let judged = Judged {
            for poll in 1...3 {
                $0.at(Int64(poll) * 60)
                $0.login(session: poll)
                $0.get(Self.outlet)
                $0.logout(session: poll)
            }
        }
        #expect(judged["A03-session-reuse"]?.findings.count == 2)
        #expect(
            judged.finding("A03-session-reuse")
                == "login number 2, though the device ended no more than 0 sessions of the client's"
        )
    }

    @Test func anIdleSessionMayBeRenewed() {
        var facts = DeviceFacts.small
        facts.sessionTimeout = .seconds(30)
        let judged = Judged(facts) {
            $0.login()
            $0.get(Self.outlet)
            $0.at(60)
            $0.login(session: 2)
            $0.get(Self.outlet)
        }
        #expect(judged.verdict("A03-session-reuse") == .pass)
    }

    @Test func aSessionLeftOpenIsFound() throws {
        let judged = Judged {
            $0.login()
            $0.get(Self.outlet)
        }
        let finding = try #require(judged["A04-session-deleted"]?.findings.first)
        #expect(finding.message == "session 1 was still open at the end")
        #expect(finding.expected == "DELETE \(Snippet.sessions)/1")
    }

    @Test(arguments: [401, 404, 405]) func aLogoutThatComesTooLateIsNoLeak(status: Int) {
        let judged = Judged {
            $0.login()
            $0.logout(status: status)
        }
        #expect(judged.verdict("A04-session-deleted") == .pass)
        #expect(judged.verdict("A07-one-relogin") == .notExercised)
    }

    // MARK: Expiry

    private func expiry(_ after: (inout Snippet) -> Void) -> Judged {
        Judged {
            $0.login()
            $0.get(Self.outlet)
            $0.at(60)
            $0.get(Self.outlet, status: 401)
            after(&$0)
        }
    }

    @Test func oneReloginAndAReplayPass() {
        let judged = expiry {
            $0.login(session: 2)
            $0.get(Self.outlet)
            $0.at(600)
            $0.logout(session: 2)
        }
        #expect(judged.verdict("A07-one-relogin") == .pass)
        #expect(judged.verdict("A03-session-reuse") == .pass)
        #expect(judged.verdict("A04-session-deleted") == .pass)
    }

    @Test func twoReloginsForOneExpiryAreFound() {
        let judged = expiry {
            $0.login(session: 2)
            $0.login(session: 3)
            $0.get(Self.outlet)
        }
        #expect(
            judged.finding("A07-one-relogin")
                == "login number 2 after session 1 was refused (line 4)")
    }

    @Test func noReloginIsFound() {
        let judged = expiry {
            $0.at(600)
            $0.get("/redfish/v1/")
        }
        #expect(
            judged.finding("A07-one-relogin") == "session 1 was refused and no login followed")
    }

    @Test func aRunThatEndsRightAfterTheRefusalIsNotBlamed() {
        #expect(expiry { $0.at(90) }.verdict("A07-one-relogin") == .pass)
    }

    @Test func whatWasRefusedHasToBeAskedAgain() {
        let late = expiry {
            $0.login(session: 2)
            $0.at(300)
            $0.get(Self.outlet)
        }
        #expect(late["A07-one-relogin"]?.findings.first?.seen == "asked again after PT4M")
        let never = expiry {
            $0.login(session: 2)
            $0.at(300)
            $0.get("/redfish/v1/")
        }
        #expect(never["A07-one-relogin"]?.findings.first?.seen == "never asked again")
    }

    // MARK: Credentials and privileges

    private func refusals(_ count: Int, every seconds: Int64 = 1) -> Judged {
        var facts = DeviceFacts.small
        facts.lockoutCounterReset = .seconds(300)
        return Judged(facts) {
            for attempt in 0..<count {
                $0.at(Int64(attempt) * seconds)
                $0.login(status: 401)
            }
        }
    }

    @Test func aClientStopsBeforeTheAccountIsLocked() {
        #expect(refusals(2).verdict("A08-stops-before-lockout") == .pass)
        #expect(refusals(3).verdict("A08-stops-before-lockout") == .fail)
        #expect(refusals(9, every: 300).verdict("A08-stops-before-lockout") == .pass)
        #expect(
            refusals(3).finding("A08-stops-before-lockout")
                == "3 authentications in a row were refused; the device locks the account at 3")
    }

    @Test func everyBasicRequestIsAnAuthentication() {
        let judged = Judged {
            $0.token = nil
            for _ in 1...3 {
                $0.request(
                    .get, Self.outlet, status: 401, fields: [.authorization: "Basic cjpz"])
            }
        }
        #expect(judged.verdict("A08-stops-before-lockout") == .fail)
    }

    @Test func aDeviceThatNeverLocksIsNotJudgedByIt() {
        var facts = DeviceFacts.small
        facts.lockoutThreshold = nil
        let judged = Judged(facts) { $0.login(status: 401) }
        #expect(judged.verdict("A08-stops-before-lockout") == .notApplicable)
    }

    @Test func aForbiddenWriteIsNoReasonToLogIn() {
        func story(_ relogs: Bool) -> Judged {
            Judged {
                $0.login()
                $0.request(.patch, Self.outlet, ["UserLabel": "x"], status: 403)
                if relogs { $0.login(session: 2) }
                $0.get(Self.outlet)
            }
        }
        #expect(story(false).verdict("A12-no-relogin-on-403") == .pass)
        #expect(story(true).verdict("A12-no-relogin-on-403") == .warn)
    }

    @Test func noFindingShowsAToken() {
        let judged = Judged {
            $0.login()
            $0.token = "from-the-body"
            $0.get(Self.outlet, status: 401)
        }
        let texts = judged.groups.flatMap(\.results).flatMap(\.findings).flatMap {
            [$0.message, $0.expected ?? "", $0.seen ?? ""]
        }
        #expect(!texts.contains { $0.contains("from-the-body") || $0.contains("secret") })
    }
}
