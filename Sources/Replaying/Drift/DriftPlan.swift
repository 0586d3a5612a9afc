import HTTPMessages
import HTTPTypes
import JSONText
package import Recordings

/// Which requests of a recording are sent again: each address once, with the last answer that it
/// gave, and changes as they were made.
package struct DriftPlan: Sendable {
    package typealias Place = RecordingScanner.Place

    package private(set) var bounds = ReadingBounds()
    /// Requests that are not sent again, by reason.
    package private(set) var skipped: [String: Int] = [:]
    private var last: [ReplayIndex.Key: (first: Int, place: Place)] = [:]
    private var changes: [Place] = []

    package init() {}

    /// Takes the next entry of the recording.
    package mutating func note(_ entry: RecordEntry, at place: Place) {
        guard case .exchange(let exchange) = entry, exchange.direction == .request,
            let response = exchange.response
        else { return }
        let key = ReplayIndex.Key(exchange.request)
        switch exchange.request.head.method {
        case .get, .head: note(read: exchange, response, key, place)
        case .post, .patch, .put, .delete: note(change: exchange, key, place)
        default: return
        }
    }

    private mutating func note(
        read exchange: Exchange, _ response: ResponseMessage, _ key: ReplayIndex.Key, _ place: Place
    ) {
        if PassingCollection.holds(key.path) {
            return skip("members of collections that come and go")
        }
        if response.isEventStream { return skip("streams of events") }
        if response.status == 304 { return skip("conditional reads") }
        // What was a mishap of the moment says nothing about the device.
        guard response.status < 500, ![401, 408, 421, 429].contains(response.status) else {
            return skip("mishaps of the moment")
        }
        if response.status == 200, let payload = try? JSONValue(parsing: response.body) {
            bounds.learn(payload)
        }
        last[key] = (last[key]?.first ?? place.line, place)
    }

    private mutating func note(change exchange: Exchange, _ key: ReplayIndex.Key, _ place: Place) {
        let text = String(decoding: exchange.request.body, as: UTF8.self)
        if ReplayIndex.isLogin(exchange.request) || PassingCollection.holds(key.path)
            || PassingCollection.isOne(key.path)
        {
            return skip("sessions and subscriptions")
        }
        if text.contains(/<(token|credential|secret)#[0-9]+>/) {
            return skip("changes with masked secrets")
        }
        changes.append(place)
    }

    private mutating func skip(_ reason: String) { skipped[reason, default: 0] += 1 }

    /// In the order in which they were first made.
    package var reads: [Place] {
        last.values.sorted { $0.first < $1.first }.map(\.place)
    }

    /// The reads before the changes, so that no change of ours is taken for a drift.
    package var everything: [Place] { reads + changes }
}
