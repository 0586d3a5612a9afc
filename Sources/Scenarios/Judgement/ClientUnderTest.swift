import Electrical
import HTTPTypes
package import Judging
package import Recordings
package import VirtualTime

/// A client program other than the built-in one, as far as judging it needs to know.
package struct ClientUnderTest: Sendable {
    /// What a client takes upon itself. Of the rest only what it does all the same is judged.
    package enum Activity: String, Sendable, Hashable, CaseIterable {
        case poll
        case subscribe
        case sse
        case control
    }

    package var does: [Activity]
    /// How much of what was late may be the harness's doing.
    package var allowance: PaceAllowance
    /// How often it was started anew; each time it may log in.
    package var restarts: Int
    /// Whether the harness stops it and starts it again where the scenario says so; whoever is
    /// started by others, or for every poll, is not away then.
    package var isRestartable = true
    /// Whether the harness starts it for every poll.
    package var isInvoked = false
    /// Whether the harness scrapes it, and it works only then.
    package var isScraped = false
    /// Whether it was perhaps still at work at the end.
    package var mayGoOn = false
    /// Whether it made claims, or must.
    package var owesClaims: Bool
    /// Whether it asked for anything at all.
    package var firstRequest: VirtualInstant?
    /// When it was done, where nobody knows how long it was to work: with its last request. Nil is at
    /// the scenario's end.
    package var lastRequest: VirtualInstant?

    /// What a recording shows of the client that it was made with.
    ///
    /// - Parameters:
    ///   - pace: Scenario seconds that pass by themselves in a second; 0 where the client moves the
    ///     clock, and nothing passes while it works.
    ///   - delay: By how much the harness was late at worst, in real time.
    ///   - restarts: How often the client was started anew.
    ///   - requiresClaims: Whether claims are owed even where none were made.
    package init(
        of survey: ClientSurvey, does: [Activity] = [.poll], pace: Int64,
        delay: VirtualDuration = .zero, restarts: Int = 0, requiresClaims: Bool = false
    ) {
        self.does = does
        self.restarts = restarts
        allowance = PaceAllowance(of: survey, pace: pace, delay: delay)
        owesClaims = requiresClaims || survey.hasClaims
        firstRequest = survey.firstRequest
    }

    package init(
        of entries: [RecordEntry], does: [Activity] = [.poll], pace: Int64,
        delay: VirtualDuration = .zero, restarts: Int = 0, requiresClaims: Bool = false
    ) {
        self.init(
            of: ClientSurvey(of: entries), does: does, pace: pace, delay: delay,
            restarts: restarts, requiresClaims: requiresClaims)
    }

    /// By how much a harness may have been late that nobody watched, in real time: what was late for
    /// that reason is not held against the client.
    package static let unmeasuredDelay = VirtualDuration.milliseconds(200)

    /// What a recording shows of the client that it was made with, and says of how that was run.
    ///
    /// - Parameters:
    ///   - does: What the client takes upon itself; nil is what the recording says, or to poll.
    ///   - invocation: Nil where the recording does not say how the client was run; then it was
    ///     started once, and worked as long as somebody wanted.
    ///   - conclusion: How the run ended; nil where the recording does not say.
    ///   - isWhole: Whether the recording is. One that breaks off ends before its client did.
    package init(
        of survey: ClientSurvey, does: [Activity]?, pace: Int64, invocation: ClientInvocation?,
        conclusion: RunConclusion?, isWhole: Bool, in scenario: Scenario
    ) {
        self.init(
            of: survey,
            does: does ?? invocation?.does.compactMap(Activity.init(rawValue:)) ?? [.poll],
            pace: pace,
            delay: conclusion.map { .milliseconds($0.delayMilliseconds ?? 0) }
                ?? Self.unmeasuredDelay,
            restarts: conclusion?.restarts ?? 0,
            requiresClaims: invocation?.requiresClaims ?? false)
        mayGoOn = conclusion?.mayGoOn ?? !isWhole
        switch invocation?.style {
        case .perPoll?:
            isRestartable = false
            isInvoked = true
            if conclusion == nil {
                // One at the scenario's start, and one more at every poll.
                restarts = Int(
                    scenario.duration.milliseconds / scenario.client.pollInterval.milliseconds)
            }
        case .attached?:
            isRestartable = false
            if conclusion == nil, invocation?.command.contains("--until") ?? false {
                mayGoOn = true
            }
        case .scraped?: isScraped = true
        case .once?: break
        case nil:
            // Whoever starts it by hand stops it by hand.
            lastRequest = survey.lastRequest
        }
    }

    /// Takes from the scenario's duties what this client does not owe, and allows for the pace.
    func limit(_ duties: inout ClientDuties, to scenario: Scenario) {
        duties.subscribes = duties.subscribes && does.contains(.subscribe)
        duties.streams = does.contains(.sse)
        duties.controls = does.contains(.control)
        if does.contains(.control) {
            duties.orderedWrites += [HTTPRequest.Method.post, .patch].map {
                OrderedWrite($0, "/redfish/v1/PowerEquipment")
            }
        }
        duties.owesOnlyLevelsItReads = true
        if !does.contains(.subscribe) { duties.expectedEvents = [] }
        if !does.contains(.poll) { duties.polls = [] }
        let owesClaims = owesClaims && !duties.expectedClaims.isEmpty
        duties.expectedClaims =
            owesClaims ? [scenario.expectation.claimScope ?? .point(.unit)] : []
        allow(in: &duties)
        let points = duties.polls.reduce(0) { $0 + $1.points.count }
        for index in duties.polls.indices {
            let slack = allowance.slack(forPoints: points)
            duties.polls[index].slack = duties.polls[index].slack + slack
            duties.polls[index].isJudged = slack < duties.polls[index].every
        }
        // Nobody polls before it has found what there is to poll.
        let discovery = allowance.slack(forPoints: 2 * points)
        duties.pollsFrom = firstRequest.map { $0 + discovery }
        duties.pollsUntil = lastRequest.map { min($0, scenario.end) } ?? scenario.end
    }

    /// Allows for the pace, and for how the client is started.
    package func allow(in duties: inout ClientDuties) {
        if !isRestartable {
            duties.restarts -= duties.absences.count
            duties.absences = []
        }
        duties.restarts += restarts
        duties.invocations = isInvoked && !allowance.isExact ? restarts + 1 : nil
        duties.asksByItself = !isInvoked && !isScraped
        duties.mayGoOn = mayGoOn
        duties.sampleTolerance = allowance.sampleTolerance
        duties.toleratesLatePolls = !allowance.isExact
        duties.rateWindow = .seconds(max(1, allowance.pace))
        duties.delay = allowance.delay
    }
}

