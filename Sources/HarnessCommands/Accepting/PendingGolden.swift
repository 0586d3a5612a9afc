import Findings
import JSONText
import Recordings
import VirtualTime

/// A golden that waits to be accepted, beside the one on file.
struct PendingGolden {
    /// What it would change.
    enum State {
        /// There is none on file.
        case new
        case differs([DifferenceCause], onFile: GoldenDocument, run: GoldenDocument)
        /// A client under test did something else.
        case conductDiffers([ConductDifference])
        /// The one on file cannot be read.
        case replacesUnusable(reason: String)
        /// It says the same as the one on file.
        case same

        var word: String {
            switch self {
            case .new: "new"
            case .differs, .conductDiffers: "differs"
            case .replacesUnusable: "replaces an unusable one"
            case .same: "same"
            }
        }
    }

    let store: GoldenStore
    let scenario: String
    let header: GoldenHeader
    /// `3,333 exchanges`.
    let size: String
    let state: State
    /// The bytes on file when this was read, by name: what is reviewed is what is replaced.
    let formerFiles: [GoldenStore.StoredFile]

    /// - Throws: a failure with exit status 2 where the pending golden itself is damaged.
    init(_ scenario: String, in store: GoldenStore) throws {
        self.store = store
        self.scenario = scenario
        formerFiles = try store.files(of: scenario)
        if store.client == nil {
            let run = try store.pending(scenario)
            header = run.header
            size = run.exchangeCount.counted("exchange")
            try Self.demand(run.header, of: scenario, in: store)
            state = Self.state(of: run, in: store)
        } else {
            let run = try store.pendingConduct(scenario)
            header = run.header
            size = run.requestCount.counted("request")
            try Self.demand(run.header, of: scenario, in: store)
            state = Self.state(of: run, in: store)
        }
    }

    /// - Throws: where a file bears the name of another scenario than its own.
    private static func demand(
        _ header: GoldenHeader, of scenario: String, in store: GoldenStore
    ) throws {
        guard header.scenario == scenario else {
            throw CommandFailure.golden(
                "\(store.pendingFolder)/\(scenario).golden.jsonl is a golden of "
                    + "\(header.scenario); the file's name says \(scenario)")
        }
    }

    private static func state(of run: GoldenDocument, in store: GoldenStore) -> State {
        do throws(GoldenStoreError) {
            guard let onFile = try store.load(run.header.scenario) else { return .new }
            let (differences, _) = GoldenComparison.differences(golden: onFile, run: run)
            guard !differences.isEmpty else { return .same }
            return .differs(
                DifferenceCause.causes(of: differences, golden: onFile, run: run),
                onFile: onFile, run: run)
        } catch {
            return .replacesUnusable(reason: error.reason)
        }
    }

    private static func state(of run: ConductDocument, in store: GoldenStore) -> State {
        do throws(GoldenStoreError) {
            guard let onFile = try store.loadConduct(run.header.scenario) else { return .new }
            let differences = onFile.differences(to: run)
            return differences.isEmpty ? .same : .conductDiffers(differences)
        } catch {
            return .replacesUnusable(reason: error.reason)
        }
    }

    var name: String { store.qualified(scenario) }

    /// Takes it over as it is. Returns the paths written.
    @discardableResult
    func accept() throws -> [String] {
        try store.accept(scenario, replacing: formerFiles)
    }

    /// Takes some causes over.
    func accept(_ accepted: [DifferenceCause], not rejected: [DifferenceCause]) throws -> [String] {
        guard case .differs(_, let onFile, let run) = state else { return [] }
        let merged = onFile.merging(
            run, accepted: accepted.flatMap(\.differences),
            rejected: rejected.flatMap(\.differences))
        return try store.replace(
            scenario, by: GoldenFile.encode(merged), replacing: formerFiles)
    }

    func reject() { store.removePending(scenario) }

    /// Whether all that differs follows from a newer model of the harness: what the device shows, and
    /// nothing that the client does.
    var isExplainedByModel: Bool {
        guard case .differs(let causes, _, _) = state, causes.count == 1 else { return false }
        return causes[0].topic.aspect == .header("model") && !isOfOlderModel
    }

    private var isOfOlderModel: Bool {
        guard case .differs(_, let onFile, let run) = state else { return false }
        return precedesNaturally(run.header.model, onFile.header.model)
    }

    /// Of a golden that differs, what the model does not explain.
    var unexplainedByModel: [String] {
        guard case .differs(let causes, let onFile, let run) = state else { return [] }
        if isOfOlderModel {
            return ["it is of model \(run.header.model), the one on file of \(onFile.header.model)"]
        }
        return causes.filter { $0.topic.aspect != .header("model") }.map {
            "\($0.subject) \($0.change)"
        }
    }
}
