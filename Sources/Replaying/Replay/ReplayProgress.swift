import VirtualTime

/// How far each client has come with a recording. Of more clients than the limit the one that came
/// first is forgotten.
struct ReplayProgress: Sendable {
    /// Who asks. Clients do not use up each other's answers.
    enum Client: Hashable, Sendable {
        case session(String)
        case credentials(String)
        case connection(Int)
    }

    /// How far one client has come.
    struct Progress: Sendable {
        /// By resource: the samples that are behind it.
        var taken: [ReplayIndex.Key: Int] = [:]
        var usedChanges: Set<Int> = []
        /// Mishaps before it came are none of its own.
        var began: VirtualInstant
        /// In the order of their coming.
        fileprivate var number = 0

        fileprivate init(began: VirtualInstant, number: Int) {
            self.began = began
            self.number = number
        }
    }

    static let limit = 1000

    private var byClient: [Client: Progress] = [:]
    private var lastNumber = 0

    subscript(client: Client) -> Progress? { byClient[client] }

    var count: Int { byClient.count }

    mutating func begin(_ client: Client, at now: VirtualInstant) {
        guard byClient[client] == nil else { return }
        if byClient.count >= Self.limit,
            let first = byClient.min(by: { $0.value.number < $1.value.number })
        {
            byClient[first.key] = nil
        }
        lastNumber += 1
        byClient[client] = Progress(began: now, number: lastNumber)
    }

    /// Changes how far a client has come, without a copy of what may be long.
    mutating func note(_ client: Client, _ change: (inout Progress) -> Void) {
        if let index = byClient.index(forKey: client) { change(&byClient.values[index]) }
    }

    mutating func end(_ client: Client) { byClient[client] = nil }
}
