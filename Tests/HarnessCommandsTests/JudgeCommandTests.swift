import Foundation
import JSONText
import Testing

extension ClientBinaryTests {
    /// A recording gets the verdict of the run that made it.
    @Suite(.timeLimit(.minutes(3))) struct JudgeCommandTests {
        /// Reads outlets twice without telling who it is, and claims a little too much for each; it
        /// never logs out, and quits before it is told to.
        private static let client = #"""
            ask() { curl -s -u "admin:$2" -D head -o body "$1/redfish/v1/$3"; }
            stamp() { date -u -d "$(sed -n 's/^date: *//Ip' head | tr -d '\r')" +%FT%TZ; }
            kwh() { sed -n 's/.*"EnergykWh":{[^}]*"Reading":\([0-9.]*\).*/\1/p' body; }
            outlet=PowerEquipment/RackPDUs/2/Outlets/1
            ask "$1" "$2" $outlet; first=$(stamp); before=$(kwh)
            sleep 0.6
            ask "$1" "$2" $outlet; last=$(stamp); after=$(kwh)
            for wrong in 0.02 0.4
            do
                energy=$(awk -v a=$after -v b=$before -v w=$wrong 'BEGIN { printf "%.3f", a-b+w }')
                printf '{"scope":"outlet 1","from":"%s","to":"%s","energy":%s,"unit":"kWh"}\n' \
                    "$first" "$last" "$energy" >>"$3"
            done
            echo "that is all"
            exit 4
            """#

        private static func groups(_ report: String) throws -> [JSONValue] {
            let whole = try JSONValue(parsing: Array(report.utf8))
            return try #require(whole["scenarios"]?.array?.first?["groups"]?.array)
        }

        @Test func theRecordingOfAFailingRunFailsAlike() async throws {
            try await Harness.inFolder { harness in
                try harness.write(ClientProgramTests.scenario, to: "small.json")
                try harness.write(Self.client, to: "client.sh")
                let run = try await harness.shell(
                    "\"$HARNESS\" run small.json --clock paced:120 --report json=run.json "
                        + "-- bash client.sh {url} {password} {claims}")
                #expect(run.status == 3, "\(run.output)\(run.complaint)")
                let judged = try await harness.run(
                    "judge", "pdu-harness-out/small.recording.jsonl", "--report",
                    "json=judged.json")
                #expect(judged.status == 3, "\(judged.output)\(judged.complaint)")
                #expect(!judged.output.contains("not recorded:"))
                let (mine, theirs) = (
                    try Self.groups(harness.read("run.json")),
                    try Self.groups(harness.read("judged.json"))
                )
                #expect(mine == theirs)
                let names = theirs.compactMap { $0["name"]?.string }
                #expect(names.contains("scenario"))
                let text = theirs.map(\.compactText).joined()
                #expect(text.contains("claims/N01-energy-register"))
                #expect(text.contains("that is all"))
            }
        }

        /// Nobody told a client of `serve` what to do, so it owes polls of what it reads.
        @Test func aServedClientOwesWhatItTookUponItself() async throws {
            try await Harness.inFolder { harness in
                try harness.write(ClientProgramTests.scenario, to: "small.json")
                let service = try harness.start(
                    "serve", "small.json", "--port", "0", "--record", "mine.jsonl")
                defer { service.signal(SIGKILL) }
                let port = try await service.port()
                let client = try await harness.shell(
                    "\"$HARNESS\" client --url http://127.0.0.1:\(port) --duration PT2S "
                        + "--no-events")
                #expect(client.status == 0, "\(client)")
                service.signal(SIGTERM)
                #expect(try await service.result().status == 0)

                let judged = try await harness.run("judge", "mine.jsonl")
                #expect(judged.status == 0, "\(judged.output)")
                #expect(
                    judged.words.contains(
                        "not recorded: what the client takes upon itself (polls are judged; --does "
                            + "says more), not recorded: how the run ended"))
                let subscriber = try await harness.run(
                    "judge", "mine.jsonl", "--does", "poll,subscribe")
                #expect(subscriber.status == 1)
                #expect(subscriber.words.contains("the client never subscribed"))
                #expect(!subscriber.words.contains("what the client takes upon itself"))

                let wrong = try await harness.run("judge", "mine.jsonl", "--does", "pol")
                #expect(wrong.status == 64)
                #expect(wrong.complaint.contains("'pol' is not among poll, subscribe"))
            }
        }

        @Test func theBuiltInClientDoesWhatTheScenarioSays() async throws {
            try await Harness.inFolder { harness in
                try harness.write(ClientProgramTests.scenario, to: "small.json")
                try await harness.run("run", "small.json", "--in-process")
                let name = "pdu-harness-out/small.recording.jsonl"
                let judged = try await harness.run("judge", name)
                #expect(judged.status == 0, "\(judged.output)")
                #expect(judged.words.contains("scenario 1 of 1 step"))
                let refused = try await harness.run("judge", name, "--does", "poll")
                #expect(refused.status == 64)
                #expect(refused.complaint.contains("the built-in client does what the scenario"))
            }
        }
    }
}
