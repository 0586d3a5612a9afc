import Findings
import VirtualTime

/// One session that the device has opened for the client. Tokens stay out of every text.
struct ObservedSession {
    enum End {
        /// The client deleted it, or tried to while the scenario stood in the way.
        case deleted
        /// The device refused its token.
        case refused
    }

    let ordinal: Int
    let path: String?
    let opened: ExchangeReference
    /// The session whose token had been refused before this one was opened.
    var renews: Int?
    var lastUse: VirtualInstant
    /// Requests that carried its token.
    var requests = 0
    var end: End?
    /// What ended it, or showed that it had ended.
    var ended: ExchangeReference?
    /// The 403 that was its last answer, where that is so.
    var forbidden: ExchangeReference?

    var name: String { "session \(ordinal)" }
}

/// The sessions of a run by token and by path.
struct SessionLedger {
    private(set) var sessions: [ObservedSession] = []
    private var byToken: [String: Int] = [:]
    private var byPath: [String: Int] = [:]
    /// Those that nobody has ended, and those refused that no login has renewed yet, oldest first:
    /// a client that logs in for every request has very many others.
    private var open: [Int] = []
    private var toRenew: [Int] = []

    mutating func open(
        token: String, path: String?, by reference: ExchangeReference, at instant: VirtualInstant
    ) {
        byToken[token] = sessions.count
        if let path { byPath[path] = sessions.count }
        open.append(sessions.count)
        sessions.append(
            ObservedSession(
                ordinal: sessions.count + 1, path: path, opened: reference,
                renews: toRenew.popLast().map { sessions[$0].ordinal }, lastUse: instant))
    }

    mutating func end(
        _ index: Int, as end: ObservedSession.End, by reference: ExchangeReference
    ) {
        sessions[index].end = end
        sessions[index].ended = reference
        if let place = open.lastIndex(of: index) { open.remove(at: place) }
        if end == .refused {
            toRenew.insert(index, at: toRenew.lastIndex { $0 < index }.map { $0 + 1 } ?? 0)
        }
    }

    func index(token: String) -> Int? { byToken[token] }

    func index(path: String) -> Int? { byPath[path] }

    subscript(index: Int) -> ObservedSession {
        get { sessions[index] }
        set { sessions[index] = newValue }
    }

    /// The youngest session that nobody has ended.
    var current: Int? { open.last }
}

/// A token was refused: what was refused with it, and what the client did about it.
struct SessionExpiry {
    let session: Int
    let first: ExchangeReference
    let instant: VirtualInstant
    /// Reads that were refused and not yet asked again, by path; at most `limit`.
    var refused: [String: Refusal]
    var order: [String]
    var logins = 0
    var attempts = 0

    static let limit = 64

    struct Refusal {
        var reference: ExchangeReference
        var instant: VirtualInstant
    }
}
