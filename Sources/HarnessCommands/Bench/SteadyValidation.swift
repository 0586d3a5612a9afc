import Findings
import HTTPMessages
import JSONText
import Scenarios
import Validation

/// Payloads of a kind whose schema is known already, one after another on one core.
struct SteadyValidation: Measurement {
    let name = "validate-steady"

    func measure(_ bench: BenchSetting) async throws -> [BenchRow] {
        let payloads = try outlets(bench)
        let validator = PayloadValidator(
            schema: bench.bundle.library, messages: bench.bundle.messages)
        let rounds = bench.isQuick ? 20 : 2000
        var findings = 0
        func validateAll() {
            for payload in payloads {
                findings +=
                    validator.findings(
                        in: payload.value, as: .response(uri: payload.uri), bytes: payload.bytes
                    ).count
            }
        }
        validateAll()
        let (seconds, _) = timed { for _ in 0..<rounds { validateAll() } }
        guard findings == 0 else {
            throw CommandFailure.harness("the device's outlets have \(findings) findings")
        }
        let count = rounds * payloads.count
        return [
            BenchRow(
                subject: "outlet payloads, parsed already, one core",
                ours: .perSecond(Double(count) / seconds), budget: .atLeast(.perSecond(50_000)),
                notes: ["\(count.grouped) payloads, 0 findings"])
        ]
    }

    private struct Payload {
        var uri: String
        var bytes: [UInt8]
        var value: JSONValue
    }

    /// Every outlet of the device as served.
    private func outlets(_ bench: BenchSetting) throws -> [Payload] {
        let service = try BenchService(bench)
        return try service.outletPaths.map { path in
            let bytes = try service.host.handle(service.get(path, service.basicField)).get().body
            return Payload(uri: path, bytes: bytes, value: try JSONValue(parsing: bytes))
        }
    }
}
