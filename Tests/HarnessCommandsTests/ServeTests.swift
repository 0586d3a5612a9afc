import Foundation
import Testing

extension RunningHarness {
    /// The port that `serve` says it listens on.
    func port() async throws -> Int {
        while process.isRunning {
            if let match = outputSoFar.firstMatch(of: /127\.0\.0\.1:(\d+)/) {
                return try #require(Int(match.1))
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw CocoaError(.fileReadUnknown)
    }
}

extension BinaryTests {
    /// `serve` and `client`: the wall clock.
    @Suite(.timeLimit(.minutes(1))) struct ServeTests {
        @Test func curlSeesLiveReadings() async throws {
            try await Harness.inFolder { harness in
                let service = try harness.start("serve", "--port", "0")
                defer { service.signal(SIGKILL) }
                let port = try await service.port()
                let outlet =
                    "http://127.0.0.1:\(port)/redfish/v1/PowerEquipment/RackPDUs/2/Outlets/1"
                func power() async throws -> String {
                    try await harness.shell(
                        "curl -sS -u admin:123456789 \(outlet) | grep -o 'PowerWatts.*'"
                    ).output
                }
                let first = try await power()
                #expect(first.contains("Reading"))
                var next = first
                // The load walks, a step every five seconds.
                while next == first {
                    try await Task.sleep(for: .milliseconds(500))
                    next = try await power()
                }
                let stranger = try await harness.shell(
                    "curl -sS -o /dev/null -w '%{http_code}' \(outlet)")
                #expect(stranger.output == "401")
                service.signal(SIGTERM)
                #expect(try await service.result().status == 0)
            }
        }

        /// A client installs a certificate of its own and is served by it from then on.
        @Test func certificatesAreReplacedWhileServing() async throws {
            try await Harness.inFolder { harness in
                harness.environment["XDG_DATA_HOME"] = harness.path("data")
                let service = try harness.start("serve", "--port", "0", "--tls")
                defer { service.signal(SIGKILL) }
                let port = try await service.port()
                let root = "https://127.0.0.1:\(port)/redfish/v1"
                let result = try await harness.shell(
                    """
                    set -e
                    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 \
                        -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 \
                        -keyout key.pem -out own.pem 2> openssl.log
                    text=$(cat key.pem own.pem | awk '{printf "%s\\\\n", $0}')
                    link=/redfish/v1/Managers/Manager/NetworkProtocol/HTTPS/Certificates/1
                    curl -sS --cacert data/pdu-harness/tls/ca.pem -u admin:123456789 \
                        -w '%{http_code}\\n' -H 'Content-Type: application/json' \
                        -d '{"CertificateType":"PEM","CertificateUri":{"@odata.id":"'$link'"},
                             "CertificateString":"'"$text"'"}' \
                        \(root)/CertificateService/Actions/CertificateService.ReplaceCertificate
                    curl -sS --cacert own.pem -u admin:123456789 \
                        \(root)/Managers/Manager/NetworkProtocol
                    """)
                #expect(result.status == 0, "\(result.complaint)")
                #expect(result.output.hasPrefix("204\n"), "\(result.output)")
                #expect(
                    result.output.contains(#""HTTPS":{"ProtocolEnabled":true,"Port":\#(port),"#))
                #expect(result.output.contains(#""HTTP":{"ProtocolEnabled":false,"#))
                service.signal(SIGTERM)
                #expect(try await service.result().status == 0)
            }
        }

        @Test func theClientReadsAServedPDU() async throws {
            try await Harness.inFolder { harness in
                let service = try harness.start("serve", "--port", "0")
                defer { service.signal(SIGKILL) }
                let port = try await service.port()
                let client = try await harness.run(
                    "client", "--url", "http://127.0.0.1:\(port)", "--poll", "PT1S",
                    "--poll-outlets", "PT2S", "--duration", "PT4S")
                #expect(client.status == 0, "\(client.complaint)")
                #expect(client.output.contains(#""scope":"pdu""#))
                service.signal(SIGINT)
                #expect(try await service.result().status == 0)
            }
        }
    }
}
