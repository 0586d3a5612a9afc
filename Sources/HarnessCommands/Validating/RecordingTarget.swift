import Findings
import Judging
import Recordings
import Validation
import VirtualTime

/// Judges the payloads of a recording or golden, in both directions.
struct RecordingTarget {
    let path: String
    let bundle: Bundle

    func judge(golden bytes: [UInt8]) throws -> ValidatedTarget {
        let document: GoldenDocument
        do {
            document = try GoldenReader.read(bytes)
        } catch {
            throw CommandFailure.usage("\(path):\(error.line): \(error.message)")
        }
        return target("golden", start: document.header.start) { judge in
            for line in document.expandLines() { judge.observe(line.entry, line: line.line) }
            return true
        }
    }

    func judge(_ recording: RecordingStream) throws -> ValidatedTarget {
        try target("recording", start: recording.header.start) { judge in
            try recording.forEach { judge.observe($0, line: $1.line) }
        }
    }

    /// Findings of one rule that reports hold; a recording may have any number of payloads.
    private static let findingLimit = 10_000

    /// - Parameter read: Shows the judge every entry, and tells whether nothing is missing.
    private func target(
        _ kind: String, start: VirtualInstant, read: (Judge) throws -> Bool
    ) rethrows -> ValidatedTarget {
        let judge = Judge(
            ofPayloadsSince: start, schemaRules: SchemaRules.all, keeping: Self.findingLimit,
            validatePayload: bundle.payloadValidation)
        let isWhole = try read(judge)
        let groups = judge.finish()
        var payloads: [ValidatedPayload] = []
        var places: [String: Int] = [:]
        let results = groups.flatMap(\.results)
        for finding in results.flatMap(\.findings) {
            let uri = finding.exchange?.target ?? ""
            let place = places[uri, default: payloads.count]
            if place == payloads.count {
                places[uri] = place
                payloads.append(ValidatedPayload(uri: uri, file: path))
            }
            payloads[place].findings.append(PlacedFinding(finding, uri: uri, file: path))
        }
        return ValidatedTarget(
            name: path, kind: kind, payloads: payloads,
            notes: groups.map { "\($0.name): \($0.measure)" }
                + results.filter { $0.uncollected > 0 }.map {
                    "\($0.rule.id): \($0.uncollected.grouped) more findings, which are not listed"
                }
                + (!isWhole ? ["the recording breaks off"] : []))
    }
}
