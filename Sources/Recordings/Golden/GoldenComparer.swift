import JSONText
import VirtualTime

extension GoldenComparison {
    /// Compares a run's golden with the one on file, by meaning: how either file abbreviates it
    /// makes no difference, nor does the scenario's digest.
    ///
    /// - Parameter limit: How many differences to spell out; all are counted.
    package static func compare(
        golden: GoldenDocument, run: GoldenDocument, limit: Int = 1000
    ) -> GoldenComparison {
        var comparer = GoldenComparer(golden: golden, run: run, limit: limit)
        comparer.compareAll()
        let outcome: Outcome
        if comparer.total == 0 {
            outcome = .equal(exchanges: run.exchangeCount)
        } else if golden.header.model != run.header.model {
            outcome = .otherModel(golden: golden.header.model, run: run.header.model)
        } else {
            outcome = .different(comparer.differences, total: comparer.total)
        }
        return GoldenComparison(
            outcome: outcome, staleMatchers: golden.staleMatchers(comparedWith: run))
    }

    /// All that differs, whatever the model of either, in the order of `compare`; and how much
    /// else would if the matchers did not allow it.
    package static func differences(
        golden: GoldenDocument, run: GoldenDocument
    ) -> (differences: [RecordingDifference], toleratedCount: Int) {
        var comparer = GoldenComparer(golden: golden, run: run, limit: .max)
        comparer.compareAll()
        guard !comparer.differences.isEmpty, golden.header.model != run.header.model else {
            return (comparer.differences, comparer.messages.toleratedCount)
        }
        let model = RecordingDifference(
            frame: .zero, polled: .zero, site: .header, place: "model",
            golden: golden.header.model, run: run.header.model)
        return ([model] + comparer.differences, comparer.messages.toleratedCount)
    }
}

extension GoldenDocument {
    fileprivate func staleMatchers(comparedWith run: GoldenDocument) -> [GoldenMatcher] {
        guard !matchers.isEmpty else { return [] }
        return matchers.withoutUse(inGolden: leafNames, inRun: run.leafNames)
    }

    /// The leaves of messages, of the header fields of requests and of claims.
    private var leafNames: Set<String> {
        var names = Set(shapes.flatMap(\.leaves))
        for field in fieldLists.joined() { names.insert(MessageShape.headerPrefix + field.name) }
        for case .claim(let record) in frames.lazy.flatMap(\.items).map(\.content) {
            names.formUnion(LeafPointers(of: record.claim).leaves)
        }
        return names
    }
}

/// Goes through two documents frame by frame.
private struct GoldenComparer {
    private let golden: GoldenDocument
    private let run: GoldenDocument
    private let limit: Int
    private(set) var messages: MessageComparer
    private(set) var differences: [RecordingDifference] = []
    private(set) var total = 0
    /// Differences of frames that wait for one in which outlets were polled.
    private var waiting: [(rank: DifferenceRank, difference: RecordingDifference)] = []
    private var time = VirtualDuration.zero
    /// The items being compared, by their places in the frames of this time.
    private var goldenItem: Int?
    private var runItem: Int?
    /// The same leaves differ again and again, and a rank takes several searches to find.
    private var leafRanks: [LeafPlace: DifferenceRank] = [:]

    init(golden: GoldenDocument, run: GoldenDocument, limit: Int) {
        self.golden = golden
        self.run = run
        self.limit = limit
        messages = MessageComparer(golden: golden, run: run)
    }

    mutating func compareAll() {
        compareHeaders()
        var left = golden.frames[...]
        var right = run.frames[...]
        while let time = [left.first?.time, right.first?.time].compactMap(\.self).min() {
            let mine = left.first?.time == time ? left.removeFirst() : nil
            let theirs = right.first?.time == time ? right.removeFirst() : nil
            self.time = time
            compare(mine, theirs)
            let exchanges = [mine, theirs].compactMap(\.self).flatMap(\.items)
                .lazy.compactMap(\.exchange)
            if !waiting.isEmpty,
                exchanges.contains(where: {
                    $0.direction == .request && DifferenceRank.isOutlet($0.target)
                })
            {
                flush()
            }
        }
        flush()
    }

