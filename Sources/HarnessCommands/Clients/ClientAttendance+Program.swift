import Scenarios
import VirtualTime
import Wire

extension ClientAttendance {
    /// A client that is started once, and again as often as the scenario stops it; what it keeps
    /// over that it keeps in its home.
    func attendProgram() async throws -> ClientEnd {
        let rounds = try program.scrape.map { try ScrapeRounds($0, scenario, surroundings) }
        defer {
            scrapes = rounds?.tally
            rounds?.close()
        }
        func isOver() -> Bool { stop.isMadeBy != nil }
        for step in scenario.timeline {
            guard let pause = step.clientPause else { continue }
            let instant = scenario.start + step.offset
            let end = try await attendStint(until: instant, isLast: false, rounds)
            // What it claims at its end has its place before what comes after.
            intake.takeLast()
            if isOver() || end.isFinal(program.exitDemand) { return end }
            try await pass(until: instant + pause, unless: isOver)
            rounds?.exporterRestarts()
        }
        return try await attendStint(until: scenario.end, isLast: true, rounds)
    }

    /// One process of the client, from its start to its end.
    private func attendStint(
        until instant: VirtualInstant, isLast: Bool, _ rounds: ScrapeRounds?
    ) async throws -> ClientEnd {
        try await withProgram { child in
            if let rounds { return try await attendScraped(child, rounds, until: instant) }
            if stepped != nil { return try await attendMover(child, until: isLast ? nil : instant) }
            try await pass(until: instant) { child.end != nil || stop.isMadeBy != nil }
            return try await conclude(child)
        }
    }

    private func conclude(_ child: ChildProcess) async throws -> ClientEnd {
        if let ended = child.end {
            return scenario.mayEndEarly ? .finished(ended, at: offset) : .early(ended, at: offset)
        }
        return try await end(child)
    }

    /// A client that moves the clock itself; it may end when it has done what it wanted.
    ///
    /// - Parameter instant: Where the clock waits until the client is stopped; nil is nowhere.
    private func attendMover(
        _ child: ChildProcess, until instant: VirtualInstant?
    ) async throws -> ClientEnd {
        stepped?.hold(at: instant)
        defer { stepped?.hold(at: nil) }
        // Who is told by the clock that it is to stop does so by itself, the same way every time.
        var heldSince: ContinuousClock.Instant?
        func isToStop() -> Bool {
            guard stop.isMadeBy == nil else { return true }
            guard let stepped, stepped.isHeld else { return false }
            let since = heldSince ?? .now
            heldSince = since
            return stepped.wasAskedWhileHeld
                || ContinuousClock.now - since > .seconds(ClientEnd.graceSeconds)
        }
        var lastSign = (instant: clock.now(), entries: 0)
        var lastSignTime = ContinuousClock.now
        while child.end == nil, !isToStop() {
            try await look()
            let sign = (instant: clock.now(), entries: recorder.entryCount)
            if sign != lastSign {
                lastSign = sign
                lastSignTime = .now
            }
            guard ContinuousClock.now - lastSignTime < .seconds(Self.patienceSeconds) else {
                return .idle(at: offset)
            }
        }
        guard let ended = child.end else { return try await end(child) }
        // Who moved the clock to where it is to stop was told so, and may have stopped.
        return instant.map { clock.now() >= $0 } ?? false
            ? .stopped(ended) : .finished(ended, at: offset)
    }

    /// A client that works when it is scraped: by the scenario's clock, and once more before it is
    /// stopped, for what it counted after that nobody would learn.
    private func attendScraped(
        _ child: ChildProcess, _ rounds: ScrapeRounds, until instant: VirtualInstant
    ) async throws -> ClientEnd {
        func isOver() -> Bool { child.end != nil || stop.isMadeBy != nil }
        guard try await isAnswering(rounds, child) else {
            return child.end.map { .early($0, at: offset) } ?? .unanswered
        }
        while !isOver() {
            let next = rounds.next(from: clock.now())
            if next >= instant { break }
            try await pass(until: next, unless: isOver)
            if !isOver() { await rounds.scrape(program.claims, intake, clock) }
        }
        try await pass(until: instant, unless: isOver)
        if child.end == nil { await rounds.scrape(program.claims, intake, clock) }
        return try await conclude(child)
    }

    private func isAnswering(
        _ rounds: ScrapeRounds, _ child: ChildProcess
    ) async throws -> Bool {
        let deadline = ContinuousClock.now + .seconds(Scrape.patienceSeconds)
        while child.end == nil, ContinuousClock.now < deadline {
            if await rounds.isListening() { return true }
            try await look()
        }
        return false
    }

    /// A client that is started for every poll of the scenario, and ends by itself.
    ///
    /// What it keeps from one to the next it keeps in its home, which stays.
    func attendPolls() async throws -> ClientEnd {
        var tally = InvocationTally()
        var next = scenario.start
        func isOver() -> Bool { stop.isMadeBy != nil }
        while next < scenario.end, tally.hung == nil, !isOver() {
            try await pass(until: next, unless: isOver)
            if isOver() { break }
            try await invoke(&tally)
            next = next + scenario.client.pollInterval
            while next <= clock.now() - scenario.client.pollInterval {
                next = next + scenario.client.pollInterval
                tally.skipped += 1
            }
        }
        if tally.hung == nil, !isOver() {
            // The last one finds what the registers say at the end.
            try await pass(until: scenario.end, unless: isOver)
            try await invoke(&tally)
        }
        return .invoked(tally)
    }

    private func invoke(_ tally: inout InvocationTally) async throws {
        let began = offset
        let ended = try await withProgram { child in
            let deadline = ContinuousClock.now + .seconds(Self.invocationSeconds)
            while child.end == nil, ContinuousClock.now < deadline {
                try await Task.sleep(for: .milliseconds(2))
            }
            return child.end
        }
        intake.takeLast()
        if let ended {
            tally.note(ended, at: began, program.exitDemand)
        } else {
            tally.noteHung(at: began)
        }
    }

    /// A client that somebody else starts, and that ends when somebody says so.
    func attendElsewhere() async throws -> ClientEnd {
        var deadline: ContinuousClock.Instant?
        var end: VirtualInstant?
        switch program.attachment?.until {
        case .scenario(let instant)?: end = instant
        case .offset(let span)?: end = scenario.start + span
        case .wall(let span)?: deadline = .now + .milliseconds(span.milliseconds)
        case nil: break
        }
        while stop.isMadeBy == nil {
            let isOver =
                end.map { clock.now() >= $0 } ?? false
                || deadline.map { ContinuousClock.now >= $0 } ?? false
            if isOver { break }
            try await look()
        }
        return .detached(by: stop.isMadeBy, at: offset)
    }
}
