import Foundation
import JSONText
import Testing

extension BinaryTests {
    /// `validate --profile`, run as a user would run it.
    @Suite(.timeLimit(.minutes(2))) struct ProfileTests {
        private func writeMockup(_ harness: Harness) throws {
            try harness.write(
                """
                {
                  "@odata.id": "/redfish/v1/", "@odata.type": "#ServiceRoot.v1_20_0.ServiceRoot",
                  "Id": "RootService", "Name": "Root", "RedfishVersion": "1.20.0",
                  "Links": {}
                }
                """, to: "mockup/index.json")
        }

        private func profile(_ name: String, _ rest: String) -> String {
            """
            { "ProfileName": "\(name)", "ProfileVersion": "1.2.0",
              \(rest) }
            """
        }

        private let small = """
            "Resources": { "ServiceRoot": { "PropertyRequirements": {
                "RedfishVersion": {},
                "UUID": { "Purpose": "to know it again" },
                "Vendor": { "ReadRequirement": "Recommended" } } } }
            """

        @Test func aProfileIsEvaluatedInEveryReport() async throws {
            try await Harness.inFolder { harness in
                try writeMockup(harness)
                try harness.write(profile("Small", small), to: "small.json")
                let result = try await harness.run(
                    "validate", "mockup", "--profile", "small.json", "--report", "json=out.json",
                    "--report", "sarif=out.sarif", "--report", "html=out.html", "--report",
                    "junit=out.xml", "--report", "markdown=out.md")
                #expect(result.status == 1, "\(result.complaint)")
                let output = result.output
                #expect(output.contains("small.json: profile, Small 1.2.0\n"))
                #expect(
                    output.contains(
                        "\nprofile Small 1.2.0\n  mockup: 4 requirements: 2 pass, 1 fail, "
                            + "1 not exercised; met in 2 places\n"))
                #expect(
                    output.contains(
                        "  mockup/index.json:1:1 /redfish/v1#/UUID: fail profile/property: "
                            + "'UUID' is missing (to know it again) [small.json:4]\n"))
                #expect(output.contains(": info profile/recommended: 'Vendor' is missing"))
                let json = try JSONValue(parsing: try harness.read("out.json"))
                let target = try #require(json["targets"]?[1])
                let requirements = try #require(
                    target["profiles"]?[0]?["requirements"]?.array)
                #expect(
                    requirements.map { $0["verdict"]?.string } == [
                        "pass", "pass", "fail", "not exercised",
                    ])
                let finding = target["payloads"]?[0]?["findings"]?.array?.first {
                    $0["rule"] == "profile/property"
                }
                #expect(finding?["profile"] == "Small 1.2.0")
                #expect(
                    finding?["definition"] == [
                        "file": "small.json", "line": 4,
                        "pointer": "/Resources/ServiceRoot/PropertyRequirements/UUID",
                    ])
                let junit = try harness.read("out.xml")
                #expect(
                    junit.contains(
                        #"<testsuite name="mockup: profile Small 1.2.0" tests="4" failures="1" "#
                            + #"errors="0" skipped="1">"#))
                #expect(try harness.read("out.html").contains("<h2>Profile Small 1.2.0</h2>"))
                #expect(try harness.read("out.md").contains("## profile Small 1.2.0"))
                #expect(try harness.read("out.sarif").contains(#""uri": "small.json""#))
            }
        }

        @Test func whatIsAcceptedFailsNoRequirement() async throws {
            try await Harness.inFolder { harness in
                try writeMockup(harness)
                try harness.write(profile("Small", small), to: "small.json")
                try harness.write(
                    """
                    {"expected": [
                      {"rule": "profile/", "at": "*", "pointer": "/UUID", "reason": "next release"}]}
                    """, to: "expected.json")
                let result = try await harness.run(
                    "validate", "mockup", "--profile", "small.json", "--expected", "expected.json")
                #expect(!result.output.contains("FAIL  profile/"))
                #expect(result.output.contains("4 requirements: 2 pass, 2 not exercised"))
            }
        }

        @Test func profilesThatAreRequiredLieBesideIt() async throws {
            try await Harness.inFolder { harness in
                try writeMockup(harness)
                try harness.write(
                    profile(
                        "Big",
                        #""RequiredProfiles": {"Small": {"MinVersion": "1.1.0"}}, "Resources": {}"#),
                    to: "profiles/Big.v1_2_0.json")
                let missing = try await harness.run(
                    "validate", "mockup", "--profile", "profiles/Big.v1_2_0.json")
                #expect(missing.status == 64)
                #expect(
                    missing.complaint.contains(
                        "profiles/Big.v1_2_0.json:2:33: the profile requires Small 1.1.0 or later; "
                            + "put Small.v1_1_0.json beside it"), "\(missing.complaint)")
                for version in ["v1_0_9", "v1_2_0", "v2_0_0"] {
                    try harness.write(
                        profile("Small", small), to: "profiles/Small.\(version).json")
                }
                let found = try await harness.run(
                    "validate", "mockup", "--profile", "profiles/Big.v1_2_0.json")
                #expect(found.status == 1)
                #expect(found.output.contains("profiles/Small.v1_2_0.json: profile, Small 1.2.0"))
                #expect(found.output.contains("\nprofile Big 1.2.0\n"))
                // Only what it says of one type of resource, named twice.
                try harness.write(
                    profile(
                        "Part",
                        #"""
                        "Resources": {"Outlet": {"ReadRequirement": "None",
                            "RequiredResourceProfile": {"Name": "Small"}}}
                        """#), to: "profiles/Part.json")
                let part = try await harness.run(
                    "validate", "mockup", "--profile", "profiles/Part.json", "--profile",
                    "profiles/Part.json")
                #expect(part.output.contains("\nprofile Small 1.2.0\n  mockup: 0 requirements"))
            }
        }

        /// On our own PDU every requirement that can be put to the test is met.
        @Test func theShippedProfilePassesOnThePDU() async throws {
            try await Harness.inFolder { harness in
                let result = try await harness.shell(
                    """
                    coproc "$HARNESS" serve --device dc-3 --port 0
                    read -r -u ${COPROC[0]} line
                    [[ $line =~ http://127.0.0.1:[0-9]+ ]]
                    "$HARNESS" validate "$BASH_REMATCH" --user admin --password 123456789 \
                        --profile rackPDUenergycarbon --report json=out.json
                    kill $COPROC_PID
                    """)
                #expect(result.lastLine == "PASS", "\(result.output)\(result.complaint)")
                let json = try JSONValue(parsing: try harness.read("out.json"))
                let profile = try #require(json["targets"]?[1]?["profiles"]?[0])
                #expect(profile["file"] == "CSDL/Profiles/RackPDUEnergyCarbon.v1_0_0.json")
                #expect(profile["counts"]?["fail"] == 0)
                #expect((profile["counts"]?["pass"]?.number?.exactInteger ?? 0) >= 118)
                #expect((profile["met"]?.number?.exactInteger ?? 0) >= 200)
            }
        }

        @Test func wrongUseIsSaid() async throws {
            try await Harness.inFolder { harness in
                try writeMockup(harness)
                func complaint(_ target: String, _ profile: String) async throws -> String {
                    let result = try await harness.run("validate", target, "--profile", profile)
                    #expect(result.status == 64)
                    return result.complaint
                }
                #expect(
                    try await complaint("mockup", "rackpduenergycarbo").contains(
                        "there is no profile 'rackpduenergycarbo'; did you mean "
                            + "'RackPDUEnergyCarbon'?"))
                try harness.write("{\"Resources\": []}", to: "bad.json")
                #expect(
                    try await complaint("mockup", "bad.json").contains(
                        "bad.json:1:15: expected an object, found array (at /Resources)"))
                try harness.write(profile("Small", small), to: "small.json")
                #expect(
                    try await complaint(
                        packageRoot + "/Golden/overload.golden.jsonl", "small.json"
                    ).contains("and this is a recording"))
                try harness.write(profile("Small", small), to: "same.json")
                let same = try await harness.run(
                    "validate", "mockup", "--profile", "small.json", "--profile", "same.json")
                #expect(same.complaint.contains("small.json and same.json are both Small 1.2.0"))
            }
        }
    }
}
