import VirtualTime

/// The sessions that clients have opened at a replay. Of more than the limit the one that was opened
/// first ends, however many a client forgets to end itself.
struct ReplaySessions: Sendable {
    struct Session: Sendable {
        var uri: String
        var opened: VirtualInstant
        /// What its URI shows.
        var body: [UInt8]
        /// In the order of logins.
        fileprivate var number = 0

        init(uri: String, opened: VirtualInstant, body: [UInt8]) {
            self.uri = uri
            self.opened = opened
            self.body = body
        }
    }

    static let limit = 1000

    private var byToken: [String: Session] = [:]
    private var tokens: [String: String] = [:]
    private var lastNumber = 0
    /// The last number that made a URI another one, by what it was.
    private var uriNumbers: [String: Int] = [:]

    subscript(token: String) -> Session? { byToken[token] }

    /// The token of the session that has this URI.
    func token(at uri: String) -> String? { tokens[uri] }

    /// A URI of the same form that no session has.
    mutating func freshURI(like uri: String) -> String {
        guard tokens[uri] != nil else { return uri }
        var number = uriNumbers[uri] ?? 1
        repeat { number += 1 } while tokens["\(uri)-\(number)"] != nil
        uriNumbers[uri] = number
        return "\(uri)-\(number)"
    }

    /// - Returns: The token of a session that had to end for it.
    mutating func open(_ token: String, _ session: Session) -> String? {
        let isFull = byToken.count >= Self.limit
        let first = isFull ? byToken.min { $0.value.number < $1.value.number }?.key : nil
        if let first { end(first) }
        lastNumber += 1
        byToken[token] = session
        byToken[token]?.number = lastNumber
        tokens[session.uri] = token
        return first
    }

    mutating func end(_ token: String) {
        if let session = byToken.removeValue(forKey: token) { tokens[session.uri] = nil }
    }

    /// Ends the sessions that were opened before a moment.
    ///
    /// - Returns: Their tokens.
    mutating func end(openedBefore instant: VirtualInstant) -> [String] {
        let old = byToken.filter { $0.value.opened < instant }.map(\.key)
        for token in old { end(token) }
        return old
    }
}
