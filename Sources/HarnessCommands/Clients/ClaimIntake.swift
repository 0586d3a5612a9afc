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
        file.read()
        note { now in inbox.drain(ways, at: now) }
    }

    /// Takes the rest; what has no end of line ends here.
    func takeLast() {
        file.read()
        for way in ClaimInbox.Way.allCases { inbox.endLine(of: way) }
        take()
    }

    /// Records claims, given the time.
    func note(_ claims: (VirtualInstant) -> [ClaimRecord]) {
        let times = clock.map { ClaimTimes(clock: $0, scenario: scenario) }
        device.note { now in
            claims(now).map { .claim(times?.onScenarioTime($0) ?? $0) }
        }
    }
}
