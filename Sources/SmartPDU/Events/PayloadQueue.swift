import DequeModule

/// Payloads that wait for one subscriber, the oldest first.
///
/// Bounded, whatever its receiver does: once full it takes nothing more until it has drained to
/// half, so that a receiver that is merely slow hears of one loss and not of hundreds.
struct PayloadQueue: Sendable {
    struct Payload: Sendable {
        /// Place of its content in the event history.
        var sequence: Int
        var body: [UInt8]
    }

    /// How many bytes of payloads wait at most, beside the limit of their number.
    private static let byteLimit = 32 << 20

    private let limit: Int
    private var payloads: Deque<Payload> = []
    private var byteCount = 0
    private var isRefilling = true
    /// Payloads have been turned away, and the subscriber has not been told.
    private(set) var hasUntoldLoss = false

    init(limit: Int) {
        self.limit = limit
    }

    var first: Payload? { payloads.first }

    var isEmpty: Bool { payloads.isEmpty }

    /// Whether a payload that comes now is taken.
    var hasRoom: Bool {
        isRefilling
            ? payloads.count < limit && byteCount < Self.byteLimit
            : payloads.count <= limit / 2 && byteCount <= Self.byteLimit / 2
    }

    mutating func append(_ payload: Payload) {
        isRefilling = hasRoom
        guard isRefilling else {
            hasUntoldLoss = true
            return
        }
        payloads.append(payload)
        byteCount += payload.body.count
    }

    /// Notes that the subscriber learns of the loss now.
    mutating func noteLossTold() {
        hasUntoldLoss = false
    }

    mutating func removeFirst() {
        byteCount -= payloads.removeFirst().body.count
    }

    mutating func removeAll() {
        self = PayloadQueue(limit: limit)
    }
}
