import Findings
import Judging
import Recordings
import Validation
import VirtualTime

/// Judges the payloads of a recording or golden, in both directions.
struct RecordingTarget {
    let path: String
    let bytes: [UInt8]
    let bundle: Bundle

    func judge() throws -> ValidatedTarget {
        switch RecordingFormat(firstBytesOf: bytes) {
        case .golden:
            let document: GoldenDocument
            do {
                document = try GoldenReader.read(bytes)
            } catch {
                throw CommandFailure.usage("\(path):\(error.line): \(error.message)")
            }
            return target(
                "golden", document.expandLines(), start: document.header.start, isWhole: false)
        default:
            let recording: Recording
            do {
                recording = try RecordingReader.read(bytes)
            } catch {
                throw CommandFailure.usage("\(path):\(error.line): \(error.message)")
            }
            return target(
                "recording", recording.lines, start: recording.header.start,
                isWhole: recording.isComplete)
        }
    }

    /// Findings of one rule that reports hold; a recording may have any number of payloads.
    private static let findingLimit = 10_000

    private func target(
        _ kind: String, _ lines: [RecordedLine], start: VirtualInstant, isWhole: Bool
    ) -> ValidatedTarget {
        let judge = Judge(
            ofPayloadsSince: start, schemaRules: SchemaRules.all, keeping: Self.findingLimit,
            validatePayload: bundle.payloadValidation)
        for line in lines { judge.observe(line.entry, line: line.line) }
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
                + (kind == "recording" && !isWhole ? ["the recording breaks off"] : []))
    }
}
