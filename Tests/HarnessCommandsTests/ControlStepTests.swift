import JSONText
import Testing
import VirtualTime
import Wire

@testable import HarnessCommands

@Suite struct ControlStepTests {
    private struct Nothing: ControlledDevice {
        var outlook: [JSONObject.Member] { [] }
        var truth: (instant: VirtualInstant, members: [JSONObject.Member]) {
            (VirtualInstant(millisecondsSinceEpoch: 0), [])
        }
        func trigger(_ located: Located) throws(ConfigurationError) -> JSONValue { .null }
    }

    private func step(_ body: String) throws -> Control.Wish {
        let start = VirtualInstant(millisecondsSinceEpoch: 0)
        let control = Control(
            name: "small", start: start, end: start + .minutes(4), device: Nothing(),
            clockName: "stepped", clock: SteppedClock(start: start), stepped: nil,
            stop: StopRequest())
        return try control.step(
            Located(value: try JSONValue(parsing: body), pointer: JSONPointer()))
    }

    @Test(arguments: [
        (#"{"by": "PT4M"}"#, 240, false), (#"{"to": "PT14M"}"#, 840, false),
        (#"{"by": "PT100H"}"#, 840, true),
    ])
    func whoAsksForTooMuchIsTold(_ body: String, _ second: Int64, _ isCut: Bool) throws {
        let wish = try step(body)
        #expect(wish.target.millisecondsSinceEpoch == second * 1000)
        #expect(wish.isCut == isCut)
    }

    @Test func aYearIsNoDurationHere() {
        #expect(throws: ConfigurationError.self) { try step(#"{"by": "P1Y"}"#) }
    }
}
