import Electrical
import Findings
import JSONText
import Recordings
import VirtualTime

/// Whether the client asks for every point as often as the scenario demands. A read counts when it
/// shows a number of the point or asks for its resource, whatever came of it.
struct PollCadence {
    private struct Watch {
        var point: MeteringPoint
        var every: VirtualDuration
        var slack: VirtualDuration
        var last: VirtualInstant
        /// By when the next read is due.
        var due: VirtualInstant
        /// By when it is due of a client that keeps a Retry-After by its own clock.
        var dueByOwnClock: VirtualInstant
        var longestGap = VirtualDuration.zero
        var reads = 0
    }

    /// Of the points of one level.
    private struct Gaps {
        var polls = 0
        /// Of those that came too late only some are kept.
        var findings: [Finding] = []
        var count = 0
        /// Late polls that may turn out to be tolerable.
        var late: [Finding] = []
        var lateCount = 0
    }

    private struct Count {
        var point: MeteringPoint
        var every: VirtualDuration
        var polls = 0
        var reads = 0
    }

    /// A level is polled where a point of it is read more than once, what events make the client
    /// read aside: everybody reads everything once, to know what there is.
    private static let fewestReads = 2

    private let start: VirtualInstant
    private let until: VirtualInstant?
    /// How often the client was started to poll, where others do that.
    private let invocations: Int?
    /// Why the intervals of some polls are not judged; nil where all are.
    private let unjudged: String?
    /// Polls of points on whose intervals the clock is too fast, by number.
    private var counted: [Int: Count] = [:]
    /// When the client asked for something first.
    private var begun: VirtualInstant?
    private let numbering: PointNumbering
    private let points: [String: MeteringPoint]
    private let sensors: [String: SensorFacts]
    private var watches: [Watch] = []
    /// For each point: where in `watches` it stands.
    private var watchOf: [Int?]
    private var tally = RuleTally(DiscoveryCheck.pollCadence)
    private let toleratesLatePolls: Bool
    private let owesOnlyLevelsItReads: Bool
    /// When the scenario had the client stopped; nobody polls then.
    private let absences: [ClientAbsence]
    /// What a program takes until it polls again, where real time matters.
    private let startAllowance: VirtualDuration
    /// What was found of each level, until it is known which levels the client polls.
    private var gaps = Array(repeating: Gaps(), count: MeteringPoint.Level.allCases.count)
    /// What events have named. A client reads it for their sake.
    private var named: Set<MeteringPoint> = []
    /// How many seconds the scenario has in one of the client's own.
    private let pace: Int64
    /// The longest Retry-After that somebody seems to have kept by another clock.
    private var longestPatience: VirtualDuration?

    private static let tolerablePercent = 10
    /// In real time: an interpreter, a login, a walk over the service, on a busy machine.
    private static let startSeconds: Int64 = 5

    init(_ facts: DeviceFacts, _ duties: ClientDuties) {
        start = facts.start
        until = duties.pollsUntil
        absences = duties.absences
        pace = max(1, duties.rateWindow.milliseconds / 1000)
        toleratesLatePolls = duties.toleratesLatePolls
        startAllowance =
            duties.toleratesLatePolls ? duties.rateWindow * Self.startSeconds : .zero
        owesOnlyLevelsItReads = duties.owesOnlyLevelsItReads
        invocations = duties.invocations
        let isInvoked = duties.invocations != nil
        let tooFast = duties.polls.filter { !$0.isJudged }.map(\.every).min()
        unjudged =
            isInvoked && !duties.polls.isEmpty
            ? "the harness starts the client, so when it polls is not its own doing"
            : tooFast.map { "the clock is too fast to judge polls every \($0.iso8601)" }
        numbering = PointNumbering(facts)
        points = normalized(facts.resources)
        sensors = normalized(facts.sensors)
        watchOf = Array(repeating: nil, count: numbering.count)
        let first = duties.pollsFrom ?? facts.start
        for duty in duties.polls where isInvoked || !duty.isJudged {
            for point in duty.points {
                if let number = numbering[point] {
                    counted[number] = Count(point: point, every: duty.every)
                }
            }
        }
        for duty in duties.polls where !isInvoked && duty.isJudged {
            for point in duty.points {
                guard let number = numbering[point] else { continue }
                if let known = watchOf[number] {
                    // Of two duties the stricter binds.
                    guard duty.every < watches[known].every else { continue }
                    watches[known].every = duty.every
                    watches[known].slack = duty.slack
                    watches[known].due = first + duty.every + duty.slack
                    continue
                }
                watchOf[number] = watches.count
                watches.append(
                    Watch(
                        point: point, every: duty.every, slack: duty.slack, last: first,
                        due: first + duty.every + duty.slack, dueByOwnClock: first))
            }
        }
    }

