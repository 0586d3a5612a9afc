import Foundation
import JSONText
import Testing

extension BinaryTests {
    /// Goldens on file: missing, damaged, accepted; and that nothing but `accept` writes them.
    @Suite(.timeLimit(.minutes(1))) struct GoldenTests {
        private static let name = "session-expiry-idle"
        private static let file = "\(name).golden.jsonl"

        private static var committed: String {
            get throws {
                try String(contentsOfFile: packageRoot + "/Golden/\(file)", encoding: .utf8)
            }
        }

        @Test func aMissingGoldenIsPendingUntilItIsAccepted() async throws {
            try await Harness.inFolder { harness in
                try harness.makeHome()
                let first = try await harness.run("run", Self.name, "--in-process")
                #expect(first.status == 2)
                #expect(first.lastLine == "FAIL exit 2: golden is missing")
                #expect(harness.names(in: "home/Golden") == [])
                #expect(harness.names(in: "pdu-harness-out/pending") == [Self.file])
                let acceptance = try await harness.run("accept")
                #expect(acceptance.status == 0)
                #expect(acceptance.output == "\(harness.home)/Golden/\(Self.file)\n")
                #expect(try harness.read("home/Golden/\(Self.file)") == Self.committed)
                #expect(harness.names(in: "pdu-harness-out/pending") == [])
                #expect(try await harness.run("run", Self.name, "--in-process").status == 0)
            }
        }

        @Test func whereCIIsSetNothingIsWrittenUnderGolden() async throws {
            try await Harness.inFolder { harness in
                try harness.makeHome()
                harness.environment["CI"] = "true"
                #expect(try await harness.run("run", Self.name, "--in-process").status == 2)
                let acceptance = try await harness.run("accept")
                #expect(acceptance.status == 64)
                #expect(acceptance.complaint.contains("CI is set"))
                #expect(harness.names(in: "home/Golden") == [])
                // The artefact is taken over elsewhere.
                harness.environment["CI"] = nil
                let elsewhere = try await harness.run(
                    "accept", "--from", "pdu-harness-out", Self.name)
                #expect(elsewhere.status == 0)
                #expect(harness.names(in: "home/Golden") == [Self.file])
            }
        }

        @Test func conflictMarkersAreNamedWithTheirLine() async throws {
            try await Harness.inFolder { harness in
                try harness.makeHome()
                var lines = try Self.committed.components(separatedBy: "\n")
                lines.insert("<<<<<<< HEAD", at: 11)
                let damaged = lines.joined(separator: "\n")
                try harness.write(damaged, to: "home/Golden/\(Self.file)")
                let result = try await harness.run("run", Self.name, "--in-process")
                #expect(result.status == 2)
                #expect(result.output.contains("Golden/\(Self.file):12: "))
                #expect(result.output.contains("merge conflict markers"))
                #expect(try harness.read("home/Golden/\(Self.file)") == damaged)
                let verdict = try await harness.run("judge", "home/Golden/\(Self.file)")
                #expect(verdict.status == 2)
                #expect(verdict.complaint.contains("home/Golden/\(Self.file):12: "))
                // What was left can be taken over instead.
                #expect(try await harness.run("accept", Self.name).status == 0)
                #expect(try harness.read("home/Golden/\(Self.file)") == Self.committed)
            }
        }

        @Test func aTruncatedGoldenIsUnusable() async throws {
            try await Harness.inFolder { harness in
                try harness.makeHome()
                let text = try Self.committed
                try harness.write(
                    String(text.prefix(text.count / 2)), to: "home/Golden/\(Self.file)")
                let result = try await harness.run("run", Self.name, "--in-process")
                #expect(result.status == 2)
                #expect(result.output.contains("without its end line"))
            }
        }

        @Test func aDamagedPendingGoldenIsNotAccepted() async throws {
            try await Harness.inFolder { harness in
                try harness.makeHome(goldens: [Self.name])
                try harness.write("{}\n", to: "pdu-harness-out/pending/\(Self.file)")
                let result = try await harness.run("accept")
                #expect(result.status == 2)
                #expect(result.complaint.contains("pending/\(Self.file):1: "))
                #expect(try harness.read("home/Golden/\(Self.file)") == Self.committed)
            }
        }

        @Test func nothingPendingIsSaidSo() async throws {
            try await Harness.inFolder { harness in
                try harness.makeHome()
                let result = try await harness.run("accept", "nonsense")
                #expect(result.status == 64)
                #expect(result.complaint.contains("no golden of 'nonsense' is pending"))
            }
        }

        @Test func aGoldenOfNoScenarioIsReported() async throws {
            try await Harness.inFolder { harness in
                try harness.makeHome(goldens: [Self.name])
                let only = ["session-expiry-idle.json", "Devices"]
                for name in harness.names(in: "home/Scenarios") where !only.contains(name) {
                    try FileManager.default.removeItem(
                        atPath: harness.path("home/Scenarios/" + name))
                }
                try harness.write("{}", to: "home/Golden/forgotten.golden.jsonl")
                let result = try await harness.run(
                    "run", "home/Scenarios", "--in-process", "--report", "json=r.json")
                #expect(result.status == 2)
                #expect(
                    result.lastLine.contains("Golden/forgotten.golden.jsonl belongs to no scenario")
                )
                let report = try JSONValue(parsing: try harness.read("r.json"))
                #expect(report["staleGoldens"] == ["Golden/forgotten.golden.jsonl"])
                // One scenario cannot tell, nor can any but the first of the parts of all.
                let filtered = try await harness.run("run", Self.name, "--in-process")
                #expect(filtered.status == 0)
                let second = try await harness.run(
                    "run", "home/Scenarios", "--in-process", "--shard", "2/2")
                #expect(second.status == 0)
                #expect(try await harness.run("run", "x", "--shard", "3/2").status == 64)
            }
        }
    }
}
