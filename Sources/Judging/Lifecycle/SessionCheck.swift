import Findings
import HTTPTypes
import JSONText
import Recordings
import VirtualTime

/// Follows the client's sessions from login to logout.
final class SessionCheck: Check {
    let facts: DeviceFacts
    let duties: ClientDuties
    private let sessionsPath: String
    private(set) var ledger = SessionLedger()
    private var expiries: [SessionExpiry] = []
    /// Those of the expiries that still have refused reads to be asked again.
    private var unanswered: [Int] = []
    private var usableLogins = 0
    private var idleExpiries = 0
    private var authFailures = AuthFailures()

    private var loginTally = RuleTally(SessionCheck.login)
    private var tokenTally = RuleTally(SessionCheck.token)
    private var reuseTally = RuleTally(SessionCheck.reuse)
    private var deletionTally = RuleTally(SessionCheck.deletion)
    private var reloginTally = RuleTally(SessionCheck.relogin)
    private var lockoutTally = RuleTally(SessionCheck.lockout)
    private var forbiddenTally = RuleTally(SessionCheck.forbidden)

    init(_ facts: DeviceFacts, _ duties: ClientDuties) {
        self.facts = facts
        self.duties = duties
        sessionsPath = servicePath(facts.sessionsURI)
    }

    func observe(_ exchange: ObservedExchange) {
        guard exchange.isFromClient else { return }
        if exchange.method == .post, !exchange.requestBytes.isEmpty {
            if isLoginPath(exchange.path) {
                judgeLogin(exchange)
                observeLogin(exchange)
            } else if isLoginBody(exchange.requestBody.json) {
                judgeLogin(exchange)
            }
        }
        if exchange.request.token != nil { judgeToken(exchange) }
        if exchange.request.usesBasic {
            countAuthentication(exchange)
            observeReplay(exchange, with: nil)
        }
        if exchange.method == .delete { observeLogout(exchange) }
    }

    // MARK: Logins

    /// A collection's `Members` takes POSTs as the collection does.
    private func isLoginPath(_ path: String) -> Bool {
        path == sessionsPath || path == sessionsPath + "/Members"
    }

    private func isLoginBody(_ body: JSONValue?) -> Bool {
        body?["UserName"] != nil && body?["Password"] != nil
    }

    private func judgeLogin(_ exchange: ObservedExchange) {
        loginTally.check()
        // That the Content-Type is wrong is told by the rule about that.
        let body = exchange.requestBody.json ?? (try? JSONValue(parsing: exchange.requestBytes))
        let names = body?.object?.names.sorted() ?? []
        let goesAstray = !isLoginPath(exchange.path)
        guard goesAstray || names != ["Password", "UserName"] else { return }
        loginTally.find(
            goesAstray
                ? "credentials were posted to another place than the Sessions collection"
                : "the login's body is not exactly UserName and Password",
            at: exchange.reference, expected: "POST \(sessionsPath) with UserName, Password",
            seen: "POST \(exchange.path) with "
                + (body?.object == nil ? "no JSON object" : names.joined(separator: ", ")))
    }

    private func observeLogin(_ exchange: ObservedExchange) {
        countAuthentication(exchange)
        judgeForbidden(exchange)
        for index in expiries.indices.reversed() {
            guard expiries[index].attempts == 0 else { break }
            expiries[index].attempts = 1
        }
        guard exchange.isSuccess, let token = exchange.response.token else { return }
        countIdleExpiry(at: exchange.instant)
        let location =
            exchange.response.location ?? exchange.responseBody.json?["@odata.id"]?.string
        ledger.open(
            token: token, path: location.map(servicePath), by: exchange.reference,
            at: exchange.instant)
        if !exchange.isFaulted { judgeReuse(exchange) }
        judgeSecondLogin(exchange)
    }

    /// A session that the device must have ended for lack of use needs a new login; nobody had to
    /// tell the client.
    private func countIdleExpiry(at instant: VirtualInstant) {
        if let current = ledger.current, isIdle(current, at: instant) { idleExpiries += 1 }
    }

    private func isIdle(_ session: Int, at instant: VirtualInstant) -> Bool {
        facts.sessionTimeout.map { instant - ledger[session].lastUse >= $0 } ?? false
    }