    mutating func observe(_ exchange: ObservedExchange) {
        guard !watches.isEmpty || !counted.isEmpty else { return }
        begun = begun ?? exchange.instant
        defer { excuse(by: exchange) }
        if let point = points[exchange.path] {
            poll(point, by: exchange)
            if point == .mains {
                for phase in 0..<numbering.phases { poll(.phase(phase), by: exchange) }
            }
        } else if let sensor = sensors[exchange.path] {
            poll(sensor.point, by: exchange)
        } else {
            // An expanded collection shows many points at once.
            for resource in exchange.resources.dropFirst() {
                if let point = points[resource.path] { poll(point, by: exchange) }
            }
        }
    }

    /// Takes note of the points that an event is about.
    mutating func observe(event payload: JSONValue) {
        guard owesOnlyLevelsItReads else { return }
        for origin in EventRecord.records(of: payload).compactMap(\.origin) {
            if let point = points[origin] ?? sensors[origin]?.point { named.insert(point) }
        }
    }

    private mutating func poll(_ point: MeteringPoint, by exchange: ObservedExchange) {
        guard let number = numbering[point] else { return }
        let isPoll = !named.contains(point)
        counted[number]?.polls += 1
        if isPoll { counted[number]?.reads += 1 }
        guard let index = watchOf[number] else { return }
        judgeGap(index, until: exchange.instant, at: exchange.reference)
        watches[index].last = exchange.instant
        if isPoll { watches[index].reads += 1 }
        watches[index].dueByOwnClock = exchange.instant
        let due = exchange.instant + watches[index].every + watches[index].slack
        let isAnswered = exchange.isSuccess || exchange.status == 304
        watches[index].due = isAnswered ? due : due + watches[index].every
    }

    /// A service that asks for patience, or does not answer at all, does so for all of itself: every
    /// poll may wait so long, and one interval more, as after any failure.
    private mutating func excuse(by exchange: ObservedExchange) {
        var wait = VirtualDuration.zero
        if exchange.status == 503 || exchange.status == 429 {
            guard let asked = exchange.response.retryAfter,
                let delay = retryDelay(asked, at: exchange.instant)
            else { return }
            wait = delay
        } else if exchange.exchange.failure == nil {
            return
        }
        for index in watches.indices {
            let due = exchange.instant + watches[index].every * 2 + watches[index].slack
            watches[index].due = max(watches[index].due, due + wait)
            watches[index].dueByOwnClock = due + wait * pace
        }
    }

    private mutating func judgeGap(
        _ index: Int, until instant: VirtualInstant,
        at reference: @autoclosure () -> ExchangeReference?
    ) {
        for absence in absences where absence.until <= instant {
            let due =
                absence.until + startAllowance + watches[index].every * 2 + watches[index].slack
            // A program takes its time to leave, and may poll once more on the way, so long after it
            // was to be back that it need not be back yet.
            if absence.until + startAllowance >= watches[index].last {
                watches[index].due = max(watches[index].due, due)
            }
        }
        let watch = watches[index]
        // What comes after the last poll owed ends a gap only as far as polls were owed.
        let instant = min(instant, until ?? instant)
        guard instant >= watch.last else { return }
        let level = watch.point.level.rawValue
        gaps[level].polls += 1
        watches[index].longestGap = max(watch.longestGap, instant - watch.last)
        guard instant > watch.due else { return }
        guard instant > watch.dueByOwnClock else {
            longestPatience = max(longestPatience ?? .zero, instant - watch.last)
            return
        }
        let finding = Finding(
            ruleID: DiscoveryCheck.pollCadence.id, level: DiscoveryCheck.pollCadence.level,
            message: "\(watch.point.name) was not asked for between "
                + "\((watch.last - start).iso8601) and \((instant - start).iso8601)",
            exchange: reference(), expected: "a read by \((watch.due - start).iso8601)",
            seen: "a gap of \((instant - watch.last).iso8601)")
        guard toleratesLatePolls, instant <= watch.due + watch.every else {
            gaps[level].count += 1
            if gaps[level].findings.count < tally.findingLimit {
                gaps[level].findings.append(finding)
            }
            return
        }
        gaps[level].lateCount += 1
        if gaps[level].late.count < tally.findingLimit { gaps[level].late.append(finding) }
    }

