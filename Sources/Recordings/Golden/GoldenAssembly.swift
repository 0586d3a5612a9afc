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
        var assembler = GoldenAssembler()
        let frames = windows(of: entries, start: header.start)
            .map { assembler.frame(time: $0.time, entries: $0.entries) }
        self.init(
            header: header, matchers: matchers, shapes: assembler.shapes.shapes,
            values: assembler.values, fieldLists: assembler.fieldLists, frames: frames)
    }
}

/// The entries by instant, without what went down streams, which only sockets have, in the order recorded inside an instant.
private func windows(
    of entries: [RecordEntry], start: VirtualInstant
) -> [(time: VirtualDuration, entries: [RecordEntry])] {
    let order = entries.indices.filter { !isStreamed(entries[$0]) }.sorted {
        (entries[$0].instant.millisecondsSinceEpoch, $0)
            < (entries[$1].instant.millisecondsSinceEpoch, $1)
    }
    var windows: [(time: VirtualDuration, entries: [RecordEntry])] = []
    for index in order {
        let time = entries[index].instant - start
        if windows.last?.time != time { windows.append((time, [])) }
        windows[windows.count - 1].entries.append(entries[index])
    }
    return windows
}

private func isStreamed(_ entry: RecordEntry) -> Bool {
    if case .streamed = entry { true } else { false }
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
