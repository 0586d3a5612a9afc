import ArgumentParser
import Foundation
import JSONText
import Testing

@testable import HarnessCommands

/// What `bench` prints. How fast anything is, no test asks.
@Suite(.timeLimit(.minutes(1)))
struct BenchTests {
    private let row = BenchRow(
        subject: "GET", ours: .perSecond(30_000), peer: .perSecond(40_000),
        budget: .atLeast(.times(0.75)), notes: ["1,000 answers"])

    @Test func aRatioIsHeldAgainstABudgetOfTimes() {
        #expect(row.verdict == "met")
        var slower = row
        slower.ours = .perSecond(29_999)
        #expect(slower.verdict == "missed")
        slower.peer = nil
        #expect(slower.verdict == "missed")
    }

    @Test func aFigureIsHeldAgainstABudgetOfItsUnit() {
        let late = BenchRow(
            subject: "start", ours: .seconds(0.2), peer: .seconds(1),
            budget: .atMost(.seconds(0.15)))
        #expect(late.verdict == "missed")
    }

    @Test func theTableIsAligned() {
        let text = BenchTable.text(of: [
            BenchResult(name: "serve-get", rows: [row]),
            BenchResult(name: "memory", reason: "there is no /proc"),
        ])
        #expect(
            text == """
                name       what  ours      peer      ratio   budget    verdict
                serve-get  GET   30,000/s  40,000/s  0.75 ×  ≥ 0.75 ×  met
                             1,000 answers
                memory     not measured: there is no /proc
                """)
    }

    @Test func figuresReadWell() {
        #expect(Figure.seconds(6.214).text == "6.21 s")
        #expect(Figure.seconds(0.0953).text == "95.3 ms")
        #expect(Figure.bytes(1_210_000).text == "1.21 MB")
        #expect(Figure.bytes(312_400).text == "312 kB")
    }

    @Test func oneMeasurementWritesItsRow() async throws {
        let path = FileManager.default.temporaryDirectory
            .appendingPathComponent("bench-\(UUID().uuidString).json").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let home = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().path
        let command = try BenchCommand.parse([
            "--quick", "--only", "validate-steady", "--json", path, "--home", home,
        ])
        try await command.run()
        let rows = try JSONValue(parsing: Array(try Data(contentsOf: URL(fileURLWithPath: path))))
        let row = try #require(rows.array?.first)
        #expect(rows.array?.count == 1)
        #expect(row["name"]?.string == "validate-steady")
        #expect(row["notes"]?.array?.first?.string == "960 payloads, 0 findings")
        #expect(row["ours"]?.number != nil)
    }

    @Test func anUnknownMeasurementIsAUsageError() async throws {
        let command = try BenchCommand.parse(["--only", "serve-gte"])
        await #expect {
            try await command.run()
        } throws: { error in
            (error as? CommandFailure)?.status == 64
                && "\(error)".contains("did you mean 'serve-get'?")
        }
    }
}
