import Synchronization

/// What passed through a server: connections, bytes, requests under way.
package final class ServerTraffic: Sendable {
    package struct Counts: Sendable, Hashable {
        package var connections = 0
        /// Open at one time at most.
        package var mostConnections = 0
        /// Requests whose head had come and whose answer had not gone, at one time at most.
        package var mostRequests = 0
        /// As read from and written to the connections, heads and all, without what TLS adds.
        package var receivedBytes = 0
        package var sentBytes = 0
        fileprivate var openConnections = 0
        fileprivate var openRequests = 0

        package init() {}
    }

    private let state = Mutex(Counts())

    package init() {}

    package var counts: Counts { state.withLock { $0 } }

    func connectionOpened() {
        state.withLock { counts in
            counts.connections += 1
            counts.openConnections += 1
            counts.mostConnections = max(counts.mostConnections, counts.openConnections)
        }
    }

    func connectionClosed() { state.withLock { $0.openConnections -= 1 } }

    func requestBegan() {
        state.withLock { counts in
            counts.openRequests += 1
            counts.mostRequests = max(counts.mostRequests, counts.openRequests)
        }
    }

    func requestEnded() { state.withLock { $0.openRequests -= 1 } }

    func received(_ bytes: Int) { state.withLock { $0.receivedBytes += bytes } }

    func sent(_ bytes: Int) { state.withLock { $0.sentBytes += bytes } }
}
