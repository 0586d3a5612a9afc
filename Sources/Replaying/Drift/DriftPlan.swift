import HTTPMessages
import HTTPTypes
import JSONText
package import Recordings

/// Which requests of a recording are sent again: each address once, with the last answer that it
/// gave; or with the changes as they were made, and between them what was read between them.
package struct DriftPlan: Sendable {
    package typealias Place = RecordingScanner.Place

    package private(set) var bounds = ReadingBounds()
    /// Requests that are not sent again, by reason.
    package private(set) var skipped: [String: Int] = [:]
    private var last = Reads()
    /// What was read after so many changes.
    private var readsAfterChanges = [Reads()]
    private var changes: [Place] = []
    /// Addresses that changes made which are sent again, and which are not.
    private var made: Set<String> = []
    private var madeBySkipped: Set<String> = []

    private typealias Reads = [ReplayIndex.Key: (first: Int, place: Place)]

    package init() {}

    /// Takes the next entry of the recording.
    package mutating func note(_ entry: RecordEntry, at place: Place) {
        guard case .exchange(let exchange) = entry, exchange.direction == .request,
            let response = exchange.response
        else { return }
        let key = ReplayIndex.Key(exchange.request)
        switch exchange.request.head.method {
        case .get, .head: note(read: exchange, response, key, place)
        case .post, .patch, .put, .delete: note(change: exchange, response, key, place)
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
        let epoch = changes.count
        readsAfterChanges[epoch][key] = (
            readsAfterChanges[epoch][key]?.first ?? place.line, place
        )
    }

    private mutating func note(
        change exchange: Exchange, _ response: ResponseMessage, _ key: ReplayIndex.Key,
        _ place: Place
    ) {
        if ReplayIndex.isLogin(exchange.request) || PassingCollection.holds(key.path)
            || PassingCollection.isOne(key.path)
        {
            return skip("sessions and subscriptions")
        }
        let location = response.status == 201 ? response.head.headerFields[.location] : nil
        let created = location.map { [pathOfURI($0)] } ?? []
        let text = String(decoding: exchange.request.body, as: UTF8.self)
        if text.contains(/<(token|credential|secret)#[0-9]+>/) {
            madeBySkipped.formUnion(created)
            return skip("changes with masked secrets")
        }
        made.formUnion(created)
        changes.append(place)
        readsAfterChanges.append(Reads())
    }

    private mutating func skip(_ reason: String) { skipped[reason, default: 0] += 1 }

    /// In the order in which they were first made.
    package var reads: [Place] { places(of: last, without: made.union(madeBySkipped)) }

    /// The changes in their order, and the reads where they were made: what a change brought about
    /// is then no drift.
    package var everything: [Place] {
        readsAfterChanges.enumerated().flatMap { count, reads in
            places(of: reads, without: madeBySkipped) + changes[count...].prefix(1)
        }
    }

    /// Addresses that may be linked, or not: changes made them that are not made again.
    ///
    /// - Parameter writes: Whether changes are sent again.
    package func passing(writes: Bool) -> Set<String> {
        writes ? madeBySkipped : made.union(madeBySkipped)
    }

    private func places(of reads: Reads, without passing: Set<String>) -> [Place] {
        reads.filter { read in !passing.contains { read.key.path.isAt($0) } }
            .values.sorted { $0.first < $1.first }.map(\.place)
    }
}

extension String {
    /// Whether the path is that address, or lies below it.
    fileprivate func isAt(_ address: String) -> Bool {
        self == address || hasPrefix(address + "/")
    }
}
