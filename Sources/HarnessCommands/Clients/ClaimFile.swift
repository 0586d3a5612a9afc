import Synchronization

/// The file that a client appends its claims to.
final class ClaimFile: Sendable {
    private struct State {
        /// How far it has been read.
        var position = 0
        /// Why it could not be read at last.
        var failure: String?
    }

    private let path: String
    private let inbox: ClaimInbox
    private let state = Mutex(State())

    /// How much is handed over at once, in bytes.
    private static let partBytes = 4 << 20

    init(path: String, inbox: ClaimInbox) {
        self.path = path
        self.inbox = inbox
    }

    /// Hands over what came since the last call, in parts, so that a long file does not have to find
    /// room in the inbox at once. A file that is written anew begins again.
    ///
    /// - Parameter drain: Called after each part.
    /// - Returns: Why the file cannot be read, where that is news.
    func read(_ drain: () -> Void) -> String? {
        state.withLock { state in
            do {
                // What is written meanwhile is left for the next time.
                let size = Files.size(of: path)
                var rest = size < state.position ? size : size - state.position
                repeat {
                    let bytes = try Files.read(
                        path, goingOnAt: &state.position, limit: Self.partBytes)
                    guard !bytes.isEmpty else { break }
                    inbox.take(bytes, by: .file)
                    drain()
                    rest -= bytes.count
                } while rest > 0
                state.failure = nil
                return nil
            } catch {
                let reason = "\(error)".replacing("\(Files.folder(of: path))/", with: "")
                defer { state.failure = reason }
                return reason == state.failure ? nil : reason
            }
        }
    }
}
