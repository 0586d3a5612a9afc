import Foundation
import Testing

extension SteppedBinaryTests {
    /// `pdu-harness.json`, the manifest of a client.
    @Suite(.timeLimit(.minutes(2))) struct ClientManifestTests {
        private static let manifest = """
            {
              "$schema": "client.schema.json",
              "name": "my-meter", "does": ["poll"], "config": "client.ini.in",
              "command": ["python3", "{config}"],
              "claims": { "format": "csv", "constantScope": "pdu", "energy": "Wh", "unit": "Wh" },
              "clock": "paced:200", "exit": "nonzero"
            }
            """

        private func write(_ manifest: String, in harness: Harness) throws {
            try harness.write(ClientBinaryTests.ClientProgramTests.scenario, to: "small.json")
            try harness.write(manifest, to: "pdu-harness.json")
            // A program for a configuration, so that it shows what was rendered.
            try harness.write(
                """
                import signal, sys, time, urllib.request
                signal.signal(signal.SIGTERM, lambda *_: sys.exit(5))
                if "{password}" != "12345" + "6789": sys.exit(1)
                open("{claims}", "w").write("Wh\\nplenty\\n")
                while True:
                    urllib.request.urlopen("{url}/redfish/v1/").read()
                    time.sleep({pollWallSeconds})
                """, to: "client.ini.in")
        }

        @Test func itIsFoundInTheWorkingDirectory() async throws {
            try await Harness.inFolder { harness in
                try write(Self.manifest, in: harness)
                let result = try await harness.run("run", "small.json")
                #expect(result.status == 1, "\(result.output)\(result.complaint)")
                #expect(result.output.contains("paced:200 clock, client my-meter"))
                #expect(result.words.contains("client ended with status 5"))
                #expect(
                    result.words.contains(
                        "line 2 of what the client claims is no claim: what stands at Wh"))
                // What is kept of it is without its secrets.
                let kept = try harness.read("pdu-harness-out/small.client.ini")
                #expect(kept.contains(#"if "<"#))
                #expect(!kept.contains("123456789"))
                #expect(try harness.read("pdu-harness-out/small.claims.jsonl") == "Wh\nplenty\n")
            }
        }

        @Test func theExitThatItDemandsIsDemanded() async throws {
            try await Harness.inFolder { harness in
                try write(
                    Self.manifest.replacing("\"nonzero\"", with: "\"zero\""), in: harness)
                let result = try await harness.run("run", "small.json")
                #expect(result.status == 3)
                #expect(result.lastLine.contains("ended with status 5, not with status 0"))
            }
        }

        @Test func theBuiltInClientStaysAtHand() async throws {
            try await Harness.inFolder { harness in
                try write(Self.manifest, in: harness)
                let result = try await harness.run(
                    "run", "session-expiry-idle", "--client", "reference", "--in-process")
                #expect(result.output.contains("virtual clock"))
            }
        }

        @Test(arguments: [
            (#""name": "my-meter""#, #""name": "../x""#, "3:11"),
            (#""does": ["poll"]"#, #""does": ["pol"]"#, "did you mean 'poll'?"),
            (#""exit": "nonzero""#, #""exits": "zero""#, "did you mean 'exit'?"),
            ("paced:200", "virtual", "paced:N with N in"),
            (#""command": ["python3", "{config}"]"#, #""command": []"#, "the command is empty"),
            (#""config": "client.ini.in""#, #""config": "nowhere.in""#, "cannot read nowhere.in"),
        ])
        func aMistakeInItIsNamedWithItsPlace(_ right: String, _ wrong: String, _ words: String)
            async throws
        {
            try await Harness.inFolder { harness in
                try write(Self.manifest.replacing(right, with: wrong), in: harness)
                let result = try await harness.run("run", "small.json")
                #expect(result.status == 64)
                #expect((result.output + result.complaint).contains(words), "\(result)")
            }
        }
    }
}
