import Foundation
import Testing

/// DMTF's publication, where it is at hand.
private let publication: String? = {
    let path =
        ProcessInfo.processInfo.environment["PDU_HARNESS_DMTF"]
        ?? packageRoot + "/../shared/dmtf"
    return FileManager.default.fileExists(atPath: path + "/csdl") ? path : nil
}()

extension BinaryTests {
    /// The commands that play nothing.
    @Suite(.timeLimit(.minutes(1))) struct CommandTests {
        @Test func version() async throws {
            try await Harness.inFolder { harness in
                let result = try await harness.run("--version")
                #expect(result.status == 0)
                #expect(result.output.contains(/^\d+\.\d+\.\d+\n$/))
            }
        }

        @Test(arguments: [
            "run", "serve", "client", "judge", "accept", "validate", "rules", "list", "lint",
            "csdl", "csdl build", "bench",
        ])
        func everyCommandHasHelp(_ command: String) async throws {
            try await Harness.inFolder { harness in
                let result = try await harness.shell("\"$HARNESS\" \(command) --help")
                #expect(result.status == 0)
                #expect(result.output.hasPrefix("OVERVIEW: "))
                #expect(result.output.contains("USAGE: pdu-harness \(command)"))
                let short = try await harness.shell("\"$HARNESS\" --help")
                #expect(short.output.contains("  \(command.prefix { $0 != " " }) "))
            }
        }

        @Test func scenariosAndDevicesAreListed() async throws {
            try await Harness.inFolder { harness in
                let result = try await harness.run("list")
                #expect(result.status == 0)
                for name in RunTests.shipped { #expect(result.output.contains("  \(name) ")) }
                #expect(result.output.contains("\n  smartpdu-48  48 outlets"))
                #expect(result.output.contains("\n  smartpdu-compat  Not spec-clean"))
            }
        }

        @Test func rulesAreExplained() async throws {
            try await Harness.inFolder { harness in
                let result = try await harness.run("rules", "client/A07")
                #expect(result.status == 0)
                #expect(result.output.hasPrefix("client/A07-one-relogin  should, fail\n    "))
                #expect(result.output.contains("Redfish Specification"))
                let all = try await harness.run("rules")
                let ids = all.output.split(separator: "\n").filter { !$0.hasPrefix(" ") }
                #expect(Set(ids).count == ids.count)
                #expect(ids.count > 50)
            }
        }

        @Test func lintTellsEveryScenario() async throws {
            try await Harness.inFolder { harness in
                try harness.makeHome()
                try harness.write("{}", to: "home/Scenarios/bare.json")
                try harness.write(
                    #"{"$schema": "scenario.schema.json", "name": "x"}"#,
                    to: "home/Scenarios/short.json")
                let result = try await harness.run("lint")
                #expect(result.status == 64)
                #expect(
                    result.output.split(separator: "\n").count { $0.hasSuffix(": ok") }
                        == RunTests.shipped.count)
                #expect(result.complaint.contains("short.json:1:1: 'start' is missing"))
                let count = RunTests.shipped.count + 1
                #expect(result.complaint.contains("1 of \(count) scenarios is not right"))
            }
        }

        @Test func payloadsAreHeldAgainstTheirSchemas() async throws {
            try await Harness.inFolder { harness in
                let payload = """
                    {
                      "@odata.id": "/redfish/v1/PowerEquipment/RackPDUs/1/Outlets/1",
                      "@odata.type": "#Outlet.v1_4_4.Outlet",
                      "Id": "1", "Name": "Outlet 1", "PhaseWiringType": "OnePhase3Wire",
                      "PowerState": "On"
                    }
                    """
                try harness.write(payload, to: "good.json")
                try harness.write(
                    payload.replacing("\"On\"", with: "\"Onn\""), to: "bad.json")
                let good = try await harness.run("validate", "good.json")
                #expect(good.status == 0, "\(good.output)")
                let bad = try await harness.run("validate", "bad.json")
                #expect(bad.status == 1)
                #expect(bad.output.contains("bad.json:5:17 "))
                #expect(bad.output.contains("Outlet_v1.xml:"))
                let piped = try await harness.shell("\"$HARNESS\" validate - < good.json")
                #expect(piped.output.hasPrefix("-: payload, 1 payload\n"))
                #expect(piped.lastLine == "PASS")
                try harness.write("{", to: "broken.json")
                let broken = try await harness.run("validate", "broken.json")
                #expect(broken.status == 64)
                #expect(broken.complaint.contains("broken.json:1:2: "))
            }
        }

        @Test(.enabled(if: publication != nil, "needs DMTF's publication"))
        func theBundleIsWhatIsBuiltFromThePublication() async throws {
            try await Harness.inFolder { harness in
                let texts = packageRoot + "/CSDL/MessageTexts.json"
                try harness.write(
                    try String(contentsOfFile: texts, encoding: .utf8),
                    to: "bundle/MessageTexts.json")
                let result = try await harness.run(
                    "csdl", "build", try #require(publication), "--out", "bundle")
                #expect(result.status == 0)
                // The profiles are our own.
                let difference = try await harness.shell(
                    "diff -r --exclude=Profiles bundle '\(packageRoot)/CSDL'")
                #expect(difference.output == "")
                #expect(difference.status == 0)
            }
        }
    }
}
