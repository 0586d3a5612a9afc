import Foundation
import JSONText
import Testing

extension BinaryTests {
    /// What a changed load, and an edited register, come to.
    @Suite(.timeLimit(.minutes(2))) struct DifferenceTests {
        /// Five minutes of a unit with rising, constant and wavering loads.
        private static let loads = """
            {
              "$schema": "scenario.schema.json",
              "name": "loads", "seed": 7, "start": "2026-01-15T10:00:00Z", "duration": "PT5M",
              "device": "smartpdu-48",
              "adjust": {
                "outletCount": 6, "outletGroups": [], "loads": [],
                "branches": [
                  { "name": "A", "line": 1, "outlets": "1-2", "ratedAmps": 16, "breaker": "C",
                    "cautionAmps": 12.8, "criticalAmps": 16 },
                  { "name": "B", "line": 2, "outlets": "3-6", "ratedAmps": 16, "breaker": "C",
                    "cautionAmps": 12.8, "criticalAmps": 16 }
                ]
              },
              "loads": [
                { "outlets": "1-2", "profile": [
                  { "at": "PT0S", "watts": 120 },
                  { "at": "PT1M", "toWatts": 385, "over": "PT2M" } ] },
                { "outlets": "3-4", "watts": 90 },
                { "outlets": "5-6",
                  "sine": { "meanWatts": 60, "amplitudeWatts": 15, "period": "PT2M" } }
              ],
              "client": { "poll": "PT10S", "pollOutlets": "PT30S" }
            }
            """

        /// One watt more shows first at an outlet that carries it.
        @Test(arguments: [
            ("\"watts\": 90", "\"watts\": 91", 3...4), ("385", "386", 1...2),
            ("\"meanWatts\": 60", "\"meanWatts\": 61", 5...6),
        ])
        func aWattShowsFirstAtItsOutlet(
            _ old: String, _ new: String, _ outlets: ClosedRange<Int>
        ) async throws {
            try await Harness.inFolder { harness in
                try harness.makeHome()
                try harness.write(Self.loads, to: "loads.json")
                #expect(try await harness.run("run", "loads.json", "--in-process").status == 2)
                #expect(try await harness.run("accept").status == 0)
                #expect(try await harness.run("run", "loads.json", "--in-process").status == 0)
                let changed = Self.loads.replacing(old, with: new)
                #expect(changed != Self.loads)
                try harness.write(changed, to: "anywhere/mine.json")
                let result = try await harness.run(
                    "run", "anywhere/mine.json", "--in-process", "--report", "json=r.json")
                #expect(result.status == 2)
                #expect(result.lastLine == "FAIL exit 2: golden differs")
                let report = try JSONValue(parsing: try harness.read("r.json"))
                let golden = report["scenarios"]?.array?.first?["golden"]
                let first = try #require(golden?["differences"]?.array?.first)
                let subject = try #require(first["subject"]?.string)
                let outlet = try #require(subject.split(separator: "/").last.flatMap { Int($0) })
                #expect(subject.contains("/Outlets/"))
                #expect(outlets.contains(outlet))
                #expect(first["place"]?.string?.hasSuffix("/Reading") == true)
                let (before, after) = (first["golden"]?.string, first["run"]?.string)
                #expect(before != after)
                // The text says the cause once, and not every value that follows.
                let who = "1  outlets \(outlets.lowerBound)–\(outlets.upperBound)"
                #expect(result.output.contains(who))
                let rows = result.output.split(separator: "\n")
                let row = rows.firstIndex { $0.hasPrefix("  FAIL  golden") }
                #expect(rows.count - (row ?? 0) <= 22)
            }
        }

        /// Of recordings made by the wall's clock the moments say nothing, but the answers do.
        @Test func answersOfRecordedDevicesAreCompared() async throws {
            try await Harness.inFolder { harness in
                try await harness.run("run", "session-expiry-idle", "--in-process")
                let text = try harness.read(
                    "pdu-harness-out/session-expiry-idle.recording.jsonl"
                ).replacing(#""clock":"virtual""#, with: #""clock":"wall""#)
                try harness.write(text, to: "one.recording.jsonl")
                let same = try await harness.run(
                    "diff", "one.recording.jsonl", "one.recording.jsonl")
                #expect(same.status == 0)
                var lines = text.components(separatedBy: "\n")
                let reads = lines.indices.filter {
                    lines[$0].contains("GET\",\"target\":") && lines[$0].contains("/Outlets/7\",")
                }
                let (first, last) = (try #require(reads.first), try #require(reads.last))
                lines[first] = lines[first].replacing("IEC_60320_C13", with: "IEC_60320_C19")
                lines[last] = lines[last].replacing("\"status\":200", with: "\"status\":500")
                try harness.write(lines.joined(separator: "\n"), to: "other.recording.jsonl")
                let result = try await harness.run(
                    "diff", "one.recording.jsonl", "other.recording.jsonl")
                #expect(result.status == 2)
                #expect(result.output.contains("IEC_60320_C19"))
                #expect(result.output.contains("200 → 500"))
                let count = lines.count { $0.contains(#"":{"method":""#) }
                #expect(result.output.contains("\(count) exchanges"))
            }
        }

        /// A register that falls is found, with rule, outlet and both values, in the recording.
        @Test func aFallEditedIntoTheRecordingIsFound() async throws {
            try await Harness.inFolder { harness in
                try await harness.run("run", "session-expiry-idle", "--in-process")
                let name = "pdu-harness-out/session-expiry-idle.recording.jsonl"
                #expect(try await harness.run("judge", name).status == 0)
                var lines = try harness.read(name).components(separatedBy: "\n")
                let reads = lines.indices.filter {
                    lines[$0].contains("GET\",\"target\":") && lines[$0].contains("/Outlets/7\"")
                }
                let last = try #require(reads.last)
                let edited = lines[last].replacing(
                    /("EnergykWh":\{[^}]*"Reading":)([0-9.]+)/, maxReplacements: 1
                ) { "\($0.1)0.001" }
                #expect(edited != lines[last])
                lines[last] = edited
                try harness.write(lines.joined(separator: "\n"), to: "edited.jsonl")
                let result = try await harness.run("judge", "edited.jsonl")
                #expect(result.status == 1)
                #expect(result.output.contains("energy/monotonic: outlet 7 fell from 0.0"))
                #expect(result.output.contains("to 0.001 kWh"))
                #expect(result.lastLine.contains("energy/monotonic"))
            }
        }

        /// The golden of the scenario with the last energy of outlet 7 set back.
        private func editedGolden() throws -> String {
            let golden = packageRoot + "/Golden/session-expiry-idle.golden.jsonl"
            var lines = try String(contentsOfFile: golden, encoding: .utf8)
                .components(separatedBy: "\n")
            let reading = /("kWh":)([0-9.]+)/
            let last = try #require(
                lines.lastIndex { $0.contains("GET ~/Outlets/7\"") && $0.contains(reading) })
            lines[last] = lines[last].replacing(reading) { "\($0.1)0.001" }
            return lines.joined(separator: "\n")
        }

        @Test func aFallEditedIntoTheGoldenIsFound() async throws {
            try await Harness.inFolder { harness in
                try harness.write(try editedGolden(), to: "edited.golden.jsonl")
                let result = try await harness.run("judge", "edited.golden.jsonl")
                #expect(result.status == 1)
                #expect(result.output.contains("energy/monotonic: outlet 7 fell from 0.0"))
                #expect(result.output.contains("to 0.001 kWh"))
            }
        }

        /// Without the scenario a golden was taken with, its registers are judged by their URIs.
        @Test(arguments: [true, false])
        func aGoldenWithoutItsScenarioIsJudgedByItsRegisters(_ isGone: Bool) async throws {
            try await Harness.inFolder { harness in
                try harness.makeHome()
                let scenario = harness.home + "/Scenarios/session-expiry-idle.json"
                let text = try String(contentsOfFile: scenario, encoding: .utf8)
                try FileManager.default.removeItem(atPath: scenario)
                if !isGone {
                    try harness.write(
                        text.replacing("\"watts\": 100", with: "\"watts\": 50"),
                        to: "home/Scenarios/other-name.json")
                }
                let golden = packageRoot + "/Golden/session-expiry-idle.golden.jsonl"
                let whole = try await harness.run("judge", golden)
                #expect(whole.status == 0)
                #expect(whole.output.contains("energy registers only"))
                #expect(!whole.output.contains("client claims"))
                try harness.write(try editedGolden(), to: "edited.golden.jsonl")
                let result = try await harness.run("judge", "edited.golden.jsonl")
                #expect(result.status == 1)
                #expect(result.output.contains("RackPDUs/2/Outlets/7 fell from 0.0"))
            }
        }

        /// These and, in `.ci/run`, all others.
        @Test(arguments: ["auth-wrong-password", "counter-glitch", "event-burst", "pdu-swap"])
        func aGoldenIsConformantByItself(_ name: String) async throws {
            try await Harness.inFolder { harness in
                let result = try await harness.run(
                    "judge", packageRoot + "/Golden/\(name).golden.jsonl")
                #expect(result.status == 0)
                #expect(result.lastLine == "PASS")
            }
        }
    }
}
