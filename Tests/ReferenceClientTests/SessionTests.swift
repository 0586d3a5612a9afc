import HTTPMessages
import HTTPTypes
import JSONText
import ReferenceClient
import Testing
import VirtualTime

@Suite(.timeLimit(.minutes(1))) struct SessionTests {
    let login = Rehearsal.login

    @Test func anExpiredSessionCostsOneLoginAndNoReading() {
        var life = Rehearsal()
        life.script = [
            (
                at(95),
                {
                    $0.sessions = [:]; return []
                }
            )
        ]
        life.run(seconds: 300)
        #expect(life.instants(of: login) == [0, 100])
        #expect(life.exchanges.count { $0.status == 401 } == 1)
        #expect(life.claim("pdu")?["quality"]?.string == "measured")
        #expect(life.energy("pdu") == "0.0915")
        #expect(life.device.sessions.isEmpty)
        let refused = life.exchanges.firstIndex { $0.status == 401 } ?? 0
        #expect(life.exchanges[refused + 1].line == login)
        #expect(life.exchanges[refused + 2].line == life.exchanges[refused].line)
    }

    @Test func aSessionShorterThanThePoll() {
        var life = Rehearsal()
        life.configuration.pollInterval = .seconds(60)
        life.script = (1...4).map { minute in
            (
                at(Int64(minute) * 60 - 5),
                {
                    $0.sessions = [:]; return []
                }
            )
        }
        life.run(seconds: 300)
        #expect(life.instants(of: login) == [0, 60, 120, 180, 240])
        let read = life.exchanges.filter { $0.line.hasSuffix("/Sum") && $0.status == 200 }
        #expect(read.map(\.instant) == [0, 60, 120, 180, 240, 300].map(at))
    }

    @Test func theBodyNamesTheSessionWhereLocationIsMissing() {
        var life = Rehearsal()
        life.device.sendsLocation = false
        life.run(seconds: 20)
        #expect(life.device.sessions.isEmpty)
    }

    @Test func aWrongPasswordIsTriedTwice() {
        var life = Rehearsal()
        life.device.password = "other"
        life.run(seconds: 3600)
        #expect(life.outcome == .rejectedCredentials)
        #expect(life.count(login) == 2)
        #expect((life.end ?? start) - start >= .seconds(30))
        #expect((life.end ?? start) - start < .seconds(60))
    }

    @Test func aPasswordChangedMidRunKeepsWhatWasMeasured() {
        var life = Rehearsal()
        life.script = [
            (
                at(95),
                {
                    $0.sessions = [:]; $0.password = "new"; return []
                }
            )
        ]
        life.run(seconds: 3600)
        #expect(life.outcome == .rejectedCredentials)
        #expect(life.exchanges.count { $0.status == 401 } == 3)
        #expect(life.energy("pdu") == "0.02745")
    }

    @Test func aLockedAccountIsLeftAlone() {
        var life = Rehearsal()
        let login = login
        life.device.intercept = { request, _ in
            request.target == "/redfish/v1/Login" ? .success(failure(401, "AccountLocked")) : nil
        }
        life.run(seconds: 300)
        #expect(life.outcome == .rejectedCredentials)
        #expect(life.count(login) == 1)
    }

    @Test func passwordChangeRequiredIsSurfaced() {
        var life = Rehearsal()
        life.device.intercept = { request, _ in
            request.method == .get && request.target != "/redfish/v1/"
                ? .success(failure(403, "PasswordChangeRequired")) : nil
        }
        life.run(seconds: 300)
        #expect(life.outcome == .passwordChangeRequired)
        #expect(life.exchanges.count { $0.status == 403 } == 1)
        #expect(life.device.sessions.isEmpty)
        #expect(life.logs.contains { $0.contains("PasswordChangeRequired") })
    }

    @Test func noFreeSessionIsWaitedFor() {
        var life = Rehearsal()
        life.device.intercept = { request, now in
            request.target == "/redfish/v1/Login" && now < at(70)
                ? .success(failure(400, "SessionLimitExceeded")) : nil
        }
        life.run(seconds: 300)
        let logins = life.instants(of: login)
        #expect(logins.count == 5)
        #expect(zip(logins, logins.dropFirst()).allSatisfy { $1 - $0 >= 5 })
        #expect(life.energy("pdu") != nil)
        #expect(life.logs.contains("no session is free"))
    }

    @Test func aFreshTokenThatIsRefusedStartsNoStorm() {
        var life = Rehearsal()
        life.device.intercept = { request, _ in
            request.head.headerFields[.xAuthToken] != nil && request.method == .get
                ? .success(failure(401, "NoValidSession")) : nil
        }
        life.run(seconds: 3600)
        #expect(life.outcome == .rejectedCredentials)
        #expect(life.count(login) == 6)
    }

    @Test func aServiceWithoutSessionsGetsBasic() {
        var life = Rehearsal()
        life.device.intercept = { request, _ in
            request.target == "/redfish/v1/Login"
                ? .success(failure(405, "OperationNotAllowed")) : nil
        }
        life.run(seconds: 60)
        #expect(life.count(login) == 1)
        #expect(
            life.exchanges.last?.request.head.headerFields[.authorization]
                == "Basic YWRtaW46c2VjcmV0")
        #expect(life.energy("pdu") == "0.0183")
    }

    @Test func basicByConfiguration() {
        var life = Rehearsal()
        life.configuration.authentication = .basic
        life.run(seconds: 60)
        #expect(life.count(login) == 0)
        #expect(life.exchanges[0].request.head.headerFields[.authorization] == nil)
        #expect(life.energy("pdu") == "0.0183")
    }

    @Test func aLogoutThatIsRefusedIsNoFailure() {
        var life = Rehearsal()
        life.device.intercept = { request, _ in
            request.method == .delete ? .success(failure(401, "NoValidSession")) : nil
        }
        life.run(seconds: 20)
        #expect(life.outcome == .done)
    }

    @Test func stopBeforeTheLoginSucceeded() {
        var life = Rehearsal()
        life.device.intercept = { _, _ in .failure(.refused) }
        life.run(seconds: 100)
        #expect(life.outcome == .done)
        #expect(life.end == at(100))
        #expect(life.exchanges.count < 20)
    }
}
