import Foundation
import Testing

extension Harness.Result {
    /// What was printed, however the lines were broken.
    var words: String { output.replacing(/\s+/, with: " ") }
}

extension ClientBinaryTests {
    /// `run … -- CLIENT`: how client programs are started, ended and heard.
    @Suite(.timeLimit(.minutes(3))) struct ClientProgramTests {
        /// Ten minutes of a small unit with a switch in the middle, at a pace a test has time for.
        static let scenario = """
            {
              "$schema": "scenario.schema.json",
              "name": "small", "seed": 3, "start": "2026-01-15T10:00:00Z", "duration": "PT10M",
              "device": "smartpdu-48",
              "adjust": {
                "outletCount": 4, "outletGroups": [], "loads": [],
                "branches": [
                  { "name": "A", "line": 1, "outlets": "1-2", "ratedAmps": 16, "breaker": "C",
                    "cautionAmps": 12.8, "criticalAmps": 16 },
                  { "name": "B", "line": 2, "outlets": "3-4", "ratedAmps": 16, "breaker": "C",
                    "cautionAmps": 12.8, "criticalAmps": 16 }
                ]
              },
              "loads": [
                { "outlets": "1-3", "watts": 2000 },
                { "outlets": "4", "profile": [
                  { "at": "PT0S", "watts": 20 }, { "at": "PT5M10S", "watts": 3000 },
                  { "at": "PT5M40S", "watts": 20 } ] }
              ],
              "carbon": { "unit": "gCO2e/kWh", "series": [
                { "at": "PT0S", "value": 100 }, { "at": "PT5M", "value": 700 } ] },
              "client": { "poll": "PT30S", "pollOutlets": "PT1M", "subscribe": true },
              "timeline": [ { "at": "PT5M", "do": "switch-outlets", "outlets": "2", "to": "off" } ],
              "expect": { "claims": { "scope": "pdu" },
                "events": [ { "message": "Power.OutletPoweredOff", "origin": "Outlets/2",
                  "count": 1, "from": "PT5M", "until": "PT5M1S" } ] }
            }
            """

        static let aggregator =
            "python3 \(packageRoot)/Tests/Clients/aggregator.py --url {url} --user {user} "
            + "--password {password} --poll {pollWallSeconds} "
            + "--poll-outlets {pollOutletsWallSeconds} --claims {claims} --carbon {carbon}"

        /// Runs the small scenario with a client given as a shell would have it.
        private func run(
            _ client: String, _ options: String = "--clock paced:200", in harness: Harness
        ) async throws -> Harness.Result {
            try harness.write(Self.scenario, to: "small.json")
            return try await harness.shell("\"$HARNESS\" run small.json \(options) -- \(client)")
        }

        // MARK: Clients that do it right

        @Test func theReferenceClientPassesAgainAndAgain() async throws {
            try await Harness.inFolder { harness in
                for _ in 1...2 {
                    let result = try await run(
                        "\"$HARNESS\" client --url {url}",
                        "--clock paced:120 --does poll,subscribe --require-claims", in: harness)
                    #expect(result.status == 0, "\(result.output)\(result.complaint)")
                    #expect(result.output.contains("paced:120 clock, client pdu-harness"))
                    #expect(result.words.contains("client ended with status 0"))
                    #expect(result.output.contains("1 expected event"))
                    #expect(result.output.contains(/golden +none/))
                }
                let names = harness.names(in: "pdu-harness-out")
                #expect(names.contains("small.recording.jsonl"))
                #expect(names.contains("small.claims.jsonl"))
            }
        }

        /// `overload` is the README's own command, and tried with it.
        @Test func theReferenceClientPassesAShippedScenario() async throws {
            try await Harness.inFolder { harness in
                let result = try await harness.shell(
                    "\"$HARNESS\" run auth-wrong-password --clock paced:240 -- "
                        + "\"$HARNESS\" client --url {url}")
                #expect(result.status == 0, "\(result.output)")
            }
        }

        @Test func anAggregatorInPythonPasses() async throws {
            try await Harness.inFolder { harness in
                let result = try await run(
                    Self.aggregator, "--clock paced:60 --require-claims", in: harness)
                #expect(result.status == 0, "\(result.output)\(result.complaint)")
                #expect(result.output.contains("subscription lifecycle"))
                let claims = try harness.read("pdu-harness-out/small.claims.jsonl")
                #expect(claims.contains(#""unit": "gCO2e""#))
            }
        }

        // MARK: Clients with the usual mistakes

        @Test(arguments: [
            ("watt-hours", "claims/N02-unit", "1,000 × too high: Wh read as kWh?"),
            ("trapezoid", "claims/N01-energy-register", "its register counted"),
            ("all-levels", "claims/N10-one-level", "outlets + branches + mains + unit were added"),
            ("flat-carbon", "claims/N19-carbon-by-hour", "the energy times the average intensity"),
        ])
        func aMistakeIsNamedByItsRule(_ mistake: String, _ rule: String, _ words: String)
            async throws
        {
            try await Harness.inFolder { harness in
                let result = try await run(
                    "\(Self.aggregator) --mistake \(mistake)", "--clock paced:120", in: harness)
                #expect(result.status == 1, "\(result.output)\(result.complaint)")
                #expect(result.words.contains("\(rule):"), "\(result.output)")
                #expect(result.words.contains(words), "\(result.output)")
            }
        }

        /// The same on shipped scenarios, which provoke what a short one cannot.
        @Test(arguments: [
            ("null-as-zero", "counter-glitch", "claims/P01-null-is-unknown"),
            ("float32", "client-restart", "claims/N17-digits"),
            ("reset-spike", "counter-reset-silent", "claims/N03-reset"),
        ])
        func aMistakeIsNamedInItsScenario(
            _ mistake: String, _ scenario: String, _ rule: String
        ) async throws {
            try await Harness.inFolder { harness in
                let result = try await harness.shell(
                    "\"$HARNESS\" run \(scenario) --clock paced:300 -- \(Self.aggregator) "
                        + "--mistake \(mistake)")
                #expect(result.status == 1, "\(result.output)\(result.complaint)")
                #expect(result.words.contains("\(rule):"), "\(result.output)")
            }
        }

        @Test func anAcceptedMistakeDoesNotFailTheRun() async throws {
            try await Harness.inFolder { harness in
                try harness.write(
                    """
                    { "expected": [
                      { "rule": "claims/", "at": "small", "reason": "issue 12" },
                      { "rule": "claims/", "at": "pdu", "reason": "issue 13" } ] }
                    """, to: "expected.json")
                let result = try await run(
                    "\(Self.aggregator) --mistake watt-hours",
                    "--clock paced:120 --expected expected.json", in: harness)
                #expect(result.status == 0, "\(result.output)\(result.complaint)")
                #expect(result.words.contains("accepted: issue 12"))
                #expect(result.complaint.contains("no scenario is named 'pdu'"))
                #expect(result.lastLine.hasPrefix("PASS with"))
            }
        }

        // MARK: How clients end

        @Test func aCrashIsToldFromAnEarlyEnd() async throws {
            try await Harness.inFolder { harness in
                let crash = try await run("sh -c 'kill -SEGV $$'", in: harness)
                #expect(crash.status == 3)
                #expect(crash.lastLine.contains("crashed: it was ended by signal 11 (SIGSEGV)"))
                let failure = try await run("sh -c 'echo no luck >&2; exit 7'", in: harness)
                #expect(failure.status == 3)
                #expect(failure.lastLine.contains("crashed: it ended with status 7"))
                #expect(failure.words.contains("no luck (all in small.client.err)"))
                // What it did is nothing to accept.
                #expect(!failure.output.contains("pdu-harness accept"))
                #expect(harness.names(in: "pdu-harness-out/pending/sh").isEmpty)
                let early = try await run("true", in: harness)
                #expect(early.status == 3)
                #expect(early.lastLine.contains("before it was told to stop"))
            }
        }

        @Test func whoIgnoresTheSignalHangs() async throws {
            try await Harness.inFolder { harness in
                let result = try await run(
                    "sh -c 'trap \"\" TERM; while :; do sleep 0.1; done'", "--clock paced:6000",
                    in: harness)
                #expect(result.status == 3)
                #expect(result.lastLine.contains("hung"))
            }
        }

        @Test func whoNeverStartsIsAMistakeOfTheCommandLine() async throws {
            try await Harness.inFolder { harness in
                let result = try await run("./nowhere", in: harness)
                #expect(result.status == 64)
                #expect(result.lastLine.contains("cannot start ./nowhere: No such file"))
            }
        }

        @Test func whatCannotBeStartedIsNamedWithTheReason() async throws {
            try await Harness.inFolder { harness in
                try harness.write("echo", to: "plain")
                try harness.write("#!/no/such/python\n", to: "script")
                let plain = try await run("./plain", in: harness)
                #expect(plain.status == 64)
                #expect(plain.lastLine.contains("cannot start ./plain: Permission denied"))
                _ = try await harness.shell("chmod +x script")
                let script = try await run("./script", in: harness)
                #expect(script.status == 64)
                #expect(
                    script.lastLine.contains(
                        "its first line is '#!/no/such/python', and there is no such program"))
            }
        }

