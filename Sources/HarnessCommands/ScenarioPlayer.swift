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
            environment: bundle.environment)
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

    private func play(
        _ run: ScenarioRun, into recording: RecordingFile
    ) async throws -> ScenarioRun.Outcome {
        try await run.play(
            usesSockets: usesSockets, keepsEntries: true, write: recording.write)
    }

    // MARK: Golden

    private func compare(
        _ run: ScenarioRun, _ outcome: ScenarioRun.Outcome
    ) throws -> (outcome: GoldenOutcome, pending: String?) {
        let header = GoldenHeader(run.header)
        let onFile: GoldenDocument?
        do {
            onFile = try goldens.load(run.scenario.name)
        } catch {
            let document = GoldenDocument(header: header, matchers: [], entries: outcome.entries)
            return (.unusable(reason: error.reason), try goldens.leavePending(document))
        }
        let document = GoldenDocument(
            header: header, matchers: onFile?.matchers ?? [], entries: outcome.entries)
        guard let onFile else {
            return (.missing(required: true), try goldens.leavePending(document))
        }
        let comparison = GoldenComparison.compare(golden: onFile, run: document)
        if let stale = comparison.staleMatchers.first {
            return (.unusable(reason: "the matcher for \(stale.leaf) has no use any more"), nil)
        }
        switch comparison.outcome {
        case .equal(let exchanges):
            goldens.removePending(run.scenario.name)
            return (.equal(exchanges: exchanges), nil)
        case .different(let differences, let total):
            let findings = differences.map { difference in
                GoldenDifference(
                    time: difference.time, subject: difference.subject, place: difference.place,
                    golden: difference.golden, run: difference.run)
            }
            return (.different(findings, total: total), try goldens.leavePending(document))
        case .otherModel(let golden, let current):
            return (
                .otherModel(golden: golden, current: current), try goldens.leavePending(document)
            )
        }
    }

    // MARK: Report

    private func report(
        _ run: ScenarioRun, _ outcome: ScenarioRun.Outcome, recordingName: String
    ) throws -> ScenarioReport {
        let scenario = run.scenario
        let (golden, pending) = try compare(run, outcome)
        return ScenarioReport(
            scenario: scenario.name, title: scenario.title, seed: scenario.seed,
            client: run.header.client, clock: run.header.clock, model: ScenarioRun.model,
            simulated: ScenarioFactsText.simulated(scenario, outcome.powerHistory),
            recorded: outcome.counts.facts, groups: outcome.groups, golden: golden,
            causes: ScenarioReport.causes(groups: outcome.groups, golden: golden),
            ledgers: outcome.ledgers, recordingFile: recordingName, pendingGolden: pending)
    }

    private func failedReport(_ scenario: Scenario, _ cause: ExitCause) -> ScenarioReport {
        ScenarioReport(
            scenario: scenario.name, title: scenario.title, seed: scenario.seed,
            client: "reference", clock: "virtual", model: ScenarioRun.model, simulated: [],
            recorded: [], groups: [], golden: .notCompared(reason: "the run did not end"),
            causes: [cause])
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
