import Foundation
import JSONText
import Testing

/// Whether a terminal can be had: `script` of util-linux makes one.
private let hasTerminal = FileManager.default.isExecutableFile(atPath: "/usr/bin/script")

extension BinaryTests {
    /// Goldens reviewed: at a terminal, and by command alone.
    @Suite(.timeLimit(.minutes(1))) struct AcceptTests {
        private static let name = "session-expiry-idle"
        private static let file = "\(name).golden.jsonl"
        private static let pending = "pdu-harness-out/pending/\(file)"
        private static let golden = "home/Golden/\(file)"

        private static let committed = Result {
            try String(contentsOfFile: packageRoot + "/Golden/\(file)", encoding: .utf8)
        }

        /// The golden with the energy of an outlet set to 1 Wh, as it was read first or last.
        private static func edited(_ outlet: Int, isLast: Bool, in text: String) throws -> String {
            var lines = text.components(separatedBy: "\n")
            let reading = /("kWh":)([0-9.]+)/
            let reads = lines.indices.filter {
                lines[$0].contains("GET ~/Outlets/\(outlet)\"") && lines[$0].contains(reading)
            }
            let index = try #require(isLast ? reads.last : reads.first)
            lines[index] = lines[index].replacing(reading) { "\($0.1)0.001" }
            return lines.joined(separator: "\n")
        }

        private static func editedFirst(in text: String) throws -> String {
            try edited(3, isLast: false, in: text)
        }

        /// A golden that differs from the pending one in two outlets.
        private func inFolder(
            _ body: (inout Harness, _ former: String, _ pending: String) async throws -> Void
        ) async throws {
            try await Harness.inFolder { harness in
                try harness.makeHome()
                let pending = try Self.committed.get()
                let former = try Self.edited(
                    7, isLast: true, in: try Self.editedFirst(in: pending))
                try harness.write(former, to: Self.golden)
                try harness.write(pending, to: Self.pending)
                try await body(&harness, former, pending)
            }
        }

        /// Types at a terminal. What it shows comes back.
        private func type(_ keys: String, at harness: Harness) async throws -> Harness.Result {
            try await harness.shell(
                "printf '\(keys)' | TERM=dumb script -qec '\"$HARNESS\" accept' /dev/null")
        }

        @Test(.enabled(if: hasTerminal, "needs script")) func everythingIsTaken() async throws {
            try await inFolder { harness, _, pending in
                let result = try await type("y\\ny\\n", at: harness)
                #expect(result.output.contains("outlet 3 energy"))
                #expect(result.output.contains("outlet 7 energy"))
                #expect(result.output.contains("home/Golden/\(Self.file)"))
                #expect(try harness.read(Self.golden) == pending)
                #expect(!harness.exists(Self.pending))
            }
        }

        @Test(.enabled(if: hasTerminal, "needs script")) func oneOfTwoIsTaken() async throws {
            try await inFolder { harness, _, pending in
                _ = try await type("n\\ny\\n", at: harness)
                try harness.write(pending, to: "whole.jsonl")
                let rest = try await harness.run("diff", Self.golden, "whole.jsonl")
                #expect(rest.status == 2)
                #expect(rest.output.contains("outlet 3 energy"))
                #expect(!rest.output.contains("outlet 7 energy"))
                #expect(
                    try harness.read(Self.golden) == Self.editedFirst(in: pending))
                #expect(!harness.exists(Self.pending))
            }
        }

        @Test(
            .enabled(if: hasTerminal, "needs script"),
            arguments: [
                ("n\\nn\\n", false), ("d\\n", false), ("s\\n", true), ("q\\n", true), ("", true),
            ])
        func theGoldenStays(_ keys: String, _ staysPending: Bool) async throws {
            try await inFolder { harness, former, _ in
                _ = try await type(keys, at: harness)
                #expect(try harness.read(Self.golden) == former)
                #expect(harness.exists(Self.pending) == staysPending)
            }
        }

