import VirtualTime

/// Finds for one difference after another, in the order of time, the cause that it follows from; one
/// that follows from nothing told so far is a cause itself.
struct CauseSearch {
    private(set) var causes: [DifferenceCause] = []
    private let rules: CausalRules
    private let items: ComparedItems
    private var account: ReadingAccount
    /// When each cause begins.
    private var onsets: [VirtualDuration] = []
    /// Where each topic was last put, and which cause it has become.
    private var lastCause: [DifferenceTopic: Int] = [:]
    private var ownCause: [DifferenceTopic: Int] = [:]
    private var stories: [StoryPlace: Int] = [:]
    /// All topics so far that are no readings and no claims.
    private var possible: [PossibleCause] = []
    private var possibleIndex: [DifferenceTopic: Int] = [:]
    /// The last difference in what each component shows.
    private var shown: [Component: (frame: VirtualDuration, cause: Int)] = [:]

    private struct StoryPlace: Hashable {
        var cause: Int
        var topic: DifferenceTopic
        var isOwn: Bool
    }

    init(_ differences: [RecordingDifference], golden: GoldenDocument, run: GoldenDocument) {
        let book = ReadingBook(golden: golden, run: run)
        account = ReadingAccount(book: book)
        rules = CausalRules(tree: book.tree)
        items = ComparedItems(golden: golden, run: run, differences: differences)
    }

    private var book: ReadingBook { account.book }

    mutating func place(_ difference: RecordingDifference, _ topic: DifferenceTopic) {
        let found = cause(of: difference, topic)
        let cause: Int
        // What has begun a cause goes on to be one: nothing follows from what follows from it.
        if let found, ownCause[topic] != found {
            cause = found
            append(difference, topic, to: cause, isOwn: false)
        } else {
            cause = found ?? ownCause[topic] ?? causeJoined(by: difference, topic)
            append(difference, topic, to: cause, isOwn: true)
            ownCause[topic] = cause
        }
        lastCause[topic] = cause
        if topic.isShown { shown[topic.component] = (difference.frame, cause) }
        remember(difference, topic)
    }

    /// The cause of the same aspect at the same level that began at the same moment, or a new one.
    private mutating func causeJoined(
        by difference: RecordingDifference, _ topic: DifferenceTopic
    ) -> Int {
        let onset = topic.onset(of: difference)
        let joined = causes.indices.first { index in
            causes[index].topic.aspect == topic.aspect && onsets[index] == onset
                && causes[index].topic.component.level == topic.component.level
        }
        if let joined { return joined }
        causes.append(DifferenceCause(stories: []))
        onsets.append(onset)
        return causes.count - 1
    }

    private mutating func append(
        _ difference: RecordingDifference, _ topic: DifferenceTopic, to cause: Int, isOwn: Bool
    ) {
        let place = StoryPlace(cause: cause, topic: topic, isOwn: isOwn)
        let list = isOwn ? \DifferenceCause.stories : \DifferenceCause.consequences
        if let index = stories[place] {
            causes[cause][keyPath: list][index].differences.append(difference)
        } else {
            stories[place] = causes[cause][keyPath: list].count
            causes[cause][keyPath: list].append(
                DifferenceStory(topic: topic, differences: [difference]))
        }
    }

    private mutating func remember(_ difference: RecordingDifference, _ topic: DifferenceTopic) {
        guard !topic.isReading, !topic.isClaim else { return }
        if let index = possibleIndex[topic] {
            possible[index].differences.append(difference)
        } else {
            possibleIndex[topic] = possible.count
            possible.append(PossibleCause(topic: topic, differences: [difference]))
        }
    }

    /// Where a difference stands among those of its moment. A voltage that no current brings about
    /// comes from the supply, and before the powers that follow from it.
    mutating func rank(of difference: RecordingDifference, _ topic: DifferenceTopic) -> Int {
        guard case .reading(let quantity) = topic.aspect, quantity.measure == .voltage,
            let golden = difference.golden.flatMap(Amount.read)?.amount,
            let run = difference.run.flatMap(Amount.read)?.amount, golden != 0, run != 0,
            account.isVoltageOfItsOwn(
                ReadingKey(topic.component, quantity), at: difference.frame,
                differingBy: Int128(run) - Int128(golden))
        else { return topic.causalRank }
        return DifferenceTopic(topic.component, .reading(Quantity(.power))).causalRank - 1
    }

    // MARK: The cause of one difference

    private mutating func cause(
        of difference: RecordingDifference, _ topic: DifferenceTopic
    ) -> Int? {
        let found =
            switch topic.aspect {
            case .reading(let quantity):
                cause(ofReading: difference, ReadingKey(topic.component, quantity))
            case .claim(let part, _): cause(ofClaim: difference, topic, part)
            case .delivery(let part): cause(ofDelivery: difference, part)
            case .truth: earliest(currents(through: topic.component, by: difference.frame))
            case .property(let leaf): cause(ofProperty: difference, topic, leaf)
            case .header, .step, .fault, .request, .answer: nil as Int?
            }
        if let found { return found }
        for cause in possible where cause.topic != topic {
            if rules.explains(cause, difference, topic) { return lastCause[cause.topic] }
        }
        return nil
    }

