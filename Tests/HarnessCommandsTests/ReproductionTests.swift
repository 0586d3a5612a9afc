import Foundation
import Testing

extension SteppedBinaryTests {
    /// What a failing run says about how to see it again holds.
    @Suite(.timeLimit(.minutes(2))) struct ReproductionTests {
        /// Switches an outlet off without being told to, having read what it did not need.
        private static let client = """
            pdu=$1
            curl -s $pdu/redfish/v1/ >root
            curl -s -D head -o body -H 'Content-Type: application/json' \
                -d '{"UserName":"admin","Password":"'$2'"}' $pdu/redfish/v1/SessionService/Sessions
            token=$(sed -n 's/^x-auth-token: *//Ip' head | tr -d '\\r')
            ask() { curl -s -H "X-Auth-Token: $token" "$@"; }
            for part in PowerEquipment PowerEquipment/RackPDUs PowerEquipment/RackPDUs/1/Outlets/7
            do ask $pdu/redfish/v1/$part >/dev/null; done
            ask -X PATCH -d '{}' -H 'Content-Type: application/json' -H 'If-Match: "none"' \
                $pdu/redfish/v1/Chassis >/dev/null
            while :; do ask $pdu/redfish/v1/PowerEquipment >/dev/null; sleep 0.1; done
            """

        @Test func theCommandFailsByTheSameRuleAndTheScriptShowsTheSameAnswer() async throws {
            try await Harness.inFolder { harness in
                try harness.write(ClientBinaryTests.ClientProgramTests.scenario, to: "small.json")
                try harness.write(Self.client, to: "client.sh")
                let first = try await harness.shell(
                    "\"$HARNESS\" run small.json --clock paced:300 --home $PDU_HARNESS_HOME "
                        + "-- sh client.sh {url} 123456789")
                #expect(first.status == 1, "\(first.output)\(first.complaint)")
                let lines = first.output.split(separator: "\n").map(String.init)
                let command = try #require(lines.first { $0.hasPrefix("    pdu-harness run ") })
                #expect(
                    command.contains(
                        "small.json --home \(harness.home) --clock paced:300 -- sh client.sh '{url}' "
                            + "'{password}'  # seed 3"))
                let again = try await harness.shell(
                    "unset PDU_HARNESS_HOME; "
                        + command.replacing("    pdu-harness ", with: "\"$HARNESS\" "))
                #expect(again.lastLine == first.lastLine)
                #expect(first.lastLine.contains("client/D02-no-guessed-uris"))

                let scripts = harness.names(in: "pdu-harness-out").filter { $0.hasSuffix(".sh") }
                #expect(scripts.contains("small.client-D02-no-guessed-uris.sh"))
                // The recording tells the same to whoever judges it later.
                let judged = try await harness.run(
                    "judge", "pdu-harness-out/small.recording.jsonl", "--out", "judged")
                #expect(judged.status == 1)
                #expect(judged.output.contains(command))
                let script = "small.client-D02-no-guessed-uris.sh"
                #expect(
                    try harness.read("judged/\(script)")
                        == harness.read("pdu-harness-out/\(script)"))
                let service = try harness.start(
                    "serve", "small.json", "--clock", "paced:300", "--port", "0")
                defer { service.signal(SIGKILL) }
                let port = try await service.port()
                for name in scripts {
                    let shown = try await harness.shell(
                        "PASSWORD=123456789 sh pdu-harness-out/\(name) http://127.0.0.1:\(port)")
                    #expect(shown.status == 0, "\(name): \(shown.output)\(shown.complaint)")
                    #expect(shown.lastLine.hasPrefix("0 of "))
                }
                let guess = try harness.read(
                    "pdu-harness-out/small.client-D02-no-guessed-uris.sh")
                // The login and the guess; what was read in between is not needed.
                #expect(guess.split(separator: "\n").count { $0.hasPrefix("request ") } == 2)
                #expect(guess.contains("X-Auth-Token: '\"$token_"))
            }
        }

        @Test func anotherSecretIsLeftOutOfTheCommand() async throws {
            try await Harness.inFolder { harness in
                try harness.write(ClientBinaryTests.ClientProgramTests.scenario, to: "small.json")
                let result = try await harness.shell(
                    "\"$HARNESS\" run small.json -- false --api-key hunter2 --token=hunter3 {url}")
                #expect(result.status == 3)
                #expect(!result.output.contains("hunter"))
                #expect(result.output.contains("-- false --api-key '<secret>' '--token=<secret>'"))
            }
        }
    }
}