        /// What was decided before is kept, and the rest can be decided later.
        @Test(
            .enabled(if: hasTerminal, "needs script"), arguments: ["y\\nq\\n", "y\\ns\\n", "y\\n"])
        func whatWasDecidedStays(_ keys: String) async throws {
            try await inFolder { harness, _, pending in
                _ = try await type(keys, at: harness)
                #expect(
                    try harness.read(Self.golden)
                        == Self.edited(7, isLast: true, in: pending))
                #expect(harness.exists(Self.pending))
                _ = try await type("y\\n", at: harness)
                #expect(try harness.read(Self.golden) == pending)
                #expect(!harness.exists(Self.pending))
            }
        }

        @Test func anotherScenariosGoldenIsRefused() async throws {
            try await inFolder { harness, former, pending in
                try harness.write(
                    pending, to: "theirs/pending/steady-baseline.golden.jsonl")
                let result = try await harness.run("accept", "--from", "theirs", "--all")
                #expect(result.status == 2)
                #expect(result.complaint.contains("is a golden of \(Self.name)"))
                let nowhere = try await harness.run("accept", "--from", "nowhere", "--list")
                #expect(nowhere.status == 64)
                #expect(nowhere.complaint.contains("there is no such folder"))
                #expect(try harness.read(Self.golden) == former)
            }
        }

        @Test func anOlderModelIsNoUpgrade() async throws {
            try await inFolder { harness, former, _ in
                let newer = former.replacing("\"model\":\"2\"", with: "\"model\":\"10\"")
                try harness.write(newer, to: Self.golden)
                let result = try await harness.run("accept", "--model-upgrade")
                #expect(result.status == 2)
                #expect(result.complaint.contains("it is of model 2, the one on file of 10"))
                #expect(try harness.read(Self.golden) == newer)
            }
        }

        @Test(.enabled(if: hasTerminal, "needs script")) func helpIsShownAndAsksAgain() async throws
        {
            try await inFolder { harness, _, pending in
                let result = try await type("?\\nhm\\na\\n", at: harness)
                #expect(
                    result.output.components(separatedBy: "take over all that is left").count == 3)
                #expect(try harness.read(Self.golden) == pending)
            }
        }

        @Test(.enabled(if: hasTerminal, "needs script")) func aNewGoldenIsAskedAboutOnce()
            async throws
        {
            try await inFolder { harness, _, pending in
                try FileManager.default.removeItem(atPath: harness.path(Self.golden))
                let result = try await type("y\\n", at: harness)
                #expect(result.output.contains("a new golden, "))
                #expect(try harness.read(Self.golden) == pending)
            }
        }

        @Test func withoutATerminalWhatIsNamedIsTaken() async throws {
            try await inFolder { harness, _, pending in
                let wrong = try await harness.run("accept", "session-expiry-idel")
                #expect(wrong.status == 64)
                #expect(wrong.complaint.contains("did you mean 'session-expiry-idle'?"))
                let list = try await harness.run("accept", "--list")
                let entry = try #require(try JSONValue(parsing: list.output).array?.first)
                #expect(entry["scenario"]?.string == Self.name)
                #expect(entry["state"]?.string == "differs")
                let result = try await harness.run("accept", Self.name)
                #expect(result.output == "\(harness.home)/Golden/\(Self.file)\n")
                #expect(try harness.read(Self.golden) == pending)
            }
        }

        @Test func rejectedOnesAreThrownAway() async throws {
            try await inFolder { harness, former, _ in
                #expect(try await harness.run("accept", "--reject").status == 64)
                let result = try await harness.run("accept", "--reject", "--all")
                #expect(result.output == "rejected \(Self.name)\n")
                #expect(try harness.read(Self.golden) == former)
                #expect(!harness.exists(Self.pending))
            }
        }

        @Test func aModelUpgradeTakesWhatTheDeviceShows() async throws {
            try await inFolder { harness, former, pending in
                let before = try await harness.run("accept", "--model-upgrade")
                #expect(before.status == 2)
                #expect(before.complaint.contains("is not explained by the model: outlet 3 energy"))
                let older = former.replacing("\"model\":\"2\"", with: "\"model\":\"1\"")
                #expect(older != former)
                try harness.write(older, to: Self.golden)
                #expect(try await harness.run("accept", "--model-upgrade").status == 0)
                #expect(try harness.read(Self.golden) == pending)
            }
        }

        @Test func aModelExplainsNothingThatTheClientDoes() async throws {
            try await inFolder { harness, former, pending in
                var lines = pending.components(separatedBy: "\n")
                let index = try #require(lines.lastIndex { $0.contains("GET ~/Outlets/7\"") })
                lines.remove(at: index)
                let older = lines.joined(separator: "\n")
                    .replacing("\"model\":\"2\"", with: "\"model\":\"1\"")
                try harness.write(older, to: Self.golden)
                let result = try await harness.run("accept", "--model-upgrade")
                #expect(result.status == 2)
                #expect(result.complaint.contains("GET of outlet 7 1 more"))
                #expect(try harness.read(Self.golden) == older)
            }
        }

        /// What a client under test did is kept in its own project, and held against later runs.
        @Test func aClientsConductIsKept() async throws {
            try await Harness.inFolder { harness in
                try harness.write(
                    """
                    {
                      "$schema": "scenario.schema.json", "name": "brief", "seed": 1,
                      "start": "2026-01-15T10:00:00Z", "duration": "PT1M",
                      "device": "smartpdu-48", "loads": [ { "outlets": "1-4", "watts": 150 } ]
                    }
                    """, to: "brief.json")
                let run = """
                    "$HARNESS" run brief.json --clock paced:60 -- "$HARNESS" client --url {url}
                    """
                let first = try await harness.shell(run)
                #expect(first.output.contains("golden"), "\(first)")
                #expect(first.output.contains("pdu-harness accept pdu-harness/brief"))
                #expect(first.status != 2)
                let accepted = try await harness.run("accept")
                #expect(accepted.output == "Golden/pdu-harness/brief.golden.jsonl\n")
                let text = try harness.read("Golden/pdu-harness/brief.golden.jsonl")
                #expect(text.contains("POST /redfish/v1/SessionService/Sessions"))
                #expect(!text.contains("123456789"))
                #expect(text.contains("{\"cause\":\"start\"}\n"))
                try harness.write(
                    text.replacing(
                        "{\"cause\":\"start\"}\n",
                        with: "{\"cause\":\"start\"}\n{\"get\":\"/redfish/v1/Gone\",\"times\":1}\n"),
                    to: "Golden/pdu-harness/brief.golden.jsonl")
                let second = try await harness.shell(run)
                #expect(second.output.contains("GET /redfish/v1/Gone"), "\(second)")
                #expect(second.lastLine.contains("golden"))
                let diff = try await harness.run(
                    "diff", "Golden/pdu-harness/brief.golden.jsonl",
                    "pdu-harness-out/brief.recording.jsonl")
                #expect(diff.status == 2)
                #expect(diff.output.contains("GET /redfish/v1/Gone  once → none"))
            }
        }

        /// Two processes take over different goldens of one scenario: one of them is on file, whole.
        @Test func twoAtOnceLoseNothing() async throws {
            try await inFolder { harness, former, pending in
                let other = try Self.edited(7, isLast: true, in: pending)
                try harness.write(other, to: "other/pending/\(Self.file)")
                let result = try await harness.shell(
                    """
                    "$HARNESS" accept --all & "$HARNESS" accept --all --from other
                    wait
                    """)
                let now = try harness.read(Self.golden)
                #expect(now == pending || now == other, "\(result)")
                #expect(harness.names(in: "home/Golden") == [Self.file])
            }
        }
    }

    @Suite(.timeLimit(.minutes(1))) struct DiffTests {
        private static let golden = packageRoot + "/Golden/session-expiry-idle.golden.jsonl"

        @Test func sameAndDifferentAndUnreadable() async throws {
            try await Harness.inFolder { harness in
                let text = try String(contentsOfFile: Self.golden, encoding: .utf8)
                let same = try await harness.run("diff", "session-expiry-idle", Self.golden)
                #expect(same.status == 0)
                #expect(same.lastLine.hasPrefix("SAME, "))
                // As a checkout with other line ends has it.
                try harness.write(text.replacing("\n", with: "\r\n"), to: "crlf.jsonl")
                #expect(try await harness.run("diff", Self.golden, "crlf.jsonl").status == 0)
                try harness.write(text.replacing("\"st\":401", with: "\"st\":403"), to: "b.jsonl")
                let result = try await harness.run(
                    "diff", Self.golden, "b.jsonl", "--report", "json=d.json", "--report",
                    "html=d.html")
                #expect(result.status == 2)
                #expect(result.output.contains("answer of "))
                let report = try JSONValue(parsing: try harness.read("d.json"))
                #expect(report["same"]?.bool == false)
                #expect(report["causes"]?.array?.isEmpty == false)
                #expect(try harness.read("d.html").contains("</html>"))
                for (name, content) in [
                    ("truncated", String(text.prefix(text.count / 2))), ("foreign", "hello\n"),
                    ("empty", ""), ("newer", "{\"golden\":99}\n"),
                ] {
                    try harness.write(content, to: "\(name).jsonl")
                    let result = try await harness.run("diff", Self.golden, "\(name).jsonl")
                    #expect(result.status == 64)
                    #expect(result.complaint.contains("\(name).jsonl:"))
                }
                #expect(try await harness.run("diff", Self.golden, "absent.jsonl").status == 64)
                #expect(try await harness.run("diff", "session-expiry-idle").status == 64)
            }
        }

        @Test func gitShowsGoldensByMeaning() async throws {
            try await Harness.inFolder { harness in
                let text = try String(contentsOfFile: Self.golden, encoding: .utf8)
                let result = try await harness.shell(
                    """
                    git init -q . && echo '*.golden.jsonl diff=pdugolden' > .gitattributes
                    git config diff.pdugolden.textconv "'$HARNESS' diff --textconv"
                    cp '\(Self.golden)' a.golden.jsonl && git add .
                    sed -i 's/"st":401/"st":403/' a.golden.jsonl
                    git diff --no-color
                    """)
                #expect(text.contains("\"st\":401"))
                #expect(result.output.contains("\n+  "), "\(result)")
                #expect(result.output.contains("  403"))
                #expect(!result.output.contains("\"rq\""))
                // One that holds a conflict does not take the others away.
                let conflict = try await harness.shell(
                    "sed -i '1i <<<<<<< HEAD' a.golden.jsonl && git diff --no-color")
                #expect(conflict.status == 0, "\(conflict)")
                #expect(conflict.output.contains("+<<<<<<< HEAD"))
            }
        }
    }
}
