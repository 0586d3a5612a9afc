import JSONText
import VirtualTime

/// One quantity of one component.
struct ReadingKey: Sendable, Hashable {
    var component: Component
    var quantity: Quantity

    init(_ component: Component, _ quantity: Quantity) {
        self.component = component
        self.quantity = quantity
    }

    var topic: DifferenceTopic { DifferenceTopic(component, .reading(quantity)) }
}

/// All that two goldens read, and what feeds what.
struct ReadingBook: Sendable {
    private(set) var histories: [ReadingKey: ReadingHistory] = [:]
    private(set) var tree = SupplyTree()
    /// All of one level that anything was read of, in a fixed order.
    private(set) var components: [Component.Level: [Component]] = [:]
    private(set) var quantities: [Component: [Quantity]] = [:]
    /// By outlet, where it had power on one side only.
    private(set) var supplyDifferences: [Component: [SupplyDifference]] = [:]
    private var resolutions: [Level: Int128] = [:]

    private struct Level: Hashable {
        var level: Component.Level
        var measure: Quantity.Measure
    }

    init(golden: GoldenDocument, run: GoldenDocument) {
        var left = ReadingCollector(golden)
        left.collect(&tree)
        var right = ReadingCollector(run)
        right.collect(&tree)
        supplyDifferences = SupplyHistory.differences(left.supply, right.supply)
        for (key, golden) in left.series {
            guard let run = right.series[key] else { continue }
            var history = ReadingHistory(golden: golden.points, run: run.points)
            if key.quantity.measure == .power {
                history.supplyDifferences = supplyDifferences[key.component] ?? []
            }
            histories[key] = history
            quantities[key.component, default: []].append(key.quantity)
            let level = Level(level: key.component.level, measure: key.quantity.measure)
            let step = unit(decimals: max(golden.decimals, run.decimals))
            resolutions[level] = min(resolutions[level] ?? step, step)
        }
        for component in quantities.keys {
            components[component.level, default: []].append(component)
            quantities[component]?.sort { $0.name < $1.name }
        }
        for level in components.keys {
            components[level]?.sort { precedesNaturally($0.name, $1.name) }
        }
    }

    subscript(key: ReadingKey) -> ReadingHistory? { histories[key] }

    /// The last digit that readings of this kind show at this level, in 10⁻⁹ of the unit.
    func resolution(of key: ReadingKey) -> Int128 {
        resolutions[Level(level: key.component.level, measure: key.quantity.measure)]
            ?? unit(decimals: 0)
    }

    /// Another quantity of the same component, of the same line or of the whole.
    func key(_ measure: Quantity.Measure, beside key: ReadingKey) -> ReadingKey? {
        let line = key.quantity.lineName
        return quantities[key.component]?.first {
            $0.measure == measure && !$0.isLifetime && $0.lineName == line
        }.map { ReadingKey(key.component, $0) }
    }

    /// A quantity of a component on each of its lines.
    func lineKeys(_ measure: Quantity.Measure, of component: Component) -> [ReadingKey] {
        (quantities[component] ?? []).filter {
            $0.measure == measure && !$0.isLifetime && $0.lineName.hasPrefix("Line")
                && !$0.line.contains("ToLine")
        }.map { ReadingKey(component, $0) }
    }
}

extension ReadingBook {
    /// The outlets at or below a component that have power on one side only at a moment.
    func switched(_ component: Component, at time: VirtualDuration) -> [Component] {
        (components[.outlet] ?? []).filter { outlet in
            (outlet == component || tree.feeds(component, outlet))
                && (supplyDifferences[outlet] ?? []).contains { $0.contains(time) }
        }
    }
}

private func unit(decimals: Int) -> Int128 {
    Int128(powerOfTen(max(0, AmountRange.decimals - decimals)))
}

/// Reads one golden once.
private struct ReadingCollector {
    struct Series {
        var points: [(time: VirtualDuration, amount: Int64)] = []
        /// The most decimals that any of them is written with.
        var decimals = 0
    }

    private(set) var series: [ReadingKey: Series] = [:]
    private(set) var supply = SupplyHistory()

