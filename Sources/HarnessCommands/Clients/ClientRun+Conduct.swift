import Findings
import Recordings

extension ClientRun {
    private var goldens: GoldenStore {
        .ofClient(program.name, pendingFolder: "\(out)/pending")
    }

    /// Holds what the client did against its conduct golden, where it has one, and leaves a pending
    /// one where it has none or did something else.
    func compareConduct(
        _ header: RecordingHeader, _ entries: [RecordEntry]
    ) throws -> (golden: GoldenOutcome, pending: String?) {
        let onFile: ConductDocument?
        do throws(GoldenStoreError) {
            onFile = try goldens.loadConduct(header.scenario)
        } catch {
            let run = ConductDocument(header: header, entries: entries)
            return (.unusable(reason: error.reason), try goldens.leavePending(run))
        }
        let run = ConductDocument(
            header: header, matchers: onFile?.matchers ?? [], entries: entries)
        guard let onFile else {
            return (
                .missing(required: program.requiresGolden), try goldens.leavePending(run)
            )
        }
        if let stale = onFile.staleMatchers.first {
            return (
                .unusable(reason: "the matcher for \(stale.leaf) has no use any more"),
                try goldens.leavePending(run)
            )
        }
        let differences = onFile.differences(to: run)
        guard !differences.isEmpty else {
            goldens.removePending(header.scenario)
            let exchanges = entries.count { if case .exchange = $0 { true } else { false } }
            return (.equal(exchanges: exchanges), nil)
        }
        let shown = differences.map {
            GoldenDifference(
                time: $0.cause, subject: $0.subject, place: "conduct", golden: $0.golden,
                run: $0.run)
        }
        return (.different(shown, total: shown.count), try goldens.leavePending(run))
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
