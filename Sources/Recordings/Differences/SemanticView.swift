import JSONText
import VirtualTime

/// A golden for reading: a line for each moment, and below it one for each exchange with what it
/// says in the words of the trade; where a resource is shown first, a line for each property that is
/// no reading. Two of them compared line by line show what a change means, which is what `git diff`
/// does with a textconv driver; so whatever a golden holds shows in it.
package struct SemanticView {
    private let document: GoldenDocument
    /// The last values of what each request shows, so that only changes are told.
    private var known: [String: [String: String]] = [:]

    package static func lines(of document: GoldenDocument) -> [String] {
        var view = SemanticView(document: document)
        return view.lines()
    }

    private init(document: GoldenDocument) {
        self.document = document
    }

    private mutating func lines() -> [String] {
        let header = document.header
        var lines = [
            "\(header.scenario), client \(header.client), model \(header.model), seed "
                + "\(header.seed), from \(header.start.iso8601)",
            "scenario digest \(header.scenarioDigest)",
        ]
        for matcher in document.matchers {
            lines.append("match \(matcher.leaf) \(matcher.allowance.words)")
        }
        for frame in document.frames {
            lines.append(frame.time.iso8601 + (frame.isSequential ? ", in order" : ""))
            for item in frame.items {
                lines += self.lines(of: item).enumerated().map {
                    $0 == 0 ? "  \($1)" : "      \($1)"
                }
            }
        }
        return lines
    }

    private mutating func lines(of item: GoldenItem) -> [String] {
        if case .exchange(let exchange) = item.content {
            let properties = properties(of: exchange)
            return [words(of: exchange, properties.changes)] + properties.new
        }
        return [words(of: item)]
    }

    private func words(of item: GoldenItem) -> String {
        switch item.content {
        case .exchange: return ""
        case .truth(let truth):
            let subject = truth.outlet.map { "outlet \($0 + 1)" } ?? "the unit"
            return "truth: \(subject) \(truth.isPowered ? "on" : "off"), \(truth.cause)"
        case .claim(let claim): return "claim \(claim.claim.compactText)"
        case .step(let step): return "step \(step.action): \(step.outcome)"
        }
    }

    /// The header fields of the request and the properties that are no readings: those not shown
    /// before, and what has changed of others.
    private mutating func properties(
        of exchange: GoldenExchange
    ) -> (new: [String], changes: [String]) {
        let fields = document.fieldLists[exchange.requestFields].map { ($0.name, $0.value) }
        let sent = news(of: fields, under: "\(exchange.direction) \(exchange.method)")
        let properties = leaves(of: exchange.response).filter {
            Quantity(leaf: $0.leaf, target: exchange.target) == nil
        }
        let shown = news(
            of: properties, under: "\(exchange.method) \(exchange.target) \(exchange.status ?? 0)")
        return (shown.new, sent.new + sent.changes + shown.changes)
    }

    private mutating func news(
        of values: [(leaf: String, value: String)], under subject: String
    ) -> (new: [String], changes: [String]) {
        var gone = known[subject] ?? [:]
        var new: [String] = []
        var changes: [String] = []
        for (leaf, value) in values {
            let before = gone.removeValue(forKey: leaf)
            guard before != value else { continue }
            known[subject, default: [:]][leaf] = value
            if before == nil {
                new.append("\(leaf) \(value)")
            } else {
                changes.append("\(leaf) \(value)")
            }
        }
        for leaf in gone.keys.sorted() {
            known[subject]?[leaf] = nil
            changes.append("\(leaf) gone")
        }
        return (new, changes)
    }

    private func words(of exchange: GoldenExchange, _ changes: [String]) -> String {
        var pieces: [String] = []
        if exchange.direction == .delivery {
            pieces.append("delivery \(exchange.target)")
        } else if exchange.isGet {
            pieces.append(Component(target: exchange.target).words)
        } else {
            pieces.append("\(exchange.method) \(exchange.target)")
        }
        if exchange.status != 200 || exchange.failure != nil {
            pieces.append(exchange.status.map(String.init) ?? exchange.failure ?? "no response")
        }
        if let fault = exchange.fault { pieces.append("fault \(fault)") }
        for (leaf, value) in leaves(of: exchange.request) { pieces.append("\(leaf) \(value)") }
        for (leaf, value) in leaves(of: exchange.response) {
            guard let quantity = Quantity(leaf: leaf, target: exchange.target) else { continue }
            pieces.append(
                [quantity.name, value, quantity.unit].filter { !$0.isEmpty }
                    .joined(separator: " "))
        }
        return (pieces + changes).joined(separator: "  ")
    }

    private func leaves(of message: GoldenMessage) -> [(leaf: String, value: String)] {
        guard let shape = message.shape else { return [] }
        return zip(document.shapes[shape].leaves, message.values).map {
            ($0, document.values[$1])
        }
    }
}

extension GoldenMatcher.Allowance {
    fileprivate var words: String {
        switch self {
        case .within(let tolerance): "within \(tolerance)"
        case .any: "any value"
        case .pattern(let pattern): "like \(pattern)"
        case .sorted: "in any order"
        case .ignore: "ignored"
        }
    }
}