    private let document: GoldenDocument
    /// Of each text of the document, read once.
    private let amounts: [(amount: Int64, decimals: Int)?]
    private var plans: [Shown: [(leaf: Int, key: ReadingKey)]] = [:]

    private struct Shown: Hashable {
        var target: String
        var shape: Int
    }

    init(_ document: GoldenDocument) {
        self.document = document
        amounts = document.values.texts.map(Amount.read)
    }

    mutating func collect(_ tree: inout SupplyTree) {
        var plain: [Shown: [(leaf: Int, points: Series)]] = [:]
        for frame in document.frames {
            for item in frame.items {
                if case .truth(let truth) = item.content { supply.note(truth, at: frame.time) }
                guard let exchange = item.exchange, exchange.isGet,
                    let shape = exchange.response.shape
                else { continue }
                let shown = Shown(target: exchange.target, shape: shape)
                if plain[shown] == nil {
                    plain[shown] = leaves(of: exchange, shape).map { ($0, Series()) }
                    learn(exchange, shape, &tree)
                }
                let values = exchange.response.values
                plain[shown]?.modifyEach { leaf, series in
                    guard let read = amounts[Int(values[leaf])] else { return }
                    series.points.append((frame.time, read.amount))
                    series.decimals = max(series.decimals, read.decimals)
                }
            }
        }
        join(plain)
    }

    /// The leaves that are readings.
    private mutating func leaves(of exchange: GoldenExchange, _ shape: Int) -> [Int] {
        let component = Component(target: exchange.target)
        let plan = document.shapes[shape].leaves.enumerated().compactMap { index, leaf in
            Quantity(leaf: leaf, target: exchange.target).map {
                (leaf: index, key: ReadingKey(component, $0))
            }
        }
        plans[Shown(target: exchange.target, shape: shape)] = plan
        return plan.map(\.leaf)
    }

    private func learn(_ exchange: GoldenExchange, _ shape: Int, _ tree: inout SupplyTree) {
        let component = Component(target: exchange.target)
        for (leaf, value) in zip(document.shapes[shape].leaves, exchange.response.values)
        where SupplyTree.isLink(leaf) {
            tree.learn(component, leaf: leaf, value: document.values[value])
        }
    }

    /// One series of what stands in several shapes, or in the sensor too.
    private mutating func join(_ plain: [Shown: [(leaf: Int, points: Series)]]) {
        var joined: [ReadingKey: Series] = [:]
        for (shown, found) in plain {
            for (plan, one) in zip(plans[shown] ?? [], found) {
                joined[plan.key, default: Series()].add(one.points)
            }
        }
        series = joined.mapValues(\.inOrder)
    }
}

extension ReadingCollector.Series {
    fileprivate mutating func add(_ other: Self) {
        points += other.points
        decimals = max(decimals, other.decimals)
    }

    /// By time; of two at one moment the greater, whichever it was that came first.
    fileprivate var inOrder: Self {
        var sorted = Self(decimals: decimals)
        for point in points.sorted(by: { ($0.time, $0.amount) < ($1.time, $1.amount) }) {
            if sorted.points.last?.time == point.time { sorted.points.removeLast() }
            sorted.points.append(point)
        }
        return sorted
    }
}

extension Array {
    fileprivate mutating func modifyEach<First, Second>(
        _ change: (First, inout Second) -> Void
    ) where Element == (leaf: First, points: Second) {
        for index in indices { change(self[index].leaf, &self[index].points) }
    }
}

/// Numbers as amounts.
enum Amount {
    /// Beyond ten million of the unit nothing is added up.
    private static let limit: Int64 = 10_000_000_000_000_000

    /// Nil where a JSON text is no number, or one beyond all measure.
    static func read(_ text: String) -> (amount: Int64, decimals: Int)? {
        guard let first = text.utf8.first, first == UInt8(ascii: "-") || isDigit(first),
            let amount = JSONNumber(text: text).units(decimals: AmountRange.decimals),
            amount.magnitude <= limit.magnitude
        else { return nil }
        let fraction = text.utf8.drop { $0 != UInt8(ascii: ".") }.dropFirst()
        return (amount, fraction.count)
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