    /// Who polls some outlets owes all of them; who polls no branch at all owes no branch.
    private mutating func excuseLevels() -> [MeteringPoint.Level] {
        let polled = Set(
            watches.filter { $0.reads >= Self.fewestReads }.map(\.point.level)
                + counted.values.filter { $0.reads >= Self.fewestReads }.map(\.point.level))
        guard owesOnlyLevelsItReads, !polled.isEmpty else { return [] }
        let owed = Set(watches.map(\.point.level) + counted.values.map(\.point.level))
        watches.removeAll { !polled.contains($0.point.level) }
        counted = counted.filter { polled.contains($0.value.point.level) }
        let excused = MeteringPoint.Level.allCases.filter {
            owed.contains($0) && !polled.contains($0)
        }
        for level in excused { gaps[level.rawValue] = Gaps() }
        return excused
    }

    /// What was found of the levels that the client polls, in the order of the recording.
    ///
    /// - Returns: How many polls came late.
    private mutating func takeGaps() -> Int {
        tally.check(gaps.reduce(0) { $0 + $1.polls })
        let lateCount = gaps.reduce(0) { $0 + $1.lateCount }
        let areTolerable = lateCount * 100 <= tally.checked * Self.tolerablePercent
        let found = gaps.flatMap { $0.findings + (areTolerable ? [] : $0.late) }
        let count = gaps.reduce(0) { $0 + $1.count + (areTolerable ? 0 : $1.lateCount) }
        for finding in found.sorted(by: { line($0) < line($1) }) { tally.take(finding) }
        tally.takeUnkept(count - found.count)
        return lateCount

        func line(_ finding: Finding) -> Int { finding.exchange?.line ?? .max }
    }

    mutating func finish(at end: VirtualInstant) -> RuleResult {
        let end = min(end, until ?? end)
        let excused = excuseLevels()
        for index in watches.indices where end > watches[index].due {
            judgeGap(index, until: end, at: nil)
        }
        let lateCount = takeGaps()
        judgeNumbers(until: end)
        let longest = watches.map(\.longestGap).max() ?? .zero
        let late = lateCount > 0 ? ", \(lateCount.counted("late poll"))" : ""
        let patience =
            longestPatience.map { gap in
                "; a Retry-After was kept by another clock than the scenario's, which passed over "
                    + "\(gap.iso8601): a slower clock shows what comes then"
            } ?? ""
        return tally.result(
            "poll",
            numbers: "\(watches.count.counted("point")), longest gap \(longest.iso8601)"
                + late + (unjudged.map { "; \($0)" } ?? "") + patience
                + (excused.isEmpty
                    ? "" : "; not polled: \(excused.map(\.words).joined(separator: ", "))"),
            isApplicable: !watches.isEmpty || unjudged != nil)
    }
}

extension MeteringPoint {
    /// Points of one level are read for the same purpose.
    fileprivate enum Level: Int, CaseIterable {
        case outlets
        case branches
        case mains
        case unit

        var words: String {
            switch self {
            case .outlets: "outlets"
            case .branches: "branches"
            case .mains: "mains"
            case .unit: "the unit"
            }
        }
    }

    fileprivate var level: Level {
        switch self {
        case .outlet: .outlets
        case .branch: .branches
        case .phase, .mains: .mains
        case .unit: .unit
        }
    }
}

extension PollCadence {
    /// Of what the clock is too fast to judge by intervals, a quarter of the polls at least has to
    /// have come; with fewer the scenario has put nothing to the test.
    private mutating func judgeNumbers(until end: VirtualInstant) {
        let from = begun ?? start
        func demanded(every interval: VirtualDuration) -> Int64 {
            let owed = (end - from).milliseconds / interval.milliseconds
            return min(owed, invocations.map(Int64.init) ?? owed)
        }
        let short = counted.values.filter { Int64($0.polls) * 4 < demanded(every: $0.every) }
        guard let least = short.min(by: { ($0.polls, $0.point.name) < ($1.polls, $1.point.name) })
        else { return }
        let most = counted.values.filter { $0.point.level == least.point.level }.map(\.polls).max()
        // Where others of its level were asked for in time, it is not the clock.
        let isForgotten = most.map { Int64($0) * 4 >= demanded(every: least.every) } ?? false
        tally.check()
        tally.find(
            "the scenario was not exercised: \(least.point.name) was asked for "
                + "\(least.polls.counted("time")), and so were \(short.count - 1) points more too "
                + "seldom; "
                + (isForgotten
                    ? "others of its level were asked for \((most ?? 0).counted("time"))"
                    : "the clock may be too fast for this client"),
            at: nil,
            expected: "\(demanded(every: least.every).grouped) polls"
                + (isForgotten ? "" : ", or a slower clock such as paced:60"),
            seen: "\(least.polls)")
    }
}
