import VirtualTime

/// A login that a token stands for.
struct Session: Sendable, Hashable {
    var id: String
    var token: String
    var accountID: String
    var created: VirtualInstant
    var lastUsed: VirtualInstant
}

/// The open sessions. They end by DELETE, by inactivity, or by the scenario.
///
/// Source: DSP0266 "Redfish Specification" 1.8.1, 13.3.5 Redfish session login authentication;
/// DSP8010 SessionService v1_2, SessionTimeout.
struct SessionStore: Sendable {
    var timeout: VirtualDuration
    let limit: Int
    private(set) var sessions: [Session] = []
    private var indexByToken: [String: Int] = [:]
    private var random: RandomStream
    private var createdCount = 0

    init(timeout: VirtualDuration, limit: Int, seed: UInt64) {
        self.timeout = timeout
        self.limit = limit
        random = RandomStream(seed: seed, label: "sessions")
    }

    subscript(id: String) -> Session? { sessions.first { $0.id == id } }

    mutating func open(
        for accountID: String, at instant: VirtualInstant
    ) throws(RedfishError) -> Session {
        endIdle(at: instant)
        guard sessions.count < limit else { throw .sessionLimitExceeded }
        createdCount += 1
        let session = Session(
            id: "\(createdCount)-\(random.hexadecimal(digits: 8))",
            token: random.hexadecimal(digits: 32), accountID: accountID, created: instant,
            lastUsed: instant)
        sessions.append(session)
        indexTokens()
        return session
    }

    /// The session of a token, whose idle time begins anew.
    mutating func use(token: String, at instant: VirtualInstant) -> Session? {
        guard let index = indexByToken[token] else { return nil }
        guard instant - sessions[index].lastUsed < timeout else {
            endIdle(at: instant)
            return nil
        }
        sessions[index].lastUsed = instant
        return sessions[index]
    }

    mutating func end(_ id: String) {
        sessions.removeAll { $0.id == id }
        indexTokens()
    }

    /// Ends what an account has open.
    mutating func endAll(of accountID: String) {
        sessions.removeAll { $0.accountID == accountID }
        indexTokens()
    }

    /// Ends every session; returns how many there were.
    mutating func endAll(at instant: VirtualInstant) -> Int {
        endIdle(at: instant)
        defer {
            sessions = []
            indexTokens()
        }
        return sessions.count
    }

    mutating func endIdle(at instant: VirtualInstant) {
        let timeout = timeout
        guard sessions.contains(where: { instant - $0.lastUsed >= timeout }) else { return }
        sessions.removeAll { instant - $0.lastUsed >= timeout }
        indexTokens()
    }

    private mutating func indexTokens() {
        indexByToken = [:]
        for (index, session) in sessions.enumerated() { indexByToken[session.token] = index }
    }
}