    private mutating func compareHeaders() {
        let pairs = [
            ("scenario", golden.header.scenario, run.header.scenario),
            ("client", golden.header.client, run.header.client),
            ("seed", String(golden.header.seed), String(run.header.seed)),
            ("start", golden.header.start.iso8601, run.header.start.iso8601),
        ]
        for (place, golden, run) in pairs where golden != run {
            report(.header, place, golden, run, rank: .other)
        }
        flush()
    }

    private mutating func report(
        _ site: RecordingDifference.Site, _ place: String, _ golden: String?, _ run: String?,
        rank: DifferenceRank
    ) {
        let difference = RecordingDifference(
            frame: time, polled: time, site: site, place: place, golden: golden, run: run,
            goldenItem: goldenItem, runItem: runItem)
        waiting.append((rank, difference))
    }

    /// Leaf first; of the same rank in the order of time.
    private mutating func flush() {
        total += waiting.count
        let room = limit - differences.count
        if room > 0 {
            let order = waiting.indices.sorted {
                waiting[$0].rank == waiting[$1].rank
                    ? $0 < $1 : waiting[$0].rank < waiting[$1].rank
            }
            differences += order.prefix(room).map { index in
                var difference = waiting[index].difference
                difference.polled = time
                return difference
            }
        }
        waiting = []
    }

    // MARK: Frames

    private struct Key: Hashable {
        var direction: Exchange.Direction
        var method: String
        var target: String

        init(_ exchange: GoldenExchange) {
            direction = exchange.direction
            method = exchange.method
            target = exchange.target
        }
    }

    private typealias Placed = (place: Int, exchange: GoldenExchange)

    private func exchanges(of frame: GoldenFrame?) -> [Placed] {
        (frame?.items ?? []).enumerated().compactMap { place, item in
            item.exchange.map { (place, $0) }
        }
    }

    private mutating func compare(_ golden: GoldenFrame?, _ run: GoldenFrame?) {
        let mine = exchanges(of: golden)
        let theirs = exchanges(of: run)
        if mine.count == theirs.count,
            zip(mine, theirs).allSatisfy({ Key($0.exchange) == Key($1.exchange) })
        {
            for (golden, run) in zip(mine, theirs) { compare(golden, run) }
        } else {
            // What is sorted has no order; where one side is, nothing can be said of it.
            let hasOrder = golden?.isSequential ?? false && run?.isSequential ?? false
            match(mine, theirs, hasOrder: hasOrder)
        }
        compareOthers(golden?.items ?? [], run?.items ?? [])
        (goldenItem, runItem) = (nil, nil)
    }

    private mutating func compare(_ golden: Placed, _ run: Placed) {
        (goldenItem, runItem) = (golden.place, run.place)
        compare(golden.exchange, run.exchange)
    }

    /// Matches exchanges by direction, method, URI and occurrence: of several equal requests the
    /// last ones are those too many.
    private mutating func match(_ mine: [Placed], _ theirs: [Placed], hasOrder: Bool) {
        var partners: [Key: ArraySlice<Int>] = [:]
        for (index, run) in theirs.enumerated() {
            partners[Key(run.exchange), default: []].append(index)
        }
        var matched: [Int] = []
        for golden in mine {
            if let partner = partners[Key(golden.exchange)]?.popFirst() {
                compare(golden, theirs[partner])
                matched.append(partner)
            } else {
                (goldenItem, runItem) = (golden.place, nil)
                reportWhole(golden.exchange, answer(of: golden.exchange), nil)
            }
        }
        let isMatched = Set(matched)
        for run in theirs.indices.filter({ !isMatched.contains($0) }).map({ theirs[$0] }) {
            (goldenItem, runItem) = (nil, run.place)
            reportWhole(run.exchange, nil, answer(of: run.exchange))
        }
        (goldenItem, runItem) = (nil, nil)
        if hasOrder { reportOrder(matched, theirs.map(\.exchange)) }
    }

