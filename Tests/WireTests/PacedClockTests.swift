import Testing
import VirtualTime

@testable import Wire

@Suite(.timeLimit(.minutes(1))) struct PacedClockTests {
    private let start = VirtualInstant(millisecondsSinceEpoch: 1_000_000)

    @Test func soManySecondsPassInASecond() {
        let beginning = WallClock().now() - .seconds(10)
        let clock = PacedClock(pace: 60, start: start, beginning: beginning)
        #expect(clock.now() >= start + .seconds(600))
        #expect(clock.now() < start + .seconds(600) + .hours(1))
    }

    @Test func sleepingTakesThePacesShareOfTheTime() async throws {
        let clock = PacedClock(pace: 1000, start: start)
        let began = ContinuousClock.now
        try await clock.sleep(until: start + .minutes(5))
        #expect(clock.now() >= start + .minutes(5))
        #expect(ContinuousClock.now - began < .seconds(60))
    }

    @Test(
        arguments: [
            ("paced:60", 60), ("paced:1", 1), ("paced:0", nil), ("paced:-1", nil), ("paced:", nil),
            ("paced:1.5", nil), ("virtual", nil), ("paced:100001", nil), ("stepped", 0),
            ("stepped:1", nil),
        ] as [(String, Int64?)])
    func readsAClocksName(_ text: String, _ pace: Int64?) {
        #expect(ClientClock(text)?.pace == pace)
        #expect(ClientClock(text).map { $0.name == text } ?? true)
    }

    @Test func aSteppedClockStandsStillUntilItIsMoved() {
        let clock = SteppedClock(start: start)
        #expect(clock.realTime(until: start + .seconds(1)) == nil)
        clock.advance(to: start + .seconds(5))
        clock.advance(to: start)
        #expect(clock.now() == start + .seconds(5))
        #expect(clock.realTime(until: start + .seconds(1)) == .zero)
    }
}
