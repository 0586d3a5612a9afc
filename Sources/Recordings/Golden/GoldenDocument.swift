import JSONText
package import VirtualTime

/// A golden as values: what a run did, apart from how the file abbreviates it.
///
/// Made from a run's entries, or read from a file; `GoldenEncoder` prints it and `expand()` gives
/// the entries back.
package struct GoldenDocument: Sendable {
    package var header: GoldenHeader
    package var matchers: [GoldenMatcher]
    var shapes: [MessageShape]
    /// The leaves of all messages as JSON texts, each distinct text once.
    var values: ValuePool
    /// The head fields of requests, each distinct list once; the first is the empty list.
    var fieldLists: [[HeadField]]
    var frames: [GoldenFrame]

    /// How many exchanges it holds, deliveries included.
    package var exchangeCount: Int {
        frames.reduce(0) { $0 + $1.items.count { $0.exchange != nil } }
    }
}

/// The first line of a golden.
package struct GoldenHeader: Sendable, Hashable {
    package var scenario: String
    /// `reference`, or the name of the client whose golden this is.
    package var client: String
    /// Version of the harness's own physics and service.
    package var model: String
    package var seed: UInt64
    package var start: VirtualInstant
    /// Informs; never itself a difference.
    package var scenarioDigest: String
    /// In a golden that is split: the name of this part, and of the one that follows.
    package var phase: String?
    package var nextPhase: String?

    package init(
        scenario: String, client: String, model: String, seed: UInt64, start: VirtualInstant,
        scenarioDigest: String
    ) {
        self.scenario = scenario
        self.client = client
        self.model = model
        self.seed = seed
        self.start = start
        self.scenarioDigest = scenarioDigest
    }

    /// The header of the golden that belongs to a recording.
    package init(_ header: RecordingHeader) {
        self.init(
            scenario: header.scenario, client: header.client, model: header.model,
            seed: header.seed, start: header.start, scenarioDigest: header.scenarioDigest)
    }
}

/// All that happened at one virtual instant, which is a window of quiescence.
struct GoldenFrame: Sendable {
    /// Since the start of the scenario.
    var time: VirtualDuration
    /// Whether the order of the items is cause and effect; otherwise they are sorted.
    var isSequential: Bool
    var items: [GoldenItem]
}

struct GoldenItem: Sendable {
    enum Content: Sendable {
        case exchange(GoldenExchange)
        case truth(TruthRecord)
        case claim(ClaimRecord)
        case step(StepRecord)
    }

    var content: Content
    /// The line of the golden it was read from, from 1; 0 where it comes from a run.
    var line = 0

    var exchange: GoldenExchange? {
        if case .exchange(let exchange) = content { exchange } else { nil }
    }
}

/// An exchange with its messages as values of a shape.
struct GoldenExchange: Sendable {
    var direction: Exchange.Direction
    var method: String
    var target: String
    /// Index into the document's `fieldLists`.
    var requestFields: Int
    var request: GoldenMessage
    /// Nil where no response came.
    var status: Int?
    var response: GoldenMessage
    var failure: String?
    var fault: String?

    var isGet: Bool { direction == .request && method == "GET" }
}

/// The leaves of one message, as indices into the document's `values`, in the shape's order.
struct GoldenMessage: Sendable, Hashable {
    /// Index into the document's `shapes`, or nil for a message without leaves.
    var shape: Int?
    var values: [Int32]

    static let empty = GoldenMessage(shape: nil, values: [])
}

/// One header field of a request; the value is a JSON text: a string, or an array of strings where
/// the field stands several times, or null where it is worth saying that it is absent.
struct HeadField: Sendable, Hashable {
    var name: String
    var value: String
}

/// Texts by number, each distinct text once.
struct ValuePool: Sendable {
    private(set) var texts: [String] = []
    private var indices: [ExactText: Int32] = [:]

    mutating func index(of text: String) -> Int32 {
        if let index = indices[ExactText(text: text)] { return index }
        let index = Int32(texts.count)
        texts.append(text)
        indices[ExactText(text: text)] = index
        return index
    }

    subscript(index: Int32) -> String { texts[Int(index)] }
}

/// A text that equals only the same bytes. Strings of Swift are also equal where they merely look
/// the same, such as an accented letter and a letter with a combining accent.
private struct ExactText: Hashable {
    let text: String

    static func == (left: ExactText, right: ExactText) -> Bool {
        var (left, right) = (left.text, right.text)
        return left.withUTF8 { left in right.withUTF8 { left.hasSameBytes(as: $0) } }
    }

    func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}
