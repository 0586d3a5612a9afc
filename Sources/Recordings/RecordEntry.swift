package import JSONText
package import VirtualTime

/// One line of a full recording after its header.
package enum RecordEntry: Sendable, Hashable {
    case exchange(Exchange)
    /// Truth of the device that no payload needs to show.
    case truth(TruthRecord)
    /// What the client said it had measured, as it said it: one JSON object a claim.
    case claim(ClaimRecord)
    /// A step of the scenario's timeline was carried out.
    case step(StepRecord)
    /// Something went down an open stream of server-sent events, or the stream ended.
    case streamed(StreamRecord)

    package var instant: VirtualInstant {
        switch self {
        case .exchange(let exchange): exchange.instant
        case .truth(let truth): truth.instant
        case .claim(let claim): claim.instant
        case .step(let step): step.instant
        case .streamed(let record): record.instant
        }
    }
}

/// An outlet gained or lost power, or the unit itself did.
package struct TruthRecord: Sendable, Hashable {
    package var instant: VirtualInstant
    /// Index of the outlet, from 0; nil for what the unit takes for itself.
    package var outlet: Int?
    package var isPowered: Bool
    /// `breaker A`, `command`, `restore`, …
    package var cause: String

    package init(instant: VirtualInstant, outlet: Int?, isPowered: Bool, cause: String) {
        self.instant = instant
        self.outlet = outlet
        self.isPowered = isPowered
        self.cause = cause
    }
}

package struct ClaimRecord: Sendable, Hashable {
    package var instant: VirtualInstant
    package var claim: JSONValue

    package init(instant: VirtualInstant, claim: JSONValue) {
        self.instant = instant
        self.claim = claim
    }
}

extension ClaimRecord {
    /// Why a line of a client's claims is none.
    package struct Malformation: Sendable, Hashable {
        /// Of what the client wrote, from 1.
        package var line: Int
        package var reason: String
        /// The line's beginning.
        package var text: String
    }

    /// A line that is no claim, kept so that it can be judged.
    package init(
        malformedLine line: Int, reason: String, text: String, at instant: VirtualInstant
    ) {
        self.init(
            instant: instant,
            claim: [
                "malformedLine": .number(JSONNumber(line)), "reason": .string(reason),
                "text": .string(text),
            ])
    }

    package var malformation: Malformation? {
        guard let line = claim["malformedLine"]?.number?.exactInteger,
            let reason = claim["reason"]?.string, let text = claim["text"]?.string
        else { return nil }
        return Malformation(line: Int(line), reason: reason, text: text)
    }
}

package struct StepRecord: Sendable, Hashable {
    package var instant: VirtualInstant
    /// The scenario's word for it, for example `expire-sessions`.
    package var action: String
    /// What it did, for people, for example `1 session ended`.
    package var outcome: String

    package init(instant: VirtualInstant, action: String, outcome: String) {
        self.instant = instant
        self.action = action
        self.outcome = outcome
    }
}

/// One payload of a stream of server-sent events, or the stream's end. Its opening is an exchange,
/// whose answer has no body of its own.
package struct StreamRecord: Sendable, Hashable {
    package var instant: VirtualInstant
    /// Streams are numbered from 1 in the order of their opening.
    package var stream: Int
    /// Nil where the stream ended.
    package var payload: Payload?

    package struct Payload: Sendable, Hashable {
        package var id: String
        /// What the event is called, where it has a name.
        package var event: String?
        /// How long a reader is to wait before it comes back. What says so is no event: it has
        /// neither id, name nor body.
        package var retryMilliseconds: Int?
        package var body: [UInt8]

        package init(
            id: String, event: String? = nil, retryMilliseconds: Int? = nil, body: [UInt8] = []
        ) {
            self.id = id
            self.event = event
            self.retryMilliseconds = retryMilliseconds
            self.body = body
        }

        package var isEvent: Bool { retryMilliseconds == nil }
    }

    package init(instant: VirtualInstant, stream: Int, payload: Payload?) {
        self.instant = instant
        self.stream = stream
        self.payload = payload
    }
}
