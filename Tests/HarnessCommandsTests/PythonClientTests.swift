import Foundation
import Testing

extension ClientBinaryTests {
    /// Clients in another language on shipped scenarios. `.ci/python-clients` plays more of them,
    /// at the usual pace.
    @Suite(.timeLimit(.minutes(3))) struct PythonClientTests {
        static let aggregator = ClientProgramTests.aggregator + " --state {state}"

        @Test(arguments: ["counter-reset-announced", "throttle-503"])
        func theAggregatorPasses(_ scenario: String) async throws {
            try await Harness.inFolder { harness in
                let result = try await harness.shell(
                    "\"$HARNESS\" run \(scenario) --clock paced:100 --require-claims -- "
                        + Self.aggregator)
                #expect(result.status == 0, "\(result.output)\(result.complaint)")
            }
        }

        @Test func theExporterPasses() async throws {
            try await Harness.inFolder { harness in
                try harness.write(
                    """
                    { "name": "exporter", "exit": "zero",
                      "command": ["python3", "\(packageRoot)/Tests/Clients/exporter.py", "--url",
                        "{url}", "--user", "{user}", "--password", "{password}", "--port", "{port}"],
                      "scrape": { "url": "http://127.0.0.1:{port}/metrics" },
                      "claims": { "format": "prometheus", "scope": "meter", "unit": "kWh",
                        "energy": "pdu_energy_kilowatt_hours_total", "kind": "cumulative" } }
                    """, to: "pdu-harness.json")
                let result = try await harness.run(
                    "run", "throttle-503", "--clock", "stepped", "--require-claims")
                #expect(result.status == 0, "\(result.output)\(result.complaint)")
            }
        }
    }
}
