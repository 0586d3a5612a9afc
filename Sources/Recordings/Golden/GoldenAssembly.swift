import HTTPMessages
import HTTPTypes
import JSONText
import VirtualTime

extension GoldenDocument {
    /// The golden of a run.
    ///
    /// - Parameters:
    ///   - entries: The entries of its recording, secrets masked. They are put in the order of
    ///     their instants, and those of one instant in an order that does not depend on which of
    ///     several concurrent requests came first, unless that order is cause and effect.
    ///   - matchers: Those of the golden on file, which the run's golden is to keep.
    package init(
        header: GoldenHeader, matchers: [GoldenMatcher] = [], entries: [RecordEntry]
    ) {
        var builder = GoldenBuilder(header: header, matchers: matchers)
        let order = entries.indices.sorted {
            (entries[$0].instant.millisecondsSinceEpoch, $0)
                < (entries[$1].instant.millisecondsSinceEpoch, $1)
        }
        for index in order { builder.add(entries[index]) }
        self = builder.finish()
    }
}

/// Makes a golden of a run's entries as they come, so that nobody has to hold them all.
package struct GoldenBuilder {
    private let header: GoldenHeader
    private let matchers: [GoldenMatcher]
    private var assembler = GoldenAssembler()
    private var frames: [GoldenFrame] = []
    /// The entries of one instant, in the order recorded.
    private var window: [RecordEntry] = []

    package init(header: GoldenHeader, matchers: [GoldenMatcher] = []) {
        self.header = header
        self.matchers = matchers
    }

    /// Takes the next entry in the order of time.
    ///
    /// - Returns: False where it is earlier than the one before, and was not taken.
    @discardableResult
    package mutating func add(_ entry: RecordEntry) -> Bool {
        // Only sockets have streams.
        if case .streamed = entry { return true }
        if let instant = window.first?.instant, instant != entry.instant {
            guard instant < entry.instant else { return false }
            closeFrame()
        }
        window.append(entry)
        return true
    }

    package mutating func finish() -> GoldenDocument {
        closeFrame()
        return GoldenDocument(
            header: header, matchers: matchers, shapes: assembler.shapes.shapes,
            values: assembler.values, fieldLists: assembler.fieldLists, frames: frames)
    }

    private mutating func closeFrame() {
        guard let first = window.first else { return }
        frames.append(assembler.frame(time: first.instant - header.start, entries: window))
        window = []
    }
}

private struct GoldenAssembler {
    var shapes = ShapeCatalog()
    var values = ValuePool()
    private(set) var fieldLists: [[HeadField]] = [[]]
    private var fieldListIndices: [[HeadField]: Int] = [[]: 0]

    mutating func frame(time: VirtualDuration, entries: [RecordEntry]) -> GoldenFrame {
        let isSequential = entries.contains(where: isCausal)
        // Sorted before any shape or value gets its number, so that these do not depend on who of
        // several concurrent requests came first either.
        let ordered = isSequential ? entries : sorted(entries)
        return GoldenFrame(
            time: time, isSequential: isSequential, items: ordered.compactMap { item(of: $0) })
    }

    private mutating func item(of entry: RecordEntry) -> GoldenItem? {
        switch entry {
        case .exchange(let exchange): GoldenItem(content: .exchange(golden(of: exchange)))
        case .truth(let truth): GoldenItem(content: .truth(truth))
        case .claim(let claim):
            GoldenItem(
                content: .claim(
                    ClaimRecord(instant: claim.instant, claim: maskingLoopback(claim.claim))))
        case .step(let step): GoldenItem(content: .step(step))
        case .streamed: nil
        }
    }

    private mutating func golden(of exchange: Exchange) -> GoldenExchange {
        let request = exchange.request
        let fields = GoldenHeaderFields.select(
            GoldenHeaderFields.ofRequests, of: request.head.headerFields,
            hasBody: !request.body.isEmpty)
        var response = GoldenMessage.empty
        if let message = exchange.response {
            let fields = GoldenHeaderFields.select(
                GoldenHeaderFields.ofResponses, of: message.head.headerFields,
                hasBody: !message.body.isEmpty)
            response = shapes.message(
                fields: fields, body: message.body, fallbackName: "body", values: &values)
        }
        return GoldenExchange(
            direction: exchange.direction, method: request.head.method.rawValue,
            target: request.target, requestFields: index(of: fields),
            request: shapes.message(
                fields: [], body: request.body, fallbackName: "request", values: &values),
            status: exchange.response?.status, response: response,
            failure: exchange.failure?.rawValue, fault: exchange.fault)
    }

    private mutating func index(of fields: [HeadField]) -> Int {
        if let index = fieldListIndices[fields] { return index }
        let index = fieldLists.count
        fieldLists.append(fields)
        fieldListIndices[fields] = index
        return index
    }
}

/// Whether what else happens at the same instant may be this entry's cause or effect. A GET that
/// succeeds is neither.
private func isCausal(_ entry: RecordEntry) -> Bool {
    switch entry {
    case .truth, .claim: return false
    case .step, .streamed: return true
    case .exchange(let exchange):
        guard exchange.direction == .request, exchange.request.head.method == .get,
            exchange.failure == nil, exchange.fault == nil,
            let status = exchange.response?.status
        else { return true }
        return !(200..<300).contains(status)
    }
}

/// Truth, exchanges by URI, claims; equal ones as recorded.
private func sorted(_ entries: [RecordEntry]) -> [RecordEntry] {
    let keys = entries.map { entry -> (rank: Int, target: String) in
        switch entry {
        case .truth: (0, "")
        case .step: (1, "")
        case .exchange(let exchange): (2, exchange.request.target)
        case .streamed: (2, "")
        case .claim: (3, "")
        }
    }
    let order = entries.indices.sorted { left, right in
        guard keys[left].rank == keys[right].rank else {
            return keys[left].rank < keys[right].rank
        }
        guard keys[left].target != keys[right].target else { return left < right }
        return precedesNaturally(keys[left].target, keys[right].target)
    }
    return order.map { entries[$0] }
}
