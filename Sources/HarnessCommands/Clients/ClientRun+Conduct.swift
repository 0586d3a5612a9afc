import Findings
import Recordings
import Scenarios

extension ClientRun {
    private var goldens: GoldenStore {
        .ofClient(program.name, pendingFolder: "\(out)/pending")
    }

    /// How the client's conduct golden compares with what it did, and what there is to accept.
    struct ComparedConduct: Sendable {
        var outcome: GoldenOutcome
        var causes: [ComparisonReport.Cause] = []
        var pending: String?
    }

    /// Holds what the client did against its conduct golden, where it has one, and leaves a pending
    /// one where it has none or did something else.
    ///
    /// - Parameter isComplete: Whether the client came to its end as it should. What one did that
    ///   crashed, hung or never asked for anything is nothing to accept.
    func compareConduct(
        _ header: RecordingHeader, _ recorder: LiveRecorder, isComplete: Bool
    ) throws -> ComparedConduct {
        let entries = recorder.goldenEntries
        var compared = try compareConduct(header, recorder, entries)
        if !isComplete || !entries.contains(where: \.isRequest) {
            goldens.removePending(header.scenario)
            compared.pending = nil
        }
        return compared
    }

    private func compareConduct(
        _ header: RecordingHeader, _ recorder: LiveRecorder, _ entries: [RecordEntry]
    ) throws -> ComparedConduct {
        let onFile: ConductDocument?
        do throws(GoldenStoreError) {
            onFile = try goldens.loadConduct(header.scenario)
        } catch {
            let run = ConductDocument(header: header, entries: entries)
            return ComparedConduct(
                outcome: .unusable(reason: error.reason), pending: try leavePending(run))
        }
        let run = ConductDocument(
            header: header, matchers: onFile?.matchers ?? [], entries: entries)
        guard let onFile else {
            return ComparedConduct(
                outcome: .missing(required: program.requiresGolden),
                pending: try leavePending(run))
        }
        if let stale = onFile.staleMatchers(comparedWith: run).first {
            return ComparedConduct(
                outcome: .unusable(reason: "the matcher for \(stale.leaf) has no use any more"),
                pending: try leavePending(run))
        }
        var differences = onFile.differences(to: run)
        if !masks.isEmpty { differences = differences.map { $0.masked(recorder.masked) } }
        guard !differences.isEmpty else {
            goldens.removePending(header.scenario)
            let exchanges = entries.count { if case .exchange = $0 { true } else { false } }
            return ComparedConduct(outcome: .equal(exchanges: exchanges))
        }
        let shown = differences.map {
            GoldenDifference(
                time: $0.cause, subject: $0.subject, place: "conduct", golden: $0.golden,
                run: $0.run)
        }
        return ComparedConduct(
            outcome: .different(shown, total: shown.count),
            causes: differences.map(ComparisonReport.Cause.init), pending: try leavePending(run))
    }

    private func leavePending(_ document: ConductDocument) throws -> String? {
        masks.isEmpty ? try goldens.leavePending(document) : nil
    }
}

extension ConductDifference {
    /// Without what rules mask; secrets are not in it.
    fileprivate func masked(_ mask: (String) -> String) -> ConductDifference {
        var masked = self
        masked.subject = mask(subject)
        masked.golden = golden.map(mask)
        masked.run = run.map(mask)
        return masked
    }
}

extension GoldenStore {
    /// The conduct golden of a scenario; nil where none is on file.
    func loadConduct(_ scenario: String) throws(GoldenStoreError) -> ConductDocument? {
        let name = Self.conductFile(of: scenario)
        guard Files.exists("\(folder)/\(name)") else { return nil }
        return try Self.conduct("\(folder)/\(name)", named: "\(label)/\(name)")
    }

    static func conductFile(of scenario: String) -> String { "\(scenario).golden.jsonl" }

    private static func conduct(
        _ path: String, named name: String
    ) throws(GoldenStoreError) -> ConductDocument {
        do {
            return try ConductReader.read(
                try Files.read(path, limit: goldenByteLimit))
        } catch let error as GoldenError {
            throw GoldenStoreError(reason: "\(name):\(error.line): \(error.message)")
        } catch {
            throw GoldenStoreError(reason: "\(error)".replacing(path, with: name))
        }
    }

    /// - Throws: a failure with exit status 2 where the pending golden is damaged.
    func pendingConduct(_ scenario: String) throws -> ConductDocument {
        let path = "\(pendingFolder)/\(Self.conductFile(of: scenario))"
        do throws(GoldenStoreError) {
            return try Self.conduct(path, named: path)
        } catch {
            throw CommandFailure.golden(error.reason)
        }
    }

    func leavePending(_ document: ConductDocument) throws -> String {
        let name = Self.conductFile(of: document.header.scenario)
        try Files.write(document.encoded(), to: "\(pendingFolder)/\(name)")
        return pendingPath(name)
    }
}
