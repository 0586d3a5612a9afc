import HTTPMessages
import JSONText
import Recordings
import Testing
import VirtualTime

/// What a reviewer sees of a change, and what a golden costs.
@Suite struct GoldenDiffTests {
    private let run = SyntheticRun()

    @Test(.timeLimit(.minutes(5)))
    func keepsTheSizeFloor() throws {
        var run = run
        run.polls = 200
        let text = GoldenEncoder.encode(run.document)
        #expect(text.count <= 1_300_000)
        #expect(lines(text).allSatisfy { $0.utf8.count <= 320 })
        let files = GoldenFile.encode(run.document)
        #expect(files.map(\.name) == ["overload.golden.jsonl"])
    }

    @Test(.timeLimit(.minutes(5)))
    func oneReadingChangedIsOneLine() {
        var entries = run.entries
        let index = entries.firstIndex { entry in
            guard case .exchange(let exchange) = entry else { return false }
            return exchange.request.target.hasSuffix("/Outlets/24")
                && exchange.instant == SyntheticRun.start + .minutes(30)
        }
        guard let index, case .exchange(var exchange) = entries[index] else {
            Issue.record("no such exchange")
            return
        }
        let body = String(decoding: exchange.response?.body ?? [], as: UTF8.self)
        exchange.response?.body = Array(
            body.replacing("\"PowerState\":\"On\"", with: "\"PowerState\":\"Off\"")
                .replacing("\"PowerFactor\":0.95", with: "\"PowerFactor\":0.94").utf8)
        #expect(exchange.response?.body.count != body.utf8.count)
        entries[index] = .exchange(exchange)
        let changed = changedLines(
            GoldenEncoder.encode(run.document),
            GoldenEncoder.encode(
                GoldenDocument(header: GoldenHeader(SyntheticRun.header), entries: entries)))
        #expect(changed == (1, 1))
    }

    @Test(.timeLimit(.minutes(5)))
    func oneRequestMoreIsOneLineMore() {
        var entries = run.entries
        entries.insert(entries[1500], at: 1510)
        let changed = changedLines(
            GoldenEncoder.encode(run.document),
            GoldenEncoder.encode(
                GoldenDocument(header: GoldenHeader(SyntheticRun.header), entries: entries)))
        #expect(changed == (0, 1))
    }

    @Test(.timeLimit(.minutes(5)))
    func anotherOrderInAFrameIsNoChange() {
        var reordered = run
        reordered.isReordered = true
        #expect(reordered.entries != run.entries)
        #expect(GoldenEncoder.encode(reordered.document) == GoldenEncoder.encode(run.document))
    }

    /// The first difference is what a person looks for: the load that is another one.
    @Test(.timeLimit(.minutes(5)))
    func reportsTheOutletWhoseLoadChangedFirst() throws {
        var changed = run
        let load = run.load
        changed.load = { load($0, $1) + ($0 == 6 && $1 >= 5 ? 1000 : 0) }
        let comparison = GoldenComparison.compare(golden: run.document, run: changed.document)
        guard case .different(let differences, let total) = comparison.outcome else {
            Issue.record("no difference found")
            return
        }
        let first = try #require(differences.first)
        #expect(first.subject == "GET \(SyntheticRun.pdu)/Outlets/7")
        #expect(first.place == "/PowerWatts/Reading")
        #expect(first.time == "PT5M")
        let golden = try #require(first.golden.flatMap { JSONNumber(text: $0).units(decimals: 1) })
        let run = try #require(first.run.flatMap { JSONNumber(text: $0).units(decimals: 1) })
        #expect(run - golden == 10)
        // The unit was polled before, and differed before.
        #expect(differences.contains { $0.time == "PT4M40S" && $0.subject.hasSuffix("/Metrics") })
        #expect(total > 150)
        #expect(
            differences.allSatisfy {
                $0.subject.hasSuffix("/Outlets/7") || $0.subject.hasSuffix("/Metrics")
            })
    }
}