/// How much scenario time passes unavoidably while a client works on a paced clock.
package struct PaceAllowance: Sendable, Hashable {
    /// Scenario time from one request of the client to the next while it is busy.
    package var roundTrip: VirtualDuration
    /// Scenario time that a program may be kept waiting without any fault of its own.
    package var delay: VirtualDuration
    /// How far a client's time of a sample may be from the device's: what an answer takes, how long
    /// it may lie there before the client sees it, and a second more, because a time of whole
    /// seconds, as `Date` is, may be one less.
    package var sampleTolerance: VirtualDuration
    /// Scenario seconds in a second.
    package var pace: Int64

    /// Whether nothing passes while the client works.
    package var isExact: Bool

    /// What every program may be kept waiting, in real time.
    private static let usualDelay = VirtualDuration.milliseconds(50)

    /// Measures the requests of a recording.
    ///
    /// - Parameters:
    ///   - pace: Scenario seconds in a second.
    ///   - delay: By how much the harness was late at worst, in real time. What it suffered once
    ///     its client may suffer three times over.
    init(of survey: ClientSurvey, pace: Int64, delay: VirtualDuration) {
        let gaps = survey.gaps.sorted()
        self.pace = pace
        isExact = pace == 0
        roundTrip = gaps.isEmpty || isExact ? .zero : gaps[gaps.count / 2]
        self.delay = (delay * 3 + Self.usualDelay) * pace
        sampleTolerance = (delay + Self.usualDelay) * pace + roundTrip * 2 + .seconds(1)
    }

    /// By how much a poll may come later than it is due, for a client that reads so many points one
    /// after another.
    func slack(forPoints points: Int) -> VirtualDuration {
        roundTrip * Int64(points) + delay
    }
}

extension RecordEntry {
    package var isClaim: Bool { if case .claim = self { true } else { false } }

    package var isRequest: Bool {
        if case .exchange(let exchange) = self { exchange.direction == .request } else { false }
    }
}
