import Glibc
import Testing
import VirtualTime

@testable import Wire

@Suite(.timeLimit(.minutes(1)))
struct WallClockTests {
    @Test func agreesWithTheSystem() {
        let before = Int64(time(nil)) * 1000
        let now = WallClock().now().millisecondsSinceEpoch
        #expect(now >= before)
        #expect(now <= (Int64(time(nil)) + 1) * 1000)
    }

    @Test func sleepsUntilTheInstant() async throws {
        let clock = WallClock()
        let instant = clock.now() + .milliseconds(30)
        try await clock.sleep(until: instant)
        #expect(clock.now() >= instant)
        try await clock.sleep(until: clock.now() - .seconds(5))
    }

    @Test func wakesWhenCancelled() async {
        let clock = WallClock()
        let sleeper = Task { try await clock.sleep(until: clock.now() + .hours(1)) }
        sleeper.cancel()
        await #expect(throws: CancellationError.self) { try await sleeper.value }
    }
}
