import Foundation
import Testing

extension ClientBinaryTests {
    /// The step `restart-client`, for every way in which a client and the harness come together.
    @Suite(.timeLimit(.minutes(3))) struct ClientRestartTests {
        private static let clients = "\(packageRoot)/Tests/Clients"
        private static let scenario = ClientProgramTests.scenario.replacing(
            #""timeline": ["#,
            with: #""timeline": [ { "at": "PT3M", "do": "restart-client", "down": "PT1M" },"#)

        private func run(
            _ client: String, _ options: String, in harness: Harness
        ) async throws -> Harness.Result {
            try harness.write(Self.scenario, to: "small.json")
            return try await harness.shell("\"$HARNESS\" run small.json \(options) -- \(client)")
        }

        @Test func onASteppedClockItStopsWhereItIsTold() async throws {
            try await Harness.inFolder { harness in
                for out in ["one", "two"] {
                    let result = try await run(
                        "\"$HARNESS\" client --url {url}",
                        "--clock stepped --does poll,subscribe --require-claims --out \(out)",
                        in: harness)
                    #expect(result.status == 0, "\(result.output)\(result.complaint)")
                    #expect(result.words.contains("2 of 2 steps"))
                    #expect(result.words.contains("2 sessions, 0 refused by the device, 0 left"))
                }
                let recording = try harness.read("one/small.recording.jsonl")
                #expect(try harness.read("two/small.recording.jsonl") == recording)
                // Nothing was asked for between the stop and the next start.
                let times = recording.matches(of: /"t":"PT(\d+)M([\d.]*)S?","exchange"/)
                #expect(times.contains { $0.1 == "3" && $0.2.isEmpty })
                #expect(!times.contains { $0.1 == "3" && !$0.2.isEmpty })
                #expect(times.contains { $0.1 == "4" && $0.2.isEmpty })
            }
        }

        /// Whatever it counts itself begins again; what its register says does not.
        @Test(arguments: ["stepped", "paced:60"])
        func aScrapedExporterIsRestartedToo(_ clock: String) async throws {
            try await Harness.inFolder { harness in
                try harness.write(Self.scenario, to: "small.json")
                try harness.write(
                    """
                    { "name": "exporter", "exit": "zero", "clock": "\(clock)",
                      "command": ["python3", "\(Self.clients)/exporter.py", "--url", "{url}",
                        "--user", "{user}", "--password", "{password}", "--port", "{port}",
                        "--timestamps"],
                      "scrape": { "url": "http://127.0.0.1:{port}/metrics" },
                      "claims": { "format": "prometheus", "scope": "meter", "unit": "kWh",
                        "energy": "pdu_energy_kilowatt_hours_total", "kind": "cumulative" } }
                    """, to: "pdu-harness.json")
                let result = try await harness.run("run", "small.json", "--require-claims")
                #expect(result.status == 0, "\(result.output)\(result.complaint)")
                #expect(result.words.contains("2 of 2 steps"))
                #expect(result.words.contains("2 sessions, 0 refused by the device, 0 left"))
            }
        }

        @Test func whoIsStartedForEveryPollIsNotStopped() async throws {
            try await Harness.inFolder { harness in
                let result = try await run(
                    "python3 \(Self.clients)/oneshot.py {url} {user} {password} {claims}",
                    "--clock stepped --invoke per-poll --require-claims", in: harness)
                #expect(result.status == 0, "\(result.output)\(result.complaint)")
                #expect(
                    result.words.contains(
                        "restart-client: not applicable, for the client is started anew"))
                #expect(result.words.contains("client was started 21 times"))
            }
        }
    }
}