    private func judgeReuse(_ exchange: ObservedExchange) {
        usableLogins += 1
        reuseTally.check()
        let allowed = allowedLogins
        guard usableLogins > allowed else { return }
        reuseTally.find(
            "login number \(usableLogins), though the device ended no more than "
                + "\((allowed - 1).counted("session")) of the client's",
            at: exchange.reference, expected: "at most \(allowed) logins so far",
            seen: usableLogins.counted("login"))
    }

    private var allowedLogins: Int {
        1 + max(expiries.count, duties.expectedSessionExpiries) + idleExpiries + duties.restarts
    }

    // MARK: Tokens

    private func judgeToken(_ exchange: ObservedExchange) {
        guard let token = exchange.request.token else { return }
        tokenTally.check()
        guard let index = ledger.index(token: token) else {
            tokenTally.find(
                "the token was never given in an X-Auth-Token header", at: exchange.reference,
                expected: "the token of a login's answer", seen: "an unknown token")
            return
        }
        if exchange.request.authorization != nil {
            tokenTally.find(
                "an Authorization header stands beside the token", at: exchange.reference,
                expected: "X-Auth-Token alone", seen: "X-Auth-Token and Authorization")
        }
        ledger[index].requests += 1
        switch exchange.status {
        case 401: observeRefusal(exchange, of: index)
        case 403:
            forbiddenTally.check()
            ledger[index].forbidden = exchange.reference
        case .some:
            ledger[index].forbidden = nil
            ledger[index].lastUse = exchange.instant
        case nil: break
        }
        observeReplay(exchange, with: index)
    }

    // MARK: Refused tokens

    private func observeRefusal(_ exchange: ObservedExchange, of session: Int) {
        let isLogout = exchange.method == .delete && ledger[session].path == exchange.path
        if ledger[session].end == nil {
            ledger.end(session, as: isLogout ? .deleted : .refused, by: exchange.reference)
        }
        guard !isLogout else { return }
        let known = expiries.lastIndex { $0.session == session }
        var expiry =
            known.map { expiries[$0] }
            ?? SessionExpiry(
                session: session, first: exchange.reference, instant: exchange.instant,
                refused: [:], order: [])
        if exchange.method == .get, expiry.refused[exchange.path] == nil,
            expiry.order.count < SessionExpiry.limit
        {
            expiry.order.append(exchange.path)
            expiry.refused[exchange.path] = SessionExpiry.Refusal(
                reference: exchange.reference, instant: exchange.instant)
        }
        if let known {
            expiries[known] = expiry
        } else {
            reloginTally.check()
            unanswered.append(expiries.count)
            expiries.append(expiry)
        }
    }

    /// The time within which a refused read has to be asked again.
    private var replayWindow: VirtualDuration {
        duties.polls.map { $0.every + $0.slack }.max() ?? duties.pollCycle
    }

    private func observeReplay(_ exchange: ObservedExchange, with session: Int?) {
        guard exchange.method == .get, exchange.status != 401, !unanswered.isEmpty else { return }
        unanswered.removeAll { expiries[$0].refused.isEmpty }
        for index in unanswered where expiries[index].session != session {
            guard let refusal = expiries[index].refused.removeValue(forKey: exchange.path) else {
                continue
            }
            if exchange.instant - refusal.instant > replayWindow {
                reportMissingReplay(
                    refusal,
                    seen: "asked again after "
                        + (exchange.instant - refusal.instant).iso8601)
            }
        }
    }

    private func reportMissingReplay(_ refusal: SessionExpiry.Refusal, seen: String) {
        reloginTally.find(
            "what was refused with the expired token was not asked again in time",
            at: refusal.reference, expected: "the same read within \(replayWindow.iso8601)",
            seen: seen)
    }

    private func judgeSecondLogin(_ exchange: ObservedExchange) {
        guard let index = expiries.indices.last else { return }
        expiries[index].logins += 1
        let logins = expiries[index].logins
        // A session that ended unnoticed or a fresh start of the client excuses a further login.
        guard logins > 1 + idleExpiries + duties.restarts else { return }
        reloginTally.find(
            "login number \(logins) after \(ledger[expiries[index].session].name) was refused "
                + "(line \(expiries[index].first.line))",
            at: exchange.reference, expected: "one login for one expiry",
            seen: logins.counted("login"))
    }

