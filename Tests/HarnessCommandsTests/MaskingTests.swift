import Foundation
import Testing

extension BinaryTests {
    /// What `--mask` hides while something is recorded.
    @Suite(.timeLimit(.minutes(1))) struct MaskingTests {
        @Test func aMaskedRunHasItsGoldenAndHidesWhoseItWas() async throws {
            try await Harness.inFolder { harness in
                let plain = try await harness.run("run", "session-expiry-idle", "--in-process")
                #expect(plain.status == 0)
                let name = "pdu-harness-out/session-expiry-idle.recording.jsonl"
                let serials = try harness.read(name).matches(
                    of: /"(?i:serialNumber|uuid)":"([^"]+)"/
                ).map { String($0.output.1) }
                #expect(Set(serials).count > 1)
                let masked = try await harness.run(
                    "run", "session-expiry-idle", "--in-process", "--mask", "serial",
                    "--report", "json=r.json", "--report", "html=r.html")
                #expect(masked.status == 0, "\(masked.output)")
                #expect(masked.output.contains("equal, 404 exchanges"))
                for file in [name, "r.json", "r.html"] {
                    let text = try harness.read(file)
                    for serial in serials { #expect(!text.contains(serial)) }
                }
                #expect(try harness.read(name).contains(#""SerialNumber":"<serial#"#))
                let judged = try await harness.run("judge", name)
                #expect(judged.status == 0, "\(judged.output)")
                #expect(try await harness.run("validate", name).status == 0)
            }
        }

        /// The golden differs, and neither the report nor the output folder shows what is masked.
        @Test func aMaskedRunLeavesNothingToAccept() async throws {
            try await Harness.inFolder { harness in
                try harness.makeHome(goldens: ["session-expiry-idle"])
                let device = "home/Scenarios/Devices/smartpdu-48.json"
                let text = try harness.read(device)
                let changed = text.replacing(
                    #""identity": {"#, with: #""identity": { "serialNumber": "CANARY-0815","#)
                #expect(changed != text)
                try harness.write(changed, to: device)
                let result = try await harness.run(
                    "run", "session-expiry-idle", "--in-process", "--mask", "serial",
                    "--report", "json=r.json")
                #expect(result.status == 2)
                #expect(result.output.contains("no golden is left pending"))
                #expect(result.output.contains("<serial#"))
                #expect(!result.output.contains("CANARY"))
                let found = try await harness.shell("grep -rl CANARY pdu-harness-out r.json")
                #expect(found.output == "")
                #expect(!harness.exists("pdu-harness-out/pending"))
            }
        }

        @Test func whatIsServedIsRecordedWithItsMasks() async throws {
            try await Harness.inFolder { harness in
                let served = try harness.start(
                    "serve", "--port", "0", "--record", "mine.recording.jsonl",
                    "--mask", "serial,host")
                let port = try await served.port()
                _ = try await harness.shell(
                    "curl -s -H 'Host: rack-7.example:80' http://127.0.0.1:\(port)/redfish/v1/")
                served.signal(SIGINT)
                #expect(try await served.result().status == 0)
                let text = try harness.read("mine.recording.jsonl")
                #expect(text.contains("<serial#1>"))
                #expect(text.contains("<host#1>"))
                #expect(!text.contains("rack-7"))
                #expect(try await harness.run("validate", "mine.recording.jsonl").status == 0)
            }
        }

        @Test func aMaskThatThereIsNotIsNamed() async throws {
            try await Harness.inFolder { harness in
                for command in [
                    "run overload", "serve --record r.jsonl",
                    "record r.jsonl --upstream http://127.0.0.1:9",
                ] {
                    let result = try await harness.shell("\"$HARNESS\" \(command) --mask serail")
                    #expect(result.status == 64)
                    #expect(
                        result.complaint.contains("--mask serail: did you mean 'serial'?"),
                        "\(result.complaint)")
                }
                let alone = try await harness.run("serve", "--mask", "serial")
                #expect(alone.status == 64)
                #expect(alone.complaint.contains("go with --record"))
            }
        }
    }
}
