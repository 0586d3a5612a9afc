import Recordings
import VirtualTime
import Wire

/// Puts into the recording what a client claims, in its place among the exchanges.
struct ClaimIntake: Sendable {
    let inbox: ClaimInbox
    let file: ClaimFile
    let device: any PlayedDevice
    let scenario: ClientScenario
    /// What brings times of the wall's clock onto the scenario's; nil where time is moved.
    let clock: PacedClock?

    /// Takes what came by these ways since the last call.
    func take(_ ways: [ClaimInbox.Way] = ClaimInbox.Way.allCases) {
        readFile()
        note { now in inbox.drain(ways, at: now) }
    }

    /// Takes the rest; what has no end of line ends here.
    func takeLast() {
        readFile()
        for way in ClaimInbox.Way.allCases { inbox.endLine(of: way) }
        take()
    }

    private func readFile() {
        let failure = file.read { note { now in inbox.drain([.file], at: now) } }
        guard let failure else { return }
        note { now in
            [ClaimRecord(malformedLine: 1, reason: failure, text: "", at: now)]
        }
    }

    /// Records claims, given the time.
    func note(_ claims: (VirtualInstant) -> [ClaimRecord]) {
        let times = clock.map { ClaimTimes(clock: $0, scenario: scenario) }
        device.note { now in
            claims(now).map { .claim(times?.onScenarioTime($0) ?? $0) }
        }
    }
}
