import Recordings
import Scenarios
import Testing
import VirtualTime
import Wire

@testable import HarnessCommands

@Suite struct ClientEndTests {
    @Test(arguments: [
        (ClientEnd.stopped(.exited(5)), ClientProgram.ExitDemand.zero, "status 0"),
        (.stopped(.exited(0)), .nonzero, "another status than 0"),
        (.early(.exited(1), at: .minutes(1)), .zero, "work until SIGTERM, then an end of its own"),
        (.killed, .any, "work until SIGTERM, then an end of its own"),
    ])
    func whatWouldBeRightIsSaid(
        _ end: ClientEnd, _ demand: ClientProgram.ExitDemand, _ words: String
    ) {
        #expect(end.expectation(demand) == words)
    }

    @Test func oneShotsAreToEndWithTheirStatus() {
        var tally = InvocationTally()
        tally.note(.exited(3), at: .zero, .zero)
        #expect(ClientEnd.invoked(tally).expectation(.zero) == "status 0, every time")
        #expect(ClientEnd.invoked(tally).isUnclean)
        tally.noteHung(at: .minutes(1))
        #expect(ClientEnd.invoked(tally).expectation(.zero) == "an end within 60 s")
    }

    /// A traceback and a clean refusal end by the same status; the report quotes what was said.
    @Test func whoGivesUpOnARefusedPasswordQuits() {
        let end = ClientEnd.early(.exited(1), at: .seconds(5))
        #expect(end.summary(expected: .rejectedCredentials) == "quit with status 1 at PT5S")
        #expect(end.summary(expected: .done) == "ended with status 1 at PT5S")
        #expect(end.isUnclean)
        #expect(!ClientEnd.early(.exited(0), at: .seconds(5)).isUnclean)
    }

    @Test func theLastWordsNameTheirFile() {
        var end = ProgramEnd(
            summary: "", problem: nil, expected: "", lastLines: ["Traceback", "boom"],
            outputFile: "small.client.err")
        #expect(end.lastWords == "its last lines: Traceback ⏎ boom (all in small.client.err)")
        end.lastLines = []
        #expect(end.lastWords == nil)
    }

    @Test(arguments: ["", "poll,,subscribe", "poll,"])
    func activitiesAreWords(_ text: String) throws {
        #expect(throws: CommandFailure.self) { try ClientProgram.activities(text) }
        #expect(try ClientProgram.activities("poll,sse") == [.poll, .sse])
    }
}
