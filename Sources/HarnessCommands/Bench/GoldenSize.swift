import Findings
import JSONText
import Recordings
import Scenarios

/// What is committed for a run of 48 outlets, and how long a comparison of two takes.
struct GoldenSize: Measurement {
    let name = "golden"

    func measure(_ bench: BenchSetting) async throws -> [BenchRow] {
        let polls = bench.isQuick ? 20 : 200
        let one = try await golden(bench, polls: polls, watts: 120)
        let other = try await golden(bench, polls: polls, watts: 121)
        let (seconds, causes) = try timed {
            let (golden, run) = (try GoldenReader.read(one), try GoldenReader.read(other))
            return DifferenceCause.causes(
                of: GoldenComparison.differences(golden: golden, run: run).differences,
                golden: golden, run: run)
        }
        let total = causes.reduce(0) { $0 + $1.differences.count }
        guard total > 0 else {
            throw CommandFailure(status: 1, description: "goldens of two loads are equal")
        }
        return [
            BenchRow(
                subject: "golden of 48 outlets × \(polls) polls", ours: .bytes(one.count),
                budget: .atMost(.bytes(1_300_000)),
                notes: ["\(try GoldenReader.read(one).exchangeCount.counted("exchange"))"]),
            BenchRow(
                subject: "reading and comparing two that differ in one load",
                ours: .seconds(seconds), budget: .atMost(.seconds(1)),
                notes: [
                    total.counted("difference") + ", caused by "
                        + causes.map { "\($0.subject) \($0.change)" }.joined(separator: "; ")
                ]),
        ]
    }

    private func golden(
        _ bench: BenchSetting, polls: Int, watts: Int
    ) async throws -> [UInt8] {
        let run = try bench.run(
            "bench-golden",
            [
                "duration": .string("PT\(polls)M"),
                "client": ["poll": "PT1M", "pollOutlets": "PT1M", "subscribe": true],
                "loads": [
                    ["outlets": "2-48", "walk": ["meanWatts": 100, "amplitudeWatts": 40]],
                    ["outlets": "1", "watts": .number(JSONNumber(watts))],
                ],
            ])
        let outcome = try await run.play(usesSockets: false, keepsEntries: true) { _ in }
        let document = GoldenDocument(
            header: GoldenHeader(run.header), matchers: [], entries: outcome.entries)
        return GoldenFile.encode(document).flatMap(\.bytes)
    }
}