    private func earliest(_ keys: [ReadingKey]) -> Int? {
        keys.compactMap { lastCause[$0.topic] }.min()
    }

    private mutating func cause(
        ofReading difference: RecordingDifference, _ key: ReadingKey
    ) -> Int? {
        let golden = difference.golden.flatMap(Amount.read)?.amount
        let run = difference.run.flatMap(Amount.read)?.amount
        if let golden, let run {
            let delta = Int128(run) - Int128(golden)
            let ways = account.sources(of: key, at: difference.frame, differingBy: delta)
            if let cause = ways.lazy.compactMap(earliest).first { return cause }
        }
        guard golden ?? 0 == 0 || run ?? 0 == 0 else { return nil }
        return causeOfNothing(difference, key)
    }

    /// What is nothing, or not said, on one side: for want of power.
    private func causeOfNothing(_ difference: RecordingDifference, _ key: ReadingKey) -> Int? {
        guard key.quantity.kind != .energy else { return nil }
        let sources = [key.component, book.tree.source(of: key.component)].compactMap(\.self)
        for cause in possible where cause.topic.isState && sources.contains(cause.component) {
            if cause.isPresent(inRoundOf: difference) { return lastCause[cause.topic] }
        }
        let switched = book.switched(key.component, at: difference.frame)
        if key.component.level <= .branch,
            let cause = switched.compactMap({ lastCause[DifferenceTopic($0, .truth)] }).min()
        {
            return cause
        }
        guard key.quantity.kind == .derived, let power = book.key(.power, beside: key),
            book[power]?.smallest(near: difference.frame) == 0,
            shown[key.component]?.frame == difference.frame
        else { return nil }
        return lastCause[power.topic]
    }

    /// What can trip a breaker that a component hangs on, if it has differed so far.
    private func currents(through component: Component, by time: VirtualDuration) -> [ReadingKey] {
        let points = [component, book.tree.source(of: component)].compactMap(\.self)
        return points.flatMap { point in
            [Quantity(.power), Quantity(.current)].map { ReadingKey(point, $0) }
        }.filter { book[$0]?.hasDiffered(by: time) ?? false }
    }

    private func cause(
        ofProperty difference: RecordingDifference, _ topic: DifferenceTopic, _ leaf: String
    ) -> Int? {
        if leaf == "hdr:ETag", let last = shown[topic.component], last.frame == difference.frame {
            return last.cause
        }
        // Of an outlet, what it draws says nothing of its state: its breaker is that of the branch.
        guard topic.isState, topic.component.level > .outlet else { return nil }
        return earliest(currents(through: topic.component, by: difference.frame))
    }

    /// An event of a threshold comes sooner or later where what it watches differs. It comes all the
    /// same: one more or less is a cause of its own.
    private func cause(ofDelivery difference: RecordingDifference, _ part: String) -> Int? {
        guard part != "status", part != "fault",
            let announcement = items.announcement(of: difference),
            part != "exchange" || items.isMoved(announcement)
        else { return nil }
        let watched = announcement.origins.flatMap { origin in
            (book.quantities[origin] ?? []).map { ReadingKey(origin, $0) }
        }
        return earliest(
            watched.filter {
                $0.quantity.kind != .energy
                    && !(book[$0]?.delta(at: difference.frame)?.isZero ?? true)
            })
    }

    // MARK: Claims

    private func cause(
        ofClaim difference: RecordingDifference, _ topic: DifferenceTopic, _ part: String
    ) -> Int? {
        let reading = possible.filter {
            $0.component == topic.component
                && ($0.topic.isRead || $0.topic.isAnswer || $0.topic.isFault)
        }.compactMap { lastCause[$0.topic] }.min()
        if part == "/received", topic.component.name == "events" {
            return cause(ofEventCount: difference)
        }
        guard ["/energy", "/carbon"].contains(part) else { return reading }
        let claims = items.claims(of: difference)
        let register = ReadingKey(topic.component, Quantity(.energy))
        guard claims.count == 2, let history = book[register] else { return nil }
        let account = ClaimAccount(
            history: history, resolution: book.resolution(of: register), start: items.start,
            gramsPerKilowattHour: max(
                AmountBounds.greatestGramsPerKilowattHour,
                items.greatestClaimedGramsPerKilowattHour))
        if account.allows(part, claims[0], claims[1], unread: 0) {
            return lastCause[register.topic]
        }
        if account.allows(part, claims[0], claims[1], unread: history.growthUnread) {
            return reading
        }
        return nil
    }

    private func cause(ofEventCount difference: RecordingDifference) -> Int? {
        guard let golden = difference.golden.flatMap({ Int($0) }),
            let run = difference.run.flatMap({ Int($0) }),
            (run - golden).magnitude <= items.lonelyEventCount
        else { return nil }
        return possible.first { $0.topic.aspect == .delivery("exchange") }
            .flatMap { lastCause[$0.topic] }
    }
}
