package import HTTPMessages
package import JSONText
package import VirtualTime

/// The logic of an energy and carbon aggregator that reads a Redfish rack PDU and does it right.
///
/// A state machine without I/O and without a clock: it is told what happened and when, and says
/// what is to be done. At most one request is outstanding at any time. Of the wakes asked for,
/// only the latest counts; a spurious one does no harm. It finds everything by links, keeps one
/// session and one subscription, and accounts energy by the difference of registers.
package struct EnergyAggregator: Sendable {
    /// What happened.
    package enum Input: Sendable {
        /// Comes first, and once.
        case start
        /// The whole answer to the outstanding request.
        case response(ResponseMessage)
        /// The outstanding request got no whole answer.
        case failure(TransportFailure)
        case wake
        /// A request that reached the address of `callbackURL`.
        case delivery(RequestMessage)
        /// Read everything once more, make claims, clean up and finish.
        case stop
    }

    /// What is to be done, in this order.
    package enum Action: Sendable, Hashable {
        /// Send this to the service. The sender adds `Host` and `Content-Length`.
        case send(RequestMessage)
        /// Call again with `.wake` at this time; replaces what was asked for before.
        case wake(at: VirtualInstant)
        /// Answer the delivery just received.
        case answer(ResponseMessage)
        /// One measured result.
        case claim(JSONValue)
        case log(String)
        /// Comes last, and once.
        case finish(Outcome)
    }

    package enum Outcome: String, Sendable, Hashable {
        case done
        /// The service refused the credentials, and more attempts could lock the account.
        case rejectedCredentials = "rejected-credentials"
        /// The account must be given a new password, which is not for this client to do.
        case passwordChangeRequired = "password-change-required"
    }

    enum Phase: Equatable {
        case waiting
        case working
        /// Told to stop: everything is read once more.
        case lastReading
        /// Claims are made; the subscription goes.
        case unsubscribing
        case loggingOut
        case finished
    }

    package let configuration: Configuration
    var kept: Memory?
    var phase = Phase.waiting
    var outcome = Outcome.done
    var now = VirtualInstant(millisecondsSinceEpoch: 0)
    var actions: [Action] = []

    var jobs = JobQueue()
    var outstanding: Job?
    var retry: RetryPolicy
    /// Requests in a row that found the service in trouble.
    var troubles = 0
    /// Until then nothing is sent, because the service as a whole seems to be in trouble.
    var pause: (end: VirtualInstant, wasAskedFor: Bool)?
    var announcedWake: VirtualInstant?

    var session: SessionKeeper
    var subscription: SubscriptionKeeper
    var events: EventDesk
    var plant: Plant
    var schedule: Schedule

    /// - Parameter memory: What an earlier run has kept.
    package init(configuration: Configuration, memory: Memory? = nil) {
        self.configuration = configuration
        retry = RetryPolicy(seed: configuration.seed)
        session = SessionKeeper(
            usesBasic: configuration.authentication == .basic,
            misbehaviour: configuration.misbehaviour)
        subscription = SubscriptionKeeper()
        events = EventDesk(
            context: configuration.subscriptionContext, misbehaviour: configuration.misbehaviour)
        plant = Plant()
        kept = memory
        schedule = Schedule(
            interval: configuration.pollInterval,
            outletInterval: configuration.outletPollInterval)
    }

    /// Takes what happened at this instant and returns what is to be done about it.
    package mutating func receive(_ input: Input, at now: VirtualInstant) -> [Action] {
        self.now = now
        actions = []
        switch input {
        case .start: begin()
        case .response(let response): settle(response)
        case .failure(let failure): settle(failure)
        case .wake: announcedWake = nil
        case .delivery(let delivery): receive(delivery)
        case .stop: stop()
        }
        proceed()
        return actions
    }

    private mutating func begin() {
        guard phase == .waiting else { return }
        phase = .working
        schedule.start(at: now)
        jobs.add(Job(.root, "/redfish/v1/"))
    }

    private mutating func stop() {
        switch phase {
        case .waiting:
            finish()
        case .working:
            phase = .lastReading
            let held = jobs.heldPurposes
            jobs.removeAll()
            if let pause, pause.end > now { return }
            for index in plant.meters.indices
            where !held.contains(.read(meter: index))
                && plant.meters[index].lastAskedInstant != now
            {
                addReading(of: index)
            }
        default: return
        }
    }

    /// Sends the next request, or moves to the next phase, or says when to come back.
    private mutating func proceed() {
        guard outstanding == nil else { return }
        while phase != .waiting, phase != .finished {
            if let pause, pause.end <= now { self.pause = nil }
            jobs.releaseDue(at: now)
            if phase == .working { addDuePolls() }
            if let job = nextJob() {
                send(job)
                return
            }
            guard jobs.isEmpty, phase != .working else { break }
            leave()
        }
        if phase != .finished { announceWake() }
    }

    /// The next request, which is a login where a session is needed first.
    private mutating func nextJob() -> Job? {
        if let pause, pause.end > now { return nil }
        if session.isDue(at: now) {
            return jobs.removeFirst { _ in true }.flatMap { job in
                guard job.purpose.needsCredentials else { return job }
                if session.hasCredentials(for: job.purpose) { return job }
                jobs.putFirst(job)
                return loginJob()
            }
        }
        // No login for now: those who leave can't wait for it, the others do.
        if phase != .working { jobs.removeAll() }
        return jobs.removeFirst { !$0.purpose.needsCredentials }
    }

    /// One step towards the end, taken when all jobs of the step before are done.
    private mutating func leave() {
        switch phase {
        case .lastReading:
            phase = .unsubscribing
            makeClaims()
            addUnsubscription()
        case .unsubscribing:
            phase = .loggingOut
            addLogout()
        default: finish()
        }
    }

    private mutating func finish() {
        phase = .finished
        actions.append(.claim(eventsLine()))
        actions.append(.finish(outcome))
    }

    /// Ends for a reason other than being told to: claims for what there is, and no more requests
    /// than cleaning up takes.
    mutating func abandon(_ outcome: Outcome, because reason: String) {
        log(reason)
        jobs.removeAll()
        guard phase == .working || phase == .lastReading else { return }
        self.outcome = outcome
        pause = nil
        phase = .unsubscribing
        makeClaims()
    }

    private mutating func announceWake() {
        var instants = [jobs.earliestDue].compactMap { $0 }
        if !jobs.ready.isEmpty {
            if let pause { instants.append(pause.end) }
            if !session.isDue(at: now), let due = session.retryInstant { instants.append(due) }
        }
        if phase == .working { instants.append(schedule.nextInstant) }
        guard let earliest = instants.min(), earliest != announcedWake else { return }
        announcedWake = earliest
        actions.append(.wake(at: earliest))
    }

    mutating func log(_ text: String) {
        actions.append(.log(text))
    }
}