    private func settleExpiries(at end: VirtualInstant) {
        for expiry in expiries where end - expiry.instant > replayWindow {
            if expiry.attempts == 0 {
                reloginTally.find(
                    "\(ledger[expiry.session].name) was refused and no login followed",
                    at: expiry.first, expected: "one login within \(replayWindow.iso8601)",
                    seen: "none until the end")
            }
            guard expiry.logins > 0 else { continue }
            for path in expiry.order {
                guard let refusal = expiry.refused[path], end - refusal.instant > replayWindow
                else { continue }
                reportMissingReplay(refusal, seen: "never asked again")
            }
        }
    }

    // MARK: Logouts

    private func observeLogout(_ exchange: ObservedExchange) {
        guard let index = ledger.index(path: exchange.path), ledger[index].end == nil else {
            return
        }
        let isGone = exchange.isSuccess || [401, 404, 405].contains(exchange.status)
        if isGone || exchange.isFaulted {
            ledger.end(index, as: .deleted, by: exchange.reference)
        }
    }

    private func settleSessions() {
        for session in ledger.sessions {
            let isOpen = session.end == nil
            if isOpen, duties.mayGoOn { continue }
            deletionTally.check()
            guard isOpen else { continue }
            deletionTally.find(
                "\(session.name) was still open at the end", at: session.opened,
                expected: "DELETE \(session.path ?? "of the session")", seen: "no DELETE")
        }
    }

    // MARK: Refused credentials

    /// Every login and every Basic request is an authentication.
    private func countAuthentication(_ exchange: ObservedExchange) {
        guard let status = exchange.status else { return }
        guard status == 401 || status == 403 && isLoginPath(exchange.path) else {
            if exchange.isSuccess { authFailures = AuthFailures() }
            return
        }
        guard let threshold = facts.lockoutThreshold else { return }
        authFailures.add(at: exchange.instant, forgottenAfter: facts.lockoutCounterReset)
        lockoutTally.check()
        guard authFailures.count >= threshold else { return }
        lockoutTally.find(
            "\(authFailures.count) authentications in a row were refused; the device locks the "
                + "account at \(threshold)",
            at: exchange.reference, expected: "at most \(threshold - 1) in a row",
            seen: "\(authFailures.count)")
    }

    // MARK: Refused privileges

    private func judgeForbidden(_ exchange: ObservedExchange) {
        guard let current = ledger.current, let forbidden = ledger[current].forbidden,
            !isIdle(current, at: exchange.instant)
        else { return }
        forbiddenTally.find(
            "a login followed the 403 of line \(forbidden.line), though \(ledger[current].name) "
                + "was alive",
            at: exchange.reference, expected: "no POST to Sessions", seen: "POST \(exchange.path)")
    }

    func finish(at end: VirtualInstant) -> CheckGroup {
        settleExpiries(at: end)
        settleSessions()
        let open = ledger.sessions.count { $0.end == nil }
        return CheckGroup(
            name: "session lifecycle",
            measure: "\(ledger.sessions.count.counted("session")), "
                + "\(grouped(expiries.count)) refused by the device, \(grouped(open)) left open",
            results: [
                loginTally.result("login"),
                tokenTally.result("request with a token", "requests with a token"),
                reuseTally.result("login", numbers: "\(allowedLogins) allowed"),
                deletionTally.result("session"), reloginTally.result("expiry", "expiries"),
                lockoutTally.result(
                    "refused authentication", isApplicable: facts.lockoutThreshold != nil),
                forbiddenTally.result("answer 403", "answers 403"),
            ])
    }
}

/// Authentications refused in a row, as the device counts them.
private struct AuthFailures {
    private(set) var count = 0
    private var last: VirtualInstant?

    mutating func add(at instant: VirtualInstant, forgottenAfter reset: VirtualDuration?) {
        if let reset, let last, instant - last >= reset { count = 0 }
        count += 1
        last = instant
    }
}
