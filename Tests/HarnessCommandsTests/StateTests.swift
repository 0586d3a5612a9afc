import Foundation
import Testing

extension BinaryTests {
    /// `serve --state`: what outlasts the service, and what happens to the file.
    @Suite(.timeLimit(.minutes(2))) struct StateTests {
        private static let rack = "redfish/v1/PowerEquipment/RackPDUs/2"

        /// The service is killed where it stands; everything it had answered is there again, and
        /// the registers have gone on.
        @Test func everythingAnsweredOutlastsAKill() async throws {
            try await Harness.inFolder { harness in
                let first = try await serve(harness)
                defer { first.service.signal(SIGKILL) }
                let changes = try await harness.shell(
                    """
                    post() { curl -sS -u admin:123456789 -H 'Content-Type: application/json' \
                        -o /dev/null -w '%{http_code} ' http://127.0.0.1:\(first.port)/$1 -d "$2"; }
                    post redfish/v1/AccountService/Accounts \
                        '{"UserName":"guest","Password":"guest-password","RoleId":"ReadOnly"}'
                    post redfish/v1/EventService/Subscriptions \
                        '{"Destination":"http://127.0.0.1:9/x","Protocol":"Redfish","Context":"kept"}'
                    post \(Self.rack)/Outlets/3/Actions/Outlet.PowerControl '{"PowerState":"Off"}'
                    """)
                #expect(changes.output == "201 201 204 ", "\(changes.complaint)")
                let earlier = try await get(harness, first.port, "\(Self.rack)/Metrics")
                first.service.signal(SIGKILL)
                _ = try await first.service.result()

                let second = try await serve(harness)
                defer { second.service.signal(SIGKILL) }
                #expect(second.service.outputSoFar.contains("accounts as they were left"))
                let path = "redfish/v1/EventService/Subscriptions/1"
                let subscription = try await get(
                    harness, second.port, path, as: "guest:guest-password")
                #expect(subscription.contains(#""Context":"kept""#))
                let outlet = try await get(harness, second.port, "\(Self.rack)/Outlets/3")
                #expect(outlet.contains(#""PowerState":"Off""#))
                let later = try await get(harness, second.port, "\(Self.rack)/Metrics")
                #expect(try energy(of: later) >= energy(of: earlier))
                #expect(second.uuid == first.uuid)
                second.service.signal(SIGTERM)
                #expect(try await second.service.result().status == 0)
                #expect(harness.names(in: ".").filter { $0.hasPrefix("pdu") } == ["pdu.state"])
            }
        }

        @Test(arguments: [
            ("{\"a\":1}", "is no state that serve has kept"),
            ("", "is no state that serve has kept"),
            (#"{"format":"pdu-harness state","version":9}"#, "has version 9"),
            (#"{"format":"pdu-harness state","version":1}"#, "is damaged: '"),
        ])
        func aFileThatIsNoStateIsLeftAlone(text: String, complaint: String) async throws {
            try await Harness.inFolder { harness in
                try harness.write(text, to: "pdu.state")
                let result = try await harness.run(
                    "serve", "--port", "0", "--state", "pdu.state")
                #expect(result.status == 64)
                #expect(result.complaint.contains(complaint), "\(result.complaint)")
                #expect(try harness.read("pdu.state") == text)
            }
        }

        @Test func aStateServesOneServiceAndOneDevice() async throws {
            try await Harness.inFolder { harness in
                let first = try await serve(harness)
                defer { first.service.signal(SIGKILL) }
                let busy = try await harness.run("serve", "--port", "0", "--state", "pdu.state")
                #expect(busy.status == 64)
                #expect(busy.complaint.contains("another run is writing pdu.state"))
                let deaf = try await harness.run(
                    "serve", "--port", "\(first.port)", "--state", "second.state")
                #expect(deaf.status == 64)
                #expect(!harness.names(in: ".").contains { $0.hasPrefix("second") })
                first.service.signal(SIGTERM)
                _ = try await first.service.result()
                let other = try await harness.run(
                    "serve", "--device", "dc-3", "--port", "0", "--state", "pdu.state")
                #expect(other.status == 64)
                #expect(other.complaint.contains("belongs to another scenario or device"))
                #expect(harness.names(in: ".").filter { $0.hasPrefix("pdu") } == ["pdu.state"])
                let device = try await harness.run(
                    "serve", "--port", "0", "--state", "/dev/full")
                #expect(device.status == 64)
            }
        }

        /// What cannot be kept is not answered as done.
        @Test(.enabled(if: canMount, "needs the right to mount")) func aFullDisk() async throws {
            try await Harness.inFolder { harness in
                let result = try await harness.shell(
                    """
                    mkdir small && cat > inside.sh <<'END'
                    mount -t tmpfs -o size=64k none small
                    "$HARNESS" serve --port 0 --state small/pdu.state > serve.log 2>&1 &
                    until grep -q redfish serve.log; do sleep 0.1; done
                    port=$(grep -o '127.0.0.1:[0-9]*' serve.log | cut -d: -f2)
                    dd if=/dev/zero of=small/filler bs=1k 2> /dev/null
                    curl -sS -u admin:123456789 -H 'Content-Type: application/json' -o /dev/null \
                        -w '%{http_code}\\n' -d '{"PowerState":"Off"}' \
                        http://127.0.0.1:$port/\(Self.rack)/Outlets/3/Actions/Outlet.PowerControl
                    wait %1
                    echo "status $?"
                    cat serve.log
                    ls -A small
                    END
                    unshare -m bash inside.sh
                    """)
                #expect(result.output.contains("500\n"), "\(result.output) \(result.complaint)")
                #expect(result.output.contains("status 70\n"))
                #expect(result.output.contains("No space left on device"))
                #expect(!result.output.contains("partial"))
            }
        }

        private func serve(
            _ harness: Harness
        ) async throws -> (service: RunningHarness, port: Int, uuid: String) {
            let service = try harness.start("serve", "--port", "0", "--state", "pdu.state")
            let port = try await service.port()
            return (service, port, try await uuid(of: harness, port))
        }

        private func get(
            _ harness: Harness, _ port: Int, _ path: String, as user: String = "admin:123456789"
        ) async throws -> String {
            try await harness.shell("curl -sS -u \(user) http://127.0.0.1:\(port)/\(path)").output
        }

        private func uuid(of harness: Harness, _ port: Int) async throws -> String {
            let root = try await get(harness, port, "redfish/v1/")
            return String(try #require(root.firstMatch(of: /"UUID":"([^"]+)"/)).1)
        }

        private func energy(of metrics: String) throws -> Double {
            let match = try #require(metrics.firstMatch(of: /"LifetimeReading":([0-9.]+)/))
            return try #require(Double(match.1))
        }
    }
}
