import Crypto
import Findings
import JSONText
import Scenarios
import VirtualTime

/// A day of a PDU and its reference client on the virtual clock, judged by every rule as it goes,
/// its full recording hashed instead of written.
struct ScenarioDay: Measurement {
    let usesSockets: Bool

    var name: String { usesSockets ? "day-socket" : "day-in-process" }

    func measure(_ bench: BenchSetting) async throws -> [BenchRow] {
        let hours = bench.isQuick ? 2 : 24
        let run = try bench.run(
            "bench-day",
            [
                "duration": .string("PT\(hours)H"),
                "client": ["poll": "PT10S", "pollOutlets": "PT1M", "subscribe": true],
                "carbon": [
                    "unit": "gCO2e/kWh", "series": [["at": "PT0S", "value": 250]],
                ],
            ])
        var hash = SHA256()
        let memory = MemoryWatch(ticksPerSample: 500)
        let clock = ContinuousClock()
        let began = clock.now
        let processorBegan = processorSeconds()
        let outcome = try await run.play(usesSockets: usesSockets, keepsEntries: false) {
            hash.update(data: $0)
            try memory.tick()
        }
        let span = clock.now - began
        let processor = Figure.seconds(processorSeconds() - processorBegan)
        try outcome.demandPassed()
        let share = Double(hours) / 24
        return [
            BenchRow(
                subject: "\(hours) h, \(usesSockets ? "over sockets" : "in process"), judged",
                ours: .seconds(span),
                budget: .atMost(.seconds((usesSockets ? 40 : 8) * share)),
                notes: [
                    "\(processor.text) of processor time; "
                        + "\(outcome.counts.exchanges.counted("exchange")), recording "
                        + "\(hexadecimal(hash.finalize()).prefix(16))…"
                ] + outcome.groups.map { "\($0.name): \($0.measure)" }),
            BenchRow(
                subject: "growth of its peak memory in the second half",
                ours: .bytes(memory.growth), budget: .atMost(.bytes(4_000_000)),
                notes: ["peak \(Figure.bytes(memory.peak).text)"]),
        ]
    }
}

extension ScenarioRun.Outcome {
    /// A run that fails its own checks measures nothing.
    fileprivate func demandPassed() throws {
        for group in groups where group.verdict == .fail {
            throw CommandFailure(
                status: 1, description: "\(group.name): \(group.measure)")
        }
    }
}
