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
        let leaves = Set(golden.shapes.flatMap(\.leaves))
        return GoldenComparison(
            outcome: outcome,
            staleMatchers: golden.matchers.filter { matcher in
                !leaves.contains(where: matcher.covers)
            })
    }
}

/// Goes through two documents frame by frame.
private struct GoldenComparer {
    private let golden: GoldenDocument
    private let run: GoldenDocument
    private let limit: Int
    private var messages: MessageComparer
    private(set) var differences: [RecordingDifference] = []
    private(set) var total = 0
    /// Differences of frames that wait for one in which outlets were polled.
    private var waiting: [(rank: DifferenceRank, difference: RecordingDifference)] = []
    private var time = ""
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
            self.time = time.iso8601
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
        time = VirtualDuration.zero.iso8601
        let pairs = [
            ("scenario", golden.header.scenario, run.header.scenario),
            ("client", golden.header.client, run.header.client),
            ("seed", String(golden.header.seed), String(run.header.seed)),
            ("start", golden.header.start.iso8601, run.header.start.iso8601),
        ]
        for (place, golden, run) in pairs where golden != run {
            report("header", place, golden, run, rank: .other)
        }
        flush()
    }

    private mutating func report(
        _ subject: String, _ place: String, _ golden: String?, _ run: String?, rank: DifferenceRank
    ) {
        let difference = RecordingDifference(
            time: time, subject: subject, place: place, golden: golden, run: run)
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
            differences += order.prefix(room).map { waiting[$0].difference }
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

    private mutating func compare(_ golden: GoldenFrame?, _ run: GoldenFrame?) {
        let mine = golden?.items.compactMap(\.exchange) ?? []
        let theirs = run?.items.compactMap(\.exchange) ?? []
        if mine.count == theirs.count,
            zip(mine, theirs).allSatisfy({ Key($0) == Key($1) })
        {
            for (golden, run) in zip(mine, theirs) { compare(golden, run) }
        } else {
            match(mine, theirs)
        }
        compareOthers(golden?.items ?? [], run?.items ?? [])
    }

    /// Matches exchanges by direction, method, URI and occurrence: of several equal requests the
    /// last ones are those too many.
    private mutating func match(_ mine: [GoldenExchange], _ theirs: [GoldenExchange]) {
        var partners: [Key: ArraySlice<Int>] = [:]
        for (index, exchange) in theirs.enumerated() {
            partners[Key(exchange), default: []].append(index)
        }
        var matched: [Int] = []
        for exchange in mine {
            if let partner = partners[Key(exchange)]?.popFirst() {
                compare(exchange, theirs[partner])
                matched.append(partner)
            } else {
                report(
                    subject(of: exchange), "exchange", answer(of: exchange), nil,
                    rank: DifferenceRank(exchangeOf: exchange.target))
            }
        }
        let isMatched = Set(matched)
        for exchange in theirs.indices.filter({ !isMatched.contains($0) }).map({ theirs[$0] }) {
            report(
                subject(of: exchange), "exchange", nil, answer(of: exchange),
                rank: DifferenceRank(exchangeOf: exchange.target))
        }
        reportOrder(matched, theirs)
    }

    /// Reports the first exchange that came before one it should have followed.
    private mutating func reportOrder(_ matched: [Int], _ theirs: [GoldenExchange]) {
        for (expected, actual) in zip(matched, matched.sorted()) where expected != actual {
            let run = theirs[actual]
            report(
                subject(of: run), "order", subject(of: theirs[expected]), subject(of: run),
                rank: DifferenceRank(exchangeOf: run.target))
            return
        }
    }

    private mutating func compare(_ golden: GoldenExchange, _ run: GoldenExchange) {
        let subject = subject(of: golden)
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

    private func subject(of exchange: GoldenExchange) -> String {
        let verb = exchange.direction == .delivery ? "delivery " : ""
        return "\(verb)\(exchange.method) \(exchange.target)"
    }

    /// The status, or why there is none.
    private func answer(of exchange: GoldenExchange) -> String {
        exchange.status.map(String.init) ?? exchange.failure ?? "no response"
    }

    // MARK: Truth, steps and claims

    private mutating func compareOthers(_ golden: [GoldenItem], _ run: [GoldenItem]) {
        func truth(_ item: GoldenItem) -> String? {
            guard case .truth(let truth) = item.content else { return nil }
            let subject = truth.outlet.map { "outlet \($0 + 1)" } ?? "the unit"
            return "\(subject) \(truth.isPowered ? "on" : "off"): \(truth.cause)"
        }
        func step(_ item: GoldenItem) -> String? {
            guard case .step(let step) = item.content else { return nil }
            return "\(step.action): \(step.outcome)"
        }
        compareWords(golden.compactMap(truth), run.compactMap(truth), "truth", rank: .truth)
        compareWords(golden.compactMap(step), run.compactMap(step), "step", rank: .other)
        func claim(_ item: GoldenItem) -> JSONValue? {
            guard case .claim(let claim) = item.content else { return nil }
            return claim.claim
        }
        let mine = golden.compactMap(claim)
        let theirs = run.compactMap(claim)
        for index in 0..<max(mine.count, theirs.count) {
            guard index < mine.count, index < theirs.count else {
                let golden = index < mine.count ? mine[index].compactText : nil
                let run = index < theirs.count ? theirs[index].compactText : nil
                report("claim", "claim", golden, run, rank: .other)
                continue
            }
            guard mine[index] != theirs[index] else { continue }
            for leaf in messages.differences(golden: mine[index], run: theirs[index]) {
                report("claim", leaf.name, leaf.golden, leaf.run, rank: .other)
            }
        }
    }

    private mutating func compareWords(
        _ golden: [String], _ run: [String], _ subject: String, rank: DifferenceRank
    ) {
        for index in 0..<max(golden.count, run.count) {
            let mine = index < golden.count ? golden[index] : nil
            let theirs = index < run.count ? run[index] : nil
            if mine != theirs { report(subject, subject, mine, theirs, rank: rank) }
        }
    }
}
