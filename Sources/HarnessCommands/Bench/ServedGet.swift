import Findings
import HTTPMessages
import HTTPTypes
import Scenarios
import Wire

/// A live resource over keep-alive connections, beside a responder that does nothing but answer.
struct ServedGet: Measurement {
    let name = "serve-get"

    func measure(_ bench: BenchSetting) async throws -> [BenchRow] {
        let service = try BenchService(bench)
        let (ports, port) = AsyncStream<Int>.makeStream()
        let serving = Task {
            try await service.live.run(bind: "127.0.0.1", port: 0) { port.yield($0) }
            port.finish()
        }
        defer { serving.cancel() }
        var iterator = ports.makeAsyncIterator()
        guard let servedPort = await iterator.next() else {
            try await serving.value
            throw CommandFailure.harness("the device did not begin to serve")
        }
        let rows = [
            try await row("session token", try service.tokenField(), service, servedPort, bench),
            try await row("Basic credentials", service.basicField, service, servedPort, bench),
        ]
        serving.cancel()
        try await serving.value
        return rows
    }

    /// Rounds of both alternate, so that whatever else the machine does meets both alike.
    private func row(
        _ kind: String, _ credentials: BenchService.Credentials, _ service: BenchService,
        _ port: Int, _ bench: BenchSetting
    ) async throws -> BenchRow {
        let path = service.outletPaths[6]
        let answer = try service.host.handle(service.get(path, credentials)).get()
        let bare = try await BareResponder.start(
            fields: answer.head.headerFields.map { ($0.name.rawName, $0.value) },
            body: answer.body)
        let load = LoadGenerator(get: path, fields: [credentials])
        let limit = LoadGenerator.Limit.milliseconds(bench.isQuick ? 200 : 1000)
        var ours: [LoadReport] = []
        var peers: [LoadReport] = []
        for _ in 0..<(bench.isQuick ? 3 : 7) {
            peers.append(try await load.run(port: bare.port, limit: limit))
            ours.append(try await load.run(port: port, limit: limit))
        }
        try await bare.stop()
        let failures = ours.reduce(0) { $0 + $1.failures }
        guard failures == 0, answer.status == 200, let own = median(of: ours),
            let peer = median(of: peers)
        else {
            throw CommandFailure.harness("\(path): \(failures) answers other than 200")
        }
        let count = ours.reduce(0) { $0 + $1.requests }
        return BenchRow(
            subject: "GET of an outlet, keep-alive, \(kind)",
            ours: .perSecond(Double(own.requestsPerSecond)),
            peer: .perSecond(Double(peer.requestsPerSecond)), budget: .atLeast(.times(0.75)),
            notes: [
                "bare NIO responder as peer, same \(answer.body.count.grouped) bytes of body; "
                    + "median of \(ours.count) rounds each",
                "p50 \(own.medianMicroseconds) µs, p99 \(own.p99Microseconds) µs; peer "
                    + "p50 \(peer.medianMicroseconds) µs, p99 \(peer.p99Microseconds) µs; "
                    + "\(count.grouped) answers, 0 failures",
            ])
    }

    /// Not the best: a lucky round of one side would decide.
    private func median(of reports: [LoadReport]) -> LoadReport? {
        let sorted = reports.sorted { $0.requestsPerSecond < $1.requestsPerSecond }
        return sorted.isEmpty ? nil : sorted[sorted.count / 2]
    }
}
