package import Electrical
package import HTTPTypes
package import VirtualTime

/// What the scenario demands of the client, beside the rules that always hold.
package struct ClientDuties: Sendable {
    package var polls: [PollDuty] = []
    /// Polls are owed between these instants; nil is from the start, and to the end.
    package var pollsFrom: VirtualInstant?
    package var pollsUntil: VirtualInstant?
    /// Whether one poll in ten may come up to a whole interval later: on a clock that runs faster
    /// than the wall's any pause of the machine shows.
    package var toleratesLatePolls = false
    /// How often the client was started, where that is done for every poll on a clock that runs by
    /// itself: when it polls is then not its own doing. Nil for any other.
    package var invocations: Int?
    package var subscribes = false
    /// Whether the client takes events by stream, and whether it switches things; nil where nobody
    /// said, and it is judged only if it does.
    package var streams: Bool?
    package var controls: Bool?
    /// Whether a level of which the client never asks for anything, such as branches, is none of its
    /// business.
    package var owesOnlyLevelsItReads = false
    /// Sessions that the scenario's steps end behind the client's back.
    package var expectedSessionExpiries = 0
    /// How often the client is started anew, by the scenario or for every poll.
    package var restarts = 0
    /// When the scenario stops the client to start it again later.
    package var absences: [ClientAbsence] = []
    /// Whether the client was perhaps still at work when the recording ended; then it has not left
    /// behind what it still had.
    package var mayGoOn = false
    package var expectedClaims: [ClaimScope] = []
    /// How far the client's time of a sample may be from the device's: what an answer takes.
    package var sampleTolerance = VirtualDuration.zero
    /// Carbon intensity, in the order of time; the first value holds before its instant too.
    package var carbonIntensity: [CarbonStep] = []
    package var expectedEvents: [ExpectedEvent] = []
    /// The scenario time in which the client's busiest second passes.
    package var rateWindow = VirtualDuration.seconds(1)
    /// How long a client may be kept waiting without any fault of its own.
    package var delay = VirtualDuration.zero
    /// Whether the client itself decides when it asks. Whoever is started for every poll, or scraped,
    /// asks when others want to know.
    package var asksByItself = true
    /// Writes the scenario orders, beside sessions and subscriptions.
    package var orderedWrites: [OrderedWrite] = []

    package init() {}

    /// How soon after the last one a repetition counts as hasty: within a poll cycle, less what a
    /// poll may come early because the one before came late.
    var hasteWindow: VirtualDuration {
        polls.max { $0.every < $1.every }.map { max(.zero, $0.every - $0.slack) }
            ?? max(.zero, Self.usualCycle - delay)
    }

    /// How often a point is to be read; nil where nothing is demanded.
    func cadence(of point: MeteringPoint) -> VirtualDuration? {
        polls.filter { $0.points.contains(point) }.map(\.every).min()
    }

    /// The longest demanded poll interval; where none is demanded a minute, and what a client may
    /// be kept waiting.
    var pollCycle: VirtualDuration { polls.map(\.every).max() ?? Self.usualCycle + delay }

    private static let usualCycle = VirtualDuration.minutes(1)
}

/// Read these points at least so often.
package struct PollDuty: Sendable, Hashable {
    package var points: [MeteringPoint]
    package var every: VirtualDuration
    /// How much later than demanded a poll may come.
    package var slack: VirtualDuration
    /// False where the clock runs too fast to tell a late poll from the harness's own delay.
    package var isJudged = true

    package init(_ points: [MeteringPoint], every: VirtualDuration, slack: VirtualDuration) {
        self.points = points
        self.every = every
        self.slack = slack
    }
}

/// The client is stopped at one instant and started again at another.
package struct ClientAbsence: Sendable, Hashable {
    package var from: VirtualInstant
    package var until: VirtualInstant

    package init(from: VirtualInstant, until: VirtualInstant) {
        self.from = from
        self.until = until
    }
}

/// What a claim is about.
package enum ClaimScope: Sendable, Hashable {
    case point(MeteringPoint)
    /// The count of distinct events seen.
    case events
}

/// From this instant on a kilowatt hour costs so much.
package struct CarbonStep: Sendable, Hashable {
    package var from: VirtualInstant
    /// gCO2e/kWh × 1000.
    package var milligramsPerKilowattHour: Int64

    package init(from: VirtualInstant, milligramsPerKilowattHour: Int64) {
        self.from = from
        self.milligramsPerKilowattHour = milligramsPerKilowattHour
    }
}

/// An event that the scenario makes the device send.
package struct ExpectedEvent: Sendable, Hashable {
    /// Registry and key without the version: `Power.BreakerTripped`.
    package var message: String
    /// The end of the origin's path, or nil where any origin will do.
    package var originSuffix: String?

    package init(message: String, originSuffix: String? = nil) {
        self.message = message
        self.originSuffix = originSuffix
    }
}

/// A write that the scenario orders.
package struct OrderedWrite: Sendable, Hashable {
    package var method: HTTPRequest.Method
    /// The path begins like this.
    package var pathPrefix: String

    package init(_ method: HTTPRequest.Method, _ pathPrefix: String) {
        self.method = method
        self.pathPrefix = pathPrefix
    }
}
