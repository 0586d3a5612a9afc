import JSONText
import VirtualTime

/// Prints a golden as framed JSON Lines, the same bytes for the same document always.
///
/// The file holds the header, the matchers, the shapes with what is usual for each, the resources
/// with what is usual for each, and then frame by frame one short line for each exchange, which
/// says only what is not usual. It carries no ordinals, counts or digests, so that one exchange more
/// is one line more.
package struct GoldenEncoder {
    package static let version = 1
    /// A line is longer only where a single value is.
    package static let lineLengthLimit = 320

    private let document: GoldenDocument
    private let usual: UsualValues
    private let base: TargetBase
    private let aliases: [[String?]]
    /// The shape that a GET of a target usually answers with.
    private let usualShapes: [String: Int]
    private var bytes: [UInt8] = []

    package static func encode(_ document: GoldenDocument) -> [UInt8] {
        var encoder = GoldenEncoder(document)
        encoder.appendAll()
        return encoder.bytes
    }

    private init(_ document: GoldenDocument) {
        self.document = document
        usual = UsualValues(document)
        aliases = document.shapes.map { LeafAlias.aliases(of: $0.leaves) }
        let exchanges = document.frames.lazy.flatMap(\.items).compactMap(\.exchange)
        base = TargetBase(of: exchanges.map(\.target))
        var shapes: [String: [Int32]] = [:]
        for exchange in exchanges where exchange.isGet {
            guard let shape = exchange.response.shape else { continue }
            shapes[exchange.target, default: []].append(Int32(shape))
        }
        usualShapes = shapes.mapValues { Int(mostCommon($0).value) }
    }

    private mutating func appendAll() {
        appendHeader()
        for matcher in document.matchers.sorted(by: <) { line { matcher.write(to: &$0) } }
        let order = document.shapes.indices.sorted {
            (document.shapes[$0].name, $0) < (document.shapes[$1].name, $1)
        }
        for shape in order { appendShape(shape) }
        for resource in usual.order { appendResource(resource) }
        var usualFields = 0
        for frame in document.frames { append(frame, usualFields: &usualFields) }
        line { $0.member("end", true) }
    }

    // MARK: Before the frames

    private mutating func appendHeader() {
        let header = document.header
        let base = base.path
        line { writer in
            writer.member("golden", Self.version)
            header.write(to: &writer)
            if !base.isEmpty { writer.member("base", base) }
        }
    }

    private mutating func appendShape(_ index: Int) {
        let shape = document.shapes[index]
        if !shape.numberedObjects.isEmpty {
            line { writer in
                writer.member("shape", shape.name)
                writer.array("objects") { writer in
                    for pointer in shape.numberedObjects { writer.string(pointer) }
                }
            }
        }
        for (leaf, name) in shape.leaves.enumerated() {
            let scope = usual.scopes[index][leaf]
            let alias = aliases[index][leaf]
            let values = document.values
            line { writer in
                writer.member("shape", shape.name)
                writer.member("ptr", name)
                switch scope {
                case .shape(let value):
                    writer.key("val")
                    writer.raw(values[value])
                case .resource: writer.member("per", "resource")
                case .exchange:
                    writer.member("per", "exchange")
                    writer.member("as", ifPresent: alias)
                case .sameAs(let source):
                    writer.member("same", shape.leaves[source])
                    writer.member("as", ifPresent: alias)
                }
            }
        }
    }

    private mutating func appendResource(_ key: UsualValues.ResourceKey) {
        let shape = document.shapes[key.shape]
        var pairs: [LeafPair] = []
        for (leaf, value) in (usual.resources[key] ?? []).enumerated() {
            switch usual.scopes[key.shape][leaf] {
            case .shape(let usual) where usual == value: continue
            case .exchange, .sameAs: continue
            case .shape, .resource:
                pairs.append(LeafPair(name: shape.leaves[leaf], text: document.values[value]))
            }
        }
        let isUsual = usualShapes[key.target] == key.shape
        guard isUsual || !pairs.isEmpty else { return }
        let target = base.abbreviated(key.target)
        line(parts: [("v", pairs)]) { writer in
            writer.member("resource", target)
            writer.member(isUsual ? "sh" : "of", shape.name)
        }
    }

    // MARK: Frames

    private mutating func append(_ frame: GoldenFrame, usualFields: inout Int) {
        // Those of GETs, which repeat; what a POST or PATCH adds is its own.
        let lists = frame.items.compactMap(\.exchange).filter(\.isGet).map {
            Int32($0.requestFields)
        }
        let previous = usualFields
        if !lists.isEmpty {
            let (value, count) = mostCommon(lists)
            if lists.count(where: { $0 == Int32(previous) }) < count { usualFields = Int(value) }
        }
        let current = usualFields
        let fields = document.fieldLists[current]
        line { writer in
            writer.member("frame", frame.time.iso8601)
            if frame.isSequential { writer.member("seq", true) }
            if current != previous { write(fields, to: &writer) }
        }
        for item in frame.items { append(item, usualFields: current) }
    }

    private mutating func append(_ item: GoldenItem, usualFields: Int) {
        switch item.content {
        case .exchange(let exchange): append(exchange, usualFields: usualFields)
        case .truth(let truth):
            line { writer in
                writer.member("truth", truth.cause)
                if let outlet = truth.outlet { writer.member("outlet", outlet) }
                writer.member("powered", truth.isPowered)
            }
        case .claim(let claim): append(claim.claim)
        case .step(let step):
            line { writer in
                writer.member("step", step.action)
                writer.member("outcome", step.outcome)
            }
        }
    }

    private mutating func append(_ exchange: GoldenExchange, usualFields: Int) {
        let isRequest = exchange.direction == .request
        let fields =
            exchange.requestFields == (isRequest ? usualFields : 0)
            ? nil : document.fieldLists[exchange.requestFields]
        let subject = "\(exchange.method) \(base.abbreviated(exchange.target))"
        let requestShape = exchange.request.shape.map { document.shapes[$0].name }
        let responseShape = unusualShape(of: exchange)
        let parts = [
            ("b", pairs(of: exchange.request, target: exchange.target)),
            ("v", pairs(of: exchange.response, target: exchange.target)),
        ]
        line(parts: parts) { writer in
            writer.member(isRequest ? "rq" : "dl", subject)
            if let fields { write(fields, to: &writer) }
            writer.member("bs", ifPresent: requestShape)
            writer.member("fault", ifPresent: exchange.fault)
            writer.member("failure", ifPresent: exchange.failure)
            if let status = exchange.status {
                if status != 200 || exchange.failure != nil { writer.member("st", status) }
            } else if exchange.failure == nil {
                writer.memberNull("st")
            }
            writer.member("sh", ifPresent: responseShape)
        }
    }

    /// The name of the response's shape where a reader could not know it; `none` for a response
    /// without leaves where the resource usually answers with some.
    private func unusualShape(of exchange: GoldenExchange) -> String? {
        guard exchange.status != nil else { return nil }
        let usual = exchange.isGet ? usualShapes[exchange.target] : nil
        guard exchange.response.shape != usual else { return nil }
        return exchange.response.shape.map { document.shapes[$0].name } ?? "none"
    }

    /// The leaves whose values are not the usual ones.
    private func pairs(of message: GoldenMessage, target: String) -> [LeafPair] {
        guard let shape = message.shape,
            let resource = usual.resources[UsualValues.ResourceKey(target: target, shape: shape)]
        else { return [] }
        var pairs: [LeafPair] = []
        for (leaf, value) in message.values.enumerated() {
            let name = document.shapes[shape].leaves[leaf]
            let alias = aliases[shape][leaf] ?? name
            let text = document.values[value]
            switch usual.scopes[shape][leaf] {
            case .exchange:
                pairs.append(LeafPair(name: alias, text: text))
            case .sameAs(let source):
                if value != message.values[source] {
                    pairs.append(LeafPair(name: alias, text: text))
                }
            case .shape, .resource:
                if value != resource[leaf] { pairs.append(LeafPair(name: name, text: text)) }
            }
        }
        return pairs
    }

    private mutating func append(_ claim: JSONValue) {
        let text = claim.compactText
        guard text.utf8.count > Self.lineLengthLimit - 10, let object = claim.object else {
            line { writer in
                writer.key("claim")
                writer.raw(text)
            }
            return
        }
        line { $0.object("claim") { _ in } }
        let pairs = object.members.map { LeafPair(name: $0.name, text: $0.value.compactText) }
        appendContinuation(pairs, of: "claim")
    }

    // MARK: Lines

    private mutating func line(_ members: (inout JSONWriter) -> Void) {
        var writer = JSONWriter(capacity: 256)
        writer.object(members)
        bytes += writer.bytes
        bytes.append(UInt8(ascii: "\n"))
    }

    /// One line with all leaves, or where that is too long a line without and more lines with them.
    private mutating func line(
        parts: [(key: String, pairs: [LeafPair])], _ members: (inout JSONWriter) -> Void
    ) {
        let parts = parts.filter { !$0.pairs.isEmpty }
        let start = bytes.count
        line { writer in
            members(&writer)
            for part in parts { part.pairs.write(to: &writer, as: part.key) }
        }
        guard bytes.count - start - 1 > Self.lineLengthLimit else { return }
        bytes.removeSubrange(start...)
        line(members)
        for part in parts { appendContinuation(part.pairs, of: part.key) }
    }

    /// Lines that add leaves to the line before them.
    private mutating func appendContinuation(_ pairs: [LeafPair], of key: String) {
        for chunk in pairs.chunked(lengthLimit: Self.lineLengthLimit - 12) {
            line { chunk.write(to: &$0, as: "+\(key)") }
        }
    }
}

private func write(_ fields: [HeadField], to writer: inout JSONWriter) {
    writer.object("hd") { writer in
        for field in fields {
            writer.key(field.name)
            writer.raw(field.value)
        }
    }
}
