import Schema
import VirtualTime

/// Streams of server-sent events. Each has a subscription as long as it is open.
extension EventDesk {
    /// How long a stream stays silent at most.
    private static let keepAliveInterval = VirtualDuration.seconds(30)

    /// Opens a stream.
    ///
    /// - Parameter lastEventID: What the client says it saw last, where it has been here before.
    /// - Returns: The stream's number, and what it begins with.
    mutating func openStream(
        filter: StreamFilter?, lastEventID: String?, owner: String, at instant: VirtualInstant,
        catalog: MessageCatalog
    ) throws(RedfishError) -> (stream: Int, effects: [Effect]) {
        let stream = streamCount + 1
        _ = try subscribe { id in
            var subscription = Subscription(
                id: id, receiver: .stream(stream), context: "stream-\(stream)", owner: owner,
                queueLimit: 0)
            subscription.streamFilter = filter
            subscription.format = filter?.admitsOnlyReports == true ? .metricReport : .event
            return subscription
        }
        streamCount = stream
        if nextKeepAlive == nil { nextKeepAlive = instant + Self.keepAliveInterval }
        // A first comment carries the head of the response through whatever buffers it.
        var effects: [Effect] = [.stream(stream, .keepAlive)]
        if let lastEventID {
            effects += replay(
                missed(since: lastEventID), to: subscriptions.count - 1, at: instant,
                catalog: catalog)
        }
        return (stream, effects)
    }

    /// An identifier that was never given is one of an earlier life: all that is known is news.
    private func missed(
        since lastEventID: String
    ) -> (entries: [EventHistory.Entry], isIncomplete: Bool) {
        guard let id = Int(lastEventID), (0...lastSequence).contains(id) else {
            return (history.since(0).entries, true)
        }
        return history.since(id + 1)
    }

    /// Takes note that a stream has ended, whoever ended it.
    mutating func streamClosed(_ stream: Int) {
        subscriptions.removeAll { $0.stream == stream }
        if !subscriptions.contains(where: { $0.stream != nil }) { nextKeepAlive = nil }
    }

    /// Ends the stream of a subscription that is deleted; its reader is told why.
    mutating func endStream(
        of subscription: Subscription, at instant: VirtualInstant, catalog: MessageCatalog
    ) {
        guard let stream = subscription.stream,
            let index = subscriptions.firstIndex(where: { $0.stream == stream })
        else { return }
        post(tell("Base.SubscriptionTerminated", to: index, at: instant, catalog: catalog))
        post([.endStream(stream)])
        streamClosed(stream)
    }

    mutating func keepStreamsAlive(at instant: VirtualInstant) -> [Effect] {
        guard let due = nextKeepAlive, due <= instant else { return [] }
        nextKeepAlive = instant + Self.keepAliveInterval
        return subscriptions.compactMap(\.stream).map { .stream($0, .keepAlive) }
    }
}
