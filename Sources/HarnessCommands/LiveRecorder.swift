import Recordings
import Synchronization

/// Records what a live service exchanges, as `judge` reads it.
final class LiveRecorder: Sendable {
    private struct State {
        var file: RecordingFile
        var writer: RecordingWriter
        var masker = SecretMasker()
        /// The first failure to write; it is reported when the service ends.
        var failure: (any Error)?

        mutating func write(_ entry: RecordEntry) throws {
            try file.write(writer.encode(masker.mask(entry)))
        }
    }

    private let state: Mutex<State>

    init(path: String, header: RecordingHeader) throws {
        let file = try RecordingFile(path: path)
        var writer = RecordingWriter(header: header)
        try file.write(writer.encodeHeader())
        state = Mutex(State(file: file, writer: writer))
    }

    func take(_ entries: [RecordEntry]) {
        state.withLock { state in
            guard state.failure == nil, !entries.isEmpty else { return }
            do {
                for entry in entries { try state.write(entry) }
                try state.file.flush()
            } catch {
                state.failure = error
            }
        }
    }

    func finish() throws {
        try state.withLock { state in
            if let failure = state.failure { throw failure }
            try state.file.write(state.writer.encodeEnd())
            try state.file.finish()
        }
    }
}
