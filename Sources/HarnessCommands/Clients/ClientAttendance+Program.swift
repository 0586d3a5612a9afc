import Scenarios
import VirtualTime
import Wire

extension ClientAttendance {
    /// A client that is started once, and works until it is told to stop.
    func attendProgram() async throws -> ClientEnd {
        if program.scrape == nil, stepped == nil, let end = try await attendRestarts() {
            return end
        }
        let child = try start()
        defer { tearDown(child) }
        if let scrape = program.scrape { return try await attendScraped(child, scrape) }
        if stepped != nil { return try await attendMover(child) }
        try await pass(until: scenario.end) { child.end != nil || stop.isMadeBy != nil }
        return try await conclude(child)
    }

    /// Lets the client work and stop as often as the scenario starts it again; what it keeps it
    /// keeps in its home.
    ///
    /// - Returns: How it ended where that was no good end, or nil where it is to be started again.
    private func attendRestarts() async throws -> ClientEnd? {
        func isOver() -> Bool { stop.isMadeBy != nil }
        for step in scenario.timeline {
            guard let pause = step.clientPause else { continue }
            let instant = scenario.start + step.offset
            let child = try start()
            defer { tearDown(child) }
            try await pass(until: instant) { child.end != nil || isOver() }
            let end = try await conclude(child)
            if isOver() || end.problem(program.exitDemand, expected: .done) != nil { return end }
            try await pass(until: instant + pause, unless: isOver)
        }
        return nil
    }

    private func conclude(_ child: ChildProcess) async throws -> ClientEnd {
        if let ended = child.end {
            return scenario.mayEndEarly ? .finished(ended, at: offset) : .early(ended, at: offset)
        }
        return try await end(child)
    }

    /// A client that moves the clock itself; it may end when it has done what it wanted.
    private func attendMover(_ child: ChildProcess) async throws -> ClientEnd {
        var lastSign = (instant: clock.now(), entries: 0)
        var lastSignTime = ContinuousClock.now
        while child.end == nil, stop.isMadeBy == nil {
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
        if let ended = child.end { return .finished(ended, at: offset) }
        return try await end(child)
    }

    /// A client that works when it is scraped: by the scenario's clock, and once more at the end.
    private func attendScraped(_ child: ChildProcess, _ scrape: Scrape) async throws -> ClientEnd {
        let scraper = try MetricsScraper(scrape, surroundings: surroundings)
        var counters = ScrapedCounters()
        func isOver() -> Bool { child.end != nil || stop.isMadeBy != nil }
        func take() async {
            guard let answer = await scraper.scrape(), let adapter = program.claims else { return }
            intake.note { counters.claims(of: answer, by: adapter, at: $0) }
        }
        defer { scraper.close() }
        guard try await isAnswering(scraper, child) else {
            return child.end.map { .early($0, at: offset) } ?? .unanswered
        }
        let every = scrape.interval ?? scenario.client.pollInterval
        var next = clock.now()
        while next < scenario.end, !isOver() {
            try await pass(until: next, unless: isOver)
            if isOver() { break }
            await take()
            // A scrape that takes longer than the interval is followed by the next one in time.
            repeat { next = next + every } while next <= clock.now()
        }
        try await pass(until: scenario.end, unless: isOver)
        if child.end == nil { await take() }
        scrapes = scraper.tally
        return try await conclude(child)
    }

    private func isAnswering(
        _ scraper: MetricsScraper, _ child: ChildProcess
    ) async throws -> Bool {
        let deadline = ContinuousClock.now + .seconds(Scrape.patienceSeconds)
        while child.end == nil, ContinuousClock.now < deadline {
            if await scraper.isListening() { return true }
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
        let child = try start()
        let deadline = ContinuousClock.now + .seconds(Self.invocationSeconds)
        while child.end == nil, ContinuousClock.now < deadline {
            // Where the run is cancelled, the process ends with the last reference to it.
            try await Task.sleep(for: .milliseconds(2))
        }
        let ended = child.end
        tearDown(child)
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
