import Electrical
import Findings
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
        var longestGap = VirtualDuration.zero
        var isPolled = false
    }

    private let start: VirtualInstant
    private let until: VirtualInstant?
    /// How often the client was started to poll, where others do that.
    private let invocations: Int?
    /// Why the intervals of some polls are not judged; nil where all are.
    private let unjudged: String?
    /// Polls of points on whose intervals the clock is too fast, by number.
    private var counted: [Int: (point: MeteringPoint, every: VirtualDuration, polls: Int)] = [:]
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
    /// Late polls that may turn out to be tolerable.
    private var latePolls: [Finding] = []
    private var latePollCount = 0

    private static let tolerablePercent = 10
    /// In real time: an interpreter, a login, a walk over the service, on a busy machine.
    private static let startSeconds: Int64 = 5

    init(_ facts: DeviceFacts, _ duties: ClientDuties) {
        start = facts.start
        until = duties.pollsUntil
        absences = duties.absences
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
                if let number = numbering[point] { counted[number] = (point, duty.every, 0) }
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
                        due: first + duty.every + duty.slack))
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

    private mutating func poll(_ point: MeteringPoint, by exchange: ObservedExchange) {
        guard let number = numbering[point] else { return }
        counted[number]?.polls += 1
        guard let index = watchOf[number] else { return }
        judgeGap(index, until: exchange.instant, at: exchange.reference)
        watches[index].last = exchange.instant
        watches[index].isPolled = true
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
            let due = exchange.instant + wait + watches[index].every * 2 + watches[index].slack
            watches[index].due = max(watches[index].due, due)
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
        tally.check()
        watches[index].longestGap = max(watch.longestGap, instant - watch.last)
        guard instant > watch.due else { return }
        let finding = Finding(
            ruleID: DiscoveryCheck.pollCadence.id, level: DiscoveryCheck.pollCadence.level,
            message: "\(watch.point.name) was not asked for between "
                + "\((watch.last - start).iso8601) and \((instant - start).iso8601)",
            exchange: reference(), expected: "a read by \((watch.due - start).iso8601)",
            seen: "a gap of \((instant - watch.last).iso8601)")
        guard toleratesLatePolls, instant <= watch.due + watch.every else {
            return tally.take(finding)
        }
        latePollCount += 1
        if latePolls.count < tally.findingLimit { latePolls.append(finding) }
    }

    /// Who reads some outlets owes all of them; who reads no branch at all does not poll branches.
    private mutating func excuseLevels() -> [String] {
        let polled = Set(
            watches.filter(\.isPolled).map(\.point.level)
                + counted.values.filter { $0.polls > 0 }.map(\.point.level))
        guard owesOnlyLevelsItReads, !polled.isEmpty else { return [] }
        let owed = watches.map(\.point.level) + counted.values.map(\.point.level).sorted()
        watches.removeAll { !polled.contains($0.point.level) }
        counted = counted.filter { polled.contains($0.value.point.level) }
        return owed.reduce(into: []) { excused, level in
            if !polled.contains(level), !excused.contains(level) { excused.append(level) }
        }
    }

    mutating func finish(at end: VirtualInstant) -> RuleResult {
        let end = min(end, until ?? end)
        let excused = excuseLevels()
        for index in watches.indices where end > watches[index].due {
            judgeGap(index, until: end, at: nil)
        }
        if latePollCount * 100 > tally.checked * Self.tolerablePercent {
            for finding in latePolls { tally.take(finding) }
        }
        judgeNumbers(until: end)
        let longest = watches.map(\.longestGap).max() ?? .zero
        let late = latePollCount > 0 ? ", \(latePollCount.counted("late poll"))" : ""
        return tally.result(
            "poll",
            numbers: "\(watches.count.counted("point")), longest gap \(longest.iso8601)"
                + late + (unjudged.map { "; \($0)" } ?? "")
                + (excused.isEmpty ? "" : "; never asked for \(excused.joined(separator: ", "))"),
            isApplicable: !watches.isEmpty || unjudged != nil)
    }
}

extension MeteringPoint {
    /// Points of one level are read for the same purpose.
    fileprivate var level: String {
        switch self {
        case .outlet: "outlets"
        case .branch: "branches"
        case .phase, .mains: "mains"
        case .unit: "the unit"
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
        tally.check()
        tally.find(
            "the scenario was not exercised: \(least.point.name) was asked for "
                + "\(least.polls.counted("time")), and so were \(short.count - 1) points more too "
                + "seldom; the clock may be too fast for this client",
            at: nil,
            expected: "\(demanded(every: least.every).grouped) polls, or a slower clock such as "
                + "paced:60",
            seen: "\(least.polls)")
    }
}

/// How long a Retry-After asks the client to wait: seconds, or until an HTTP date.
///
/// Source: RFC 9110 "HTTP Semantics", 10.2.3.
func retryDelay(_ text: String, at instant: VirtualInstant) -> VirtualDuration? {
    if let seconds = Int64(text) { return seconds >= 0 ? .seconds(seconds) : nil }
    return VirtualInstant(httpDate: text).map { max(.zero, $0 - instant) }
}
