import Foundation
import Testing

extension ClientBinaryTests {
    /// `replay FILE -- CLIENT`, and the clock of a replay.
    @Suite(.timeLimit(.minutes(3))) struct ReplayCommandTests {
        /// Leaves `recording.jsonl`, of the small scenario and the built-in client.
        private func record(in harness: Harness) async throws {
            try harness.write(ClientProgramTests.scenario, to: "small.json")
            let run = try await harness.run("run", "small.json", "--in-process")
            try #require(run.status == 2, "\(run.output)\(run.complaint)")
            try FileManager.default.moveItem(
                atPath: harness.path("pdu-harness-out/small.recording.jsonl"),
                toPath: harness.path("recording.jsonl"))
        }

        private func replay(
            _ client: String, _ options: String, in harness: Harness
        ) async throws -> Harness.Result {
            try await harness.shell("\"$HARNESS\" replay recording.jsonl \(options) -- \(client)")
        }

        // MARK: The clock

        @Test func twoReplaysOnASteppedClockGiveTheSameBytes() async throws {
            try await Harness.inFolder { harness in
                try await record(in: harness)
                for out in ["one", "two"] {
                    let result = try await replay(
                        "\"$HARNESS\" client --url {url}",
                        "--clock stepped --does poll,subscribe --require-claims --strict --out \(out)",
                        in: harness)
                    #expect(result.status == 0, "\(result.output)\(result.complaint)")
                    #expect(result.words.contains("client ended with status 0 at PT10M"))
                    #expect(result.words.contains("emitted 5, delivered 5, acknowledged 5"))
                }
                let recording = try harness.read("one/small.replay.recording.jsonl")
                #expect(recording.contains(#""claim":"#))
                #expect(try harness.read("two/small.replay.recording.jsonl") == recording)
            }
        }

        @Test func theControlEndpointMovesTimeAndShowsTheRegister() async throws {
            try await Harness.inFolder { harness in
                try await record(in: harness)
                let serving = try harness.start(
                    "replay", "recording.jsonl", "--clock", "stepped", "--port", "0")
                defer { serving.signal(SIGKILL) }
                let pattern = /control at (http:\S+) with Authorization: Bearer (\w+)/
                while try pattern.firstMatch(in: serving.outputSoFar) == nil {
                    try await Task.sleep(for: .milliseconds(20))
                }
                let match = try #require(try pattern.firstMatch(in: serving.outputSoFar))
                let answers = try await harness.shell(
                    """
                    ask() { curl -s -H 'Authorization: Bearer \(match.2)' "$@"; echo; }
                    ask \(match.1)/
                    ask \(match.1)/truth
                    ask -d '{"to": "PT6M"}' \(match.1)/advance
                    ask \(match.1)/truth
                    ask -d '{"step": "switch-outlets"}' \(match.1)/trigger
                    ask -X POST \(match.1)/stop
                    """)
                let lines = answers.output.split(separator: "\n").map(String.init)
                try #require(lines.count == 6, "\(answers)")
                #expect(lines[0].contains(#""offset":"PT0S","isOver":false"#))
                #expect(lines[0].contains(#""stepsToCome":[],"faults":[]"#))
                #expect(lines[1].contains(#"RackPDUs/2/Outlets/1","registerKilowattHours":0}"#))
                #expect(lines[2].contains(#""offset":"PT6M","isOver":false,"deliveries":0"#))
                // Two kilowatts for six minutes, read at the minute.
                #expect(lines[3].contains(#"RackPDUs/2/Outlets/1","registerKilowattHours":0.2"#))
                #expect(!lines[3].contains("energyKilowattHours"))
                #expect(lines[4].contains("a replay has no steps and faults to trigger"))
                #expect(lines[5].contains(#""isStopping":true"#))
                #expect(try await serving.result().status == 0)
            }
        }

        // MARK: Clients

        @Test func aClientIsStartedByItsManifest() async throws {
            try await Harness.inFolder { harness in
                try await record(in: harness)
                try harness.write(
                    """
                    { "name": "mine", "exit": "zero", "clock": "stepped", "does": ["poll"],
                      "command": ["sh", "client.sh", "{config}"], "config": "client.conf.in",
                      "claims": { "format": "csv", "source": "output", "scope": "outlet", "names": { "rack": "pdu" },
                        "energy": "wh", "unit": "Wh", "from": "from", "to": "to" } }
                    """, to: "mine.json")
                try harness.write("url={url}\n", to: "client.conf.in")
                try harness.write(
                    """
                    . "$1"
                    curl -s "$url/redfish/v1/" >/dev/null
                    echo "password is $PDU_HARNESS_PASSWORD" >&2
                    printf 'outlet,from,to,wh\\nrack,2026-01-15T10:00:00Z,2026-01-15T10:01:00Z,1\\n'
                    exit 5
                    """, to: "client.sh")
                let result = try await harness.run(
                    "replay", "recording.jsonl", "--client", "mine.json")
                #expect(result.status == 3)
                #expect(result.output.contains("stepped clock, client mine"))
                #expect(result.words.contains("1 claim"), "\(result.output)")
                #expect(result.lastLine.contains("client ended with status 5, not with status 0"))
                let said = try harness.read("pdu-harness-out/small.replay.client.err")
                #expect(said.hasPrefix("password is <password>\n"))
            }
        }

        @Test(arguments: [
            ("sh -c 'kill -SEGV $$'", 3, "the client crashed: it was ended by signal 11"),
            ("sh -c 'exit 7'", 3, "the client ended with status 7"),
            ("true", 3, "the client never sent a request"),
            ("./nowhere", 64, "cannot start ./nowhere"),
            ("sh -c 'echo {urll}'", 64, "did you mean {url}?"),
        ])
        func howAClientEndsIsToldApart(_ client: String, _ status: Int32, _ words: String)
            async throws
        {
            try await Harness.inFolder { harness in
                try await record(in: harness)
                let result = try await replay(client, "--clock paced:1000", in: harness)
                #expect(result.status == status)
                #expect((result.words + result.complaint).contains(words), "\(result)")
                if status == 3 {
                    #expect(
                        result.words.contains(
                            "pdu-harness replay recording.jsonl --clock paced:1000 -- "))
                }
            }
        }

