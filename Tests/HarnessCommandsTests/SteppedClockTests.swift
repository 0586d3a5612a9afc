import Foundation
import Testing

extension SteppedBinaryTests {
    /// `--clock stepped`, the control endpoint, and clients that the harness does not start once.
    @Suite(.timeLimit(.minutes(3))) struct SteppedClockTests {
        private static let clients = "\(packageRoot)/Tests/Clients"

        /// Runs the small scenario with a client given as a shell would have it.
        private func run(
            _ client: String, _ options: String, in harness: Harness
        ) async throws -> Harness.Result {
            try harness.write(ClientBinaryTests.ClientProgramTests.scenario, to: "small.json")
            return try await harness.shell("\"$HARNESS\" run small.json \(options) -- \(client)")
        }

        // MARK: Stepped

        @Test func twoRunsOfTheSameClientGiveTheSameBytes() async throws {
            try await Harness.inFolder { harness in
                for out in ["one", "two"] {
                    let result = try await run(
                        "\"$HARNESS\" client --url {url}",
                        "--clock stepped --does poll,subscribe --require-claims --out \(out)",
                        in: harness)
                    #expect(result.status == 0, "\(result.output)\(result.complaint)")
                    #expect(result.output.contains("stepped clock, client pdu-harness"))
                    #expect(result.words.contains("1 expected event"))
                }
                let recording = try harness.read("one/small.recording.jsonl")
                #expect(recording.contains("http://127.0.0.1:1/"))
                #expect(try harness.read("two/small.recording.jsonl") == recording)
            }
        }

        @Test func aClientThatRightlyGivesUpIsNoCrash() async throws {
            try await Harness.inFolder { harness in
                let result = try await harness.shell(
                    "\"$HARNESS\" run auth-wrong-password --clock stepped -- "
                        + "\"$HARNESS\" client --url {url}")
                #expect(result.status == 0, "\(result.output)\(result.complaint)")
            }
        }

        @Test func onAClockThatIsTooFastNothingIsPutToTheTest() async throws {
            try await Harness.inFolder { harness in
                let result = try await run(
                    "sh -c 'curl -s {url}/redfish/v1/; sleep 60'", "--clock paced:3000",
                    in: harness)
                #expect(result.words.contains("the scenario was not exercised: "))
            }
        }

        @Test func aUnitTestMovesTheClock() async throws {
            try await Harness.inFolder { harness in
                let result = try await run(
                    "python3 \(Self.clients)/test_stepped.py", "--clock stepped", in: harness)
                #expect(result.status == 0, "\(result.output)\(result.complaint)")
                #expect(result.words.contains("1 of 1 step"))
            }
        }

        @Test func theEndpointRefusesWhatItDoesNotKnow() async throws {
            try await Harness.inFolder { harness in
                try harness.write(
                    """
                    ask() { curl -s -o body -w '%{http_code} ' "$@"; cat body; echo; }
                    token="Authorization: Bearer $PDU_HARNESS_CONTROL_TOKEN"
                    ask $PDU_HARNESS_CONTROL/
                    ask -H "$token" -d '{"by": "PT1S"}' $PDU_HARNESS_CONTROL/advance
                    ask -H "$token" -d '{"fault": "x"}' $PDU_HARNESS_CONTROL/trigger
                    ask -H "$token" -X DELETE $PDU_HARNESS_CONTROL/truth
                    ask -H "$token" -d '{"by"' $PDU_HARNESS_CONTROL/trigger
                    ask -H "$token" -X POST $PDU_HARNESS_CONTROL/stop
                    """, to: "client.sh")
                // Whoever has the run stopped is told to stop, and still has something to say.
                let result = try await run(
                    "bash -c \"trap '' TERM; . ./client.sh\"", "--control", in: harness)
                let said = try harness.read("pdu-harness-out/small.client.out")
                    .split(separator: "\n")
                try #require(said.count == 6, "\(said)")
                #expect(said[0].hasPrefix(#"401 {"error":{"message":"the control endpoint wants"#))
                #expect(
                    said[1].hasPrefix("409 ") && said[1].contains("paced:60 and runs by itself"))
                #expect(said[2].hasPrefix("400 ") && said[2].contains("there is no fault 'x'"))
                #expect(said[3].hasPrefix("405 "))
                #expect(said[4].hasPrefix("400 ") && said[4].contains("no JSON text"))
                #expect(said[5].hasPrefix("200 ") && said[5].contains(#""isStopping":true"#))
                #expect(
                    result.words.contains("client ended with status 0"), "\(result.output)")
            }
        }

        @Test func servingCanBeSteppedAndStopped() async throws {
            try await Harness.inFolder { harness in
                try harness.write(ClientBinaryTests.ClientProgramTests.scenario, to: "small.json")
                let serving = try harness.start(
                    "serve", "small.json", "--clock", "stepped", "--port", "0", "--record", "r")
                let pattern = /control at (http:\S+) with Authorization: Bearer (\w+)/
                while try pattern.firstMatch(in: serving.outputSoFar) == nil {
                    try await Task.sleep(for: .milliseconds(20))
                }
                let match = try #require(try pattern.firstMatch(in: serving.outputSoFar))
                let answer = try await harness.shell(
                    """
                    for path in advance stop; do curl -s -H 'Authorization: Bearer \(match.2)' \
                        -d '{"to": "PT6M"}' \(match.1)/$path; done
                    """)
                #expect(answer.output.contains(#""offset":"PT6M","isOver":false"#))
                let result = try await serving.result()
                #expect(result.status == 0)
                #expect(try harness.read("r").contains(#""action":"switch-outlets""#))
            }
        }

        /// What goes down a stream is a delivery as a post is.
        @Test func aStreamedEventStopsTheClock() async throws {
            try await Harness.inFolder { harness in
                try harness.write(ClientBinaryTests.ClientProgramTests.scenario, to: "small.json")
                let serving = try harness.start(
                    "serve", "small.json", "--clock", "stepped", "--port", "0")
                let port = try await serving.port()
                let pattern = /control at (http:\S+) with Authorization: Bearer (\w+)/
                while try pattern.firstMatch(in: serving.outputSoFar) == nil {
                    try await Task.sleep(for: .milliseconds(20))
                }
                let match = try #require(try pattern.firstMatch(in: serving.outputSoFar))
                let answer = try await harness.shell(
                    """
                    curl -sN -u admin:123456789 -o events \
                        http://127.0.0.1:\(port)/redfish/v1/EventService/SSE & stream=$!
                    until [ -s events ]; do sleep 0.05; done
                    for path in advance advance stop; do
                        curl -s -H 'Authorization: Bearer \(match.2)' \
                            -d '{"to": "PT9M", "untilDelivery": true}' \(match.1)/$path
                    done
                    wait $stream
                    grep -c '"Power.*OutletPoweredOff"' events
                    """)
                // A threshold crossed, and then the switch of the timeline.
                for offset in ["PT4S", "PT5M"] {
                    let passage =
                        #""offset":"\#(offset)","isOver":false,"deliveries":1,"isStopping":false"#
                    #expect(answer.output.contains(passage), "\(answer.output)")
                }
                #expect(answer.lastLine.hasSuffix("1"))
                #expect(try await serving.result().status == 0)
            }
        }

        // MARK: Started for every poll, scraped, attached

        @Test func aClientIsStartedForEveryPoll() async throws {
            try await Harness.inFolder { harness in
                let client =
                    "python3 \(Self.clients)/oneshot.py {url} {user} {password} {claims}"
                let options = "--clock stepped --invoke per-poll --require-claims"
                let result = try await run(client, options, in: harness)
                #expect(result.status == 0, "\(result.output)\(result.complaint)")
                #expect(result.words.contains("client was started 21 times"))
                let failing = try await run(
                    "sh -c '[ -e $HOME/x ] || { touch $HOME/x; exit 0; }; curl -s {url}/redfish; "
                        + "exit 4'", options, in: harness)
                #expect(failing.status == 3)
                #expect(
                    failing.lastLine.contains(
                        "ended with status 4 when it was started for the 2. time, at PT30S; so it "
                            + "did 20 times of 21"), "\(failing.lastLine)")
            }
        }

        private func writeExporter(_ harness: Harness, _ option: String = "") throws {
            try harness.write(ClientBinaryTests.ClientProgramTests.scenario, to: "small.json")
            try harness.write(
                """
                { "name": "exporter", "exit": "zero", "clock": "stepped",
                  "command": ["python3", "\(Self.clients)/exporter.py", "--url", "{url}", "--user",
                    "{user}", "--password", "{password}", "--port", "{port}"\(option)],
                  "scrape": { "url": "http://127.0.0.1:{port}/metrics", "every": "PT30S" },
                  "claims": { "format": "prometheus", "scope": "meter", "unit": "kWh",
                    "energy": "pdu_energy_kilowatt_hours_total", "kind": "cumulative" } }
                """, to: "pdu-harness.json")
        }

        @Test func anExporterIsScraped() async throws {
            try await Harness.inFolder { harness in
                try writeExporter(harness)
                let result = try await harness.run("run", "small.json", "--require-claims")
                #expect(result.status == 0, "\(result.output)\(result.complaint)")
                #expect(result.words.contains("160 claims, 21 scrapes"))
                let first = try harness.read("pdu-harness-out/small.recording.jsonl")
                try writeExporter(harness, #", "--openmetrics""#)
                let open = try await harness.run("run", "small.json", "--require-claims")
                #expect(open.status == 0, "\(open.output)\(open.complaint)")
                #expect(try harness.read("pdu-harness-out/small.recording.jsonl") == first)
            }
        }

        @Test func aClientThatIsStartedElsewhereIsJudged() async throws {
            try await Harness.inFolder { harness in
                try harness.write(ClientBinaryTests.ClientProgramTests.scenario, to: "small.json")
                let attached = try harness.start(
                    "run", "small.json", "--attach", "--clock", "stepped", "--url-file", "url",
                    "--does", "poll,subscribe", "--require-claims")
                while !harness.exists("url") { try await Task.sleep(for: .milliseconds(20)) }
                let client = try await harness.shell(
                    ". pdu-harness-out/small.env; \"$HARNESS\" client --url $(cat url)")
                #expect(client.status == 0, "\(client.complaint)")
                attached.signal(SIGINT)
                let result = try await attached.result()
                #expect(result.status == 0, "\(result.output)\(result.complaint)")
                #expect(result.words.contains("client was judged as far as PT10M"))
                #expect(result.words.contains("ended by a signal"))
            }
        }

        @Test func whatIsStillAtWorkAtTheEndHasLeftNothingBehind() async throws {
            try await Harness.inFolder { harness in
                try harness.write(ClientBinaryTests.ClientProgramTests.scenario, to: "small.json")
                let attached = try harness.start(
                    "run", "small.json", "--attach", "--clock", "paced:600", "--url-file", "url",
                    "--until", "PT11M")
                while !harness.exists("url") { try await Task.sleep(for: .milliseconds(20)) }
                _ = try await harness.shell(
                    "curl -s $(cat url)/redfish/v1/ >/dev/null; curl -s -d "
                        + #"'{"UserName": "admin", "Password": "123456789"}' "#
                        + "-H 'Content-Type: application/json' "
                        + "$(cat url)/redfish/v1/SessionService/Sessions")
                let result = try await attached.result()
                #expect(result.words.contains("1 left open"), "\(result.output)")
                #expect(!result.output.contains("A04-session-deleted:"))
                #expect(result.words.contains("ended by --until"))
            }
        }

        // MARK: The client's own clock

        @Test(.enabled(if: Self.hasFaketime, "libfaketime is not installed"))
        func anAggregatorInPythonPassesUnderFaketime() async throws {
            try await Harness.inFolder { harness in
                let client = ClientBinaryTests.ClientProgramTests.aggregator.replacing(
                    "WallSeconds", with: "Seconds")
                let result = try await run(
                    client, "--client-clock faketime --require-claims", in: harness)
                #expect(result.status == 0, "\(result.output)\(result.complaint)")
                #expect(result.words.contains("faketime ×60: python3 honours it"))
                let other = try await run(
                    "./nowhere", "--client-clock faketime", in: harness)
                #expect(other.status == 64)
                let swift = try await run(
                    "\"$HARNESS\" client --url {url}", "--client-clock faketime", in: harness)
                #expect(swift.status == 64)
                #expect(swift.complaint.contains("does not honour libfaketime: a Swift"))
            }
        }

        private static let hasFaketime = ["x86_64", "aarch64"].contains { machine in
            FileManager.default.fileExists(
                atPath: "/usr/lib/\(machine)-linux-gnu/faketime/libfaketime.so.1")
        }

        // MARK: What makes no sense

        @Test(arguments: [
            ("", "sh -c 'echo {urll}'", "did you mean {url}?"),
            ("--clock stepped", "sh -c 'echo {pollWallSecond}'", "is no placeholder here"),
            ("--clock stepped --client-clock faketime", "true", "a stepped one does not run"),
            ("--attach", "true", "leave out what follows --"),
            ("--bind 0.0.0.0", "true", "go with --attach"),
            ("--invoke often", "true", "write once or per-poll"),
        ])
        func whatMakesNoSenseIsRefused(_ options: String, _ client: String, _ words: String)
            async throws
        {
            try await Harness.inFolder { harness in
                let result = try await run(client, options, in: harness)
                #expect(result.status == 64)
                #expect((result.words + result.complaint).contains(words), "\(result)")
            }
        }
    }
}
