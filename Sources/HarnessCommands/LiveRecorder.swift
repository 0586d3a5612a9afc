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
            for entry in entries where state.failure == nil {
                var entry = entry
                if case .exchange(let exchange) = entry {
                    entry = .exchange(state.masker.mask(exchange))
                }
                do {
                    try state.file.write(state.writer.encode(entry))
                } catch {
                    state.failure = error
                }
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
