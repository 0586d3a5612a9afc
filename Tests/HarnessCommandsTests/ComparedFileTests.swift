import Findings
import Foundation
import HTTPMessages
import HTTPTypes
@testable import HarnessCommands
import JSONText
@testable import Recordings
import Testing
import VirtualTime

/// What `diff` compares where it is given paths.
@Suite(.timeLimit(.minutes(1))) struct ComparedFileTests {
    private let start = VirtualInstant(millisecondsSinceEpoch: 1_768_471_200_000)

    private var recordingHeader: RecordingHeader {
        RecordingHeader(
            scenario: "split", seed: 1, start: start, client: "reference", clock: "virtual",
            model: "2", resolvedScenario: .null, scenarioDigest: "")
    }

    /// Reads before, between and after two steps.
    private func entries(reading: Int = 1) -> [RecordEntry] {
        (Int64(0)..<9).map { minute in
            let instant = start + .minutes(minute)
            guard minute % 3 != 0 || minute == 0 else {
                return .step(StepRecord(instant: instant, action: "trip", outcome: "done"))
            }
            return .exchange(
                Exchange(
                    instant: instant, direction: .request,
                    request: .init(.get, "/redfish/v1/PowerEquipment/RackPDUs/1/Outlets/1"),
                    response: .init(
                        status: .ok, fields: [.contentType: "application/json"],
                        body: Array("{\"PowerWatts\":{\"Reading\":\(reading)}}".utf8))))
        }
    }

    private func document(reading: Int = 1) -> GoldenDocument {
        GoldenDocument(header: GoldenHeader(recordingHeader), entries: entries(reading: reading))
    }

    private func inFolder(_ body: (String) throws -> Void) throws {
        let folder = NSTemporaryDirectory() + "pdu-harness-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body(folder)
    }

    private func writeParts(_ document: GoldenDocument, to folder: String) throws -> [String] {
        try document.phases().map { part in
            let path = "\(folder)/split.\(part.header.phase ?? "").golden.jsonl"
            try Files.write(GoldenEncoder.encode(part), to: path)
            return path
        }
    }

    @Test func aPartStandsForTheWholeGoldenBesideIt() throws {
        try inFolder { folder in
            let left = try writeParts(document(), to: "\(folder)/left")
            let right = try writeParts(document(reading: 2), to: "\(folder)/right")
            #expect(left.count == 3)
            let report = try ComparisonReport(
                left: .read(left[1]), right: .read(right[2]))
            #expect(report.left.exchangeCount == 7)
            #expect(report.right.exchangeCount == 7)
            #expect(report.total == 7)
        }
    }

    @Test func aPartByItselfIsComparedWithTheSamePartOnly() throws {
        try inFolder { folder in
            let left = try writeParts(document(), to: "\(folder)/left")
            let right = try writeParts(document(reading: 2), to: "\(folder)/right")
            for path in [left[0], left[2], right[0], right[2]] { Files.remove(path) }
            let report = try ComparisonReport(left: .read(left[1]), right: .read(right[1]))
            #expect(report.left.kind == "part 'trip' of a golden")
            #expect(report.total == 2)
            try Files.write(GoldenEncoder.encode(document()), to: "\(folder)/whole.golden.jsonl")
            let error = #expect(throws: CommandFailure.self) {
                try ComparisonReport(
                    left: .read(left[1]), right: .read("\(folder)/whole.golden.jsonl"))
            }
            #expect(error?.status == 64)
            #expect(error?.description.contains("is only the part 'trip'") == true)
        }
    }

    @Test func aPartWhoseNeighbourIsMissingIsRefused() throws {
        try inFolder { folder in
            let parts = try writeParts(document(), to: folder)
            Files.remove(parts[0])
            let error = #expect(throws: CommandFailure.self) { try ComparedFile.read(parts[1]) }
            #expect(error?.status == 64)
            #expect(error?.description.contains("the golden's part 'start' is missing") == true)
        }
    }

    @Test func aRecordingOutOfOrderIsRefusedWithItsLine() throws {
        try inFolder { folder in
            var writer = RecordingWriter(header: recordingHeader)
            var lines = [writer.encodeHeader()] + entries().map { writer.encode($0) }
            lines.append(writer.encodeEnd())
            let path = "\(folder)/run.recording.jsonl"
            try Files.write(Array(lines.joined()), to: path)
            let same = try ComparisonReport(left: .read(path), right: .read(path))
            #expect(same.total == 0)
            #expect(same.left.exchangeCount == 7)
            lines.swapAt(2, 5)
            try Files.write(Array(lines.joined()), to: path)
            let error = #expect(throws: CommandFailure.self) { try ComparedFile.read(path) }
            #expect(
                error?.description.contains("run.recording.jsonl:4: this entry is earlier") == true)
        }
    }
}
