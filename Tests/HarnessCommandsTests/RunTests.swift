import Foundation
import Testing

extension BinaryTests {
    /// `run`: what it plays, and that it plays the same everywhere.
    @Suite(.timeLimit(.minutes(2))) struct RunTests {
        static let shipped = [
            "auth-wrong-password", "big-register-small-load", "client-restart", "counter-glitch",
            "counter-reset-announced", "counter-reset-silent", "counter-rollover", "diurnal-carbon",
            "double-count-trap", "event-burst", "load-ramp-linear", "load-step-spiky",
            "outlet-trip", "overload", "pdu-swap", "poll-gap", "session-expiry-idle",
            "stale-telemetry", "steady-baseline", "throttle-503", "unmetered-and-absent",
        ]

        @Test func everyShippedScenarioIsListedHere() throws {
            let names = try FileManager.default.contentsOfDirectory(
                atPath: packageRoot + "/Scenarios")
            let scenarios = names.filter {
                $0.hasSuffix(".json") && !$0.hasSuffix(".schema.json")
            }
            #expect(scenarios.map { String($0.dropLast(5)) }.sorted() == Self.shipped)
        }

        @Test(arguments: shipped) func isConformantAndEqualsItsGolden(_ name: String) async throws {
            try await Harness.inFolder { harness in
                let result = try await harness.run("run", name, "--in-process")
                #expect(result.status == 0)
                #expect(result.lastLine.hasPrefix("PASS"))
                #expect(harness.names(in: "pdu-harness-out") == ["\(name).recording.jsonl"])
            }
        }

        /// Connections that are really reset end as the golden says.
        @Test func anOutageIsTheSameOverSockets() async throws {
            try await Harness.inFolder { harness in
                let result = try await harness.run("run", "poll-gap")
                #expect(result.status == 0, "\(result.output)")
            }
        }

        @Test(arguments: [
            "scenarios/session-expiry-idle.json", "Session-Expiry-IDLE",
            "./Scenarios/session-expiry-idle.JSON",
        ])
        func lettersCaseAndEndingDoNotMatter(_ argument: String) async throws {
            try await Harness.inFolder { harness in
                let result = try await harness.run("run", argument, "--explain")
                #expect(result.status == 0)
                #expect(result.output.hasPrefix("session-expiry-idle: "))
            }
        }

        /// Socket or not, wherever and whenever: the same golden, reports and recording.
        @Test func differentProcessesLeaveTheSameBytes() async throws {
            try await Harness.inFolder { harness in
                try harness.makeHome()
                let elsewhere = harness.path("deep/er")
                try FileManager.default.createDirectory(
                    atPath: elsewhere, withIntermediateDirectories: true)
                let command = "run scenarios/overload.json --out out --report json=out/r.json"
                let reports = "--report junit=out/r.xml --report markdown=out/r.md"
                let sockets = try await harness.shell("\"$HARNESS\" \(command) \(reports)")
                let memory = try await harness.shell(
                    """
                    cd deep/er && TZ=Asia/Kolkata LC_ALL=tr_TR.UTF-8 LANG=tr_TR.UTF-8 \
                    "$HARNESS" \(command) \(reports) --in-process
                    """)
                #expect(sockets.status == 2)
                #expect(memory.status == 2)
                #expect(sockets.output == memory.output)
                for name in [
                    "r.json", "r.xml", "r.md", "overload.recording.jsonl",
                    "pending/overload.golden.jsonl",
                ] {
                    let here = try harness.read("out/\(name)")
                    let there = try harness.read("deep/er/out/\(name)")
                    // Only the port of the listener, which full recordings keep, may differ.
                    #expect(withoutPorts(here) == withoutPorts(there), "\(name)")
                }
                let golden = try String(
                    contentsOfFile: packageRoot + "/Golden/overload.golden.jsonl", encoding: .utf8)
                #expect(try harness.read("out/pending/overload.golden.jsonl") == golden)
            }
        }

        private func withoutPorts(_ text: String) -> String {
            text.replacing(/127\.0\.0\.1:\d+/, with: "127.0.0.1")
        }

        @Test func sideBySideIsTheSameAsOneAfterTheOther() async throws {
            try await Harness.inFolder { harness in
                let names = ["session-expiry-idle", "auth-wrong-password", "event-burst"]
                let command = "\"$HARNESS\" run \(names.joined(separator: " ")) --in-process"
                let one = try await harness.shell("\(command) --report json=1.json --out 1")
                let three = try await harness.shell(
                    "\(command) --report json=3.json --out 3 --jobs 3")
                #expect(one.status == 0)
                #expect(three.status == 0)
                #expect(one.output == three.output)
                #expect(try harness.read("1.json") == harness.read("3.json"))
            }
        }

        @Test func theJUnitReportNamesRulesAndSkipsWhatWasNotExercised() async throws {
            try await Harness.inFolder { harness in
                try harness.makeHome()
                let result = try await harness.run(
                    "run", "session-expiry-idle", "--in-process", "--report", "junit=a.xml")
                #expect(result.status == 2)
                let xml = try harness.read("a.xml")
                #expect(
                    xml.contains(
                        #"<testcase name="energy/monotonic" classname="session-expiry-idle"/>"#))
                #expect(
                    xml.contains(
                        """
                            <testcase name="client/A08-stops-before-lockout" \
                        classname="session-expiry-idle">
                              <skipped message="not exercised
                        """))
                #expect(
                    xml.contains(
                        """
                            <testcase name="golden" classname="session-expiry-idle">
                              <failure
                        """))
            }
        }

        @Test func thePlanIsExplainedWithItsTrip() async throws {
            try await Harness.inFolder { harness in
                let result = try await harness.run("run", "overload", "--explain")
                #expect(result.status == 0)
                #expect(result.output.contains("PT19M20S    breaker A trips"))
                #expect(!harness.exists("pdu-harness-out"))
            }
        }
    }
}
