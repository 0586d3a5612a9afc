import Foundation
import Testing

extension BinaryTests {
    /// Bad input ends with one clear message and 64, and leaves nothing behind.
    @Suite(.timeLimit(.minutes(1))) struct InputErrorTests {
        /// One mistake in a scenario: what is written in place of what, and where the message says
        /// it is.
        struct Mistake: CustomTestStringConvertible {
            var old: String
            var new: String
            var complaint: String
            var testDescription: String { complaint }

            init(_ old: String, _ new: String, _ complaint: String) {
                self.old = old
                self.new = new
                self.complaint = complaint
            }
        }

        /// `-- $CLIENT`, where nobody has set it: the built-in client must not pass in its place.
        @Test func aClientThatIsNotNamed() async throws {
            try await Harness.inFolder { harness in
                let result = try await harness.run("run", "session-expiry-idle", "--")
                #expect(result.status == 64)
                #expect(result.complaint.contains("nothing stands after --"))
            }
        }

        /// A scenario that cannot even be parsed is no less a scenario.
        @Test func aScenarioThatIsNoJSONDoesNotVanish() async throws {
            try await Harness.inFolder { harness in
                try harness.makeHome()
                let path = "home/Scenarios/overload.json"
                let text = try harness.read(path).replacing(/"seed": \d+,/, with: "\"seed\": 7,,")
                try harness.write(text, to: path)
                try harness.write("", to: "some/empty.json")
                let place = "Scenarios/overload.json:6:"
                for command in [
                    "lint", "list", "run overload", "run home/Scenarios", "serve overload",
                ] {
                    let result = try await harness.shell("\"$HARNESS\" \(command)")
                    #expect(result.status == 64)
                    #expect(result.complaint.contains(place), "\(command): \(result.complaint)")
                }
                let empty = try await harness.run("lint", "some")
                #expect(empty.status == 64)
                #expect(empty.complaint.contains("some/empty.json:1:1: "))
                #expect(!harness.exists("pdu-harness-out"))
            }
        }

        @Test func aRuleThatThereIsNotIsNotExpected() async throws {
            try await Harness.inFolder { harness in
                try harness.write(
                    """
                    { "expected": [
                      { "rule": "client/A04-session-delted", "at": "*", "reason": "issue 1" } ] }
                    """, to: "expected.json")
                let result = try await harness.run(
                    "run", "overload", "--expected", "expected.json", "--", "true")
                #expect(result.status == 64)
                #expect(
                    result.complaint.contains(
                        "expected.json:2:13: there is no rule 'client/A04-session-delted'; did "
                            + "you mean 'client/A04-session-deleted'?"))
            }
        }

