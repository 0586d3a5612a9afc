import DequeModule
import VirtualTime

/// What has been published lately, so that a stream that comes back, or a subscription that is
/// resumed, can be told what it missed. The oldest goes where it grows too large.
struct EventHistory: Sendable {
    enum Content: Sendable {
        /// Records of one incident.
        case records([NumberedEvent])
        case report(MetricReportPayload)
    }

    struct Entry: Sendable {
        let sequence: Int
        let instant: VirtualInstant
        let content: Content

        /// Roughly, in bytes.
        fileprivate var size: Int {
            switch content {
            case .records(let records): records.reduce(0) { $0 + 512 + ($1.originBody?.count ?? 0) }
            case .report(let report): report.body.count
            }
        }
    }

    static let entryLimit = 1000
    static let byteLimit = 4 << 20

    /// In the order of their sequence numbers, which may have gaps.
    private var entries: Deque<Entry> = []
    private var byteCount = 0
    /// The latest that is gone; nil while nothing is.
    private var lastDropped: Entry?

    mutating func append(_ entry: Entry) {
        entries.append(entry)
        byteCount += entry.size
        while entries.count > Self.entryLimit || (byteCount > Self.byteLimit && entries.count > 1) {
            let dropped = entries.removeFirst()
            byteCount -= dropped.size
            lastDropped = dropped
        }
    }

    /// What came at or after a sequence number and an instant, and whether more of that has been
    /// forgotten already.
    func since(
        _ sequence: Int, from instant: VirtualInstant? = nil
    ) -> (entries: [Entry], isIncomplete: Bool) {
        func isWanted(_ entry: Entry) -> Bool {
            entry.sequence >= sequence && instant.map { entry.instant >= $0 } ?? true
        }
        return (entries.filter(isWanted), lastDropped.map(isWanted) ?? false)
    }
}
