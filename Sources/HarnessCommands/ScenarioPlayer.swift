import Crypto
import Findings
import Foundation
import JSONText
import Recordings
import Reports
import Scenarios
import SmartPDU
import VirtualTime
import Wire

/// Plays one scenario with the built-in client, and turns what came of it into a report.
struct ScenarioPlayer: Sendable {
    let bundle: Bundle
    let goldens: GoldenStore
    /// The output folder.
    let out: String
    let usesSockets: Bool
    let words: RunWords
    /// What is masked beside secrets. A golden that hid it could not be told from one of another
    /// PDU, and one that shows it must not be left behind: so none is left pending.
    var masks = MaskRules()

    /// What keeps a scenario from being played is a cause in its report, and the others go on.
    ///
    /// - Throws: `CancellationError` only.
    func play(_ loaded: LoadedScenario) async throws -> ScenarioReport {
        do {
            return try await playOrFail(loaded)
        } catch let error as CancellationError {
            throw error
        } catch is ScenarioDriver.RunawayClient {
            return failedReport(
                loaded.scenario,
                .client("the client never came to rest at one moment of the scenario"))
        } catch let failure as CommandFailure {
            // A report holds no path of the machine.
            return failedReport(
                loaded.scenario, failure.removing("\(out)/").removing("\(goldens.folder)/").cause)
        } catch {
            return failedReport(loaded.scenario, .harnessFault("\(error)"))
        }
    }

    private func playOrFail(_ loaded: LoadedScenario) async throws -> ScenarioReport {
        let scenario = loaded.scenario
        let run = ScenarioRun(
            scenario, resolved: loaded.resolved, digest: digest(of: loaded.resolved),
            environment: environment)
        let recordingName = "\(scenario.name).recording.jsonl"
        let recording = try RecordingFile(path: "\(out)/\(recordingName)")
        do {
            let outcome = try await play(run, into: recording)
            try recording.finish()
            let report = try report(run, outcome, recordingName: recordingName)
            return try Reproduction(
                scenario: scenario, command: words.command(for: loaded), clock: .usual, out: out
            ).added(to: report, outcome.entries)
        } catch {
            recording.abandon()
            throw error
        }
    }

    private var environment: ScenarioRun.Environment {
        var environment = bundle.environment
        environment.masks = masks
        return environment
    }

    private func play(
        _ run: ScenarioRun, into recording: RecordingFile
    ) async throws -> ScenarioRun.Outcome {
        try await run.play(
            usesSockets: usesSockets, keepsEntries: true, write: recording.write)
    }

    // MARK: Golden

    /// How the golden on file compares with the run, and what there is to accept.
    private struct Compared {
        var outcome: GoldenOutcome
        var causes: [ComparisonReport.Cause] = []
        var pending: String?
    }

    private func compare(
        _ run: ScenarioRun, _ outcome: ScenarioRun.Outcome
    ) throws -> Compared {
        let header = GoldenHeader(run.header)
        let onFile: GoldenDocument?
        do {
            onFile = try goldens.load(run.scenario.name)
        } catch {
            let document = GoldenDocument(header: header, entries: outcome.goldenEntries)
            return Compared(
                outcome: .unusable(reason: error.reason), pending: try leavePending(document))
        }
        let document = GoldenDocument(
            header: header, matchers: onFile?.matchers ?? [], entries: outcome.goldenEntries)
        guard let onFile else {
            return Compared(
                outcome: .missing(required: true), pending: try leavePending(document))
        }
        let comparison = GoldenComparison.compare(golden: onFile, run: document)
        if let stale = comparison.staleMatchers.first {
            return Compared(
                outcome: .unusable(reason: "the matcher for \(stale.leaf) has no use any more"))
        }
        switch comparison.outcome {
        case .equal(let exchanges):
            goldens.removePending(run.scenario.name)
            return Compared(outcome: .equal(exchanges: exchanges))
        case .different(_, let total):
            var compared = differences(of: document, from: onFile, total: total, outcome)
            compared.pending = try leavePending(document)
            return compared
        case .otherModel(let golden, let current):
            return Compared(
                outcome: .otherModel(golden: golden, current: current),
                pending: try leavePending(document))
        }
    }

    private func leavePending(_ document: GoldenDocument) throws -> String? {
        masks.isEmpty ? try goldens.leavePending(document) : nil
    }

    /// Differences that reports spell out.
    private static let shownDifferences = 1000
    /// Values of one cause that reports spell out.
    private static let shownRows = 10

    private func differences(
        of run: GoldenDocument, from golden: GoldenDocument, total: Int,
        _ outcome: ScenarioRun.Outcome
    ) -> Compared {
        var (golden, run) = (golden, run)
        if !masks.isEmpty {
            // By the same masks, so that what differs still does.
            var masker = outcome.masker
            golden = GoldenDocument(
                header: golden.header, matchers: golden.matchers,
                entries: golden.expand().map { masker.mask($0).recorded })
            run = GoldenDocument(
                header: run.header, matchers: run.matchers, entries: outcome.entries)
        }
        let all = GoldenComparison.differences(golden: golden, run: run).differences
        return Compared(
            outcome: .different(
                all.prefix(Self.shownDifferences).map(GoldenDifference.init), total: total),
            causes: DifferenceCause.causes(of: all, golden: golden, run: run).map {
                ComparisonReport.Cause($0, rowLimit: Self.shownRows)
            })
    }

    // MARK: Report

    private func report(
        _ run: ScenarioRun, _ outcome: ScenarioRun.Outcome, recordingName: String
    ) throws -> ScenarioReport {
        let scenario = run.scenario
        let compared = try compare(run, outcome)
        return ScenarioReport(
            scenario: scenario.name, title: scenario.title, seed: scenario.seed,
            client: run.header.client, clock: run.header.clock, model: ScenarioRun.model,
            simulated: ScenarioFactsText.simulated(scenario, outcome.powerHistory),
            recorded: outcome.counts.facts + masks.facts, groups: outcome.groups,
            golden: compared.outcome, goldenCauses: compared.causes,
            causes: ScenarioReport.causes(groups: outcome.groups, golden: compared.outcome),
            ledgers: outcome.ledgers, recordingFile: recordingName,
            pendingGolden: compared.pending)
    }

    private func failedReport(_ scenario: Scenario, _ cause: ExitCause) -> ScenarioReport {
        ScenarioReport(
            scenario: scenario.name, title: scenario.title, seed: scenario.seed,
            client: "reference", clock: "virtual", model: ScenarioRun.model, simulated: [],
            recorded: [], groups: [], golden: .notCompared(reason: "the run did not end"),
            causes: [cause])
    }
}

extension GoldenDifference {
    init(_ difference: RecordingDifference) {
        self.init(
            time: difference.time, subject: difference.subject, place: difference.place,
            golden: difference.golden, run: difference.run)
    }
}

extension MaskRules {
    /// For a report: what of its texts is masked, and that there is nothing to accept.
    var facts: [ScenarioReport.Fact] {
        isEmpty
            ? []
            : [
                .init(
                    "masked",
                    "masked: \(labels.joined(separator: ", ")); no golden is left pending")
            ]
    }
}

/// SHA-256 of a document's canonical text, lower-case hexadecimal.
func digest(of document: JSONValue) -> String {
    sha256(document.compactBytes)
}

func sha256(_ bytes: [UInt8]) -> String { hexadecimal(SHA256.hash(data: bytes)) }

func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { byte in
        let text = String(byte, radix: 16)
        return text.count == 1 ? "0" + text : text
    }.joined()
}
