import Findings
import JSONText
import Validation

/// DMTF's published PDU, every resource that its root leads to, schemas read on the way.
struct MockupValidation: Measurement {
    let name = "validate-mockup"

    func measure(_ bench: BenchSetting) async throws -> [BenchRow] {
        guard let publication = bench.publication,
            Files.isDirectory("\(publication)/mockups/public-pdu")
        else { throw NotMeasurable(reason: "PDU_HARNESS_DMTF names no publication") }
        let mockup = "\(publication)/mockups/public-pdu"
        let (seconds, counts) = try timed { try validate(mockup, csdl: bench.folders.csdl) }
        return [
            BenchRow(
                subject: "public-pdu mockup, schemas read", ours: .seconds(seconds),
                budget: .atMost(.seconds(0.5)),
                notes: [
                    "\(counts.payloads.counted("payload")), "
                        + "\(counts.findings.counted("finding"))"
                ]),
            BenchRow(
                subject: "peak memory of the process",
                ours: .bytes(try ProcessMemory.ours.residentPeak()),
                budget: .atMost(.bytes(100_000_000))),
        ]
    }

    private func validate(
        _ mockup: String, csdl: String
    ) throws -> (payloads: Int, findings: Int) {
        let bundle = try Bundle(folder: csdl)
        let validator = PayloadValidator(
            schema: bundle.library, messages: bundle.messages, isMockup: true)
        var known: Set<String> = ["/redfish/v1"]
        var waiting = ["/redfish/v1"]
        var counts = (payloads: 0, findings: 0)
        while let uri = waiting.popLast() {
            let path = "\(mockup)\(uri.dropFirst("/redfish/v1".count))/index.json"
            guard Files.exists(path) else { continue }
            let bytes = try Files.read(path)
            let payload = try JSONValue(parsing: bytes)
            counts.payloads += 1
            counts.findings +=
                validator.findings(in: payload, as: .response(uri: uri), bytes: bytes).count
            payload.forEachReference { if known.insert($0).inserted { waiting.append($0) } }
        }
        return counts
    }
}

extension JSONValue {
    /// The address in every `@odata.id` inside, without fragment and trailing slash.
    fileprivate func forEachReference(_ visit: (String) -> Void) {
        switch self {
        case .array(let elements):
            for element in elements { element.forEachReference(visit) }
        case .object(let object):
            for member in object.members {
                if member.name == "@odata.id", let text = member.value.string {
                    let path = text.prefix { $0 != "#" }
                    visit(String(path.hasSuffix("/") ? path.dropLast() : path))
                } else {
                    member.value.forEachReference(visit)
                }
            }
        default: break
        }
    }
}
