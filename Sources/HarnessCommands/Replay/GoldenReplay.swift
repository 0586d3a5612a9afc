import Foundation
import JSONText
import Recordings
import Scenarios

/// Makes of a golden the full recording that it was taken from.
///
/// A golden keeps what a run showed and not whole bodies. Those follow from the scenario that its
/// header names, which is run again, in process; what comes of it has to be what the golden says.
struct GoldenReplay {
    let folders: DataFolders

    /// - Parameter argument: A file, or the name of a scenario, which stands for its golden.
    /// - Returns: The golden that the argument names; nil where it names another file.
    func golden(_ argument: String) throws -> GoldenDocument? {
        if Files.exists(argument) {
            return try Self.isGolden(argument) ? read(argument) : nil
        }
        do {
            return try GoldenStore(folder: folders.golden, pendingFolder: "").load(argument)
        } catch {
            throw CommandFailure.golden(error.reason)
        }
    }

    private static func isGolden(_ path: String) throws -> Bool {
        guard !Files.isDirectory(path), let file = FileHandle(forReadingAtPath: path) else {
            return false
        }
        defer { try? file.close() }
        return RecordingFormat(firstBytesOf: Array(file.readData(ofLength: 16))) == .golden
    }

    private func read(_ path: String) throws -> GoldenDocument {
        let bytes = try Files.read(path, limit: GoldenStore.goldenByteLimit, of: "golden")
        do throws(GoldenError) {
            return try GoldenReader.read(bytes)
        } catch {
            throw CommandFailure.golden("\(path):\(error.line): \(error.message)")
        }
    }

    /// Runs the golden's scenario again and writes the full recording.
    ///
    /// - Throws: A failure with exit status 2 where the golden cannot be re-expanded; it says which
    ///   recording can be replayed instead.
    func writeRecording(of golden: GoldenDocument, to path: String) async throws {
        let name = golden.header.scenario
        if let phase = golden.header.phase {
            throw unusable(name, "it is only the phase '\(phase)' of one; name the scenario itself")
        }
        let store = ScenarioStore(folders: folders)
        guard let file = try store.path(ofScenarioNamed: name) else {
            throw unusable(name, "there is no scenario '\(name)'")
        }
        let loaded = try store.load(file)
        guard digest(of: loaded.resolved) == golden.header.scenarioDigest else {
            throw unusable(name, "the scenario has changed since")
        }
        let run = ScenarioRun(
            loaded.scenario, resolved: loaded.resolved, digest: golden.header.scenarioDigest,
            environment: try Bundle(folder: folders.csdl).environment)
        let recording = try RecordingFile(path: path)
        let outcome: ScenarioRun.Outcome
        do {
            outcome = try await run.play(
                usesSockets: false, keepsEntries: true, write: recording.write)
            try recording.finish()
        } catch {
            recording.abandon()
            throw error
        }
        let rerun = GoldenDocument(
            header: GoldenHeader(run.header), matchers: golden.matchers, entries: outcome.entries)
        guard case .equal = GoldenComparison.compare(golden: golden, run: rerun).outcome else {
            Files.remove(path)
            throw unusable(name, "the scenario gives something else now")
        }
    }

    private func unusable(_ name: String, _ reason: String) -> CommandFailure {
        .golden(
            "the golden of '\(name)' holds no whole payloads, and cannot be run again: \(reason). "
                + "Replay the full recording that `pdu-harness run` left: "
                + "pdu-harness-out/\(name).recording.jsonl")
    }
}
