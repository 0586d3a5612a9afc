import Recordings
import Testing
import VirtualTime

@Suite struct GoldenFileTests {
    @Test(.timeLimit(.minutes(5)))
    func splitsAtStepsWhenTooLong() throws {
        var entries = SyntheticRun(polls: 260).entries
        for (minute, action) in [(100, "expire-sessions"), (200, "Reset Breaker")] {
            entries.append(
                .step(
                    StepRecord(
                        instant: SyntheticRun.start + .minutes(Int64(minute)), action: action,
                        outcome: "done")))
        }
        let document = GoldenDocument(
            header: GoldenHeader(SyntheticRun.header), entries: entries)
        let files = GoldenFile.encode(document)
        #expect(
            files.map(\.name) == [
                "overload.start.golden.jsonl", "overload.expire-sessions.golden.jsonl",
                "overload.reset-breaker.golden.jsonl",
            ])
        #expect(files.allSatisfy { !$0.isOversized })
        var parts = try files.map { try GoldenReader.read($0.bytes) }
        let joined = try GoldenDocument(joining: [parts[2], parts[0], parts[1]])
        #expect(joined.expand() == document.expand())
        parts.remove(at: 1)
        let error = #expect(throws: GoldenError.self) { try GoldenDocument(joining: parts) }
        #expect(error?.message == "the golden's part 'expire-sessions' is missing")
    }
}
