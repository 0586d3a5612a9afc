import HTTPMessages
import HTTPTypes
import Wire

/// From the start of the process to the first answer.
struct ColdStart: Measurement {
    let name = "cold-start"

    func measure(_ bench: BenchSetting) async throws -> [BenchRow] {
        let rounds = bench.isQuick ? 3 : 5
        var seconds: [Double] = []
        for _ in 0..<rounds { seconds.append(try await firstAnswer(bench.folders)) }
        seconds.sort()
        return [
            BenchRow(
                subject: "start of serve to the first answer, median",
                ours: .seconds(seconds[rounds / 2]), budget: .atMost(.seconds(0.150)),
                notes: [
                    "\(rounds) starts: \(seconds.map { Figure.seconds($0).text }.joined(separator: ", "))"
                ])
        ]
    }

    private func firstAnswer(_ folders: DataFolders) async throws -> Double {
        let sender = HTTPSender()
        let clock = ContinuousClock()
        let began = clock.now
        let serve = try ServeProcess.start(folders)
        let answer = await sender.send(
            RequestMessage(.get, "/redfish/v1/"), to: Origin(port: serve.port))
        let span = clock.now - began
        serve.stop()
        await sender.shutdown()
        guard try answer.get().status == 200 else {
            throw CommandFailure.harness("serve answered \(try answer.get().status)")
        }
        return Figure.seconds(span).value
    }
}
