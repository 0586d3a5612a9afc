import Findings
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
        let peakBytes = try ProcessMemory.ours.residentPeak()
        let peer = try ServiceValidatorPeer.measure(
            mockup: mockup, publication: publication, bench.folders)
        return [
            BenchRow(
                subject: "public-pdu mockup, schemas read", ours: .seconds(seconds),
                peer: peer.map { .seconds($0.seconds) }, budget: .atMost(.seconds(0.5)),
                notes: [
                    "\(counts.payloads.counted("payload")), "
                        + "\(counts.findings.counted("finding"))",
                    peer == nil
                        ? "PDU_HARNESS_RSV names no rf_service_validator to measure beside it"
                        : "Redfish Service Validator as peer, with its reports",
                ]),
            BenchRow(
                subject: "peak memory of the process", ours: .bytes(peakBytes),
                peer: peer.map { .bytes($0.peakBytes) }, budget: .atMost(.bytes(100_000_000))),
        ]
    }

    private func validate(
        _ mockup: String, csdl: String
    ) throws -> (payloads: Int, findings: Int) {
        let bundle = try Bundle(folder: csdl)
        let target = try MockupTarget(
            tree: MockupTree(mockup),
            validator: PayloadValidator(
                schema: bundle.library, messages: bundle.messages, isMockup: true),
            part: MockupTree.root,
            profiles: ProfileJudge(profiles: [], schema: bundle.library)
        ).judge()
        return (target.payloads.count, target.findings.count)
    }
}
