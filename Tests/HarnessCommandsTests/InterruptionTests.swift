import Foundation
import Testing

extension BinaryTests {
    /// Runs that are ended from outside leave goldens alone and no recording under its final name.
    @Suite(.timeLimit(.minutes(1))) struct InterruptionTests {
        @Test(arguments: [
            (SIGTERM, Int32(143), true), (SIGTERM, Int32(143), false),
            (SIGINT, Int32(130), true), (SIGKILL, Int32(137), true),
        ])
        func earlierGoldensStay(_ signal: Int32, _ status: Int32, _ isInProcess: Bool) async throws
        {
            try await Harness.inFolder { harness in
                try harness.makeHome(goldens: ["load-ramp-linear"])
                let golden = "home/Golden/load-ramp-linear.golden.jsonl"
                let before = try harness.read(golden)
                let running =
                    isInProcess
                    ? try harness.start("run", "load-ramp-linear", "--in-process")
                    : try harness.start("run", "load-ramp-linear")
                let partial = "pdu-harness-out/load-ramp-linear.recording.jsonl.partial"
                while !harness.exists(partial), running.process.isRunning {
                    try await Task.sleep(for: .milliseconds(10))
                }
                running.signal(signal)
                let result = try await running.result()
                #expect(result.status == status)
                #expect(try harness.read(golden) == before)
                #expect(harness.names(in: "home/Golden").count == 1)
                let left = harness.names(in: "pdu-harness-out")
                if signal == SIGKILL {
                    #expect(left == ["load-ramp-linear.recording.jsonl.partial"])
                } else {
                    #expect(left == [])
                    #expect(
                        result.lastLine == "FAIL exit \(status): interrupted by signal \(signal)")
                }
            }
        }

        @Test func aRunAfterAKilledOneIsWhole() async throws {
            try await Harness.inFolder { harness in
                let name = "session-expiry-idle.recording.jsonl"
                try harness.write(
                    String(repeating: "left behind\n", count: 1_000_000),
                    to: "pdu-harness-out/\(name).partial")
                let result = try await harness.run("run", "session-expiry-idle", "--in-process")
                #expect(result.status == 0)
                #expect(harness.names(in: "pdu-harness-out") == [name])
                #expect(try await harness.run("judge", "pdu-harness-out/\(name)").status == 0)
            }
        }

        @Test func twoRunsDoNotWriteOneRecording() async throws {
            try await Harness.inFolder { harness in
                let name = "session-expiry-idle"
                let first = try harness.start("run", name, "--in-process")
                defer { first.signal(SIGKILL) }
                let partial = "pdu-harness-out/\(name).recording.jsonl.partial"
                while !harness.exists(partial), first.process.isRunning {
                    try await Task.sleep(for: .milliseconds(1))
                }
                // However fast it is, it is still at work when the second one begins.
                first.signal(SIGSTOP)
                let second = try await harness.run("run", name, "--in-process")
                first.signal(SIGCONT)
                #expect(second.status == 64)
                #expect(second.lastLine.contains("another run is writing"))
                #expect(try await first.result().status == 0)
            }
        }
    }
}
