import JSONText
import Recordings
import Scenarios
import Synchronization
import VirtualTime

/// Records what a live service exchanges, as `judge` reads it.
final class LiveRecorder: Sendable {
    /// Where an exchange under way will stand.
    struct Place: Sendable {
        var instant: VirtualInstant
        fileprivate var id: Int
    }

    private struct State {
        var file: RecordingFile
        var writer: RecordingWriter
        var masker: EntryMasker
        /// Where recordings of two runs are to be the same.
        var portMasker: PortMasker?
        var order = EntryOrder()
        let keepsEntries: Bool
        /// Masked entries, where they are kept.
        var entries: [RecordEntry] = []
        /// The same as a golden has them, where rules make the two differ.
        var goldenEntries: [RecordEntry] = []
        var entryCount = 0
        /// The first failure to write; it is reported when the service ends.
        var failure: (any Error)?
        /// Whether somebody has said what is to become of the file.
        var isOver = false
        var counts = EntryCounts()

        mutating func writeReady() {
            let ready = order.takeReady()
            guard failure == nil, !ready.isEmpty else { return }
            do {
                for entry in ready {
                    counts.note(entry)
                    try write(masker.mask(portMasker?.mask(entry) ?? entry))
                }
                try file.flush()
            } catch {
                failure = error
            }
        }

        private mutating func write(_ entry: EntryMasker.Masked) throws {
            if keepsEntries {
                entries.append(entry.recorded)
                if masker.hasRules { goldenEntries.append(entry.golden) }
            }
            try file.write(writer.encode(entry.recorded))
        }
    }

    private let state: Mutex<State>

    /// - Parameters:
    ///   - keepsEntries: Whether the entries are kept to be judged in this process.
    ///   - masksPorts: Whether ports are numbered, so that two runs give the same bytes.
    ///   - rules: What is masked beside secrets.
    init(
        path: String, header: RecordingHeader, keepsEntries: Bool = false,
        masksPorts: Bool = false, rules: MaskRules = MaskRules()
    ) throws {
        let file = try RecordingFile(path: path)
        var masker = EntryMasker(rules: rules)
        var writer = RecordingWriter(header: masker.mask(header))
        try file.write(writer.encodeHeader())
        state = Mutex(
            State(
                file: file, writer: writer, masker: masker,
                portMasker: masksPorts ? PortMasker() : nil, keepsEntries: keepsEntries))
    }

    func take(_ entries: [RecordEntry]) {
        guard !entries.isEmpty else { return }
        state.withLock { state in
            state.entryCount += entries.count
            for entry in entries { state.order.add(entry) }
            state.writeReady()
        }
    }

    /// Keeps a place for an exchange that begins now. What is taken later is written after it.
    func open(at instant: VirtualInstant) -> Place {
        state.withLock { Place(instant: instant, id: $0.order.open()) }
    }

    func close(_ place: Place, with entry: RecordEntry) {
        state.withLock { state in
            state.order.close(place.id, with: entry)
            state.writeReady()
        }
    }

    /// Gives a place up at which nothing will stand.
    func withdraw(_ place: Place) {
        state.withLock { state in
            state.order.withdraw(place.id)
            state.writeReady()
        }
    }

    /// What has been recorded so far.
    var counts: EntryCounts { state.withLock { $0.counts } }

    /// Whether something could not be written.
    var hasFailed: Bool { state.withLock { $0.failure != nil } }

    /// The masked entries so far, where they are kept.
    var entries: [RecordEntry] { state.withLock { $0.entries } }

    /// The entries so far as a golden has them, where they are kept.
    var goldenEntries: [RecordEntry] {
        state.withLock { $0.masker.hasRules ? $0.goldenEntries : $0.entries }
    }

    /// How many entries were taken so far.
    var entryCount: Int { state.withLock { $0.entryCount } }

    /// A text without what was masked so far.
    func masked(_ text: String) -> String {
        state.withLock { $0.masker.mask(text: text) }
    }

    /// - Parameter conclusion: How the run ended; nil where what is recorded is none.
    func finish(_ conclusion: RunConclusion? = nil) throws {
        try state.withLock { state in
            state.isOver = true
            if let failure = state.failure { throw failure }
            try state.file.write(state.writer.encodeEnd(conclusion))
            try state.file.finish()
        }
    }

    /// Leaves no recording behind.
    func abandon() {
        state.withLock { state in
            state.isOver = true
            state.file.abandon()
        }
    }

    deinit {
        // Where something failed before anything was recorded, there is nothing to keep.
        state.withLock { state in
            if !state.isOver, state.entryCount == 0 { state.file.abandon() }
        }
    }
}