        /// In a session of its own, with a parent that has gone: no group reaches it.
        @Test func whatSlipsAwayIsEndedToo() async throws {
            try await Harness.inFolder { harness in
                let result = try await run(
                    "sh -c 'setsid sh -c \"sleep 1000 & echo \\$! >heir\" & wait; sleep 0.2'",
                    in: harness)
                #expect(result.status == 3)
                #expect(result.words.contains("process that it left behind ended"))
                let heir = try harness.read("heir").trimmingCharacters(in: .whitespacesAndNewlines)
                let state = try? String(contentsOfFile: "/proc/\(heir)/stat", encoding: .utf8)
                #expect(state == nil || state?.contains(") Z ") == true)
            }
        }

        @Test func whoClosesItsOutputAndReadsItsInputIsNotStuck() async throws {
            try await Harness.inFolder { harness in
                let result = try await run(
                    "sh -c 'exec >&- 2>&-; cat; curl -s {url}/redfish/v1/; sleep 100'",
                    "--clock paced:3000 --does control", in: harness)
                #expect(result.status == 0, "\(result.output)\(result.complaint)")
                #expect(result.words.contains("client was ended by signal 15 (SIGTERM)"))
            }
        }

        @Test(arguments: [
            ("zero", "exit 4", "the client ended with status 4, not with status 0"),
            ("nonzero", "exit 0", "the client ended with status 0, not with another"),
            ("any", "exit 4", ""),
        ])
        func theExitStatusIsTheOneThatTheManifestDemands(
            _ demand: String, _ end: String, _ problem: String
        ) async throws {
            try await Harness.inFolder { harness in
                try harness.write(Self.scenario, to: "small.json")
                try harness.write(
                    "trap '\(end)' TERM; curl -s $1/redfish/v1/ >/dev/null; "
                        + "while :; do sleep 0.05; done", to: "client.sh")
                try harness.write(
                    """
                    { "name": "mine", "command": ["sh", "client.sh", "{url}"], "does": [],
                      "exit": "\(demand)", "clock": "paced:2000" }
                    """, to: "pdu-harness.json")
                let result = try await harness.run("run", "small.json")
                #expect(result.status == (problem.isEmpty ? 0 : 3), "\(result.output)")
                #expect(result.lastLine.contains(problem.isEmpty ? "PASS" : problem))
                if demand == "zero" { #expect(result.words.contains("expected status 0 ")) }
            }
        }

        @Test func whatAClientLeavesBehindIsEnded() async throws {
            try await Harness.inFolder { harness in
                let result = try await run(
                    "sh -c 'sleep 1000 & echo $! >heir; wait'", "--clock paced:6000", in: harness)
                #expect(result.status == 3)
                #expect(result.lastLine.contains("never sent a request"))
                let heir = try harness.read("heir").trimmingCharacters(in: .whitespacesAndNewlines)
                let state = try? String(contentsOfFile: "/proc/\(heir)/stat", encoding: .utf8)
                #expect(state == nil || state?.contains(") Z ") == true)
            }
        }

        /// The client ends by itself, so that all of it has come.
        @Test func aFloodOfWordsIsBounded() async throws {
            try await Harness.inFolder { harness in
                let result = try await run(
                    "sh -c 'yes xxxxxxx | head -c 3000000; exit 1'", in: harness)
                #expect(result.status == 3)
                let kept = try harness.read("pdu-harness-out/small.client.out")
                #expect(kept.utf8.count < 1_100_000)
                #expect(kept.hasSuffix("\n… and 1,951,424 bytes more\n"))
            }
        }

        // MARK: What clients are told, and what they say

        @Test func secretsAreMaskedInWhatIsQuoted() async throws {
            try await Harness.inFolder { harness in
                let result = try await run(
                    "sh -c 'curl -s -u $PDU_HARNESS_USER:{password} {url}/redfish/v1/Systems "
                        + ">/dev/null; echo the password is {password}; exit 1'", in: harness)
                #expect(result.status == 3)
                let kept = try harness.read("pdu-harness-out/small.client.out")
                #expect(kept.contains("the password is <password>"))
                #expect(!result.output.contains("123456789"))
            }
        }

        @Test func claimsComeByCallbackAndCarbonGoesOut() async throws {
            try await Harness.inFolder { harness in
                try harness.write(
                    """
                    curl -s {carbon} | grep -c '"value": 700' >carbon
                    curl -s -o /dev/null -w '%{http_code}' -d '{"scope":"rack 99"}' \
                        $PDU_HARNESS_CALLBACK/claims >status
                    echo '{"scope": "pdu"' >>$PDU_HARNESS_CLAIMS
                    echo '{"scope": "rack 98"}'
                    echo some other words
                    echo "home $HOME" >home.txt
                    while :; do curl -s $PDU_HARNESS_URL/redfish/v1/ >/dev/null; sleep 0.1; done
                    """.replacing("{carbon}", with: "$PDU_HARNESS_CARBON"), to: "client.sh")
                let result = try await run(
                    "sh client.sh", "--clock paced:200 --report json=r.json", in: harness)
                #expect(result.status == 1, "\(result.complaint)")
                #expect(try harness.read("carbon") == "1\n")
                #expect(try harness.read("status") == "204")
                let report = try harness.read("r.json")
                #expect(report.contains("line 1 of what the client claims is no claim"))
                #expect(report.contains("rack 98"))
                #expect(report.contains("rack 99"))
                let home = try harness.read("home.txt")
                #expect(home.hasPrefix("home /"))
                let path = home.dropFirst(5).trimmingCharacters(in: .whitespacesAndNewlines)
                #expect(!FileManager.default.fileExists(atPath: path))
            }
        }

        @Test func overTLSTheAuthorityIsNamed() async throws {
            try await Harness.inFolder { harness in
                harness.environment["XDG_DATA_HOME"] = harness.path("data")
                let result = try await run(
                    "sh -c 'curl -sS --cacert {ca} {url}/redfish >answer; echo {url} >url; exit 1'",
                    "--tls", in: harness)
                #expect(result.status == 3)
                #expect(try harness.read("url").hasPrefix("https://127.0.0.1:"))
                #expect(try harness.read("answer").contains("/redfish/v1/"))
            }
        }

        @Test func withoutClaimsEnergyIsNotExercisedAndSaysSo() async throws {
            try await Harness.inFolder { harness in
                let client =
                    "sh -c 'while :; do curl -s {url}/redfish/v1/ >/dev/null; sleep 0.1; done'"
                let result = try await run(
                    client, "--clock paced:400 --does control", in: harness)
                #expect(result.status == 0, "\(result.output)")
                #expect(result.output.contains("energy: not exercised"))
                let strict = try await run(
                    client, "--clock paced:400 --does control --require-claims", in: harness)
                #expect(strict.status == 1)
                #expect(strict.lastLine.contains("claims/complete"))
                let golden = try await run(
                    client, "--clock paced:400 --does control --require-golden", in: harness)
                #expect(golden.status == 2)
            }
        }

        @Test(arguments: [
            ["--clock", "virtual", "--", "true"], ["--in-process", "--", "true"],
            ["--clock", "paced:0", "--", "true"], ["--clock", "paced:60"], ["--require-claims"],
            ["--tls"],
            ["--does", "dance", "--", "true"], ["--client", "nowhere.json"],
        ])
        func whatMakesNoSenseIsRefused(_ options: [String]) async throws {
            try await Harness.inFolder { harness in
                let words = options.map { "'\($0)'" }.joined(separator: " ")
                let result = try await harness.shell("\"$HARNESS\" run overload \(words)")
                #expect(result.status == 64)
                #expect(!harness.exists("pdu-harness-out"))
            }
        }
    }
}
