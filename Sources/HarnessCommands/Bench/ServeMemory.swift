import Findings
import Scenarios
import Wire

/// Whether `serve` keeps anything of the requests it has answered.
struct ServeMemory: Measurement {
    let name = "memory"

    func measure(_ bench: BenchSetting) async throws -> [BenchRow] {
        let requests = bench.isQuick ? 50_000 : 1_000_000
        let service = try BenchService(bench)
        let serve = try ServeProcess.start(bench.folders)
        defer { serve.stop() }
        let load = LoadGenerator(get: service.outletPaths[6], fields: [service.basicField])
        // The first requests fill caches and grow buffers to their size.
        let warmUp = try await load.run(port: serve.port, limit: .requests(requests / 10))
        let before = try serve.memory.resident()
        let report = try await load.run(port: serve.port, limit: .requests(requests))
        let after = try serve.memory.resident()
        guard report.failures + warmUp.failures == 0 else {
            throw CommandFailure.harness("\(report.failures) answers other than 200")
        }
        return [
            BenchRow(
                subject: "growth of serve over \(requests.grouped) requests",
                ours: .bytes(after - before), budget: .atMost(.bytes(2_000_000)),
                notes: [
                    "\(Figure.bytes(before).text) before, \(Figure.bytes(after).text) after; "
                        + "\(report.requests.grouped) answers, 0 failures"
                ])
        ]
    }
}
