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

        /// Whether a process still runs: one that nobody has reaped does not.
        private func isRunning(_ process: String) -> Bool {
            let path = "/proc/\(process.trimmingCharacters(in: .whitespacesAndNewlines))/stat"
            guard let data = FileManager.default.contents(atPath: path) else { return false }
            let fields = String(decoding: data, as: UTF8.self).split(separator: ")").last
            return fields?.split(separator: " ").first != "Z"
        }

        private func wait(for name: String, in harness: Harness) async throws -> String {
            while true {
                if let text = try? harness.read(name), text.hasSuffix("\n") { return text }
                try await Task.sleep(for: .milliseconds(10))
            }
        }

        /// Nobody else would end a client in a group of its own.
        @Test func theSecondSignalEndsTheClientToo() async throws {
            try await Harness.inFolder { harness in
                try harness.write(ClientBinaryTests.ClientProgramTests.scenario, to: "small.json")
                try harness.write("trap '' TERM INT; echo $$ > id; sleep 300", to: "client.sh")
                // Its home stays where a run ends at once.
                harness.environment["TMPDIR"] = harness.folder
                let running = try harness.start(
                    "run", "small.json", "--clock", "paced:1", "--", "bash",
                    harness.path("client.sh"))
                let client = try await wait(for: "id", in: harness)
                // Both are there when it looks again, so that nothing comes between them.
                running.signal(SIGSTOP)
                running.signal(SIGINT)
                running.signal(SIGTERM)
                running.signal(SIGCONT)
                let result = try await running.result()
                #expect([130, 143].contains(result.status))
                while isRunning(client) { try await Task.sleep(for: .milliseconds(10)) }
            }
        }

        /// What a client has started in a session of its own ends with it.
        @Test(arguments: ["once", "per-poll"])
        func whatAClientLeftBehindEndsWithTheRun(_ invocation: String) async throws {
            try await Harness.inFolder { harness in
                try harness.write(ClientBinaryTests.ClientProgramTests.scenario, to: "small.json")
                try harness.write(
                    "setsid bash -c 'echo $$ > id; exec sleep 300' & sleep 300", to: "client.sh")
                let running = try harness.start(
                    "run", "small.json", "--clock", "paced:1", "--invoke", invocation, "--",
                    "bash", harness.path("client.sh"))
                let child = try await wait(for: "id", in: harness)
                running.signal(SIGINT)
                #expect(try await running.result().status == 130)
                #expect(!isRunning(child))
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
