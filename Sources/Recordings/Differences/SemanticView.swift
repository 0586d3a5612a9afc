import JSONText
import VirtualTime

/// A golden for reading: a line for each moment, and below it one for each exchange with what it
/// says in the words of the trade. Two of them compared line by line show what a change means,
/// which is what `git diff` does with a textconv driver.
package struct SemanticView {
    private let document: GoldenDocument
    /// The last values of each resource's properties, so that only changes are told.
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
                + "\(header.seed), from \(header.start.iso8601)"
        ]
        for matcher in document.matchers {
            lines.append("match \(matcher.leaf) \(matcher.allowance.words)")
        }
        for frame in document.frames {
            lines.append(frame.time.iso8601 + (frame.isSequential ? ", in order" : ""))
            for item in frame.items { lines.append("  " + words(of: item)) }
        }
        return lines
    }

    private mutating func words(of item: GoldenItem) -> String {
        switch item.content {
        case .exchange(let exchange): return words(of: exchange)
        case .truth(let truth):
            let subject = truth.outlet.map { "outlet \($0 + 1)" } ?? "the unit"
            return "truth: \(subject) \(truth.isPowered ? "on" : "off"), \(truth.cause)"
        case .claim(let claim): return "claim \(claim.claim.compactText)"
        case .step(let step): return "step \(step.action): \(step.outcome)"
        }
    }

    private mutating func words(of exchange: GoldenExchange) -> String {
        var pieces: [String] = []
        let component = Component(target: exchange.target)
        if exchange.direction == .delivery {
            pieces.append("delivery \(exchange.target)")
        } else if exchange.isGet {
            pieces.append(component.words)
        } else {
            pieces.append("\(exchange.method) \(exchange.target)")
        }
        if exchange.status != 200 || exchange.failure != nil {
            pieces.append(exchange.status.map(String.init) ?? exchange.failure ?? "no response")
        }
        if let fault = exchange.fault { pieces.append("fault \(fault)") }
        if !exchange.isGet || exchange.direction == .delivery {
            for (leaf, value) in leaves(of: exchange.request) { pieces.append("\(leaf) \(value)") }
        }
        for (leaf, value) in leaves(of: exchange.response) {
            if let quantity = Quantity(leaf: leaf, target: exchange.target) {
                guard quantity.kind != .derived, !quantity.name.hasPrefix("lifetime") else {
                    continue
                }
                pieces.append(
                    quantity.unit.isEmpty
                        ? "\(quantity.name) \(value)" : "\(quantity.name) \(value) \(quantity.unit)"
                )
            } else if known[exchange.target]?[leaf] != value {
                let isNew = known[exchange.target]?[leaf] == nil
                known[exchange.target, default: [:]][leaf] = value
                if !isNew { pieces.append("\(leaf) \(value)") }
            }
        }
        return pieces.joined(separator: "  ")
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