        // MARK: Goldens

        @Test func aGoldenIsRunAgainAndReplayed() async throws {
            try await Harness.inFolder { harness in
                try harness.makeHome(goldens: ["session-expiry-idle"])
                let golden = harness.home + "/Golden/session-expiry-idle.golden.jsonl"
                let result = try await harness.shell(
                    "\"$HARNESS\" replay \(golden) --clock stepped -- \"$HARNESS\" client --url {url}"
                )
                #expect(result.status == 0, "\(result.output)\(result.complaint)")
                #expect(result.words.contains("0 unexpected; 66 recorded requests, 0 not made"))

                let file = harness.home + "/Scenarios/session-expiry-idle.json"
                let text = try String(contentsOfFile: file, encoding: .utf8)
                try text.replacing(#""seed": 4"#, with: #""seed": 5"#).write(
                    toFile: file, atomically: true, encoding: .utf8)
                let stale = try await harness.run("replay", "session-expiry-idle")
                #expect(stale.status == 2)
                #expect(stale.complaint.contains("the scenario has changed since"))
                #expect(
                    stale.complaint.contains("pdu-harness-out/session-expiry-idle.recording.jsonl"))
                try harness.write("{\"golden\":1}\n", to: "damaged")
                let damaged = try await harness.run("replay", "damaged")
                #expect(damaged.status == 2)
                #expect(damaged.complaint.contains("damaged:1: "))
                let stranger = try await harness.run("replay", "nobody")
                #expect(stranger.status == 64)
                #expect(stranger.complaint.contains("no golden of a scenario of this name"))
            }
        }
    }
}