    private mutating func reportWhole(_ exchange: GoldenExchange, _ golden: String?, _ run: String?)
    {
        report(
            .exchange(exchange), "exchange", golden, run,
            rank: DifferenceRank(exchangeOf: exchange.target))
    }

    /// Reports the first exchange that moved: the fewest have, so that all others kept their order.
    private mutating func reportOrder(_ matched: [Int], _ theirs: [GoldenExchange]) {
        // From the end, so that of two that changed places the one that came too early is named.
        let kept = Set(longestRise(in: matched.reversed().map { -$0 }).map { -$0 })
        guard let place = matched.firstIndex(where: { !kept.contains($0) }) else { return }
        let moved = RecordingDifference.Site.exchange(theirs[matched[place]])
        func after(_ index: Int?) -> String {
            index.map { "after \(theirs[$0].wordsAsNeighbour)" } ?? "first"
        }
        let before = matched[..<place].last
        let now = matched.filter { $0 < matched[place] }.max()
        report(
            moved, "order", after(before), after(now),
            rank: DifferenceRank(exchangeOf: theirs[matched[place]].target))
    }

    private mutating func compare(_ golden: GoldenExchange, _ run: GoldenExchange) {
        let subject = RecordingDifference.Site.exchange(golden)
        // Made only where it is needed, which it hardly ever is.
        var rank: DifferenceRank { DifferenceRank(exchangeOf: golden.target) }
        if golden.status != run.status || golden.failure != run.failure {
            report(subject, "status", answer(of: golden), answer(of: run), rank: rank)
        }
        if golden.fault != run.fault {
            report(subject, "fault", golden.fault, run.fault, rank: rank)
        }
        for (place, golden, run) in messages.differences(
            golden: golden.requestFields, run: run.requestFields)
        {
            report(subject, place, golden, run, rank: rank)
        }
        for leaf in messages.differences(golden: golden.request, run: run.request) {
            report(subject, "request \(leaf.name)", leaf.golden, leaf.run, rank: rank)
        }
        for leaf in messages.differences(golden: golden.response, run: run.response) {
            let place = LeafPlace(target: golden.target, leaf: leaf.name)
            let rank = leafRanks[place] ?? DifferenceRank(target: place.target, leaf: place.leaf)
            leafRanks[place] = rank
            report(subject, leaf.name, leaf.golden, leaf.run, rank: rank)
        }
    }

    private struct LeafPlace: Hashable {
        var target: String
        var leaf: String
    }

    /// The status, or why there is none.
    private func answer(of exchange: GoldenExchange) -> String {
        exchange.status.map(String.init) ?? exchange.failure ?? "no response"
    }

    // MARK: Truth, steps and claims

    private mutating func compareOthers(_ golden: [GoldenItem], _ run: [GoldenItem]) {
        compareWords(golden, run, .truth, rank: .truth) { item in
            guard case .truth(let truth) = item.content else { return nil }
            let subject = truth.outlet.map { "outlet \($0 + 1)" } ?? "the unit"
            return "\(subject) \(truth.isPowered ? "on" : "off"): \(truth.cause)"
        }
        compareWords(golden, run, .step, rank: .other) { item in
            guard case .step(let step) = item.content else { return nil }
            return "\(step.action): \(step.outcome)"
        }
        func claim(_ item: GoldenItem) -> JSONValue? {
            guard case .claim(let claim) = item.content else { return nil }
            return claim.claim
        }
        pair(golden, run, by: claim, alike: { claim, _ in claim.claimedThing }) {
            comparer, mine, theirs in
            let claim = mine ?? theirs ?? .null
            guard let mine, let theirs else {
                comparer.report(
                    claim.site(of: "claim"), "claim", mine?.compactText, theirs?.compactText,
                    rank: .other)
                return
            }
            guard mine != theirs else { return }
            for leaf in comparer.messages.differences(golden: mine, run: theirs) {
                comparer.report(
                    claim.site(of: leaf.name), leaf.name, leaf.golden, leaf.run, rank: .other)
            }
        }
    }

