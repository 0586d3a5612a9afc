import Foundation
import JSONText
import Testing

extension BinaryTests {
    /// `validate` on every kind of target, run as a user would run it.
    @Suite(.timeLimit(.minutes(2))) struct ValidateTests {
        /// A mockup with a link that leads nowhere, a wrong value and a file nobody links to.
        private func writeMockup(_ harness: Harness, powerState: String = "\"Onn\"") throws {
            try harness.write(
                """
                {
                  "@odata.id": "/redfish/v1/", "@odata.type": "#ServiceRoot.v1_20_0.ServiceRoot",
                  "@Redfish.Copyright": "nobody", "Id": "RootService", "Name": "Root",
                  "PowerEquipment": { "@odata.id": "/redfish/v1/PowerEquipment" },
                  "Links": { "Sessions": { "@odata.id": "/redfish/v1/SessionService/Sessions" } }
                }
                """, to: "mockup/index.json")
            try harness.write(
                """
                {
                  "@odata.id": "/redfish/v1/PowerEquipment",
                  "@odata.type": "#PowerEquipment.v1_2_3.PowerEquipment",
                  "Id": "PowerEquipment", "Name": "Equipment",
                  "Status": {
                    "State": \(powerState)
                  }
                }
                """, to: "mockup/PowerEquipment/index.json")
            try harness.write("{}", to: "mockup/Nobody/index.json")
        }

        @Test func aMockupIsWalkedByLinks() async throws {
            try await Harness.inFolder { harness in
                try writeMockup(harness)
                let result = try await harness.run(
                    "validate", "mockup", "--report", "sarif=out.sarif", "--report",
                    "json=out.json", "--report", "html=out.html", "--report", "junit=out.xml",
                    "--report", "markdown=out.md", "--report", "text=out.txt")
                #expect(result.status == 1, "\(result.complaint)")
                #expect(result.output.contains("mockup: mockup, 4 payloads"))
                #expect(
                    result.output.contains(
                        "mockup/PowerEquipment/index.json:6:14 "
                            + "/redfish/v1/PowerEquipment#/Status/State: fail schema/enum-member: ")
                )
                #expect(result.output.contains("/redfish/v1/SessionService/Sessions: fail "))
                #expect(result.lastLine == "FAIL exit 1: schema/enum-member, schema/link")
                let sarif = try JSONValue(parsing: try harness.read("out.sarif"))
                let results = try #require(sarif["runs"]?[0]?["results"]?.array)
                let place = results.first { $0["ruleId"]?.string == "schema/enum-member" }?[
                    "locations"]?[0]?["physicalLocation"]
                #expect(
                    place?["artifactLocation"]?["uri"]?.string
                        == "mockup/PowerEquipment/index.json")
                #expect(place?["region"]?["startLine"]?.number?.exactInteger == 6)
                #expect(place?["region"]?["snippet"]?["text"]?.string == "    \"State\": \"Onn\"")
                let json = try JSONValue(parsing: try harness.read("out.json"))
                #expect(json["counts"]?["fail"]?.number?.exactInteger == 2)
                #expect(
                    result.output.contains(
                        "mockup/Nobody/index.json /redfish/v1/Nobody: warn schema/orphan: "))
                #expect(try harness.read("out.html").contains("<mark>    &quot;State&quot;: "))
                #expect(try harness.read("out.xml").contains("failures=\"2\""))
                #expect(try harness.read("out.md").contains("`schema/enum-member`"))
                let again = try await harness.run("validate", "mockup", "--report", "html=b.html")
                #expect(again.output == result.output)
                #expect(try harness.read("b.html") == harness.read("out.html"))
            }
        }

        @Test func acceptedFindingsCountNoMoreUntilTheyExpire() async throws {
            try await Harness.inFolder { harness in
                try writeMockup(harness)
                func expected(_ entries: String) throws {
                    try harness.write("{\"expected\": [\(entries)]}", to: "expected.json")
                }
                let link = """
                    {"rule": "schema/link", "at": "/redfish/v1/SessionService/*",
                     "reason": "no sessions here"}
                    """
                func value(_ expires: String) -> String {
                    """
                    {"rule": "schema/enum-member", "at": "*", "pointer": "/Status/*",
                     "reason": "to be mended", "expires": "\(expires)"}
                    """
                }
                try expected("\(link), \(value("2999-12-31"))")
                let accepted = try await harness.run(
                    "validate", "mockup", "--expected", "expected.json")
                #expect(accepted.status == 0, "\(accepted.output)")
                #expect(accepted.output.contains("2 accepted"))
                try expected("\(link), \(value("2020-01-31"))")
                let expired = try await harness.run(
                    "validate", "mockup", "--expected", "expected.json")
                #expect(expired.status == 1)
                #expect(expired.output.contains("was accepted until 2020-01-31"))
                try writeMockup(harness, powerState: "\"Enabled\"")
                try expected("\(link), \(value("2999-12-31"))")
                let stale = try await harness.run(
                    "validate", "mockup", "--expected", "expected.json")
                #expect(stale.status == 0)
                #expect(stale.output.contains("accepted, yet not found: schema/enum-member at *"))
                // The other warning is about a resource that nothing leads to.
                #expect(stale.lastLine == "PASS with 2 warnings")
                try harness.write("{\"expected\": [{\"rule\": \"schema/id\"}]}", to: "bad.json")
                let bad = try await harness.run("validate", "mockup", "--expected", "bad.json")
                #expect(bad.status == 64)
                #expect(bad.complaint.contains("bad.json:1:15: 'at' is missing"))
            }
        }

        @Test func payloadsThatAreTraps() async throws {
            try await Harness.inFolder { harness in
                try harness.write(
                    String(repeating: "[", count: 100_000), to: "deep.json")
                let deep = try await harness.run("validate", "deep.json")
                #expect(deep.status == 64)
                #expect(deep.complaint.contains("deep.json:1:"))
                let huge = try await harness.shell(
                    "truncate -s 1G huge.json && \"$HARNESS\" validate huge.json")
                #expect(huge.status == 64)
                #expect(huge.complaint.contains("huge.json has more than 64 MiB"))
                try writeMockup(harness)
                try harness.write("{\"a\":", to: "mockup/PowerEquipment/index.json")
                let damaged = try await harness.run("validate", "mockup")
                #expect(damaged.status == 1)
                #expect(damaged.output.contains("PowerEquipment/index.json:1:6 "))
                #expect(damaged.lastLine == "FAIL exit 1: schema/link, schema/json")
            }
        }

        @Test(arguments: ["session", "basic"])
        func aLiveServiceIsWalked(auth: String) async throws {
            try await Harness.inFolder { harness in
                let (serve, url) = try await started(harness, "--device", "dc-3")
                let result = try await harness.run(
                    "validate", url, "--user", "admin", "--password",
                    try password(serve.outputSoFar), "--auth", auth)
                #expect(result.status == 0, "\(result.output)\(result.complaint)")
                #expect(result.lastLine == "PASS")
                let stranger = try await harness.run("validate", url)
                #expect(stranger.status == 64)
                #expect(
                    stranger.complaint.contains("answered 401); pass --user and --password"),
                    "\(stranger.complaint)")
                let wrong = try await harness.run(
                    "validate", url, "--user", "admin", "--password", "wrong-password")
                #expect(wrong.status == 64)
                #expect(wrong.complaint.contains("the login of 'admin' was answered 401"))
                serve.signal(SIGTERM)
                _ = try await serve.result()
                let gone = try await harness.run("validate", url)
                #expect(gone.status == 64)
                #expect(gone.complaint.contains("nobody listens there"))
            }
        }

        @Test func aSecureServiceIsBelievedByItsAuthority() async throws {
            try await Harness.inFolder { harness in
                harness.environment["XDG_DATA_HOME"] = harness.folder
                let (serve, url) = try await started(harness, "--device", "dc-3", "--tls")
                let login = [
                    "--user", "admin", "--password", try password(serve.outputSoFar),
                    "--uri", "/redfish/v1/PowerEquipment",
                ]
                let authority = harness.path("pdu-harness/tls/ca.pem")
                let trusted = try await harness.shell(
                    "\"$HARNESS\" validate \(url) \(login.joined(separator: " ")) --ca \(authority)"
                )
                #expect(trusted.status == 0, "\(trusted.output)\(trusted.complaint)")
                let insecure = try await harness.shell(
                    "\"$HARNESS\" validate \(url) \(login.joined(separator: " ")) --insecure")
                #expect(insecure.status == 0, "\(insecure.complaint)")
                let stranger = try await harness.shell(
                    "\"$HARNESS\" validate \(url) \(login.joined(separator: " "))")
                #expect(stranger.status == 64)
                #expect(stranger.complaint.contains("certificate"))
                serve.signal(SIGTERM)
                _ = try await serve.result()
            }
        }

        @Test func aServedMockupGivesWhatItsFolderGives() async throws {
            try await Harness.inFolder { harness in
                try writeMockup(harness)
                let (serve, url) = try await started(harness, "--mockup", "mockup")
                let live = try await harness.run("validate", url, "--report", "json=live.json")
                #expect(live.status == 1)
                #expect(
                    live.lastLine
                        == "FAIL exit 1: schema/enum-member, schema/link, schema/metadata")
                serve.signal(SIGTERM)
                #expect(try await serve.result().status == 0)
            }
        }

        @Test func recordingsAndGoldensAreTargets() async throws {
            try await Harness.inFolder { harness in
                let golden = packageRoot + "/Golden/overload.golden.jsonl"
                let result = try await harness.run("validate", golden)
                #expect(result.status == 0, "\(result.output)\(result.complaint)")
                #expect(result.output.contains("golden, schema: "))
            }
        }

        @Test(arguments: [
            (["validate", "."], "is no mockup"),
            (["validate", "http://127.0.0.1:1/redfish/v1/Chassis"], "name a part with --uri"),
            (["validate", "x.json", "--ca", "a", "--insecure"], "exclude one another"),
            (["validate", "x.json", "--password", "p"], "--password goes with --user"),
            (["validate", "-", "-"], "standard input is one target"),
            (["serve", "--mockup", "/nonexistent"], "is no mockup"),
        ])
        func targetsThatAreNone(arguments: [String], complaint: String) async throws {
            try await Harness.inFolder { harness in
                let line = arguments.map { "'\($0)'" }.joined(separator: " ")
                let result = try await harness.shell("\"$HARNESS\" \(line)")
                #expect(result.status == 64)
                #expect(result.complaint.contains(complaint), "\(result.complaint)")
            }
        }

        // MARK: Serving

        private func started(
            _ harness: Harness, _ arguments: String...
        ) async throws -> (RunningHarness, url: String) {
            let line = arguments.joined(separator: " ")
            let serve = try harness.startShell("exec \"$HARNESS\" serve --port 0 \(line)")
            while !serve.outputSoFar.contains("Ctrl-C") {
                guard serve.process.isRunning else { break }
                try await Task.sleep(for: .milliseconds(10))
            }
            let text = serve.outputSoFar
            let found = try #require(text.firstMatch(of: /https?:\/\/127\.0\.0\.1:\d+/), "\(text)")
            return (serve, String(found.output))
        }

        private func password(_ text: String) throws -> String {
            String(try #require(text.firstMatch(of: /password ([^)]+)\)/), "\(text)").output.1)
        }
    }
}
