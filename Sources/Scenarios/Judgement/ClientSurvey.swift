package import Recordings
package import VirtualTime

/// What has to be known of a whole recording before its client can be judged by it.
package struct ClientSurvey: Sendable {
    package private(set) var firstRequest: VirtualInstant?
    private(set) var lastRequest: VirtualInstant?
    /// From each request to the next.
    private(set) var gaps: [VirtualDuration] = []
    package private(set) var hasClaims = false
    /// Of all entries, in time.
    package private(set) var last: VirtualInstant?

    package init() {}

    package init(of entries: some Sequence<RecordEntry>) {
        for entry in entries { note(entry) }
    }

    package mutating func note(_ entry: RecordEntry) {
        last = max(last ?? entry.instant, entry.instant)
        hasClaims = hasClaims || entry.isClaim
        guard entry.isRequest else { return }
        firstRequest = firstRequest ?? entry.instant
        if let lastRequest { gaps.append(entry.instant - lastRequest) }
        lastRequest = entry.instant
    }
}