    private mutating func compareWords(
        _ golden: [GoldenItem], _ run: [GoldenItem], _ site: RecordingDifference.Site,
        rank: DifferenceRank, words: (GoldenItem) -> String?
    ) {
        pair(golden, run, by: words) { comparer, mine, theirs in
            if mine != theirs { comparer.report(site, site.words, mine, theirs, rank: rank) }
        }
    }

    /// The items that have such a value: each with the first that is alike and not taken yet.
    ///
    /// - Parameter alike: What has to be the same of a value and its place among the others.
    private mutating func pair<Value>(
        _ golden: [GoldenItem], _ run: [GoldenItem], by value: (GoldenItem) -> Value?,
        alike: (Value, Int) -> String = { String($1) },
        _ compare: (inout GoldenComparer, Value?, Value?) -> Void
    ) {
        func placed(_ items: [GoldenItem]) -> [(place: Int, value: Value)] {
            items.enumerated().compactMap { place, item in value(item).map { (place, $0) } }
        }
        var waiting: [String: ArraySlice<(place: Int, value: Value)>] = [:]
        let theirs = placed(run)
        for (index, run) in theirs.enumerated() {
            waiting[alike(run.value, index), default: []].append(run)
        }
        var taken: Set<Int> = []
        for (index, golden) in placed(golden).enumerated() {
            let run = waiting[alike(golden.value, index)]?.popFirst()
            if let run { taken.insert(run.place) }
            (goldenItem, runItem) = (golden.place, run?.place)
            compare(&self, golden.value, run?.value)
        }
        for run in theirs where !taken.contains(run.place) {
            (goldenItem, runItem) = (nil, run.place)
            compare(&self, nil, run.value)
        }
    }
}

extension GoldenExchange {
    /// `GET of outlet 7`.
    fileprivate var wordsAsNeighbour: String {
        direction == .delivery
            ? "an event delivery" : "\(method) of \(Component(target: target).words)"
    }
}

/// The most numbers that rise from left to right; of several such choices the one with the smaller
/// numbers.
private func longestRise(in numbers: [Int]) -> [Int] {
    // Of each length the rise with the smallest end, as links back.
    var ends: [Int] = []
    var previous = [Int?](repeating: nil, count: numbers.count)
    for (index, number) in numbers.enumerated() {
        let length = ends.firstIndex { numbers[$0] >= number } ?? ends.count
        previous[index] = length > 0 ? ends[length - 1] : nil
        if length < ends.count { ends[length] = index } else { ends.append(index) }
    }
    var rise: [Int] = []
    var next = ends.last
    while let index = next {
        rise.append(numbers[index])
        next = previous[index]
    }
    return rise
}

extension JSONValue {
    /// What a claim is about: its scope, and whether it is energy or carbon, an interval or a sum.
    fileprivate var claimedThing: String {
        let amount = ["energy", "carbon"].filter { self[$0] != nil }.joined(separator: " ")
        return "\(self["scope"]?.compactText ?? "") \(amount) \(self["kind"]?.string ?? "")"
    }

    /// Where a leaf of a claim differs.
    fileprivate func site(of leaf: String) -> RecordingDifference.Site {
        let scope = self["scope"]?.string ?? ""
        let unit = self["unit"]?.string ?? ""
        switch leaf {
        case "/energy": return .claim(scope: scope, unit: unit)
        case "/carbon": return .claim(scope: scope, unit: self["carbonUnit"]?.string ?? unit)
        default: return .claim(scope: scope, unit: "")
        }
    }
}
