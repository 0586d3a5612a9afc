import HTTPMessages
import HTTPTypes
import JSONText
import VirtualTime

/// The one session of this client.
///
/// Source: DSP0266, "Redfish Specification" 1.8.1, clause 13.3.5.
struct SessionKeeper {
    var usesBasic: Bool
    /// The linked collection of sessions.
    var collection: String?
    private(set) var token: String?
    private(set) var uri: String?
    /// Refusals of the credentials since they were last accepted.
    var rejections = 0
    /// Logins in a row that failed for another reason, and fresh tokens that were refused.
    var troubles = 0
    /// Before then no login is tried.
    var retryInstant: VirtualInstant?
    /// The service root wants credentials, which it should not.
    var isRootProtected = false
    /// For a misbehaving client: logins still to make, whatever they bring.
    var pendingLogins = 0
    private var isTokenUsed = false
    private let misbehaviour: Misbehaviour

    init(usesBasic: Bool, misbehaviour: Misbehaviour) {
        self.usesBasic = usesBasic
        self.misbehaviour = misbehaviour
    }

    func isDue(at now: VirtualInstant) -> Bool {
        hasUsableToken || retryInstant.map { $0 <= now } ?? true
    }

    func hasCredentials(for purpose: Purpose) -> Bool {
        // The session service is where an unknown collection of sessions is looked for.
        if usesBasic || purpose == .sessionService { return true }
        return hasUsableToken && pendingLogins == 0
    }

    private var hasUsableToken: Bool {
        token != nil && !(misbehaviour.contains(.reloginPerRequest) && isTokenUsed)
    }

    mutating func begin(token: String, uri: String?) {
        self.token = token
        self.uri = uri
        isTokenUsed = false
        rejections = 0
        retryInstant = nil
        pendingLogins = max(pendingLogins - 1, 0)
    }

    mutating func useToken() -> String? {
        isTokenUsed = true
        return token
    }

    /// A protected resource was read, so the credentials are good.
    mutating func prove() {
        troubles = 0
        rejections = 0
    }

    mutating func end() {
        token = nil
        uri = nil
    }
}

extension EnergyAggregator {
    mutating func addCredentials(to fields: inout HTTPFields) {
        if session.usesBasic {
            let pair = "\(configuration.userName):\(configuration.password)"
            fields[.authorization] = "Basic " + base64(Array(pair.utf8))
        } else if let token = session.useToken() {
            fields[.xAuthToken] = token
        }
    }

    func loginJob() -> Job? {
        guard let collection = session.collection else { return nil }
        return Job(
            .login, .post, collection,
            body: [
                "UserName": .string(configuration.userName),
                "Password": .string(configuration.password),
            ])
    }

    mutating func takeSessionService(_ resource: JSONValue) {
        session.collection = resource.link("Sessions")
        if session.collection == nil { fallBackToBasic("the session service links no sessions") }
        beginWork()
    }

    mutating func fallBackToBasic(_ reason: String) {
        session.usesBasic = true
        session.retryInstant = nil
        log("HTTP Basic from now on: \(reason)")
    }

    mutating func acceptLogin(_ response: ResponseMessage) {
        guard let token = response.head.headerFields[.xAuthToken] else {
            log("the session came without X-Auth-Token")
            deferLogin(until: nil, keys: [])
            return
        }
        let location = response.head.headerFields[.location].flatMap(requestTarget)
        let named = (try? response.resource())?["@odata.id"]?.string.flatMap(requestTarget)
        session.begin(token: token, uri: location ?? named)
        if response.messageKeys.contains("PasswordChangeRequired") { requirePasswordChange() }
    }

    mutating func refuseLogin(_ response: ResponseMessage, keys: [String]) {
        switch response.status {
        case 404, 405, 501:
            fallBackToBasic("no session can be made, status \(response.status)")
        case _ where keys.contains("SessionLimitExceeded"):
            log("no session is free")
            deferLogin(
                until: RetryPolicy.retryInstant(of: response, now: now), keys: keys)
        default:
            abandon(
                .rejectedCredentials,
                because: "login refused for good, status \(response.status)")
        }
    }

    /// The login failed for a reason that is not the password: tried again with growing delay.
    mutating func deferLogin(until retryInstant: VirtualInstant?, keys: [String]) {
        session.troubles += 1
        let delay = retry.delay(afterFailures: session.troubles, base: .seconds(5))
        session.retryInstant = max(retryInstant ?? now, now + delay)
        if configuration.misbehaviour.contains(.ignoresRetryAfter) { session.retryInstant = nil }
    }

    mutating func handleUnauthorized(_ job: Job, _ response: ResponseMessage) {
        var job = job
        job.refusals += 1
        switch job.purpose {
        case .login where response.messageKeys.contains { $0.contains("Lock") }:
            abandon(.rejectedCredentials, because: "the account is locked")
        case .login: rejectCredentials(after: nil)
        case .logout: session.end()
        case .root where job.refusals == 1:
            // Where even the root is protected, no session can be found first.
            session.isRootProtected = true
            fallBackToBasic("the service root wants credentials")
            jobs.putFirst(job)
        case .sessionService where !session.usesBasic:
            fallBackToBasic("the session service wants credentials")
            beginWork()
        case _ where session.usesBasic: rejectCredentials(after: job)
        case _ where configuration.misbehaviour.contains(.keepsOldToken) && job.refusals <= 5:
            jobs.putFirst(job)
        case _ where job.refusals == 1:
            log("the session is over")
            session.end()
            if configuration.misbehaviour.contains(.reloginStorm) { session.pendingLogins = 3 }
            jobs.putFirst(job)
        default: rejectFreshToken(job)
        }
    }

    /// Tries the same credentials a second time only, and not at once: attempts during a lockout
    /// prolong it.
    private mutating func rejectCredentials(after job: Job?) {
        session.rejections += 1
        let hammers = configuration.misbehaviour.contains(.hammersBadPassword)
        let limit = hammers ? 20 : RetryPolicy.credentialAttemptLimit
        guard session.rejections < limit else {
            abandon(
                .rejectedCredentials,
                because: "credentials refused \(session.rejections) times, no further attempt")
            return
        }
        log("credentials refused")
        let delay = retry.delay(afterFailures: session.rejections, base: .seconds(30))
        if let job { jobs.park(job, until: hammers ? now : now + delay) }
        session.retryInstant = hammers ? nil : now + delay
    }

    /// A token that is refused right after the login will not get better by another one.
    private mutating func rejectFreshToken(_ job: Job) {
        session.troubles += 1
        session.end()
        guard session.troubles < 3 else {
            abandon(.rejectedCredentials, because: "fresh sessions are refused again and again")
            return
        }
        log(describe(job, "refused with a fresh session"))
        session.retryInstant =
            now + retry.delay(afterFailures: session.troubles, base: .seconds(30))
        giveUp(job)
    }

    /// Such a session may only change the password, which is for people to do.
    ///
    /// Source: DSP0266, "Redfish Specification" 1.8.1, clause 13.3.7.1.
    mutating func requirePasswordChange() {
        abandon(
            .passwordChangeRequired,
            because: "PasswordChangeRequired: the account must be given a new password first")
    }

    mutating func addLogout() {
        guard session.token != nil, let uri = session.uri,
            !configuration.misbehaviour.contains(.leaksSession)
        else { return }
        jobs.add(Job(.logout, .delete, uri))
    }
}
