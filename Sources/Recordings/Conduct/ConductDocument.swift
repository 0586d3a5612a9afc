import JSONText
import VirtualTime

/// What a client under test did, apart from the readings it was shown, the pace of the clock and
/// the jitter of the machine: the requests that change or fail in their order under what caused
/// them, what it reads and how often, how it acknowledges events, and what form its claims have.
///
/// Two paced runs of one client give equal documents; readings follow from scenario and instant, so
/// they are judged and not stored.
package struct ConductDocument: Sendable, Hashable {
    package static let version = 1

    package var header: GoldenHeader
    package var matchers: [GoldenMatcher]
    var polls: [ConductPoll]
    var phases: [ConductPhase]
    /// The different answers to deliveries, sorted: `204`, or the failure.
    var acknowledgements: [String]
    /// The different forms of claims, sorted: numbers and times are not part of a form.
    var claims: [JSONValue]

    /// What its summary counts.
    package var requestCount: Int {
        polls.count
            + phases.reduce(0) { $0 + $1.acts.count + $1.reads.reduce(0) { $0 + $1.times } }
    }
}

/// From one cause to the next: `start`, a step of the scenario, `stop`.
struct ConductPhase: Sendable, Hashable {
    var cause: String
    /// Requests that change something, fail or are refused, in their order.
    var acts: [ConductAct] = []
    /// What is read now and then, by URI.
    var reads: [ConductRead] = []
    /// What is polled elsewhere and is not in this phase, long as it is.
    var silent: [String] = []
}

struct ConductRead: Sendable, Hashable {
    var target: String
    var times: Int
}

struct ConductAct: Sendable, Hashable {
    /// `POST /redfish/v1/SessionService/Sessions`.
    var request: String
    var fields: [HeadField] = []
    /// Leaves of the body by JSON pointer.
    var body: [HeadField] = []
    /// The status, or why there was none.
    var answer: String
    /// Whether it is done again and again, which is how often the client happens to need it.
    var repeats = false

    /// What is polled is refused whenever that happens to be: which resource is chance.
    static func refusedPoll(_ answer: String) -> ConductAct {
        ConductAct(request: "GET of what is polled", answer: answer)
    }

    /// What acts are matched by.
    var key: String { "\(request) → \(answer)\(repeats ? ", again and again" : "")" }
}

/// A resource that is read again and again.
struct ConductPoll: Sendable, Hashable {
    var target: String
    /// The median of the spans between two reads.
    var every: VirtualDuration
    /// By how many reads it is at most ahead of or behind others of the same pace: 1 where all are
    /// read in turn, more where one is read beside its turn.
    var slack: Int
}