        @Test func aDeviceIsNamedOnceAndRight() async throws {
            try await Harness.inFolder { harness in
                let unknown = try await harness.run("serve", "--device", "smartpdu-49")
                #expect(unknown.status == 64)
                #expect(
                    unknown.complaint.contains(
                        "there is no device 'smartpdu-49'; did you mean 'smartpdu-48'?"))
                let twice = try await harness.run("serve", "overload", "--device", "dc-3")
                #expect(twice.status == 64)
                #expect(twice.complaint.contains("goes without a scenario"))
            }
        }

        /// The discard port, where nobody listens.
        @Test func aServiceThatNeverAnswersIsNoSuccess() async throws {
            try await Harness.inFolder { harness in
                let result = try await harness.run(
                    "client", "--url", "http://127.0.0.1:9", "--duration", "PT2S")
                #expect(result.status == 1)
                #expect(result.complaint.contains("http://127.0.0.1:9 never answered: refused"))
            }
        }

        @Test(arguments: [
            Mistake(
                "\"seed\": 7", "\"sede\": 7",
                "mine.json:6:11: unknown key 'sede'; did you mean 'seed'? (at /sede)"),
            Mistake(
                "\"watts\": 90", "\"wats\": 90",
                "mine.json:20:56: unknown key 'wats'; did you mean 'watts'? (at /loads/1/wats)"),
            Mistake(
                "gCO2e/kWh", "kgCO2e/kWh",
                "mine.json:24:13: 'kgCO2e/kWh' is not known here; did you mean 'gCO2e/kWh'? "
                    + "(at /carbon/unit)"),
            Mistake(
                "\"watts\": 90", "\"watts\": \"90W\"",
                "mine.json:20:57: expected a number, found string (at /loads/1/watts)"),
            Mistake(
                "33-48", "33-49",
                "mine.json:21:18: outlet 49 does not exist; there are 1…48 (at /loads/2/outlets)"),
            Mistake("33-48", "30-48", "outlet 30 already has a load (at /loads/2/outlets)"),
            Mistake(
                "\"PT40M\"", "\"40 minutes\"",
                "mine.json:8:15: '40 minutes' is no ISO 8601 duration; write for example PT90S, "
                    + "PT5M, PT1H30M (at /duration)"),
            Mistake(
                "\"smartpdu-48\"", "\"smartpdu-47\"",
                "there is no device 'smartpdu-47'; did you mean 'smartpdu-48'? (at /device)"),
            Mistake(
                "reset-breaker", "reset-braker",
                "'reset-braker' is not known here; did you mean 'reset-breaker'? "
                    + "(at /timeline/1/do)"),
            Mistake(
                "\"circuit\": \"A\"", "\"circuit\": \"D\"",
                "there is no circuit 'D'; known: A, B, C (at /timeline/1/circuit)"),
            Mistake("\"PT25M\"", "\"PT45M\"", "PT45M is after the end, PT40M (at /timeline/0/at)"),
            Mistake("\"seed\": 7,", "\"seed\": 7,,", "mine.json:6:13: "),
        ])
        func aScenarioThatIsNotRight(_ mistake: Mistake) async throws {
            try await Harness.inFolder { harness in
                let text = try String(
                    contentsOfFile: packageRoot + "/Scenarios/overload.json", encoding: .utf8)
                #expect(text.contains(mistake.old))
                try harness.write(
                    text.replacing(mistake.old, with: mistake.new, maxReplacements: 1),
                    to: "mine.json")
                for command in ["run", "lint"] {
                    let result = try await harness.run(command, "mine.json")
                    #expect(result.status == 64)
                    #expect(result.output == "")
                    #expect(result.complaint.contains(mistake.complaint), "\(result.complaint)")
                }
                #expect(harness.names(in: ".") == ["mine.json"])
            }
        }

        @Test func aMisspeltScenarioHasASuggestion() async throws {
            try await Harness.inFolder { harness in
                let result = try await harness.run("run", "overlaod")
                #expect(result.status == 64)
                #expect(
                    result.complaint
                        == "pdu-harness: there is no scenario 'overlaod'; did you mean "
                        + "'overload'?\n")
                let other = try await harness.run("run", "nowhere/nothing.json")
                #expect(other.status == 64)
                #expect(other.complaint.contains("known: auth-wrong-password, "))
            }
        }

        @Test func twoScenariosOfOneNameAreRefused() async throws {
            try await Harness.inFolder { harness in
                let path = packageRoot + "/Scenarios/overload.json"
                try harness.write(
                    try String(contentsOfFile: path, encoding: .utf8), to: "again.json")
                let result = try await harness.run("run", "overload", "again.json")
                #expect(result.status == 64)
                #expect(result.complaint.contains("both named 'overload'"))
            }
        }

        @Test(arguments: [
            ["run"], ["run", "overload", "--clock", "paced:60"],
            ["run", "overload", "--jobs", "0"],
            ["run", "overload", "--report", "yaml=x"],
            ["run", "overload", "--report", "json"], ["nonsense"], ["serve", "--port", "70000"],
            ["serve", "--device", "nothing"], ["client", "--url", "ftp://x"],
            ["rules", "nothing/"],
            ["judge", "/nonexistent"], ["judge", "/etc/hostname"], ["validate", "/nonexistent"],
            ["csdl", "build", "/nonexistent"], ["run", "overload", "--home", "/nonexistent"],
        ])
        func wrongUsage(_ arguments: [String]) async throws {
            try await Harness.inFolder { harness in
                let command = arguments.map { "'\($0)'" }.joined(separator: " ")
                let result = try await harness.shell("\"$HARNESS\" \(command)")
                #expect(result.status == 64)
                #expect(result.output == "")
                #expect(!result.complaint.isEmpty)
                #expect(!result.complaint.contains("fault of the harness"))
                #expect(harness.names(in: ".") == [])
            }
        }

        /// A device file that never ends, or a file that only looks like a recording by its name.
        @Test(arguments: [
            "run", "judge", "validate", "lint", "validate payload.json --expected",
        ])
        func aFileWithoutEndIsRefused(_ command: String) async throws {
            try await Harness.inFolder { harness in
                try harness.write("{}", to: "payload.json")
                let result = try await harness.shell("\"$HARNESS\" \(command) /dev/zero")
                #expect(result.status == 64)
                let complaint =
                    command == "judge"
                    ? "/dev/zero:1: this is no recording: the first line has more than 64 MiB"
                    : "/dev/zero has more than 64 MiB: that is no file of this kind"
                #expect(result.complaint.contains(complaint), "\(result.complaint)")
            }
        }

        /// Names in files do not reach the terminal as commands.
        @Test func whatAFileSaysIsMadeVisible() async throws {
            try await Harness.inFolder { harness in
                try harness.write(#"{"\u001b[2J": 1}"#, to: "mine.json")
                let result = try await harness.run("lint", "mine.json")
                #expect(result.status == 64)
                #expect(!result.complaint.contains("\u{1B}"))
                try harness.write(
                    "{\"expected\": [{\"\\u001b[2J\": 1}]}", to: "expected.json")
                try harness.write("{}", to: "payload.json")
                let other = try await harness.run(
                    "validate", "payload.json", "--expected", "expected.json")
                #expect(other.status == 64)
                #expect(!other.complaint.contains("\u{1B}"), "\(other.complaint)")
            }
        }

        @Test func anUnreadableSchemaFileIsAFindingNotSilence() async throws {
            try await Harness.inFolder { harness in
                try harness.makeHome()
                let files = FileManager.default
                try files.removeItem(atPath: harness.path("home/CSDL"))
                try files.copyItem(
                    atPath: packageRoot + "/CSDL", toPath: harness.path("home/CSDL"))
                try harness.write("<broken", to: "home/CSDL/Outlet_v1.xml")
                let result = try await harness.run("run", "session-expiry-idle", "--in-process")
                #expect(result.status != 0)
                #expect(result.output.contains("Outlet_v1.xml"), "\(result.output)")
            }
        }

        @Test func aBusyPortIsNamed() async throws {
            try await Harness.inFolder { harness in
                let first = try harness.start("serve", "--port", "0")
                defer { first.signal(SIGKILL) }
                let port = try await first.port()
                let second = try await harness.run("serve", "--port", "\(port)")
                #expect(second.status == 64)
                #expect(second.complaint.contains("\(port)"))
                #expect(second.complaint.contains("in use"), "\(second.complaint)")
            }
        }
    }
}
