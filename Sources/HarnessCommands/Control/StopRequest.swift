import Synchronization

/// Somebody wants a run to end and be judged as far as it came.
final class StopRequest: Sendable {
    private let reason = Mutex<String?>(nil)

    /// Who wants it, in a few words; nil while nobody does.
    var isMadeBy: String? { reason.withLock { $0 } }

    func make(by someone: String) {
        reason.withLock { $0 = $0 ?? someone }
    }
}
