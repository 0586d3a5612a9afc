import Synchronization

/// The file that a client appends its claims to.
final class ClaimFile: Sendable {
    private let path: String
    private let inbox: ClaimInbox
    private let readCount = Mutex(0)

    init(path: String, inbox: ClaimInbox) {
        self.path = path
        self.inbox = inbox
    }

    /// Hands over what came since the last call. A file that is written anew begins again.
    func read() {
        readCount.withLock { readCount in
            guard let bytes = try? Files.read(path) else { return }
            if bytes.count < readCount { readCount = 0 }
            guard bytes.count > readCount else { return }
            inbox.take(Array(bytes[readCount...]), by: .file)
            readCount = bytes.count
        }
    }
}
