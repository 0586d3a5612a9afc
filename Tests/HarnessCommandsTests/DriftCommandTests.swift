import Foundation
import Testing

extension BinaryTests {
    /// `drift` of served PDUs.
    @Suite(.timeLimit(.minutes(1))) struct DriftCommandTests {
        /// Another unit of the same kind is none; one with other ratings is.
        @Test func anotherUnitIsNoDriftAndAnotherKindIs() async throws {
            try await Harness.inFolder { harness in
                try harness.makeHome()
                let file = harness.home + "/Scenarios/Devices/dc-3.json"
                let device = try harness.start("serve", "--port", "0", "--device", "dc-3")
                defer { device.signal(SIGKILL) }
                let login = "--user admin --password 123456789"
                let crawl = try await harness.shell(
                    "$HARNESS record a.jsonl --crawl --port 0 \(login) "
                        + "--upstream http://127.0.0.1:\(try await device.port())")
                #expect(crawl.status == 0, "\(crawl.complaint)")

                let other = try harness.start("serve", "--port", "0", "--device", "dc-3")
                defer { other.signal(SIGKILL) }
                let same = try await harness.shell(
                    "$HARNESS drift a.jsonl \(login) "
                        + "--against http://127.0.0.1:\(try await other.port())")
                #expect(same.status == 0, "\(same.output)\(same.complaint)")
                #expect(same.output.contains(" 0 broken contracts"))

                let text = try String(contentsOfFile: file, encoding: .utf8)
                let changed = text.replacing(/"model": "[^"]*"/, with: #""model": "another""#)
                #expect(changed != text)
                try changed.write(toFile: file, atomically: true, encoding: .utf8)
                let changedUnit = try harness.start("serve", "--port", "0", "--device", "dc-3")
                defer { changedUnit.signal(SIGKILL) }
                let drift = try await harness.shell(
                    "$HARNESS drift a.jsonl \(login) --report json=drift.json --report junit=d.xml "
                        + "--against http://127.0.0.1:\(try await changedUnit.port())")
                #expect(drift.status == 1)
                #expect(drift.output.contains("drift/value: /Product differs"), "\(drift.output)")
                #expect(try harness.read("d.xml").contains("drift/value"))
                let stranger = try await harness.shell(
                    "$HARNESS drift a.jsonl --against http://127.0.0.1:1")
                #expect(stranger.status == 64)
                #expect(stranger.complaint.contains("nobody listens there"))
            }
        }
    }
}
